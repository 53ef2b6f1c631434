using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>
/// The keys that sign what this server says of people: one in use, the ones before it still published. They lie in the database, so that all nodes
/// have the same, sealed by the key ring, which lies outside it. Thread-safe.
/// </summary>
internal sealed class SigningKeys(RecordStore record, IDataProtectionProvider protection, SmartSettings settings, TimeProvider clock)
{
    private const string ReadAll = "SELECT id, created_at, sealed FROM smart_keys ORDER BY created_at DESC, id";
    private const int Bits = 3072; // 128 bits of security (NIST SP 800-57)
    private static readonly TimeSpan PublishedBeforeUse = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PublishedAfterUse = TimeSpan.FromDays(2);
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.Smart.Keys");

    /// <summary>The key to sign with now; the first is made when it is needed.</summary>
    internal async Task<RsaSecurityKey> CurrentAsync(CancellationToken cancel)
    {
        var keys = await InForceAsync(cancel);
        return keys.FirstOrDefault(key => clock.GetUtcNow() - key.CreatedAt >= PublishedBeforeUse)?.Key ?? keys[^1].Key;
    }

    /// <summary>The public halves of all keys whose signatures may still be about.</summary>
    internal async Task<IReadOnlyList<JsonWebKey>> PublishedAsync(CancellationToken cancel) => [.. (await InForceAsync(cancel)).Select(key => Public(key.Key))];

    /// <summary>Makes a new key, to be used once it has been published for a quarter of an hour.</summary>
    internal async Task RotateAsync(Actor by, CancellationToken cancel) => await AddAsync(newest: clock.GetUtcNow(), by, cancel);

    /// <summary>Newest first; with a new one when the newest has served its time.</summary>
    private async Task<IReadOnlyList<Held>> InForceAsync(CancellationToken cancel)
    {
        var due = clock.GetUtcNow() - settings.KeyLasts;
        var keys = Read();
        if (keys.Count == 0 || keys[0].CreatedAt < due)
        {
            await AddAsync(due, Actor.Hub, cancel);
            keys = Read();
        }

        return keys;
    }

    /// <summary>Adds a key unless another node has just done so, and drops those that nobody signs with any more.</summary>
    private async Task AddAsync(DateTimeOffset newest, Actor by, CancellationToken cancel)
    {
        using var rsa = RSA.Create(Bits);
        var sealedKey = Seal(rsa);
        var id = Ids.New(clock);
        await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                var rows = session.Query(ReadAll, row => (Id: row.Text(0), At: row.Instant(1), Sealed: row.Text(2)));
                var readable = rows.Where(row => Open(row.Sealed) is not null).ToList();
                if (readable.Count > 0 && readable[0].At >= newest)
                    return false;
                session.Write(SmartTables.Keys, id, clock.GetUtcNow(), sealedKey);
                session.Acted(new TrailAct("signing-key-made", ActKind.Permission, id) { Actor = by.Reference });
                for (var i = 1; i < rows.Count; i++)
                {
                    if (session.Now - rows[i - 1].At > PublishedAfterUse)
                        session.Remove(SmartTables.Keys, rows[i].Id);
                }

                return true;
            },
            cancel);
    }

    /// <summary>A key as it lies in the database.</summary>
    internal string Seal(RSA key) => protector.Protect(Convert.ToBase64String(key.ExportPkcs8PrivateKey()));

    private List<Held> Read() => record.Database.Read(session => session.Query(ReadAll, row => (Id: row.Text(0), At: row.Instant(1), Sealed: row.Text(2))))
        .Select(row => (row.Id, row.At, Key: Open(row.Sealed))).Where(row => row.Key is not null)
        .Select(row => new Held(row.At, new RsaSecurityKey(row.Key!.Value) { KeyId = row.Id })).ToList();

    /// <summary>Null when the key ring that sealed it is gone: then it is as if it were not there.</summary>
    private RSAParameters? Open(string text)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(protector.Unprotect(text)), out _);
            return rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static JsonWebKey Public(RsaSecurityKey key) => new()
    {
        Kty = "RSA",
        Use = "sig",
        Alg = SecurityAlgorithms.RsaSha256,
        Kid = key.KeyId,
        N = Base64UrlEncoder.Encode(key.Parameters.Modulus),
        E = Base64UrlEncoder.Encode(key.Parameters.Exponent),
    };

    private sealed record Held(DateTimeOffset CreatedAt, RsaSecurityKey Key);
}
