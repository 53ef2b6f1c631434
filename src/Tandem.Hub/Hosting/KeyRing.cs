using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Tandem.Kernel.Sealing;

namespace Tandem.Hub.Hosting;

/// <summary>
/// The keys that seal cookies, forms and links, encrypted where they lie (<see cref="SealingKey"/>) with a secret from a file. The secret is made at the first start, readable
/// by the hub's user alone; an installation names a better place with <c>Hub:KeyRingSecret</c>. A line added at the top of the file is used from then on,
/// lines below still open what they closed: so it is rotated.
/// </summary>
internal static class KeyRing
{
    internal static void AddKeyRing(this IServiceCollection services, HubSettings hub)
    {
        services.AddSingleton(_ => RingSecrets.Open(hub.KeyRingSecretFile));
        services.AddDataProtection().SetApplicationName("Tandem").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(hub.Data, "keys")));
        services.AddOptions<KeyManagementOptions>().Configure<RingSecrets>((options, secrets) => options.XmlEncryptor = new RingEncryptor(secrets));
    }
}

/// <summary>The secrets of the key ring: the first closes, all open.</summary>
internal sealed class RingSecrets(IReadOnlyList<SealingKey> secrets)
{
    private const int Nonce = SealingKey.NonceSize;
    private const int Tag = SealingKey.TagSize;

    /// <summary>Reads the file, or makes it.</summary>
    /// <exception cref="InvalidOperationException">A line is no secret.</exception>
    internal static RingSecrets Open(string path) => new(SecretFile.Lines(path));

    internal byte[] Close(byte[] text)
    {
        var closed = new byte[Nonce + Tag + text.Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, Nonce));
        secrets[0].Close(closed.AsSpan(0, Nonce), text, closed.AsSpan(Nonce + Tag), closed.AsSpan(Nonce, Tag));
        return closed;
    }

    internal byte[] OpenClosed(byte[] closed)
    {
        foreach (var secret in secrets)
        {
            var text = new byte[closed.Length - Nonce - Tag];
            try
            {
                secret.Open(closed.AsSpan(0, Nonce), closed.AsSpan(Nonce + Tag), closed.AsSpan(Nonce, Tag), text);
                return text;
            }
            catch (AuthenticationTagMismatchException) when (secret != secrets[^1])
            {
                // closed with an older secret, further down
            }
        }

        throw new CryptographicException("No secret of the key ring opens this key.");
    }
}

/// <summary>Makes files of secrets that only the hub's user can read.</summary>
internal static class SecretFile
{
    /// <summary>Secrets (<see cref="SealingKey.Parse"/>), one on each line; a file that is not there is made with one.</summary>
    /// <exception cref="InvalidOperationException">A line is no secret.</exception>
    internal static SealingKey[] Lines(string path)
    {
        if (!File.Exists(path))
            Make(path, SealingKey.NewLine() + "\n");
        try
        {
            return File.ReadLines(path).Where(line => line.Trim().Length > 0).Select(SealingKey.Parse).ToArray() is { Length: > 0 } secrets ? secrets : throw new FormatException("There is none.");
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"{path} must hold secrets of 32 bytes in base64, one on each line, each with the name of its algorithm before it unless that is aes-256-gcm. {e.Message}", e);
        }
    }

    internal static void Make(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(content));
    }
}

/// <summary>Closes keys of the ring.</summary>
internal sealed class RingEncryptor(RingSecrets secrets) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("closed", Convert.ToBase64String(secrets.Close(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting))))), typeof(RingDecryptor));
}

/// <summary>Opens keys of the ring; made by the framework, which hands it the services.</summary>
internal sealed class RingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(services.GetRequiredService<RingSecrets>().OpenClosed(Convert.FromBase64String(encryptedElement.Value))));
}
