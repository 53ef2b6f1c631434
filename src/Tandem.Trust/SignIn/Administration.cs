using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;

namespace Tandem.Trust.SignIn;

/// <summary>
/// The acts of administrators: people, roles, organisations, teams. They change no patient's record, and administrators see none. An
/// administrator's reach is the own organisation and everything below it.
/// </summary>
public static class Administration
{
    /// <summary>The role that may.</summary>
    public const string Role = "administrator";

    /// <summary>True for administrators and for the hub's own commands.</summary>
    public static bool IsAllowed(AccessScope scope) => scope.Role is Role or "system";

    /// <summary>Why not, or null.</summary>
    public static Refusal? Refuse(AccessScope scope) =>
        IsAllowed(scope) ? null : Refusal.Forbidden("Only administrators may do this. Ask an administrator of your organisation.");

    /// <summary>The scope under which such an act is written: the hub's own reach, in the administrator's name.</summary>
    public static AccessScope Writing(AccessScope scope) => AccessScope.System with { Actor = scope.Actor };

    /// <summary>The organisations that an administrator looks after; null for all (the region's administrators and the hub's commands).</summary>
    public static IReadOnlySet<string>? Within(RecordStore record, AccessScope scope) =>
        OrganizationOf(scope) is { } own ? FindOrganizations.Within(record, own) : null;

    /// <summary>As <see cref="Within(RecordStore, AccessScope)"/>, inside a write.</summary>
    internal static IReadOnlySet<string>? Within(WriteSession session, AccessScope scope) => OrganizationOf(scope) is { } own
        ? FindOrganizations.Within(session.Reading, own)
        : null;

    /// <summary>Why an administrator may not act for an organisation, or null.</summary>
    internal static Refusal? RefuseFor(string? organization, IReadOnlySet<string>? within) => within is null || (organization is not null && within.Contains(organization))
        ? null
        : Refusal.Forbidden("This organisation is not among those you look after. Ask an administrator of the one above it.");

    /// <summary>Null for the region as a whole, which administrators of its top organisation look after too.</summary>
    private static string? OrganizationOf(AccessScope scope) =>
        scope.Role == "system" || scope.Organization is null or "Organization/" + FirstStart.Region ? null : scope.Organization.Split('/')[^1];
}
