using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>
/// The authorization endpoint (RFC 6749 4.1.1; SMART App Launch 2.2): checks what an app asks and leads the person to the page where they answer.
/// Until app and redirect address are known to be right, errors stay here and go nowhere.
/// </summary>
internal static class BeginAuthorization
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/oauth/authorize", ["GET", "POST"], async (
        HttpContext context, ClientAuthentication clients, SealedRequests requests, Issuer issuer, CancellationToken cancel) =>
    {
        if (!(await OAuthForm.ReadAuthorizationAsync(context.Request, cancel)).Succeeded(out var form, out var refusal))
            return OAuthError.Reply(refusal, context);
        if (!FindClient(form, clients).Succeeded(out var client, out refusal))
            return OAuthError.Reply(refusal, context);
        context.Response.Headers.CacheControl = "no-store";
        return Decide(form, client, issuer.FhirOf(context.Request), requests).Succeeded(out var pending, out refusal)
            ? SeeOther($"/oauth/consent?request={Uri.EscapeDataString(requests.Seal(pending))}")
            : SeeOther(Answer(form["redirect_uri"]!, form["state"], issuer.Of(context.Request), ("error", OAuthError.CodeOf(refusal)), ("error_description", refusal.Text)));
    }).DisableAntiforgery().ExcludeFromDescription();

    /// <summary>The address of an app's answer, with state and issuer (RFC 9207).</summary>
    internal static string Answer(string redirectUri, string? state, string issuer, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var address = redirectUri;
        foreach (var (name, value) in parameters)
            address = QueryHelpers.AddQueryString(address, name, value);
        if (state is not null)
            address = QueryHelpers.AddQueryString(address, "state", state);
        return QueryHelpers.AddQueryString(address, "iss", issuer);
    }

    internal static IResult SeeOther(string address) => new Redirect303(address);

    private static Outcome<SmartClient> FindClient(OAuthForm form, ClientAuthentication clients)
    {
        if (clients.Find(form["client_id"]) is not { IsApproved: true, Metadata.ActsForPeople: true } client)
            return OAuthError.InvalidRequest("The app is not known here, or not approved.");
        return form["redirect_uri"] is { } redirect && client.Metadata.RedirectUris.Contains(redirect, StringComparer.Ordinal)
            ? client
            : OAuthError.InvalidRequest("redirect_uri is not one of those that the app is registered with.");
    }

    private static Outcome<PendingAuthorization> Decide(OAuthForm form, SmartClient client, string fhir, SealedRequests requests)
    {
        if (form["request"] is not null || form["request_uri"] is not null)
            return OAuthError.Make(form["request"] is not null ? "request_not_supported" : "request_uri_not_supported", "Request objects are not taken.");
        if (form["response_type"] is not "code")
            return OAuthError.Make(form["response_type"] is null ? "invalid_request" : "unsupported_response_type", "response_type has to be code.");
        if (form["response_mode"] is not (null or "query"))
            return OAuthError.InvalidRequest("response_mode has to be query.");
        if (form["state"] is not { Length: >= 8 and <= 1000 } state)
            return OAuthError.InvalidRequest("state is needed, 8 to 1000 characters that nobody can guess.");
        if (form["code_challenge_method"] is not "S256" || form["code_challenge"] is not { Length: 43 } challenge || !challenge.All(IsUrlSafe))
            return OAuthError.InvalidRequest("PKCE is needed: code_challenge with code_challenge_method=S256.");
        if (form["aud"]?.TrimEnd('/') != fhir)
            return OAuthError.InvalidRequest("aud has to be the address of this FHIR interface.");
        if (form["resource"] is { } resource && resource.TrimEnd('/') != fhir)
            return OAuthError.InvalidTarget("resource has to be the address of this FHIR interface.");
        if (form["nonce"] is { Length: > 500 })
            return OAuthError.InvalidRequest("nonce is too long.");
        if (form["prompt"] is { } prompt && prompt.Split(' ').Contains("none"))
            return OAuthError.Make("interaction_required", "The person is always asked.");
        return ScopesOf(form, client).Then<PendingAuthorization>(scopes =>
            LaunchOf(form, client, scopes, requests).Then<PendingAuthorization>(launch =>
                new PendingAuthorization(client.Id, form["redirect_uri"]!, scopes.ToString(), state, challenge, form["nonce"]) { Launch = launch.Context }));
    }

    private static Outcome<ScopeSet> ScopesOf(OAuthForm form, SmartClient client)
    {
        if (!ScopeSet.Parse(form.Required("scope")).Succeeded(out var scopes, out var refusal))
            return refusal;
        if (scopes.IsEmpty)
            return OAuthError.InvalidScope("scope is needed.");
        if (!client.Metadata.Scopes.Covers(scopes))
            return OAuthError.InvalidScope("The app asks for more than it is registered for.");
        if (scopes.Has("fhirUser") && !scopes.Has("openid"))
            return OAuthError.InvalidScope("fhirUser goes with openid.");
        return scopes.Has("offline_access") && scopes.Has("online_access")
            ? OAuthError.InvalidScope("Either offline_access or online_access.")
            : scopes;
    }

    private static Outcome<Launch> LaunchOf(OAuthForm form, SmartClient client, ScopeSet scopes, SealedRequests requests)
    {
        if (form["launch"] is not { } text)
            return scopes.Has("launch") ? OAuthError.InvalidRequest("The scope launch goes with the launch parameter that the hub hands out.") : new Launch(null);
        if (!scopes.Has("launch") || requests.OpenLaunch(text) is not { } launch || launch.Client != client.Id)
            return OAuthError.InvalidRequest("The launch does not work: it is too old, of another app, or was asked for without the scope launch.");
        return new Launch(launch);
    }

    private static bool IsUrlSafe(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    private sealed record Launch(LaunchContext? Context);

    /// <summary>See other: what was posted is not posted again there.</summary>
    private sealed class Redirect303(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}
