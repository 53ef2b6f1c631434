using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>Which app sends a request, proven in exactly the way it is registered for (RFC 6749 2.3, RFC 7523 2.2).</summary>
internal sealed class ClientAuthentication(RecordStore record, SignedAssertion assertions, ClientKeys keys, Issuer issuer, OAuthThrottle throttle)
{
    internal const string Public = "none";
    internal const string Basic = "client_secret_basic";
    internal const string PrivateKey = "private_key_jwt";
    internal const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    internal static readonly IReadOnlyList<string> Methods = [Public, Basic, PrivateKey];
    private const string Unknown = "The app is not known here, not approved, or has not proven itself as it is registered to.";

    /// <summary>The approved app, or <c>invalid_client</c>; or <c>slow_down</c> for who was refused too often as this app in this way.</summary>
    internal async Task<Outcome<SmartClient>> FindAsync(HttpRequest request, OAuthForm form, CancellationToken cancel)
    {
        var tried = Find(ClaimedBy(request, form)) is { } known ? $"{known.Id} by {WayOf(request, form)}" : "an unknown app";
        if (throttle.Wait(request, tried) is { } wait)
            return wait;
        var found = await ProvenAsync(request, form, cancel);
        if (found.Refusal is not null)
            throttle.Refused(request, tried);
        return found;
    }

    /// <summary>How it would prove itself: who tries secrets of an app without one does not hold up those who use it as it is registered.</summary>
    private static string WayOf(HttpRequest request, OAuthForm form) =>
        (form["client_assertion"] ?? form["client_assertion_type"]) is not null ? "assertion"
        : form["client_secret"] is not null || request.Headers.Authorization.Count > 0 ? "secret"
        : "nothing";

    /// <summary>Which app a request says to come from, proven or not; null when it does not say.</summary>
    internal string? ClaimedBy(HttpRequest request, OAuthForm form) =>
        form["client_id"] ?? (form["client_assertion"] is { } assertion ? assertions.Look(assertion)?.Issuer : Credentials(request.Headers.Authorization.ToString())?.Id);

    private async Task<Outcome<SmartClient>> ProvenAsync(HttpRequest request, OAuthForm form, CancellationToken cancel)
    {
        var header = request.Headers.Authorization.ToString();
        if (form["client_secret"] is not null)
            return OAuthError.InvalidClient("Secrets belong into the Authorization header (client_secret_basic), not into the body.");
        if (form["client_assertion"] is { } assertion)
            return header.Length > 0 ? OAuthError.InvalidRequest("One way of authentication at a time.") : await ByAssertionAsync(request, form, assertion, cancel);
        if (form["client_assertion_type"] is not null)
            return OAuthError.InvalidRequest("client_assertion is missing.");
        return header.Length > 0 ? BySecret(header, form["client_id"]) : ByNothing(form["client_id"]);
    }

    private Outcome<SmartClient> ByNothing(string? id) =>
        Find(id) is { IsApproved: true, Metadata.TokenEndpointAuthMethod: Public } client ? client : OAuthError.InvalidClient(Unknown);

    private Outcome<SmartClient> BySecret(string header, string? claimed)
    {
        if (Credentials(header) is not var (id, secret) || (claimed is not null && claimed != id))
            return OAuthError.InvalidClient(Unknown);
        return Find(id) is { IsApproved: true, Metadata.TokenEndpointAuthMethod: Basic, SecretHash: { } hash } client && IsSame(hash, Tokens.Hash(secret))
            ? client
            : OAuthError.InvalidClient(Unknown);
    }

    private static (string Id, string Secret)? Credentials(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || !"Basic".Equals(value.Scheme, StringComparison.OrdinalIgnoreCase) || value.Parameter is null)
            return null;
        var bytes = new byte[value.Parameter.Length];
        return Convert.TryFromBase64String(value.Parameter, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password]
            ? (Uri.UnescapeDataString(user.Replace('+', ' ')), Uri.UnescapeDataString(password.Replace('+', ' '))) // RFC 6749 2.3.1
            : null;
    }

    private async Task<Outcome<SmartClient>> ByAssertionAsync(HttpRequest request, OAuthForm form, string text, CancellationToken cancel)
    {
        if (form["client_assertion_type"] != AssertionType)
            return OAuthError.InvalidClient($"client_assertion_type has to be {AssertionType}.");
        if (assertions.Look(text) is not { } assertion || (form["client_id"] is { } claimed && claimed != assertion.Issuer))
            return OAuthError.InvalidClient(Unknown);
        if (Find(assertion.Issuer) is not { IsApproved: true, Metadata.TokenEndpointAuthMethod: PrivateKey } client)
            return OAuthError.InvalidClient(Unknown);
        var rule = new AssertionRule(client.Id, client.Id, issuer.TokenOf(request), (keyId, stop) => keys.FindAsync(client.Metadata, keyId, stop));
        return await assertions.UseAsync(assertion, rule, cancel) is { } refusal ? refusal : client;
    }

    /// <summary>An app by its id, whatever its state.</summary>
    internal SmartClient? Find(string? id) =>
        string.IsNullOrEmpty(id) ? null : record.Database.Read(session => session.First(SmartClient.ReadOne, SmartClient.Read, id));

    internal static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));
}
