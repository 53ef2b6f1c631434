using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Identity;

/// <summary>Whom numbers point to.</summary>
/// <param name="Ids">Logical ids without repetition: none when nobody is known by them, one when it is clear, several when the numbers contradict each other.</param>
public sealed record IdentifierMatch(IReadOnlyList<string> Ids)
{
    /// <summary>The one, or null.</summary>
    public string? Only => Ids.Count == 1 ? Ids[0] : null;

    /// <summary>True when the numbers point to more than one.</summary>
    public bool IsAmbiguous => Ids.Count > 1;
}

/// <summary>Finds the patient, visit or order that is known by given numbers, exactly by system and value. Merged patients give the one they were merged into.</summary>
public static class FindPatient
{
    private const int LongestChain = 16;

    /// <summary>The patient known by any of these numbers, as the write sees the record.</summary>
    public static IdentifierMatch Find(WriteSession session, IEnumerable<(string System, string Value)> identifiers) =>
        new([.. FindByIdentifier(session.Reading, "Patient", identifiers).Ids.Select(id => Survivor(session, id)).Distinct(StringComparer.Ordinal)]);

    /// <summary>As the other, of numbers that were asked for together.</summary>
    public static IdentifierMatch Find(WriteSession session, KnownNumbers numbers, IEnumerable<(string System, string Value)> identifiers) =>
        new([.. numbers.Find("Patient", identifiers).Ids.Select(id => Survivor(session, id)).Distinct(StringComparer.Ordinal)]);

    /// <summary>The Encounter, ServiceRequest or Specimen known by any of these numbers.</summary>
    public static IdentifierMatch FindByIdentifier(DbSession reading, string type, IEnumerable<(string System, string Value)> identifiers)
    {
        var ids = new List<string>();
        foreach (var (system, value) in identifiers)
        {
            foreach (var id in reading.Query(IdentifierProjection.Find, row => row.Text(0), type, IdentifierProjection.KeyOf(system), IdentifierProjection.KeyOf(value)))
            {
                if (!ids.Contains(id))
                    ids.Add(id);
            }
        }

        return new(ids);
    }

    /// <summary>The patient that stands for this one after all merges; the id itself when it was never merged.</summary>
    public static string Survivor(WriteSession session, string patient)
    {
        for (var steps = 0; steps < LongestChain; steps++)
        {
            if (session.Find("Patient", patient) is not { Deleted: false } version || IdentifierProjection.SurvivorOf(version, session.Own) is not { } next)
                return patient;
            patient = next;
        }

        return patient;
    }
}
