using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>
/// Tells of results as they come in, which are most of what changes, that nothing starts with them: by the change itself and the patient,
/// who is remembered. It follows the same log, so a remembered patient is as it was at the change or later. Thread-safe.
/// </summary>
internal sealed class FirstLook
{
    private const int MostPatients = 1024;
    private readonly Dictionary<string, Fact?> patients = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Forgets a patient who changed.</summary>
    internal void Follow(Change change)
    {
        if (change.After.Type != "Patient")
            return;
        lock (gate)
            patients.Remove(change.After.Id);
    }

    /// <summary>Forgets everybody.</summary>
    internal void Clear()
    {
        lock (gate)
            patients.Clear();
    }

    /// <summary>
    /// True when a change certainly starts nothing: of a type that only ever starts loops, where no step of a pathway applies to the version nor to
    /// the one before, and the resource is behind no loop. Were one of its still earlier versions what holds at the source, it would have been decided upon before.
    /// </summary>
    internal bool StartsNothing(ContentInForce content, Change change, string patient, DbSession reading, KnownCauses causes)
    {
        if (change.After.Deleted || !content.StartsOnly(change.After.Type) || (change.After.Version > 1 && (change.Before is null || content.LooksBack(change.After.Type))))
            return false;
        var person = Find(content, patient, reading);
        return !MayStart(content, person, patient, change.After) && (change.Before is null || !MayStart(content, person, patient, change.Before))
            && (change.After.Version == 1 || !causes.Hold(patient, change.After.Reference));
    }

    private static bool MayStart(ContentInForce content, Fact? person, string patient, ResourceVersion version)
    {
        var fact = new Fact(version.Type, version.Id, [new(version.RootWithin(content.Own), version.At, version.Seq)], version.At);
        return PathwayDecision.MayStart(content, new PatientFacts(patient, person is null ? [fact] : [person, fact], []), fact);
    }

    /// <summary>Reads while nobody forgets, so that what is remembered was read after the change that made it be forgotten.</summary>
    private Fact? Find(ContentInForce content, string patient, DbSession reading)
    {
        lock (gate)
        {
            if (patients.TryGetValue(patient, out var known))
                return known;
            if (patients.Count >= MostPatients)
                patients.Clear();
            return patients[patient] = PatientFactsReading.Find(reading, content, "Patient", patient);
        }
    }
}
