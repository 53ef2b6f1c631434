using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
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

    /// <summary>What climbed to the reader, to one of the reader's teams or to whom the reader stands in for, and waits for an answer.</summary>
    Escalated,
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

    /// <summary>Absent colleagues (references) whose work the reader sees as their own while no other <see cref="Owner"/> is asked for.</summary>
    public IReadOnlyList<string> StandsInFor { get; init; } = [];

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

    /// <summary>Where the page ends: <see cref="WorklistRows.Previous"/> of the page after it; used only without <see cref="After"/>.</summary>
    public string? Before { get; init; }
}

/// <summary>One page of a worklist.</summary>
/// <param name="Loops">At most fifty, highest score first.</param>
/// <param name="Next">Where the next page begins, or null at the end.</param>
/// <param name="Seq">The place in the log that the page is at least as new as.</param>
public sealed record WorklistRows(IReadOnlyList<Loop> Loops, string? Next, long Seq)
{
    /// <summary>Where the page before this ends, or null on the first.</summary>
    public string? Previous { get; init; }

    /// <summary>How many rows the whole list has, where reading the page has told; null otherwise.</summary>
    public long? Total { get; init; }

    /// <summary>True when more people are called as asked than were looked through: the list is not whole.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Reads a page of the worklist in the order of scores.</summary>
public static class FindWorklist
{
    /// <summary>Rows per page.</summary>
    public const int PageSize = 50;

    internal const string ReadPage =
        """
        WITH page AS MATERIALIZED (
            SELECT w.rank_at, w.id, w.seq FROM loops_worklist w
            WHERE w.list = $1 AND (w.rank_at, w.id) > ($2, $3)
              AND ($4 < 0 OR w.tier = $4) AND ($5 < 0 OR w.state = $5) AND ($6 = '' OR w.kind = $6) AND w.due < $7 /*reach Task:w.id*/
            ORDER BY w.rank_at, w.id LIMIT 51)
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM page CROSS JOIN log l WHERE l.seq = page.seq ORDER BY page.rank_at, page.id
        """;

    internal const string ReadPageBefore =
        """
        WITH page AS MATERIALIZED (
            SELECT w.rank_at, w.id, w.seq FROM loops_worklist w
            WHERE w.list = $1 AND (w.rank_at, w.id) < ($2, $3)
              AND ($4 < 0 OR w.tier = $4) AND ($5 < 0 OR w.state = $5) AND ($6 = '' OR w.kind = $6) AND w.due < $7 /*reach Task:w.id*/
            ORDER BY w.rank_at DESC, w.id DESC LIMIT 51)
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM page CROSS JOIN log l WHERE l.seq = page.seq ORDER BY page.rank_at, page.id
        """;

    /// <summary>A page of loops.</summary>
    /// <returns>The page; Invalid when <see cref="WorklistFilter.After"/> or <see cref="WorklistFilter.Before"/> is no place.</returns>
    public static Outcome<WorklistRows> Find(RecordStore record, WorklistFilter filter, AccessScope scope)
    {
        if (scope.Reach == Reach.NoOne)
            return new WorklistRows([], null, 0);
        var (after, before) = (Place(filter.After), Place(filter.Before));
        if ((after is null && !string.IsNullOrEmpty(filter.After)) || (before is null && !string.IsNullOrEmpty(filter.Before)))
            return Refusal.Invalid("The address of this page is not complete. Start again from the first page.");
        var seq = record.Signal.LastSeq;
        var rows = record.Database.Read(session => !string.IsNullOrWhiteSpace(filter.Patient)
            ? FindWorklistOfPeople.Page(session, filter, after, after is null ? before : null, scope, seq, record.Own)
            : (after is null && before is not null ? PageBefore(session, filter, before, scope, seq, record.Own) : null) ?? PageAfter(session, filter, after, scope, seq, record.Own));
        foreach (var loop in rows.Loops)
            scope.Trail.Shown(loop.Patient);
        return rows;
    }

    /// <summary>What a row of a list must meet: list, tier, state, kind, due.</summary>
    internal static DbValue[] Conditions(string list, WorklistFilter filter) =>
    [
        list,
        filter.Tier is { } tier ? (int)tier : -1,
        filter.State is { } state ? (int)state : -1,
        KeyText.Of(filter.Kind ?? ""),
        filter.DueBefore ?? DateTimeOffset.MaxValue,
    ];

    /// <summary>The lists that hold the fewest rows beside those asked for; several are read side by side.</summary>
    internal static IReadOnlyList<string> ListsOf(WorklistFilter filter, AccessScope scope)
    {
        var snoozed = filter.State == LoopState.Snoozed;
        return filter.View switch
        {
            WorklistView.Mine => [.. People(filter, scope).Select(person => snoozed ? Lists.SnoozedOwner(person) : Lists.Owner(person))],
            WorklistView.Escalated => [.. People(filter, scope).Concat(scope.Teams).Distinct().Select(Lists.Escalated)],
            WorklistView.Team when filter.Team is { } team => [snoozed ? Lists.SnoozedTeam(team)
                : filter.Kind is { } kind ? Lists.TeamKind(team, kind)
                : filter.State is { } state ? Lists.TeamState(team, state)
                : Lists.Team(team)],
            _ => [snoozed ? Lists.Snoozed : filter.Kind is { } kind ? Lists.Kind(kind) : Lists.All],
        };
    }

    private static IEnumerable<string> People(WorklistFilter filter, AccessScope scope) =>
        filter.Owner is { } owner ? [owner] : filter.StandsInFor.Prepend(scope.Actor.Reference);

    private static WorklistRows PageAfter(DbSession session, WorklistFilter filter, WorklistPlace? after, AccessScope scope, long seq, OwnAddresses own)
    {
        var loops = Rows(session, ReadPage, filter, after ?? new WorklistPlace(long.MinValue, ""), scope, own);
        var more = loops.Count > PageSize;
        if (more)
            loops.RemoveRange(PageSize, loops.Count - PageSize);
        return new WorklistRows(loops, more ? WorklistPlace.Of(loops[^1]).ToString() : null, seq)
        {
            Previous = after is null || loops.Count == 0 ? null : WorklistPlace.Of(loops[0]).ToString(),
        };
    }

    /// <summary>The page that ends before a place; null when the list begins within it: then it is the first page.</summary>
    private static WorklistRows? PageBefore(DbSession session, WorklistFilter filter, WorklistPlace before, AccessScope scope, long seq, OwnAddresses own)
    {
        var loops = Rows(session, ReadPageBefore, filter, before, scope, own);
        if (loops.Count <= PageSize)
            return null;
        loops.RemoveAt(0);
        return new WorklistRows(loops, WorklistPlace.Of(loops[^1]).ToString(), seq) { Previous = WorklistPlace.Of(loops[0]).ToString() };
    }

    /// <summary>The rows nearest to a place, one more than a page holds, in the order of the list.</summary>
    private static List<Loop> Rows(DbSession session, string sql, WorklistFilter filter, WorklistPlace place, AccessScope scope, OwnAddresses own)
    {
        var lists = ListsOf(filter, scope);
        var rows = new List<Loop>();
        foreach (var list in lists)
        {
            var conditions = Conditions(list, filter);
            rows.AddRange(session.QueryWithin(scope, sql, LoopRows.Loops(own), [conditions[0], place.Rank, place.Id, .. conditions[1..]]));
        }

        if (lists.Count == 1)
            return rows;
        var merged = rows.DistinctBy(loop => loop.Id).OrderBy(WorklistPlace.Of);
        return [.. sql == ReadPageBefore ? merged.TakeLast(PageSize + 1) : merged.Take(PageSize + 1)];
    }

    private static WorklistPlace? Place(string? text) => string.IsNullOrEmpty(text) ? null : WorklistPlace.Parse(text);
}
