using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Requests to the authorization endpoint that may not lead to the page of consent.</summary>
internal static class AuthorizationAttempts
{
    /// <summary>Nothing is known of who asks, or of where the answer goes: the error stays with the hub.</summary>
    private static readonly (string Name, Action<Dictionary<string, string>, SmartHub> Change)[] StayHere =
    [
        ("no client_id", (request, _) => request.Remove("client_id")),
        ("an unknown client_id", (request, _) => request["client_id"] = "nobody"),
        ("a service's client_id", (request, hub) => request["client_id"] = hub.Service.Id),
        ("another app's client_id", (request, hub) => request["client_id"] = hub.OtherPublic.Id),
        ("no redirect_uri", (request, _) => request.Remove("redirect_uri")),
        ("a redirect_uri elsewhere", (request, _) => request["redirect_uri"] = "https://evil.example.net/callback"),
        ("a redirect_uri with a longer path", (request, _) => request["redirect_uri"] = SmartHub.Redirect + "/more"),
        ("a redirect_uri with a shorter path", (request, _) => request["redirect_uri"] = "https://app.example.org/"),
        ("a redirect_uri with a query", (request, _) => request["redirect_uri"] = SmartHub.Redirect + "?x=1"),
        ("a redirect_uri with a fragment", (request, _) => request["redirect_uri"] = SmartHub.Redirect + "#x"),
        ("a redirect_uri in capitals", (request, _) => request["redirect_uri"] = "https://APP.example.org/callback"),
        ("a redirect_uri with a port", (request, _) => request["redirect_uri"] = "https://app.example.org:443/callback"),
        ("a redirect_uri with a user name", (request, _) => request["redirect_uri"] = "https://app.example.org@evil.example.net/callback"),
        ("a redirect_uri of a subdomain", (request, _) => request["redirect_uri"] = "https://x.app.example.org/callback"),
        ("a redirect_uri without encryption", (request, _) => request["redirect_uri"] = "http://app.example.org/callback"),
        ("a redirect_uri that climbs", (request, _) => request["redirect_uri"] = "https://app.example.org/x/../callback"),
        ("a redirect_uri of another app", (request, _) => request["redirect_uri"] = "https://other.example.org/cb"),
        ("a redirect_uri of script", (request, _) => request["redirect_uri"] = "javascript:alert(1)"),
    ];

    /// <summary>The app is told by its address, with its state.</summary>
    private static readonly (string Name, string Error, Action<Dictionary<string, string>, SmartHub> Change)[] GoBack =
    [
        ("no response_type", "invalid_request", (request, _) => request.Remove("response_type")),
        ("response_type token", "unsupported_response_type", (request, _) => request["response_type"] = "token"),
        ("response_type id_token", "unsupported_response_type", (request, _) => request["response_type"] = "id_token"),
        ("response_type code token", "unsupported_response_type", (request, _) => request["response_type"] = "code token"),
        ("response_mode fragment", "invalid_request", (request, _) => request["response_mode"] = "fragment"),
        ("response_mode form_post", "invalid_request", (request, _) => request["response_mode"] = "form_post"),
        ("no state", "invalid_request", (request, _) => request.Remove("state")),
        ("a state that can be guessed", "invalid_request", (request, _) => request["state"] = "1"),
        ("a state without end", "invalid_request", (request, _) => request["state"] = new string('s', 1001)),
        ("no code_challenge", "invalid_request", (request, _) => request.Remove("code_challenge")),
        ("no code_challenge_method", "invalid_request", (request, _) => request.Remove("code_challenge_method")),
        ("code_challenge_method plain", "invalid_request", (request, _) => request["code_challenge_method"] = "plain"),
        ("code_challenge_method s256", "invalid_request", (request, _) => request["code_challenge_method"] = "s256"),
        ("a short code_challenge", "invalid_request", (request, _) => request["code_challenge"] = "abc"),
        ("a long code_challenge", "invalid_request", (request, _) => request["code_challenge"] += "a"),
        ("a code_challenge with padding", "invalid_request", (request, _) => request["code_challenge"] = request["code_challenge"][..42] + "="),
        ("no aud", "invalid_request", (request, _) => request.Remove("aud")),
        ("aud of another server", "invalid_request", (request, _) => request["aud"] = "https://fhir.example.net/fhir"),
        ("aud of the issuer", "invalid_request", (request, hub) => request["aud"] = hub.Address),
        ("aud with a longer path", "invalid_request", (request, hub) => request["aud"] = hub.Fhir + "/Patient"),
        ("resource of another server", "invalid_target", (request, _) => request["resource"] = "https://fhir.example.net/fhir"),
        ("no scope", "invalid_scope", (request, _) => request.Remove("scope")),
        ("an unknown scope", "invalid_scope", (request, _) => request["scope"] += " everything"),
        ("a scope of an unknown type", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Nothing.rs"),
        ("a scope beyond the registration", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/*.cruds"),
        ("a v1 scope beyond the registration", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/*.write"),
        ("a scope of a system", "invalid_scope", (request, _) => request["scope"] = "system/*.rs"),
        ("a scope of a user beyond the registration", "invalid_scope", (request, _) => request["scope"] = "user/*.rs"),
        ("letters in another order", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Observation.sr"),
        ("a letter twice", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Observation.rr"),
        ("a scope without letters", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Observation."),
        ("two spaces between scopes", "invalid_scope", (request, _) => request["scope"] = "launch/patient  patient/*.rs"),
        ("a scope with a quote", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/*.rs\""),
        ("a narrowed scope that cannot be followed", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Observation.rs?nothing=1"),
        ("a narrowed scope with another value", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/Observation.cud?category=laboratory patient/Patient.c"),
        ("fhirUser without openid", "invalid_scope", (request, _) => request["scope"] = "launch/patient patient/*.rs fhirUser"),
        ("offline and online access", "invalid_scope", (request, _) => request["scope"] += " online_access"),
        ("the scope launch without a launch", "invalid_request", (request, _) => request["scope"] += " launch"),
        ("a launch without the scope", "invalid_request", (request, hub) => request["launch"] = hub.Launch()),
        ("a launch that nobody handed out", "invalid_request", (request, _) => (request["scope"], request["launch"]) = ("launch patient/*.rs", "12345678")),
        ("a launch of another app", "invalid_request", (request, hub) => (request["scope"], request["launch"]) = ("launch patient/*.rs", hub.Launch(hub.OtherPublic.Id))),
        ("a request object", "request_not_supported", (request, _) => request["request"] = "eyJhbGciOiJub25lIn0.e30."),
        ("a request object elsewhere", "request_uri_not_supported", (request, _) => request["request_uri"] = "https://app.example.org/request"),
        ("prompt none", "interaction_required", (request, _) => request["prompt"] = "none"),
    ];

    internal static IEnumerable<OAuthAttempt> All =>
    [
        .. StayHere.Select(one => new OAuthAttempt("authorize: " + one.Name, async hub =>
        {
            using var reply = await hub.AskAsync(Changed(hub, one.Change));
            return reply.StatusCode == HttpStatusCode.BadRequest && reply.Headers.Location is null ? null : $"{reply.StatusCode} {reply.Headers.Location}";
        })),
        .. GoBack.Select(one => new OAuthAttempt("authorize: " + one.Name, async hub =>
        {
            var request = Changed(hub, one.Change);
            using var reply = await hub.AskAsync(request);
            return Told(reply, request, hub, one.Error);
        })),
        .. new[] { "client_id", "redirect_uri", "scope", "state", "aud", "code_challenge" }.Select(name => new OAuthAttempt($"authorize: {name} twice", async hub =>
        {
            var address = QueryHelpers.AddQueryString("/oauth/authorize", hub.Request()!);
            using var reply = await hub.AskAsync(QueryHelpers.AddQueryString(address, name, hub.Request()[name]));
            return reply.StatusCode == HttpStatusCode.BadRequest ? null : $"{reply.StatusCode}";
        })),
        new("authorize: a launch of yesterday", async hub =>
        {
            var request = hub.Request();
            (request["scope"], request["launch"]) = ("launch patient/*.rs", hub.Launch());
            await hub.PassAsync(TimeSpan.FromMinutes(6));
            using var reply = await hub.AskAsync(request);
            return Told(reply, request, hub, "invalid_request");
        }),
        new("authorize: an app that waits for approval", hub => OfStatusAsync(hub, "pending")),
        new("authorize: an app that was declined", hub => OfStatusAsync(hub, "declined")),
        new("authorize: an app that was disabled", hub => OfStatusAsync(hub, "disabled")),
    ];

    private static async Task<string?> OfStatusAsync(SmartHub hub, string status)
    {
        var (client, _) = await hub.AddAsync(hub.Public.Metadata, status);
        using var reply = await hub.AskAsync(hub.Request(client));
        return reply.StatusCode == HttpStatusCode.BadRequest ? null : $"{reply.StatusCode}";
    }

    private static Dictionary<string, string> Changed(SmartHub hub, Action<Dictionary<string, string>, SmartHub> change)
    {
        var request = hub.Request();
        change(request, hub);
        return request;
    }

    private static string? Told(HttpResponseMessage reply, Dictionary<string, string> request, SmartHub hub, string error)
    {
        var location = reply.Headers.Location?.OriginalString ?? "";
        var told = QueryHelpers.ParseQuery(location.Contains('?', StringComparison.Ordinal) ? location[location.IndexOf('?', StringComparison.Ordinal)..] : "");
        var isRight = reply.StatusCode == HttpStatusCode.SeeOther && location.StartsWith(SmartHub.Redirect + "?", StringComparison.Ordinal) && told.GetValueOrDefault("error") == error
            && !told.ContainsKey("code") && told.GetValueOrDefault("iss") == hub.Address && told.GetValueOrDefault("state").ToString() == request.GetValueOrDefault("state", "");
        return isRight ? null : $"{reply.StatusCode} {location}";
    }
}
