using Tandem.Kernel.Actors;

namespace Tandem.Record.Access;

/// <summary>Whether what a scope began (a subscription, an export) is its own, when it comes back for it.</summary>
internal static class OwnWork
{
    /// <summary>
    /// True for who began it, in the role and organisation it was begun in: it holds what that scope was shown. An app comes back only to what was begun by the same leave to act for a person;
    /// a service is itself whichever of its tokens it shows, as these last minutes.
    /// </summary>
    internal static bool IsOf(AccessScope made, AccessScope scope) =>
        (made.Actor.Reference, made.Role, made.Organization) == (scope.Actor.Reference, scope.Role, scope.Organization)
            && (LeaveOf(scope) is not { } leave || leave == LeaveOf(made) || scope.Actor.Reference.StartsWith("Device/", StringComparison.Ordinal));

    /// <summary>What an app acts by: the grant of a person, or of a service its own.</summary>
    private static string? LeaveOf(AccessScope scope) => scope.Reach.IsLimited ? scope.Reach.Layers.Select(layer => layer.Authorization).FirstOrDefault(id => id is not null) : null;
}
