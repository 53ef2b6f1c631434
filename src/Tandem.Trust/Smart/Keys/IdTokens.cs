using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel;

namespace Tandem.Trust.Smart;

/// <summary>Tells an app who signed in (OpenID Connect Core 2; SMART App Launch 2.2, fhirUser): signed with RS256, without a name.</summary>
internal sealed class IdTokens(SigningKeys keys, Issuer issuer, TimeProvider clock)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    private readonly JsonWebTokenHandler tokens = new() { SetDefaultTimesOnTokenCreation = false };

    internal async Task<string> MakeAsync(HttpRequest request, AppGrant grant, string? nonce, DateTimeOffset signedInAt, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = IssuerOf(request),
            ["sub"] = SubjectOf(grant.Person!),
            ["aud"] = grant.Client,
            ["iat"] = now,
            ["exp"] = now + (long)Lasts.TotalSeconds,
            ["auth_time"] = signedInAt.ToUnixTimeSeconds(),
        };
        if (nonce is not null)
            claims["nonce"] = nonce;
        if (grant.Scopes.Has("fhirUser"))
            claims["fhirUser"] = FhirUserOf(request, grant.Person!);
        return tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(await keys.CurrentAsync(cancel), SecurityAlgorithms.RsaSha256),
        });
    }

    internal string IssuerOf(HttpRequest request) => issuer.Of(request);

    internal string FhirUserOf(HttpRequest request, string person) => $"{issuer.FhirOf(request)}/{person}";

    /// <summary>A person's number towards apps: the same always, and it tells nothing.</summary>
    internal static string SubjectOf(string person) => Ids.From("smart-subject", person);
}
