using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Care.Patients;

/// <summary>What changed since a moment: what a reader must see, and how much there was beside it.</summary>
/// <param name="Entries">The weightiest first, then the latest.</param>
/// <param name="UsualResults">New results within their range.</param>
/// <param name="Others">Other new entries.</param>
public sealed record Changes(IReadOnlyList<Changed> Entries, int UsualResults, int Others);

/// <summary>A change.</summary>
/// <param name="Entry">What the timeline tells of it.</param>
/// <param name="Was">The value before a correction or cancellation, or null.</param>
public sealed record Changed(TimelineEntry Entry, string? Was);

/// <summary>Finds what changed for a patient since a moment: by when it was recorded, not by when it happened.</summary>
internal static class FindChanges
{
    private const int Most = 300;

    /// <summary>Looks through the patient's entries, which lie side by side: an index by when they were recorded would be written with every change and read with some pages.</summary>
    internal const string ReadRecorded =
        $"""
        SELECT {TimelineProjection.Columns} FROM patients_timeline t
        WHERE t.patient = $1 AND t.recorded > $2 /*reach seq:t.seq*/ ORDER BY recorded DESC LIMIT $3
        """;

    internal const string ReadResult =
        $"SELECT {ResultProjection.Columns} FROM patients_results WHERE patient = $1 AND id = $2 AND at = $3 ORDER BY code, unit LIMIT 1";

    internal static Changes Since(DbSession session, string patient, DateTimeOffset since, AccessScope scope)
    {
        var latest = Latest(session.QueryWithin(scope, ReadRecorded, TimelineProjection.Read, patient, since, Most));
        var shown = latest.Where(Matters).OrderByDescending(Weight).ThenByDescending(entry => entry.At).DistinctBy(AnalyteOrEntry).ToList();
        var usual = latest.Count(entry => entry.Event == "result" && !Matters(entry));
        var others = latest.Count(entry => entry.Event is not ("result" or "report" or "loop-opened") && !Matters(entry));
        return new Changes([.. shown.Select(entry => new Changed(entry, WasBefore(session, patient, entry)))], usual, others);
    }

    /// <summary>One entry of each resource: of an admission and its discharge the later.</summary>
    internal static IReadOnlyList<TimelineEntry> Latest(IEnumerable<TimelineEntry> entries) =>
        [.. entries.GroupBy(entry => (entry.Type, entry.Id)).Select(group => group.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Key, StringComparer.Ordinal).First())];

    /// <summary>True for what a reader must not miss.</summary>
    internal static bool Matters(TimelineEntry entry) => entry.Event switch
    {
        "result" => ResultFlags.IsOutside(entry.Flag) || IsRevised(entry),
        "report" => IsRevised(entry) && entry.Status is "cancelled" or "entered-in-error",
        "admitted" or "discharged" or "emergency" or "emergency-left" or "stay-cancelled" or "died" => true,
        "condition" or "allergy" or "prescribed" or "medication-stated" => true,
        "loop-closed" or "loop-withdrawn" => true,
        "appointment" => entry.Status is "noshow" or "cancelled",
        _ => false,
    };

    /// <summary>Of several values of one analyte the weightiest and newest stands for all; a revised one always stands for itself.</summary>
    private static string AnalyteOrEntry(TimelineEntry entry) =>
        entry is { Event: "result", Code: { } code } && !IsRevised(entry) ? code : entry.Key;

    internal static bool IsRevised(TimelineEntry entry) => entry.Status is "corrected" or "amended" or "cancelled" or "entered-in-error";

    private static int Weight(TimelineEntry entry) => entry.Event switch
    {
        "died" => 9,
        "result" when ResultFlags.Weight(entry.Flag) >= 3 && entry.Status is not ("cancelled" or "entered-in-error") => 8,
        "result" when IsRevised(entry) => 7,
        "admitted" or "discharged" or "emergency" or "emergency-left" or "stay-cancelled" => 6,
        "result" => 5,
        _ => 1,
    };

    private static string? WasBefore(DbSession session, string patient, TimelineEntry entry) =>
        entry.Event == "result" && IsRevised(entry) && session.First(ReadResult, ResultProjection.Read, patient, entry.Id, entry.At) is { } now
            ? FindResults.ValueBefore(session, now)
            : null;
}
