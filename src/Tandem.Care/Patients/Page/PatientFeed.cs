using Microsoft.Extensions.Hosting;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Tells open pages of a patient that something new is known: topic <c>patient:id</c>, after the commit. Loops tell of themselves.</summary>
internal sealed class PatientFeed(CommitSignal signal, LiveTopics live) : IHostedService
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

    /// <summary>The topic of a patient's page.</summary>
    internal static string TopicOf(string patient) => "patient:" + patient;

    internal static IReadOnlyCollection<string> Topics(IReadOnlyList<Change> changes)
    {
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After is { Patient: { } patient, Type: not ("Task" or "Provenance" or "AuditEvent") })
                topics.Add(TopicOf(patient));
        }

        return topics;
    }

    private void Tell(IReadOnlyList<Change> changes)
    {
        foreach (var topic in Topics(changes))
            live.Publish(topic, changes[^1].After.Seq);
    }
}
