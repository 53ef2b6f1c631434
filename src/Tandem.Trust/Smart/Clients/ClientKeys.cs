using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>
/// The public keys of an app (RFC 7517): given at registration, or fetched from where it says and kept for some minutes. While that place does not answer those that were read there last stay, for an hour at most: an app
/// goes on working, and who keeps the place from answering does not keep a key that was withdrawn in force. Thread-safe.
/// </summary>
internal sealed class ClientKeys(OutsideWorld outside, SmartSettings settings, TimeProvider clock)
{
    private const int MostKeys = 20;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeptUnanswered = TimeSpan.FromHours(1);
    private readonly Dictionary<string, PublishedKeys> fetched = [];
    private readonly Lock guard = new();

    /// <summary>The keys of an app with a given id; none when it has none, or they cannot be had.</summary>
    internal async Task<IReadOnlyList<JsonWebKey>> FindAsync(ClientMetadata client, string keyId, CancellationToken cancel) =>
        client.JwksUri is { } address
            ? await FindAsync(address, keyId, cancel)
            : client.Jwks is { } own && Read(own.GetRawText(), settings).Succeeded(out var keys, out _) ? Named(keys, keyId) : [];

    /// <summary>The keys with a given id that are published at an address.</summary>
    internal async Task<IReadOnlyList<JsonWebKey>> FindAsync(string address, string keyId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        PublishedKeys? known;
        lock (guard)
            known = fetched.GetValueOrDefault(address);
        if (known?.IsFresh(keyId, now) == true)
            return Named(known.Keys, keyId);
        var keys = await outside.GetAsync(address, cancel) is { } json
            ? new PublishedKeys(now, now, Read(json, settings).Succeeded(out var read, out _) ? read : [])
            : known is not null && now - known.ReadAt < KeptUnanswered ? known with { AskedAt = now } : new PublishedKeys(now, now, []);
        lock (guard)
            fetched[address] = keys;
        return Named(keys.Keys, keyId);
    }

    /// <summary>Reads a key set: public keys only, of a kind and size that is taken.</summary>
    internal static Outcome<IReadOnlyList<JsonWebKey>> Read(string json, SmartSettings settings)
    {
        JsonWebKeySet set;
        try
        {
            set = new JsonWebKeySet(json);
        }
        catch (ArgumentException)
        {
            return OAuthError.InvalidMetadata("The key set cannot be read.");
        }

        if (set.Keys.Count is 0 or > MostKeys)
            return OAuthError.InvalidMetadata($"A key set has 1 to {MostKeys} keys.");
        if (set.Keys.Any(key => key.HasPrivateKey || key.K is not null || key.D is not null))
            return OAuthError.InvalidMetadata("The key set holds a private key. Make a new pair and send the public half only.");
        return set.Keys.Where(key => IsTaken(key, settings)).ToList() is { Count: > 0 } taken
            ? taken
            : OAuthError.InvalidMetadata($"No key is usable: RSA of at least {settings.ShortestRsaKey} bits or EC of P-384, each with a kid.");
    }

    private static IReadOnlyList<JsonWebKey> Named(IReadOnlyList<JsonWebKey> keys, string keyId) => [.. keys.Where(key => key.Kid == keyId)];

    private static bool IsTaken(JsonWebKey key, SmartSettings settings) =>
        !string.IsNullOrEmpty(key.Kid) && key.Use is null or "" or "sig"
        && (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve ? key.Crv == "P-384" : KeyLength.IsEnough(key, settings.ShortestRsaKey));

    /// <summary>What a place published when it answered last.</summary>
    /// <param name="AskedAt">When it was asked last.</param>
    /// <param name="ReadAt">When it answered last.</param>
    /// <param name="Keys">What it answered.</param>
    private sealed record PublishedKeys(DateTimeOffset AskedAt, DateTimeOffset ReadAt, IReadOnlyList<JsonWebKey> Keys)
    {
        internal bool IsFresh(string keyId, DateTimeOffset now) => now - AskedAt < AtMostEvery || (now - ReadAt < Kept && Named(Keys, keyId).Count > 0);
    }
}
