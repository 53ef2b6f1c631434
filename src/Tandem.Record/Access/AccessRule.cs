using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Access;

/// <summary>
/// Holds every change to what its scope allows, whichever way it comes. What a scope does not reach it cannot change, and the refusal is the
/// one of a resource that is not there. Nobody can move a resource out of or into what is not allowed.
/// </summary>
internal sealed class AccessRule : IWriteRule
{
    public bool Wants(string type) => true;

    public Refusal? Refuse(WriteSession session, Change change)
    {
        var scope = session.Scope;
        if (!scope.Reach.IsLimited)
            return null;
        var (before, after) = (change.Before, change.After);
        var interaction = after.Deleted ? Interactions.Delete : before is null ? Interactions.Create : Interactions.Update;
        if (!scope.May(interaction, after.Type))
            return NotAllowed(after.Type);
        if (before is not null && !scope.Allows(session.Reading, before, interaction, IsNew(session, before.Patient)))
            return NotThere(after.Type, after.Id);
        if (before is not null && !after.Deleted && HiddenParts.Of(scope.Reach) is { } hidden && !hidden.Agree(before, after))
            return HiddenParts.NotChanged(after.Type);
        return after.Deleted || (GrantQuery.IsAsked(scope.Reach, after.Type) ? session.Trying([after], Holds) : Holds()) ? null : NotAllowed(after.Type);

        bool Holds() => scope.Allows(session.Reading, after, interaction, IsNew(session, after.Patient));
    }

    /// <summary>A refusal by the role alone; it tells nothing of any resource.</summary>
    internal static Refusal NotAllowed(string type) =>
        Refusal.Forbidden($"Your role does not allow this with a {type}. Ask your administrator for a role that does.");

    /// <summary>The one answer for what is not there and for what is not reached.</summary>
    internal static Refusal NotThere(string type, string id) => Refusal.NotFound($"There is no {type} with the id {id}.");

    /// <summary>True when the patient comes into being with this very write.</summary>
    private static bool IsNew(WriteSession session, string? patient) => patient is not null
        && session.Changes.Any(change => change is { Before: null, After: { Type: "Patient", Version: 1 } after } && after.Id == patient);
}
