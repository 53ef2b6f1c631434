using Microsoft.Extensions.Hosting;
using Tandem.Fhir.Views;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// Tells open pages which lists changed, right after the commit: <c>worklist</c>, <c>worklist:CareTeam/…</c>, <c>worklist:Practitioner/…</c>,
/// <c>loop:id</c>, <c>patient:id</c>, and <c>escalated:CareTeam/…</c> when somebody has to act or has no longer to. A list that a loop has left is told too. Names nobody: the page reads what changed under its own scope.
/// </summary>
internal sealed class LoopFeed(CommitSignal signal, LiveTopics live, OwnAddresses own) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        signal.Committed += Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        signal.Committed -= Tell;
        return Task.CompletedTask;
    }

    /// <summary>The topics that a group of changes touches, each once.</summary>
    internal static IReadOnlyCollection<string> Topics(IReadOnlyList<Change> changes, OwnAddresses own)
    {
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After.Type != "Task")
                continue;
            var (before, after) = (change.Before is null ? null : LoopReading.Read(change.Before, own), LoopReading.Read(change.After, own));
            Add(topics, before);
            Add(topics, after);
            if ((before?.WaitsFor, before?.ClimbedAt) == (after?.WaitsFor, after?.ClimbedAt))
                continue;
            foreach (var receiver in new[] { before?.WaitsFor, after?.WaitsFor }.OfType<string>())
                topics.Add(EscalationTopics.Of(receiver));
        }

        return topics;
    }

    private static void Add(HashSet<string> topics, Loop? loop)
    {
        if (loop is null)
            return;
        topics.Add("worklist");
        topics.Add("loop:" + loop.Id);
        topics.Add("patient:" + loop.Patient);
        foreach (var whose in Lists.Teams(loop).Concat(Lists.People(loop)))
            topics.Add("worklist:" + whose);
    }

    private void Tell(IReadOnlyList<Change> changes)
    {
        if (!changes.Any(change => change.After.Type == "Task"))
            return;
        foreach (var topic in Topics(changes, own))
            live.Publish(topic, changes[^1].After.Seq);
    }
}
