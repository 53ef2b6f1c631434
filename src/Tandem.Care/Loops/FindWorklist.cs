using System.Globalization;
using Tandem.Care.Patients;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>Whose loops a worklist shows.</summary>
public enum WorklistView
{
    /// <summary>Those the person has taken or that climbed to the person.</summary>
    Mine,

    /// <summary>Those of one team.</summary>
    Team,

    /// <summary>All that the scope reaches.</summary>
    All,
}

/// <summary>What a worklist shows. Every part can stand in an address.</summary>
public sealed record WorklistFilter
{
    /// <summary>Whose.</summary>
    public WorklistView View { get; init; } = WorklistView.Mine;

    /// <summary>The team (reference), for <see cref="WorklistView.Team"/>; narrows <see cref="WorklistView.Mine"/> not at all.</summary>
    public string? Team { get; init; }

    /// <summary>Another person (reference) instead of the reader, for <see cref="WorklistView.Mine"/>.</summary>
    public string? Owner { get; init; }

    /// <summary>Null shows open and claimed loops; snoozed ones only when asked for. Ended loops are on no worklist.</summary>
    public LoopState? State { get; init; }

    /// <summary>Only this tier.</summary>
    public LoopTier? Tier { get; init; }

    /// <summary>Only this action.</summary>
    public string? Kind { get; init; }

    /// <summary>Only due before (exclusive).</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>Only these patients: beginnings of names, or a whole medical record number.</summary>
    public string? Patient { get; init; }

    /// <summary>Where the page begins: <see cref="WorklistRows.Next"/> of the page before; null for the first.</summary>
    public string? After { get; init; }
}

/// <summary>One page of a worklist.</summary>
/// <param name="Loops">At most fifty, highest score first.</param>
/// <param name="Next">Where the next page begins, or null at the end.</param>
/// <param name="Seq">The place in the log that the page is at least as new as.</param>
public sealed record WorklistRows(IReadOnlyList<Loop> Loops, string? Next, long Seq);

/// <summary>Reads a page of the worklist in the order of scores.</summary>
public static class FindWorklist
{
    /// <summary>Rows per page.</summary>
    public const int PageSize = 50;

    private const int MostPatients = 200;

    internal const string ReadPage =
        """
        WITH page AS MATERIALIZED (
            SELECT rank_at, id, seq FROM loops_worklist
            WHERE list = $1 AND (rank_at, id) > ($2, $3)
              AND ($4 < 0 OR tier = $4) AND ($5 < 0 OR state = $5) AND ($6 = '' OR kind = $6) AND due < $7
            ORDER BY rank_at, id LIMIT 51)
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body FROM page CROSS JOIN log l WHERE l.seq = page.seq ORDER BY page.rank_at, page.id
        """;

    /// <summary>A page of loops.</summary>
    /// <returns>The page; Invalid when <see cref="WorklistFilter.After"/> is no place.</returns>
    public static Outcome<WorklistRows> Find(RecordStore record, WorklistFilter filter, AccessScope scope)
    {
        if (scope.Reach == Reach.NoOne)
            return new WorklistRows([], null, 0);
        if (Place(filter.After) is not { } after)
            return Refusal.Invalid("The address of this page is not complete. Start again from the first page.");
        var seq = record.Signal.LastSeq;
        var loops = string.IsNullOrWhiteSpace(filter.Patient)
            ? record.Database.Read(session => Page(session, filter, scope, after))
            : record.Database.Read(session => OfPatients(session, filter, scope, after));
        var more = loops.Count > PageSize;
        if (more)
            loops.RemoveRange(PageSize, loops.Count - PageSize);
        return new WorklistRows(loops, more ? PlaceOf(loops[^1]) : null, seq);
    }

    /// <summary>The list that holds the fewest rows beside those asked for.</summary>
    internal static string ListOf(WorklistFilter filter, AccessScope scope)
    {
        var snoozed = filter.State == LoopState.Snoozed;
        var person = filter.Owner ?? scope.Actor.Reference;
        return filter.View switch
        {
            WorklistView.Mine => snoozed ? Lists.SnoozedOwner(person) : Lists.Owner(person),
            WorklistView.Team when filter.Team is { } team => snoozed ? Lists.SnoozedTeam(team)
                : filter.Kind is { } kind ? Lists.TeamKind(team, kind)
                : filter.State is { } state ? Lists.TeamState(team, state)
                : Lists.Team(team),
            _ => snoozed ? Lists.Snoozed : filter.Kind is { } kind ? Lists.Kind(kind) : Lists.All,
        };
    }

    private static List<Loop> Page(DbSession session, WorklistFilter filter, AccessScope scope, (long Rank, string Id) after) => session
        .Query(
            ReadPage,
            LoopRows.Read,
            ListOf(filter, scope),
            after.Rank,
            after.Id,
            filter.Tier is { } tier ? (int)tier : -1,
            filter.State is { } state ? (int)state : -1,
            filter.Kind ?? "",
            filter.DueBefore ?? DateTimeOffset.MaxValue)
        .ToList();

    private static List<Loop> OfPatients(DbSession session, WorklistFilter filter, AccessScope scope, (long Rank, string Id) after)
    {
        var list = ListOf(filter, scope);
        var found = new List<Loop>();
        foreach (var patient in PatientSummaries.Search(session, filter.Patient!, MostPatients))
        {
            found.AddRange(FindPatientLoops.Open(session, patient).Where(loop =>
                Lists.Of(loop).Contains(list)
                && (filter.Tier is null || loop.Tier == filter.Tier)
                && (filter.State is null || loop.State == filter.State)
                && (filter.Kind is null || loop.Action == filter.Kind)
                && (filter.DueBefore is null || loop.Due < filter.DueBefore)
                && Later(loop, after)));
        }

        return [.. found.OrderBy(LoopScore.RankAt).ThenBy(loop => loop.Id, StringComparer.Ordinal).Take(PageSize + 1)];
    }

    private static bool Later(Loop loop, (long Rank, string Id) after)
    {
        var rank = LoopScore.RankAt(loop).ToUnixTimeMilliseconds();
        return rank > after.Rank || (rank == after.Rank && string.CompareOrdinal(loop.Id, after.Id) > 0);
    }

    private static string PlaceOf(Loop loop) =>
        string.Create(CultureInfo.InvariantCulture, $"{LoopScore.RankAt(loop).ToUnixTimeMilliseconds()}.{loop.Id}");

    private static (long Rank, string Id)? Place(string? after)
    {
        if (string.IsNullOrEmpty(after))
            return (long.MinValue, "");
        var dot = after.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(after.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank)
            ? (rank, after[(dot + 1)..])
            : null;
    }
}
