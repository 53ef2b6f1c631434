using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>How many open loops stand on a list, by tier.</summary>
public sealed record LoopCount(long Red, long Orange, long Routine)
{
    /// <summary>All tiers.</summary>
    public long Total => Red + Orange + Routine;

    /// <summary>Two lists that share nothing.</summary>
    public static LoopCount operator +(LoopCount one, LoopCount other) => new(one.Red + other.Red, one.Orange + other.Orange, one.Routine + other.Routine);
}

/// <summary>The numbers beside a worklist's tabs.</summary>
/// <param name="Mine">Taken by the reader or climbed to the reader.</param>
/// <param name="MineSnoozed">The same, out of sight.</param>
/// <param name="Team">The chosen team's; nought without one.</param>
/// <param name="TeamUnclaimed">Of them, taken by nobody.</param>
/// <param name="TeamSnoozed">The team's, out of sight.</param>
/// <param name="All">Everyone's, without the snoozed ones.</param>
/// <param name="Escalated">Waiting for an answer of the reader, the reader's teams or those whom the reader stands in for.</param>
public sealed record WorklistBadges(
    LoopCount Mine, LoopCount MineSnoozed, LoopCount Team, LoopCount TeamUnclaimed, LoopCount TeamSnoozed, LoopCount All, LoopCount Escalated);

/// <summary>Reads counts that are kept with every change; only for who does not see all is counted when asked.</summary>
public static class CountLoops
{
    internal const string ReadCounts = "SELECT tier, loops FROM loops_counts WHERE list = $1";

    /// <summary>For who does not see all: what is kept counts everybody's.</summary>
    internal const string CountReached = "SELECT w.tier, COUNT(*) FROM loops_worklist w WHERE w.list = $1 /*reach Task:w.id*/ GROUP BY w.tier";

    internal const string ReadRows = "SELECT w.id, w.tier FROM loops_worklist w WHERE w.list = $1 /*reach Task:w.id*/";

    /// <summary>The badges of a reader's worklist.</summary>
    /// <param name="record">The record.</param>
    /// <param name="team">The team of the tab, or null.</param>
    /// <param name="standsInFor">Absent colleagues whose work the reader sees as their own.</param>
    /// <param name="scope">The reader.</param>
    public static WorklistBadges Badges(RecordStore record, string? team, IReadOnlyList<string> standsInFor, AccessScope scope)
    {
        var none = new LoopCount(0, 0, 0);
        if (scope.Reach == Reach.NoOne)
            return new WorklistBadges(none, none, none, none, none, none, none);
        string[] mine = [scope.Actor.Reference, .. standsInFor];
        return record.Database.Read(session => new WorklistBadges(
            Count(session, scope, [.. mine.Select(Lists.Owner)]),
            Count(session, scope, [.. mine.Select(Lists.SnoozedOwner)]),
            team is null ? none : Count(session, scope, Lists.Team(team)),
            team is null ? none : Count(session, scope, Lists.TeamState(team, LoopState.Open)),
            team is null ? none : Count(session, scope, Lists.SnoozedTeam(team)),
            Count(session, scope, Lists.All),
            mine.Concat(scope.Teams).Distinct().Select(whose => Count(session, scope, Lists.Escalated(whose))).Aggregate((one, other) => one + other)));
    }

    /// <summary>How many loops of one kind are open.</summary>
    public static LoopCount OfKind(RecordStore record, string kind, string? team, AccessScope scope) => scope.Reach == Reach.NoOne
        ? new LoopCount(0, 0, 0)
        : record.Database.Read(session => Count(session, scope, team is null ? Lists.Kind(kind) : Lists.TeamKind(team, kind)));

    /// <summary>What stands on each of the reader's own teams' lists, the team most in need first: critical loops first, then all; the first of equals.</summary>
    public static IReadOnlyList<(string Team, LoopCount Count)> OwnTeams(RecordStore record, AccessScope scope) => scope.Reach == Reach.NoOne
        ? []
        : record.Database.Read<IReadOnlyList<(string, LoopCount)>>(session =>
            [.. scope.Teams.Select(team => (Team: team, Count: Count(session, scope, Lists.Team(team)))).OrderByDescending(team => team.Count.Red).ThenByDescending(team => team.Count.Total)]);

    /// <summary>Of several people's lists: what stands on two of them counts once.</summary>
    private static LoopCount Count(DbSession session, AccessScope scope, string[] lists)
    {
        if (lists.Length == 1)
            return Count(session, scope, lists[0]);
        var tiers = lists.SelectMany(list => session.QueryWithin(scope, ReadRows, row => (Id: row.Text(0), Tier: row.Integer(1)), list))
            .DistinctBy(row => row.Id).ToLookup(row => row.Tier);
        return new LoopCount(tiers[0].Count(), tiers[1].Count(), tiers[2].Count());
    }

    private static LoopCount Count(DbSession session, AccessScope scope, string list)
    {
        var count = new long[3];
        var sql = scope.Reach.IsLimited ? CountReached : ReadCounts;
        foreach (var (tier, loops) in session.QueryWithin(scope, sql, row => (Tier: row.Integer(0), Loops: row.Integer(1)), list))
            count[tier] = loops;
        return new LoopCount(count[0], count[1], count[2]);
    }
}
