using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Trial.Demo;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Tests.Simulation;

/// <summary>What is promised of a hub, checked from outside at a moment when nothing waits.</summary>
internal sealed class PromiseCheck(SimulatedHub simulated)
{
    private readonly LoopBook book = new();
    private long position;
    private long looked;

    /// <summary>
    /// What breaks the promise now for anybody of whom something was heard since the last call, for any loop that changed since, and for any loop's place on the
    /// worklist and its clock; empty when it is kept.
    /// </summary>
    internal List<string> BrokenSince(DateTimeOffset now)
    {
        var record = simulated.Hub.Record;
        (var promise, position) = simulated.Get<PathwayVerification>().VerifySince(position);
        (var unseen, looked) = LoopAudit.UnseenSince(record, looked);
        var changed = book.TakeIn(record);
        return [.. Broken(promise), .. Lacking([.. LoopAudit.Find(record, now), .. unseen]), .. book.Differences(record), .. changed.SelectMany(loop => Climbs(record, loop))];
    }

    /// <summary>What breaks the promise now for anybody and any open loop, found without what the checks before have seen.</summary>
    internal List<string> Broken(DateTimeOffset now, CancellationToken cancel) =>
        [.. Broken(simulated.Get<PathwayVerification>().Verify(cancel)), .. Lacking(LoopAudit.FindAll(simulated.Hub.Record, now))];

    /// <summary>What is wrong with the steps of any loop, ended ones too.</summary>
    internal static List<string> BrokenSteps(RecordStore record) => [.. Loops(record).SelectMany(loop => Climbs(record, loop))];

    private List<string> Broken(PathwayPromise promise) =>
    [
        .. promise.Missing.Select(missing => $"No loop: {missing}"),
        .. promise.Extra.Select(extra => $"A loop without a fact: {extra}"),
        .. promise.Incomplete.Select(loop => $"Without owner, clock or ladder: {loop}"),
        .. promise.Undecided.Select(undecided => $"Undecided: {undecided.Pathway} {undecided.Action} {undecided.Reason}"),
        .. promise.Pending > 0 ? [$"{promise.Pending} patients wait for a decision"] : Array.Empty<string>(),
        .. simulated.Get<ReactionRunner>().Parked(10).Select(parked => $"Parked: {parked.Reason}"),
    ];

    private static IEnumerable<string> Lacking(IReadOnlyList<BrokenPromise> broken) => broken.Select(loop => $"{loop.Loop} lacks {loop.Lacks}");

    /// <summary>What breaks the promise about messages: each that was accepted is applied once or in quarantine.</summary>
    internal static List<string> BrokenMessages(RecordStore record, IReadOnlyCollection<RegionMessage> sent)
    {
        var broken = new List<string>();
        var waiting = record.Database.Read(session => session.First("SELECT COUNT(*) FROM intake_pending", row => row.Integer(0)));
        var states = record.Database.Read(session => session.Query(
            "SELECT m.source, m.control_id, s.status FROM intake_states s JOIN intake_messages m ON m.number = s.number",
            row => (Feed: row.Text(0), Control: row.Text(1), Status: row.Text(2))));
        if (waiting > 0)
            broken.Add($"{waiting} messages still wait.");
        broken.AddRange(states.CountBy(state => (state.Feed, state.Control)).Where(count => count.Value > 1).Select(count => $"Taken twice: {count.Key}"));
        var known = states.ToDictionary(state => (state.Feed, state.Control), state => state.Status);
        foreach (var message in sent)
        {
            var expected = message.What == Happening.Broken ? "quarantined" : "applied";
            if (known.GetValueOrDefault((message.Feed, message.ControlId)) is var status && status != expected)
                broken.Add($"{message.Feed} {message.ControlId} ({message.What}) is {status ?? "gone"}, not {expected}");
        }

        return broken;
    }

    /// <summary>All loops, ended ones too.</summary>
    internal static List<Loop> Loops(RecordStore record) => record.Database.Read(session => session
        .Query("SELECT id FROM resources WHERE type = 'Task' AND deleted = 0 ORDER BY id", row => row.Text(0)))
        .Select(id => FindPatientLoops.One(record, id, AccessScope.System)).OfType<Loop>().ToList();

    private static IEnumerable<string> Climbs(RecordStore record, Loop loop)
    {
        var steps = FindPatientLoops.Steps(record, loop.Id, AccessScope.System);
        var climbs = steps.Where(step => step.Kind == StepKind.Escalate).ToList();
        if (steps.Count(step => step.Kind == StepKind.Open) != 1)
            yield return $"{loop.Key} was opened {steps.Count(step => step.Kind == StepKind.Open)} times";
        if (climbs.Count != loop.Step && !steps.Any(step => step.Kind is StepKind.Renew or StepKind.Reopen))
            yield return $"{loop.Key} climbed {climbs.Count} times but stands on step {loop.Step}";
        if (steps.DistinctBy(step => step.Version).Count() != steps.Count)
            yield return $"{loop.Key} has two steps for one version";
    }
}
