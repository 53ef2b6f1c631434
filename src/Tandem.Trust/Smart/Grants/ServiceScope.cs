using Tandem.Kernel.Actors;
using Tandem.Trust.Access;

namespace Tandem.Trust.Smart;

/// <summary>What a service reaches before its token narrows it.</summary>
internal static class ServiceScope
{
    internal const string Purpose = "HSYSADMIN";
    internal const string Role = "service";

    /// <summary>
    /// The patients of its organisation; everybody's for a service that an administrator approved for the region. One that was approved in a person's role
    /// (researcher, integration engineer) reaches what the policy of the role lets it.
    /// </summary>
    internal static AccessScope OfService(this AccessScopes scopes, SmartClient client)
    {
        var (actor, role) = (new Actor($"Device/{client.Id}", client.Name), client.Role ?? Role);
        if (role != Role)
            return scopes.Of(new Member(actor.Reference, actor.Display, role, client.Organization, [], Purpose));
        return client.Organization is { } organization
            ? scopes.OfSystem(actor, organization, role, Purpose)
            : new AccessScope(actor, null, role, Purpose, Reach.Everyone);
    }
}
