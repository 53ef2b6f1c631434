using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Loops;

/// <summary>
/// The lists of open loops in the order of their rank, what they count, their clocks, each patient's loops, and what breaks the promise.
/// </summary>
internal sealed class LoopProjection(OwnAddresses own) : IProjection
{
    /// <summary>One row per open loop and list it stands on (see <see cref="Lists"/>), in the order in which it is read.</summary>
    internal static readonly Table Worklist = new(
        "loops_worklist",
        TableKind.Rows,
        [new("list", DbKind.Text), new("rank_at", DbKind.Integer), new("id", DbKind.Text)],
        [
            new("tier", DbKind.Integer), new("state", DbKind.Integer), new("kind", DbKind.Text), new("due", DbKind.Integer), new("seq", DbKind.Integer),
        ],
        []);

    internal static readonly Table Counts = new(
        "loops_counts", TableKind.Counters, [new("list", DbKind.Text), new("tier", DbKind.Integer)], [new("loops", DbKind.Integer)], []);

    internal static readonly Table Clock = new(
        "loops_clock", TableKind.Rows, [new("next_at", DbKind.Integer), new("id", DbKind.Text)], [], []);

    internal static readonly Table OfPatient = new(
        "loops_of_patient",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("opened", DbKind.Integer), new("id", DbKind.Text)],
        [new("state", DbKind.Integer), new("rank_at", DbKind.Integer), new("seq", DbKind.Integer)],
        []);

    /// <summary>Those that climbed to somebody and wait for an answer, by whom they wait for and since when.</summary>
    internal static readonly Table Escalated = new(
        "loops_escalated", TableKind.Rows, [new("receiver", DbKind.Text), new("climbed_at", DbKind.Integer), new("id", DbKind.Text)], [new("tier", DbKind.Integer)], []);

    internal static readonly Table Unsound = new(
        "loops_unsound", TableKind.Rows, [new("id", DbKind.Text)], [new("lacks", DbKind.Text)], []);

    public string Name => "loops";

    public int Version => own.VersionOf(5);

    public IReadOnlyList<Table> Tables => [Worklist, Counts, Clock, OfPatient, Escalated, Unsound];

    public bool Wants(string type) => type == "Task";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (LoopReading.Read(version, own) is not { } loop)
            return;
        rows.Add(OfPatient, loop.Patient, loop.Opened, loop.Id, (int)loop.State, LoopScore.RankAt(loop), version.Seq);
        if (LoopClock.Next(loop) is not { } next)
            return;
        rows.Add(Clock, next, loop.Id);
        var rank = LoopScore.RankAt(loop);
        foreach (var list in Lists.Of(loop))
        {
            rows.Add(Worklist, list, rank, loop.Id, (int)loop.Tier, (int)loop.State, KeyText.Of(loop.Action), loop.Due, version.Seq);
            rows.Add(Counts, list, (int)loop.Tier, 1);
        }

        if (loop.WaitsFor is { } receiver)
            rows.Add(Escalated, KeyText.Of(receiver), loop.ClimbedAt ?? loop.Due, loop.Id, (int)loop.Tier);
        if (Lacks(loop) is { } lacks)
            rows.Add(Unsound, loop.Id, lacks);
    }

    private static string? Lacks(Loop loop)
    {
        string[] lacks =
        [
            .. loop.Team.Length == 0 ? ["owner"] : Array.Empty<string>(),
            .. loop.BackUp.Length == 0 ? ["back-up"] : Array.Empty<string>(),
            .. loop.Ladder.Count == 0 ? ["ladder"] : Array.Empty<string>(),
        ];
        return lacks.Length == 0 ? null : string.Join(", ", lacks);
    }
}

/// <summary>
/// The names of the lists on which an open loop stands. Each filter that a page offers most is a list of its own, so that reading fifty
/// rows touches fifty rows. A loop that has climbed stands also with those it climbed to. References and kinds are in them as a key has them.
/// </summary>
internal static class Lists
{
    internal const string All = "all";
    internal const string Snoozed = "snoozed";

    internal static string Team(string team) => "team " + KeyText.Of(team);

    internal static string TeamState(string team, LoopState state) => $"{Team(team)} {LoopCodes.Of(state)}";

    internal static string TeamKind(string team, string kind) => $"{Team(team)} {Kind(kind)}";

    internal static string Kind(string kind) => "kind " + KeyText.Of(kind);

    internal static string Owner(string person) => "own " + KeyText.Of(person);

    /// <summary>What climbed to a person or team and waits for an answer.</summary>
    internal static string Escalated(string receiver) => "escalated " + KeyText.Of(receiver);

    internal static string SnoozedTeam(string team) => "snoozed " + Team(team);

    internal static string SnoozedOwner(string person) => "snoozed " + Owner(person);

    internal static IEnumerable<string> Of(Loop loop)
    {
        var snoozed = loop.State == LoopState.Snoozed;
        yield return snoozed ? Snoozed : All;
        if (!snoozed)
            yield return Kind(loop.Action);
        foreach (var team in Teams(loop))
        {
            yield return snoozed ? SnoozedTeam(team) : Team(team);
            if (snoozed)
                continue;
            yield return TeamState(team, loop.State);
            yield return TeamKind(team, loop.Action);
        }

        foreach (var person in People(loop))
            yield return snoozed ? SnoozedOwner(person) : Owner(person);
        if (!snoozed && loop.WaitsFor is { } receiver)
            yield return Escalated(receiver);
    }

    internal static IEnumerable<string> Teams(Loop loop)
    {
        yield return loop.Team;
        if (loop.EscalatedTo is { } to && to != loop.Team && !IsPerson(to))
            yield return to;
    }

    internal static IEnumerable<string> People(Loop loop)
    {
        if (loop.Owner is { } owner)
            yield return owner;
        if (loop.EscalatedTo is { } to && to != loop.Owner && IsPerson(to))
            yield return to;
    }

    internal static bool IsPerson(string reference) =>
        reference.StartsWith("Practitioner/", StringComparison.Ordinal) || reference.StartsWith("PractitionerRole/", StringComparison.Ordinal);
}
