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

    internal const string Replace = "UPDATE rest_secrets SET secret = $1 WHERE name = 'pages'";

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
        if (store.Database.Read(Known) is { } known)
            return key = known;
        var fresh = RandomNumberGenerator.GetBytes(32);
        var kept = keys?.Close(fresh) ?? fresh;
        await store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                if (Known(session.Reading) is null)
                    session.Reading.Execute(Replace, kept);
                session.Write(Secrets, "pages", kept);
                return 0;
            },
            CancellationToken.None);
        return key = store.Database.Read(Known) ?? throw new DatabaseUnavailableException("The key of pages could not be kept.");
    }

    /// <summary>The key; null when there is none yet, and when it was closed with a field key that is gone: links of pages are short-lived, so a new one takes its place.</summary>
    private byte[]? Known(DbSession session) => session.First(Read, row => row.Bytes(0)) switch
    {
        null => null,
        var kept when !FieldKeys.IsClosed(kept) => kept,
        var kept => keys?.Opens(kept) == true ? FieldKeys.Open(kept) : null,
    };

    /// <summary>Closes the key anew with the first field key.</summary>
    internal static void Reseal(WriteSession session, FieldKeys keys)
    {
        if (session.Reading.First(Read, row => row.Bytes(0)) is not { } kept || keys.IsOfFirst(kept))
            return;
        if (!FieldKeys.IsClosed(kept))
            session.Reading.Execute(Replace, keys.Close(kept));
        else if (keys.Opens(kept))
            session.Reading.Execute(Replace, keys.Close(FieldKeys.Open(kept)));
    }
}
