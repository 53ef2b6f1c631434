using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The public keys of an app (RFC 7517): given at registration, or fetched from where it says and kept for some minutes. Thread-safe.</summary>
internal sealed class ClientKeys(OutsideWorld outside, SmartSettings settings, TimeProvider clock)
{
    private const int MostKeys = 20;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (DateTimeOffset At, IReadOnlyList<JsonWebKey> Keys)> fetched = [];
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
        (DateTimeOffset At, IReadOnlyList<JsonWebKey> Keys) known;
        bool isKnown;
        lock (guard)
            isKnown = fetched.TryGetValue(address, out known);
        var isFresh = isKnown && now - known.At < Kept && (Named(known.Keys, keyId).Count > 0 || now - known.At < AtMostEvery);
        if (isFresh)
            return Named(known.Keys, keyId);
        var keys = await outside.GetAsync(address, cancel) is { } json && Read(json, settings).Succeeded(out var read, out _) ? read : [];
        lock (guard)
            fetched[address] = (now, keys);
        return Named(keys, keyId);
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
}
