using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>
/// An identity provider tells that somebody signed out there, or was locked out: the sessions that began with it end at once (OpenID Connect Back-Channel Logout 1.0). The token
/// has to name the subject; sessions are not told apart by <c>sid</c>, so all that the provider began for the person end.
/// </summary>
internal sealed class ProviderLogout(RecordStore record, ProviderSignIn providers, Sessions sessions, TimeProvider clock)
{
    internal const string Path = "/provider-logout";
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private const int LargestBody = 32 * 1024;
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);

    /// <summary>200 when it is done, also when nobody was signed in; 400 when the token is not right.</summary>
    internal async Task<IResult> HandleAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;
        if (!context.Request.HasFormContentType || (await context.Request.ReadFormAsync(cancel))["logout_token"].ToString() is not { Length: > 0 } text)
            return Wrong("logout_token is missing.");
        if (await FindAsync(text, cancel) is not var (settings, token))
            return Wrong("The logout token is not right.");
        await record.WriteAsync<int>(
            AccessScope.System,
            session => session.Query(ProviderSettings.ReadSubject, row => row.Text(0), settings.Organization, settings.Issuer, token.Subject) is [var person]
                ? sessions.RevokeAll(session, person, open => open.Provider == settings.Organization, new Actor("Organization/" + settings.Organization, "Identity provider"))
                : 0,
            cancel);
        return Results.Ok();
    }

    private static IResult Wrong(string text) => Results.Json(new { error = "invalid_request", error_description = text }, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>The provider that signed the token for this hub, and the token; null when none did, or when it is no logout token (section 2.6).</summary>
    private async Task<(ProviderSettings Settings, JsonWebToken Token)?> FindAsync(string text, CancellationToken cancel)
    {
        foreach (var settings in providers.All())
        {
            if (await providers.ReadTokenAsync(settings, text, cancel) is { } token)
                return IsLogout(token) && providers.IsKeyEnough(settings, token) ? (settings, token) : null;
        }

        return null;
    }

    private bool IsLogout(JsonWebToken token)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return !string.IsNullOrEmpty(token.Subject) && !token.TryGetPayloadValue<string>("nonce", out _) && !string.IsNullOrEmpty(token.Id)
            && token.IssuedAt > now - Oldest && token.IssuedAt < now + Oldest
            && token.TryGetPayloadValue<JsonElement>("events", out var events) && events.ValueKind == JsonValueKind.Object && events.TryGetProperty(Event, out var told) && told.ValueKind == JsonValueKind.Object;
    }
}
