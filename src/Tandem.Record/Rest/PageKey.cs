using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Sealing;

namespace Tandem.Record.Rest;

/// <summary>
/// Seals the place where the next page begins, so that a link works on every node and after a restart, and a link that was
/// changed, or moved to another query, is refused. The key is made once per database.
/// </summary>
internal sealed class PageKey(RecordStore store, FieldKeys? keys = null)
{
    internal static readonly Table Secrets = new(
        "rest_secrets", TableKind.Append, [new("name", DbKind.Text)], [new("secret", DbKind.Bytes)], []);

    private const string Read = "SELECT secret FROM rest_secrets WHERE name = 'pages'";
    private const int SealLength = 12;
    private byte[]? key;

    /// <summary>The sealed form of <paramref name="place"/> within <paramref name="query"/>.</summary>
    internal async ValueTask<string> SealAsync(string query, string place)
    {
        var bytes = Encoding.UTF8.GetBytes(place);
        var seal = Mac(await KeyAsync(), query, bytes);
        return Base64Url.EncodeToString([.. seal, .. bytes]);
    }

    /// <summary>The place, or null when this is no seal of ours for this query.</summary>
    internal async ValueTask<string?> OpenAsync(string query, string sealedPlace)
    {
        if (!Base64Url.IsValid(sealedPlace, out var length) || length <= SealLength || length > 4096)
            return null;
        var bytes = Base64Url.DecodeFromChars(sealedPlace);
        var place = bytes[SealLength..];
        var seal = Mac(await KeyAsync(), query, place);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealLength), seal)
            ? Encoding.UTF8.GetString(place)
            : null;
    }

    private static byte[] Mac(byte[] key, string query, byte[] place)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(query), 0, .. place];
        return HMACSHA256.HashData(key, text)[..SealLength];
    }

    private async ValueTask<byte[]> KeyAsync()
    {
        if (key is not null)
            return key;
        if (store.Database.Read(session => session.First(Read, row => row.Bytes(0))) is { } known)
            return key = Opened(known);
        var fresh = RandomNumberGenerator.GetBytes(32);
        await store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(Secrets, "pages", keys?.Close(fresh) ?? fresh);
                return 0;
            },
            CancellationToken.None);
        return key = Opened(store.Database.Read(session => session.First(Read, row => row.Bytes(0)))
            ?? throw new DatabaseUnavailableException("The key of pages could not be kept."));
    }

    private static byte[] Opened(byte[] kept) => FieldKeys.IsClosed(kept) ? FieldKeys.Open(kept) : kept;
}
