using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>Tells an app that proves itself about its own tokens (RFC 7662); of anybody else's it tells nothing but that they are not active.</summary>
internal static class IntrospectToken
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/oauth/introspect", async (
        HttpContext context, TokenDesk desk, AccessTokens tokens, IdTokens people, CancellationToken cancel) =>
    {
        var answer = await HandleAsync(context.Request, desk, tokens, people, cancel);
        return answer.Succeeded(out var found, out var refusal) ? OAuthError.Json(context, found) : OAuthError.Reply(refusal, context);
    }).ExcludeFromDescription();

    private static async Task<Outcome<Answer>> HandleAsync(HttpRequest request, TokenDesk desk, AccessTokens tokens, IdTokens people, CancellationToken cancel)
    {
        if (!(await OAuthForm.ReadAsync(request, cancel)).Succeeded(out var form, out var refusal))
            return refusal;
        if (!(await desk.Authentication.FindAsync(request, form, cancel)).Succeeded(out var client, out refusal))
            return refusal;
        if (client.Metadata.TokenEndpointAuthMethod == ClientAuthentication.Public)
            return OAuthError.InvalidClient("Only an app that can prove itself may ask.");
        if (form["token"] is not { } text)
            return OAuthError.InvalidRequest("token is needed.");
        if (tokens.Find(text) is not { } token || token.Client.Id != client.Id || tokens.ScopeOf(token) is null)
            return new Answer(false);
        return new Answer(true)
        {
            Scope = token.Scopes.ToString(),
            ClientId = client.Id,
            TokenType = "Bearer",
            Iat = token.IssuedAt.ToUnixTimeSeconds(),
            Exp = token.ExpiresAt.ToUnixTimeSeconds(),
            Iss = people.IssuerOf(request),
            Sub = token.Grant.Person is { } person ? IdTokens.SubjectOf(person) : client.Id,
            Patient = token.Grant.Patient,
            FhirUser = token.Scopes.Has("fhirUser") && token.Grant.Person is { } user ? people.FhirUserOf(request, user) : null,
        };
    }

    private sealed record Answer(bool Active)
    {
        public string? Scope { get; init; }

        public string? ClientId { get; init; }

        public string? TokenType { get; init; }

        public long? Iat { get; init; }

        public long? Exp { get; init; }

        public string? Iss { get; init; }

        public string? Sub { get; init; }

        public string? Patient { get; init; }

        [System.Text.Json.Serialization.JsonPropertyName("fhirUser")]
        public string? FhirUser { get; init; }
    }
}
