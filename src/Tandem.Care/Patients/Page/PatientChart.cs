using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>How much of the past a reader asks for.</summary>
public enum NewsSpan
{
    /// <summary>Since the reader's look before this sitting; 72 hours when there was none.</summary>
    LastLook,

    /// <summary>The last 72 hours.</summary>
    ThreeDays,

    /// <summary>The last 30 days.</summary>
    Month,
}

/// <summary>What a reader chose on a patient's page; all of it stands in the address.</summary>
/// <param name="News">Since when changes are shown.</param>
/// <param name="Kind">The sort of timeline entries, or null for all.</param>
/// <param name="Before">Where the timeline's page begins.</param>
/// <param name="AllLoops">True to show every ended loop too.</param>
/// <param name="IsLive">True when an open page is read again.</param>
internal sealed record ChartView(NewsSpan News, string? Kind, TimelinePlace Before, bool AllLoops, bool IsLive);

/// <summary>One loop with what it rests on and every step.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Steps">Oldest first.</param>
/// <param name="Fact">The fact that opened it, as the timeline tells it; null when it is not there any more.</param>
/// <param name="Evidence">What closed it, or null.</param>
public sealed record LoopChain(Loop Loop, IReadOnlyList<LoopStep> Steps, TimelineEntry? Fact, TimelineEntry? Evidence);

/// <summary>Everything that a patient's page shows.</summary>
public sealed record PatientChart
{
    public required string Id { get; init; }

    public required PatientBanner Banner { get; init; }

    /// <summary>Changes are shown from here on.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>True when <see cref="Since"/> is the reader's own last look.</summary>
    public required bool SinceLook { get; init; }

    public required Changes Changes { get; init; }

    /// <summary>Open loops, the first due first.</summary>
    public required IReadOnlyList<Loop> Open { get; init; }

    /// <summary>Loops with their chains: the open ones and the latest ended.</summary>
    public required IReadOnlyList<LoopChain> Chains { get; init; }

    /// <summary>Ended loops that are not among <see cref="Chains"/>.</summary>
    public required int MoreLoops { get; init; }

    public required IReadOnlyList<ResultSeries> Results { get; init; }

    /// <summary>Values before a correction or cancellation, by the id of the result.</summary>
    public required IReadOnlyDictionary<string, string> Was { get; init; }

    public required IReadOnlyList<PatientFact> Stays { get; init; }

    public required IReadOnlyList<PatientFact> Medicines { get; init; }

    public required IReadOnlyList<PatientFact> Conditions { get; init; }

    public required IReadOnlyList<PatientFact> Allergies { get; init; }

    public required TimelinePage Timeline { get; init; }

    public required DisplayNames Names { get; init; }

    /// <summary>The patient's own zone, or null for the site's.</summary>
    public string? Zone => Banner.Zone;
}

/// <summary>Reads everything that a patient's page shows, from projections; only the patient, the loops and corrected values are parsed.</summary>
internal static class ReadPatientChart
{
    internal static readonly TimeSpan FirstNews = TimeSpan.FromHours(72);
    private const int EndedShown = 3;
    private const int MostFacts = 12;
    private const int TrendLength = 12;
    private const int LiveReserve = 60;

    /// <returns>The chart; NotFound, Gone or Forbidden with a sentence.</returns>
    internal static async Task<Outcome<PatientChart>> HandleAsync(
        string id, ChartView view, AccessScope scope, RecordStore record, DateTimeOffset now, CancellationToken cancel)
    {
        if (scope.Reach == Reach.NoOne)
        {
            scope.Trail.Touched("Patient", id, 0, id, TouchKind.Denied);
            return Refusal.Forbidden(PatientWords.NoAccess);
        }

        if (!record.Read("Patient", id, scope).Succeeded(out var patient, out var refusal))
            return refusal;
        var look = record.Database.Read(session => PatientLooks.Find(session, id, scope));
        if (!view.IsLive)
            look = await PatientLooks.RememberAsync(record, look, id, scope, now, cancel);
        var (since, sinceLook) = Since(view.News, look, now);
        var banner = PatientBanner.Of(patient, record.Own);
        var loops = FindPatientLoops.Find(record, id, scope);
        var open = loops.Where(loop => loop.IsOpen).OrderBy(loop => loop.Due).ToList();
        var ended = loops.Where(loop => !loop.IsOpen).ToList();
        var shown = open.Concat(view.AllLoops ? ended : ended.Take(EndedShown)).ToList();
        var chains = shown.ConvertAll(loop => ChainOf(loop, record, scope));
        return record.Database.Snapshot(session =>
        {
            var results = FindResults.Latest(session, id, TrendLength, scope);
            return new PatientChart
            {
                Id = id,
                Banner = banner,
                Since = since,
                SinceLook = sinceLook,
                Changes = FindChanges.Since(session, id, since, scope),
                Open = open,
                Chains = chains,
                MoreLoops = open.Count + ended.Count - shown.Count,
                Results = results,
                Was = WasBefore(session, results.Select(series => series.Newest)),
                Stays = Facts(session, scope, id, PatientFactProjection.Stay),
                Medicines = Facts(session, scope, id, PatientFactProjection.Medicine),
                Conditions = Facts(session, scope, id, PatientFactProjection.Condition),
                Allergies = Facts(session, scope, id, PatientFactProjection.Allergy),
                Timeline = FindTimeline.Page(session, id, view.Kind, view.Before, view.IsLive ? LiveReserve : 0, scope),
                Names = new DisplayNames(record, scope),
            };
        });
    }

    /// <summary>Since when changes are news, and whether that is the reader's own look.</summary>
    internal static (DateTimeOffset Since, bool IsLook) Since(NewsSpan news, Look? look, DateTimeOffset now) => news switch
    {
        NewsSpan.Month => (now - TimeSpan.FromDays(30), false),
        NewsSpan.LastLook when look?.Before is { } before => (before, true),
        _ => (now - FirstNews, false),
    };

    /// <summary>The values before, of those that were corrected or cancelled.</summary>
    internal static Dictionary<string, string> WasBefore(DbSession session, IEnumerable<ResultRow> rows)
    {
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.Version > 1 && (row.IsCorrected || !row.Stands)).Take(20))
        {
            if (FindResults.ValueBefore(session, row) is { } was)
                before[row.Id] = was;
        }

        return before;
    }

    private static List<PatientFact> Facts(DbSession session, AccessScope scope, string id, string kind) =>
        session.QueryWithin(scope, PatientFactProjection.ReadNewest, PatientFactProjection.Read, id, kind, MostFacts);

    private static LoopChain ChainOf(Loop loop, RecordStore record, AccessScope scope) => new(
        loop,
        FindPatientLoops.Steps(record, loop.Id, scope),
        EntryOf(loop.Focus, record, scope),
        loop.Outputs.LastOrDefault(output => output.Kind == LoopOutput.Closing) is { } evidence ? EntryOf(evidence.Reference, record, scope) : null);

    private static TimelineEntry? EntryOf(string reference, RecordStore record, AccessScope scope)
    {
        var parts = reference.Split('/');
        if (parts.Length < 2 || !record.Read(parts[0], parts[1], scope).Succeeded(out var version, out _))
            return null;
        return TimelineReading.Read(version).LastOrDefault() is { } entry
            ? entry with { Recorded = version.At, Version = version.Version, Source = version.Source, Type = version.Type, Id = version.Id }
            : null;
    }
}
