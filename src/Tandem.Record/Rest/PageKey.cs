using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Sealing;

namespace Tandem.Record.Rest;

/// <summary>
/// Closes what a link of ours says (AES-256-GCM): where the next page begins and what was searched for. The link works on every node and after a restart,
/// tells nobody what it holds, and is refused when it was changed or moved to another place. The secret is made once per database.
/// </summary>
internal sealed class PageKey(RecordStore store, FieldKeys? keys = null) : IDisposable
{
    internal static readonly Table Secrets = new(
        "rest_secrets", TableKind.Append, [new("name", DbKind.Text)], [new("secret", DbKind.Bytes)], []);

    internal const string Replace = "UPDATE rest_secrets SET secret = $1 WHERE name = 'pages'";

    private const string Read = "SELECT secret FROM rest_secrets WHERE name = 'pages'";
    private const int Nonce = 12;
    private const int Tag = 16;
    private const int Head = Nonce + Tag;
    private const int Longest = 2 * 1024 * 1024; // a posted search has up to a megabyte
    private readonly ConcurrentBag<AesGcm> ciphers = []; // of the key; making one takes longer than closing a link with it
    private byte[]? key;

    /// <summary>The closed form of <paramref name="text"/>, good for one <paramref name="use"/> only.</summary>
    internal async ValueTask<string> SealAsync(string use, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var closed = new byte[Head + plain.Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, Nonce));
        var aes = await TakeAsync();
        aes.Encrypt(closed.AsSpan(0, Nonce), plain, closed.AsSpan(Head), closed.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(use));
        ciphers.Add(aes);
        return Base64Url.EncodeToString(closed);
    }

    /// <summary>What was closed, or null when this is nothing of ours for this use.</summary>
    internal async ValueTask<string?> OpenAsync(string use, string sealedText)
    {
        if (!Base64Url.IsValid(sealedText, out var length) || length < Head || length > Longest)
            return null;
        var closed = Base64Url.DecodeFromChars(sealedText);
        var plain = new byte[closed.Length - Head];
        var aes = await TakeAsync();
        try
        {
            aes.Decrypt(closed.AsSpan(0, Nonce), closed.AsSpan(Head), closed.AsSpan(Nonce, Tag), plain, Encoding.UTF8.GetBytes(use));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null; // changed, moved, or closed with another secret: not ours
        }
        finally
        {
            ciphers.Add(aes);
        }

        return Encoding.UTF8.GetString(plain);
    }

    public void Dispose()
    {
        while (ciphers.TryTake(out var aes))
            aes.Dispose();
    }

    /// <summary>One that nobody uses: it is for one caller at a time.</summary>
    private async ValueTask<AesGcm> TakeAsync() => ciphers.TryTake(out var aes) ? aes : new AesGcm(await KeyAsync(), Tag);

    /// <summary>The key of links: another than the secret, which earlier versions used for something else.</summary>
    private static byte[] KeyOf(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "page links"u8.ToArray());

    private async ValueTask<byte[]> KeyAsync()
    {
        if (key is not null)
            return key;
        if (store.Database.Read(Known) is { } known)
            return key = KeyOf(known);
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
        return key = KeyOf(store.Database.Read(Known) ?? throw new DatabaseUnavailableException("The key of pages could not be kept."));
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
