using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Keeps what arrives. A kept message is durable and waits to be applied. Thread-safe.</summary>
internal sealed class Inbox(RecordStore record, IntakeOptions options)
{
    private long last; // touched on the writer's thread alone

    /// <summary>Completes when something was kept after the call.</summary>
    internal InboxSignal Signal { get; } = new();

    /// <summary>Keeps a message; a repetition is kept as a transmission until it is recognised and leaves no other trace than a count.</summary>
    /// <returns>The message's id after the commit is durable; Unavailable when it cannot be kept now.</returns>
    internal async Task<Outcome<string>> KeepAsync(Arrival arrival, Reading reading, CancellationToken cancel)
    {
        var id = arrival.IdFor(reading.SourceId, reading.Message);
        var kept = await record.WriteAsync<string>(AccessScope.System, session => Stage(session, arrival, reading, id), cancel);
        if (kept.Refusal is null)
            Signal.Tell();
        return kept;
    }

    /// <summary>Stages a message in a write of the caller's.</summary>
    internal string Stage(WriteSession session, Arrival arrival, Reading reading, string id)
    {
        var number = NextNumber(session.Now);
        session.Write(IntakeTables.Messages, Row(number, id, arrival, reading));
        session.Write(IntakeTables.Receipts, id, number);
        session.Write(IntakeTables.Pending, number, 0);
        session.Write(IntakeTables.Counts, reading.SourceId, Minute(arrival.ReceivedAt), 1, 0, 0, 0, 0);
        return id;
    }

    /// <summary>Minutes since 1970.</summary>
    internal static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    private static Kernel.Data.DbValue[] Row(long number, string id, Arrival arrival, Reading reading)
    {
        var header = reading.Message is null ? default : Msh.In(reading.Message);
        var type = reading.Message is null ? "" : $"{header.Type.Code}^{header.Type.Trigger}";
        return
        [
            number, id, reading.SourceId, arrival.ReceivedAt, arrival.Remote, reading.Message is null ? "" : header.ControlId ?? "", type,
            reading.EventAt, reading.Complaint is null ? "AA" : reading.Complaint.Answer == Hl7v2.Acknowledging.AckOutcome.Error ? "AE" : "AR",
            (int)arrival.Extent, arrival.EditOf, arrival.Raw,
        ];
    }

    /// <summary>Grows with each message of this node; follows the clock so that the numbers of several nodes interleave, and holds the node so that they differ.</summary>
    private long NextNumber(DateTimeOffset now)
    {
        last = Math.Max(last + 1, now.ToUnixTimeMilliseconds() << 8);
        return (last << 6) | (uint)(options.Node & 63);
    }
}

/// <summary>Wakes what waits for messages. Thread-safe.</summary>
internal sealed class InboxSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Tell"/>; take it before looking, so that nothing is missed in between.</summary>
    internal Task Next
    {
        get
        {
            lock (gate)
                return told.Task;
        }
    }

    internal void Tell()
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            (woken, told) = (told, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        woken.TrySetResult();
    }
}
