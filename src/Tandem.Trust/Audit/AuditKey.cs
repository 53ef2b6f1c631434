using System.Security.Cryptography;
using System.Text;

namespace Tandem.Trust.Audit;

/// <summary>
/// The audit's key, in a PEM file outside of the database: signs roots (ECDSA P-256) and, by a key derived from it (HKDF), seals events. Anybody with
/// the public half can check the roots; checking the events needs the file.
/// </summary>
public sealed class AuditKey : IDisposable
{
    private readonly ECDsa signer;

    private AuditKey(ECDsa signer)
    {
        this.signer = signer;
        Id = Convert.ToHexStringLower(SHA256.HashData(signer.ExportSubjectPublicKeyInfo()))[..16];
        ChainKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, signer.ExportPkcs8PrivateKey(), 32, info: Encoding.UTF8.GetBytes("tandem audit chain"));
        JournalKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, signer.ExportPkcs8PrivateKey(), 32, info: Encoding.UTF8.GetBytes("tandem audit journal"));
    }

    /// <summary>Names the key in roots: the beginning of its public half's hash.</summary>
    public string Id { get; }

    internal byte[] ChainKey { get; }

    internal byte[] JournalKey { get; }

    /// <summary>Opens the key; makes it, readable by this user alone, when there is none and <paramref name="mayMake"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is no key.</exception>
    public static AuditKey Open(string path, bool mayMake)
    {
        if (!File.Exists(path))
        {
            if (!mayMake)
                throw new InvalidOperationException($"The audit's key is not where it should be: {path}. Events cannot be checked without it.");
            Make(path);
        }

        var signer = ECDsa.Create();
        try
        {
            signer.ImportFromPem(File.ReadAllText(path));
            return signer.KeySize >= KeyLength.LeastCurve ? new AuditKey(signer) : throw new ArgumentException($"Its curve has {signer.KeySize} bits; {KeyLength.LeastCurve} are needed.");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            signer.Dispose();
            throw new InvalidOperationException($"The file {path} holds no key for the audit.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => signer.Dispose();

    internal byte[] Sign(ReadOnlySpan<byte> text) => signer.SignData(text, HashAlgorithmName.SHA256);

    internal bool IsSigned(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) => signer.VerifyData(text, signature, HashAlgorithmName.SHA256);

    private static void Make(string path)
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(new FileStream(path, options));
        file.Write(fresh.ExportPkcs8PrivateKeyPem());
    }
}
