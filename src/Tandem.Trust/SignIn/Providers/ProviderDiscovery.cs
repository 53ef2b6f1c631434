using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>What an identity provider says of itself (OpenID Connect Discovery 1.0), with its keys.</summary>
internal sealed record ProviderDocument(string Issuer, Uri Authorization, Uri Token, Uri? EndSession, IReadOnlyList<SecurityKey> Keys, bool NamesIssuer, DateTimeOffset ReadAt);

/// <summary>Reads and remembers discovery documents for an hour; anew when a token is signed with a key that is not among them, at most once a minute. Thread-safe.</summary>
internal sealed class ProviderDiscovery(TimeProvider clock) : IDisposable
{
    private const int LargestDocument = 256 * 1024;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, ProviderDocument> known = new(StringComparer.Ordinal);
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = LargestDocument,
    };

    internal HttpClient Client => client;

    /// <summary>The provider's document, or null when it cannot be read or does not hold together.</summary>
    internal async Task<ProviderDocument?> FindAsync(string issuer, bool wantsNewKeys, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(issuer, out var document) && now - document.ReadAt < (wantsNewKeys ? Again : Fresh))
            return document;
        try
        {
            using var found = JsonDocument.Parse(await client.GetStringAsync(new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancel));
            var root = found.RootElement;
            if (root.GetProperty("issuer").GetString() != issuer) // OpenID Connect Discovery 4.3
                return null;
            var keys = new JsonWebKeySet(await client.GetStringAsync(Address(root, "jwks_uri") ?? throw new JsonException("There are no keys."), cancel));
            document = new ProviderDocument(
                issuer, Address(root, "authorization_endpoint") ?? throw new JsonException("There is no authorization endpoint."), Address(root, "token_endpoint") ?? throw new JsonException("There is no token endpoint."),
                Address(root, "end_session_endpoint"), [.. keys.GetSigningKeys()],
                root.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True, now);
            known[issuer] = document;
            return document;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null; // told to the person as "cannot be reached now"
        }
    }

    /// <summary>True for an address that may be asked: https, or plain http on this machine.</summary>
    internal static bool IsAllowed(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static Uri? Address(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var address) && IsAllowed(address) ? address : null;
}
