using Microsoft.AspNetCore.Http;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.Access;

namespace Tandem.Trust.Smart;

/// <summary>
/// Which trusted system sends a request (CDS Hooks 2.0, trusting CDS clients): a bearer token that it signed for this very address, at most five minutes
/// old, once. Thread-safe.
/// </summary>
public sealed class SystemCallers
{
    private readonly SmartSettings settings;
    private readonly SignedAssertion assertions;
    private readonly ClientKeys keys;
    private readonly Issuer issuer;
    private readonly AccessScopes scopes;
    private readonly TimeProvider clock;

    internal SystemCallers(SmartSettings settings, SignedAssertion assertions, ClientKeys keys, Issuer issuer, AccessScopes scopes, TimeProvider clock) =>
        (this.settings, this.assertions, this.keys, this.issuer, this.scopes, this.clock) = (settings, assertions, keys, issuer, scopes, clock);

    /// <summary>The system's scope for reading these types, or why it is not let in (Unauthenticated).</summary>
    /// <param name="request">Its path is what the token has to be for.</param>
    /// <param name="types">Resource types that the answer is made of.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Outcome<AccessScope>> FindAsync(HttpRequest request, IReadOnlyList<string> types, CancellationToken cancel)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || assertions.Look(header[7..].Trim()) is not { } assertion)
            return Refusal.Unauthenticated("A signed bearer token is needed.");
        if (settings.Systems.FirstOrDefault(one => one.Issuer.Length > 0 && one.Issuer == assertion.Issuer) is not { } system)
            return Refusal.Unauthenticated("This issuer is not trusted here.");
        if (assertion.TryGetHeaderValue<string>("jku", out var place) && place != system.KeysAt)
            return Refusal.Unauthenticated("The keys are not where this issuer's keys are known to be.");
        var rule = new AssertionRule(system.Issuer, null, issuer.Of(request) + request.Path, (keyId, stop) => keys.FindAsync(system.KeysAt, keyId, stop));
        return await assertions.UseAsync(assertion, rule, cancel) is { } refusal ? Refusal.Unauthenticated(refusal.Text) : ScopeOf(system, types);
    }

    /// <summary>A system reads, and only what it asks for, of the patients of its organisation; nothing is written in its name.</summary>
    private AccessScope ScopeOf(TrustedSystem system, IReadOnlyList<string> types)
    {
        var actor = new Actor($"Device/{Ids.From("trusted-system", system.Issuer)}", system.Name.Length > 0 ? system.Name : system.Issuer);
        var all = system.Organization.Length > 0
            ? scopes.OfSystem(actor, system.Organization, ServiceScope.Role, "TREAT")
            : new AccessScope(actor, null, ServiceScope.Role, "TREAT", Reach.Everyone);
        return all.Narrow(new AccessLayer("system " + system.Issuer, [new Grant(Interactions.Look, types, Whose.Anyone)]) { At = clock.GetUtcNow() });
    }
}
