using Tandem.Kernel.Actors;

namespace Tandem.Record.Access;

/// <summary>Whether what a scope began (a subscription, an export) is its own, when it comes back for it.</summary>
internal static class OwnWork
{
    /// <summary>
    /// True for who began it, in the role and organisation it was begun in: it holds what that scope was shown. An app comes back only to what was begun by the same leave to act for a person;
    /// a service is itself whichever of its tokens it shows, as these last minutes.
    /// </summary>
    internal static bool IsOf(AccessScope made, AccessScope scope) => WorkOwner.Of(scope).IsOf(made);
}

/// <summary>Who comes back for what was begun, for as long as an answer lasts: nothing of what it may see.</summary>
/// <param name="Actor">Reference of the person or service.</param>
/// <param name="Role">The role it acts in.</param>
/// <param name="Organization">Reference of the organisation it acts for, or null.</param>
/// <param name="Leave">What an app acts by: the grant of a person, or of a service its own; null for a person without one.</param>
internal sealed record WorkOwner(string Actor, string Role, string? Organization, string? Leave)
{
    private const string None = "-";

    internal static WorkOwner Of(AccessScope scope) => new(scope.Actor.Reference, scope.Role, scope.Organization, LeaveOf(scope));

    /// <summary>True when it began what was made with this scope (<see cref="OwnWork.IsOf"/>).</summary>
    internal bool IsOf(AccessScope made) =>
        (made.Actor.Reference, made.Role, made.Organization) == (Actor, Role, Organization)
            && (Leave is null || Leave == LeaveOf(made) || Actor.StartsWith("Device/", StringComparison.Ordinal));

    /// <summary>In one word without blanks.</summary>
    internal string ToText() => string.Join('|', ((string[])[Actor, Role, Organization ?? None, Leave ?? None]).Select(Uri.EscapeDataString));

    /// <summary>Reads what <see cref="ToText"/> wrote; null when it is something else.</summary>
    internal static WorkOwner? Read(string text) =>
        text.Split('|').Select(Uri.UnescapeDataString).ToList() is [var actor, var role, var organization, var leave]
            ? new(actor, role, organization == None ? null : organization, leave == None ? null : leave)
            : null;

    private static string? LeaveOf(AccessScope scope) => scope.Reach.IsLimited ? scope.Reach.Layers.Select(layer => layer.Authorization).FirstOrDefault(id => id is not null) : null;
}
