using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>What an app says of itself (RFC 7591 section 2, in its JSON names). Checked by <see cref="Checked"/> before it is kept.</summary>
public sealed record ClientMetadata
{
    /// <summary>How people know it.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>Where its answers may go: exactly these.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary><c>none</c>, <c>client_secret_basic</c> or <c>private_key_jwt</c>.</summary>
    public string TokenEndpointAuthMethod { get; init; } = ClientAuthentication.Basic;

    /// <summary><c>authorization_code</c>, <c>refresh_token</c>, <c>client_credentials</c>.</summary>
    public IReadOnlyList<string> GrantTypes { get; init; } = ["authorization_code"];

    /// <summary><c>code</c> or nothing.</summary>
    public IReadOnlyList<string>? ResponseTypes { get; init; }

    /// <summary>The most it may ask for.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Its public keys.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its public keys are.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Where it begins when the hub launches it for a patient; null when it begins by itself only.</summary>
    public string? InitiateLoginUri { get; init; }

    /// <summary>A page about it.</summary>
    public string? ClientUri { get; init; }

    /// <summary>Whom to write to.</summary>
    public IReadOnlyList<string>? Contacts { get; init; }

    /// <summary>Not taken: nobody's statements about software are trusted here.</summary>
    public string? SoftwareStatement { get; init; }

    /// <summary>The scopes, read.</summary>
    internal ScopeSet Scopes => ScopeSet.Parse(Scope).Succeeded(out var scopes, out _) ? scopes : ScopeSet.None;

    /// <summary>True when it acts for people.</summary>
    internal bool ActsForPeople => GrantTypes.Contains("authorization_code");

    /// <summary>True when it acts for itself.</summary>
    internal bool IsService => GrantTypes.Contains("client_credentials");

    /// <summary>This, or what is wrong with it.</summary>
    internal Outcome<ClientMetadata> Checked(SmartSettings settings) =>
        (OfName() ?? OfGrants() ?? OfRedirects() ?? OfKeys(settings) ?? OfScopes() ?? OfPages()) is { } refusal ? refusal : this;

    private Refusal? OfName()
    {
        if (ClientName.Trim() is not { Length: >= 2 and <= 80 } || ClientName.Any(char.IsControl))
            return OAuthError.InvalidMetadata("client_name has to be a name of 2 to 80 letters.");
        return SoftwareStatement is null ? null : OAuthError.Make("unapproved_software_statement", "Software statements are not taken.");
    }

    private Refusal? OfGrants()
    {
        if (GrantTypes.Count == 0 || GrantTypes.Except(["authorization_code", "refresh_token", "client_credentials"]).Any())
            return OAuthError.InvalidMetadata("grant_types may be authorization_code with refresh_token, or client_credentials.");
        if (IsService == ActsForPeople || (IsService && GrantTypes.Contains("refresh_token")))
            return OAuthError.InvalidMetadata("An app acts either for people (authorization_code) or for itself (client_credentials).");
        if (ResponseTypes?.Except(["code"]).Any() == true || (IsService && ResponseTypes?.Count > 0))
            return OAuthError.InvalidMetadata("response_types may only be code, for authorization_code.");
        if (!ClientAuthentication.Methods.Contains(TokenEndpointAuthMethod))
            return OAuthError.InvalidMetadata($"token_endpoint_auth_method has to be one of {string.Join(", ", ClientAuthentication.Methods)}.");
        return IsService && TokenEndpointAuthMethod != ClientAuthentication.PrivateKey
            ? OAuthError.InvalidMetadata("A service proves itself with private_key_jwt.")
            : null;
    }

    private Refusal? OfRedirects()
    {
        if (ActsForPeople ? RedirectUris is not { Count: >= 1 and <= 10 } : RedirectUris.Count > 0)
            return OAuthError.InvalidRedirect("An app for people needs one to ten redirect_uris, a service none.");
        return RedirectUris.All(ClientAddress.IsRedirect) ? null : OAuthError.InvalidRedirect(
            "redirect_uris have to be https, http on 127.0.0.1 or [::1], or of a scheme of the app's own with a dot; without a fragment, user name or wildcard.");
    }

    private Refusal? OfKeys(SmartSettings settings)
    {
        if (TokenEndpointAuthMethod != ClientAuthentication.PrivateKey)
            return Jwks is null && JwksUri is null ? null : OAuthError.InvalidMetadata("Keys belong to private_key_jwt.");
        if (Jwks is null == JwksUri is null)
            return OAuthError.InvalidMetadata("private_key_jwt needs either jwks or jwks_uri.");
        if (JwksUri is not null)
            return ClientAddress.IsServer(JwksUri, settings.AllowLoopback) ? null : OAuthError.InvalidMetadata("jwks_uri has to be https.");
        return ClientKeys.Read(Jwks!.Value.GetRawText(), settings).Refusal is { } refusal ? OAuthError.InvalidMetadata(refusal.Text) : null;
    }

    private Refusal? OfScopes()
    {
        if (!ScopeSet.Parse(Scope).Succeeded(out var scopes, out var refusal))
            return OAuthError.InvalidMetadata(refusal.Text);
        if (scopes.IsEmpty)
            return OAuthError.InvalidMetadata("scope has to name what the app may ask for.");
        var isRight = IsService
            ? scopes.Resources.Count == scopes.Texts.Count && scopes.Resources.All(scope => scope.Context == ScopeContext.System)
            : scopes.Resources.All(scope => scope.Context != ScopeContext.System);
        return isRight ? null : OAuthError.InvalidMetadata("A service asks for system/ scopes only, an app for people for none of them.");
    }

    private Refusal? OfPages()
    {
        if (InitiateLoginUri is not null && (!ActsForPeople || !ClientAddress.IsPage(InitiateLoginUri)))
            return OAuthError.InvalidMetadata("initiate_login_uri has to be https.");
        if (ClientUri is not null && !ClientAddress.IsPage(ClientUri))
            return OAuthError.InvalidMetadata("client_uri has to be https.");
        return Contacts is { Count: > 5 } || Contacts?.Any(contact => contact.Length > 200 || contact.Any(char.IsControl)) == true
            ? OAuthError.InvalidMetadata("contacts are at most five short texts.")
            : null;
    }
}
