using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The token endpoint (RFC 6749 3.2): codes, refresh tokens and the proof of a service become access tokens.</summary>
internal static class ExchangeToken
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/oauth/token", async (HttpContext context, TokenDesk desk, CancellationToken cancel) =>
    {
        var answer = await HandleAsync(context.Request, desk, cancel);
        return answer.Succeeded(out var tokens, out var refusal) ? OAuthError.Json(context, tokens) : OAuthError.Reply(refusal, context);
    }).ExcludeFromDescription();

    internal static async Task<Outcome<TokenAnswer>> HandleAsync(HttpRequest request, TokenDesk desk, CancellationToken cancel)
    {
        if (!(await OAuthForm.ReadAsync(request, cancel)).Succeeded(out var form, out var refusal))
            return refusal;
        AccessTrail.Current.Asked($"grant_type={Uri.EscapeDataString(form.Required("grant_type"))}&client_id={Uri.EscapeDataString(desk.Authentication.ClaimedBy(request, form) ?? "")}");
        if (!(await FindClientAsync(request, form, desk, cancel)).Succeeded(out var client, out refusal))
            return refusal;
        var type = form.Required("grant_type");
        if (type is not ("authorization_code" or "refresh_token" or "client_credentials"))
            return type.Length == 0 ? OAuthError.InvalidRequest("grant_type is missing.") : OAuthError.UnsupportedGrantType("This grant_type is not offered.");
        if (!client.Metadata.GrantTypes.Contains(type))
            return OAuthError.UnauthorizedClient("The app is not registered for this grant_type.");
        var tried = (form["refresh_token"] ?? form["code"]) is { } secret ? Tokens.Hash(secret) : client.Id;
        if (desk.Throttle.Wait(request, tried) is { } wait)
            return wait;
        var answer = type switch
        {
            "authorization_code" => await ExchangeCode.HandleAsync(request, client, form, desk, cancel),
            "refresh_token" => await RefreshTokens.HandleAsync(request, client, form, desk, cancel),
            _ => await GrantService.HandleAsync(client, form, desk, cancel),
        };
        if (answer.Refusal is not null)
            desk.Throttle.Refused(request, tried);
        return type == "client_credentials" ? answer : answer.Then<TokenAnswer>(tokens => tokens with { SmartStyleUrl = desk.IdTokens.IssuerOf(request) + AppStyle.Path });
    }

    /// <summary>An app without a secret need not name itself when it brings a refresh token, which names it (RFC 6749 6): some clients do not.</summary>
    private static Task<Outcome<SmartClient>> FindClientAsync(HttpRequest request, OAuthForm form, TokenDesk desk, CancellationToken cancel)
    {
        var isNameless = form["grant_type"] == "refresh_token" && form["client_id"] is null && form["client_assertion"] is null && form["client_secret"] is null
            && request.Headers.Authorization.Count == 0;
        return isNameless && form["refresh_token"] is { } refresh && desk.PublicClientOf(refresh) is { } client
            ? Task.FromResult<Outcome<SmartClient>>(client)
            : desk.Authentication.FindAsync(request, form, cancel);
    }
}
