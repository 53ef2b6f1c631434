using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;

namespace Tandem.Record.Log;

/// <summary>Tells a trail of versions: for each patient whom they are about, though what is shown of them goes by the first alone.</summary>
internal static class TrailTouches
{
    /// <summary>Notes that a version was shown, or that a change made it.</summary>
    internal static void Note(this AccessTrail trail, ResourceVersion version, TouchKind kind, OwnAddresses own) => Note(trail, version, kind, OthersOf(trail, version, own));

    private static void Note(AccessTrail trail, ResourceVersion version, TouchKind kind, IReadOnlyCollection<string> others)
    {
        trail.Touched(version.Type, version.Id, version.Version, version.Patient, kind);
        foreach (var other in others)
            trail.Touched(version.Type, version.Id, version.Version, other, kind);
    }

    /// <summary>Notes that a resource was asked for and not shown.</summary>
    internal static void NoteDenied(this AccessTrail trail, ResourceVersion version, OwnAddresses own)
    {
        trail.Touched(version.Type, version.Id, 0, version.Patient, TouchKind.Denied);
        foreach (var other in OthersOf(trail, version, own))
            trail.Touched(version.Type, version.Id, 0, other, TouchKind.Denied);
    }

    /// <summary>Notes changes that are committed; of what went from one patient to another also to whom it belonged.</summary>
    internal static void Note(this AccessTrail trail, IEnumerable<Change> changes, OwnAddresses own)
    {
        foreach (var (before, after) in changes)
        {
            var now = OthersOf(trail, after, own);
            Note(trail, after, after.Deleted ? TouchKind.Delete : before is null ? TouchKind.Create : TouchKind.Update, now);
            if (before is null)
                continue;
            var (left, kind) = after.Deleted ? (after, TouchKind.Delete) : (before, TouchKind.Update);
            foreach (var patient in OthersOf(trail, before, own).Prepend(before.Patient))
            {
                if (patient is not null && patient != after.Patient && !now.Contains(patient))
                    trail.Touched(left.Type, left.Id, left.Version, patient, kind);
            }
        }
    }

    private static IReadOnlyCollection<string> OthersOf(AccessTrail trail, ResourceVersion version, OwnAddresses own) => trail.IsFollowed ? PatientOf.Others(version, own) : [];
}
