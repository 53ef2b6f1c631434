using Tandem.Kernel.Actors;

namespace Tandem.Record.Log;

/// <summary>Tells a trail of versions.</summary>
internal static class TrailTouches
{
    /// <summary>Notes that a version was shown or denied, or that a change made it.</summary>
    internal static void Note(this AccessTrail trail, ResourceVersion version, TouchKind kind) =>
        trail.Touched(version.Type, version.Id, version.Version, version.Patient, kind);

    /// <summary>Notes changes that are committed.</summary>
    internal static void Note(this AccessTrail trail, IEnumerable<Change> changes)
    {
        foreach (var change in changes)
            trail.Note(change.After, change.After.Deleted ? TouchKind.Delete : change.Before is null ? TouchKind.Create : TouchKind.Update);
    }
}
