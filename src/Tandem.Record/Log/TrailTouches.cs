using Tandem.Kernel.Actors;

namespace Tandem.Record.Log;

/// <summary>Tells a trail of versions.</summary>
internal static class TrailTouches
{
    /// <summary>Notes that a version was shown or denied, or that a change made it.</summary>
    internal static void Note(this AccessTrail trail, ResourceVersion version, TouchKind kind) =>
        trail.Touched(version.Type, version.Id, version.Version, version.Patient, kind);

    /// <summary>Notes changes that are committed; of what went from one patient to another also to whom it belonged.</summary>
    internal static void Note(this AccessTrail trail, IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            trail.Note(change.After, change.After.Deleted ? TouchKind.Delete : change.Before is null ? TouchKind.Create : TouchKind.Update);
            if (change.Before is { Patient: { } patient } before && patient != change.After.Patient)
                trail.Note(before, TouchKind.Update);
        }
    }
}
