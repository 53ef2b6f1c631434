using System.Diagnostics.Metrics;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Hub.Observing;

/// <summary>The hub's own figures. Modules add theirs with meters whose names begin with <c>Tandem.</c>.</summary>
internal sealed class HubMeter : IDisposable
{
    private readonly Meter meter = new("Tandem.Record");

    public HubMeter(RecordStore record, ReactionRunner reactions, PrometheusText text)
    {
        text.Listen();
        meter.CreateObservableCounter("tandem_record_commits_total", () => record.Written.Commits, description: "Transactions made durable.");
        meter.CreateObservableCounter("tandem_record_writes_total", () => record.Written.Writes, description: "Writes answered; over commits: writes per flush.");
        meter.CreateObservableGauge("tandem_record_log_seq", () => record.Signal.LastSeq, description: "Newest place in the log that this node knows of.");
        meter.CreateObservableGauge("tandem_record_told_seq", () => record.Signal.ToldSeq, description: "Up to where this node has told its pages of the log.");
        meter.CreateObservableGauge(
            "tandem_reaction_seq",
            () => reactions.Positions.Select(position => new Measurement<long>(position.Value, new KeyValuePair<string, object?>("reaction", position.Key))),
            description: "How far each reaction that this node leads has come in the log.");
    }

    public void Dispose() => meter.Dispose();
}
