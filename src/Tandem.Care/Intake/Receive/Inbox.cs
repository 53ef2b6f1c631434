using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Keeps what arrives. A kept message is durable and waits to be applied. Thread-safe.</summary>
internal sealed class Inbox(Spool spool, MessageNumbers numbers)
{
    /// <summary>Completes when something came into the spool after the call.</summary>
    internal InboxSignal Arrived { get; } = new();

    /// <summary>Completes when something came into the record's inbox after the call.</summary>
    internal InboxSignal Signal { get; } = new();

    /// <summary>Keeps a message; a repetition is kept as a transmission until it is recognised and leaves no other trace than a count.</summary>
    /// <returns>The message's id after the message is durable; Unavailable when it cannot be kept now.</returns>
    internal async Task<Outcome<string>> KeepAsync(Arrival arrival, Reading reading, CancellationToken cancel)
    {
        var id = arrival.IdFor(reading.SourceId, reading.Message);
        if ((await spool.KeepAsync(arrival, reading, cancel)).Refusal is { } refusal)
            return refusal;
        Arrived.Tell();
        return id;
    }

    /// <summary>Stages a message of a person's in a write of the caller's.</summary>
    internal void Stage(WriteSession session, Arrival arrival, Reading reading) => Stage(session, numbers.Next(), arrival, reading);

    /// <summary>Stages a message; staging it again changes nothing once it was applied.</summary>
    internal static void Stage(WriteSession session, long number, Arrival arrival, Reading reading)
    {
        var id = arrival.IdFor(reading.SourceId, reading.Message);
        session.Write(IntakeTables.Messages, Row(number, id, arrival, reading));
        session.Write(IntakeTables.Receipts, id, number);
        session.Write(IntakeTables.Pending, number, 0);
        session.Write(IntakeTables.Counts, reading.SourceId, Minute(arrival.ReceivedAt), 1, 0, 0, 0, 0);
    }

    /// <summary>Minutes since 1970.</summary>
    internal static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    private static DbValue[] Row(long number, string id, Arrival arrival, Reading reading)
    {
        var header = reading.Message is null ? default : Msh.In(reading.Message);
        var type = reading.Message is null ? "" : $"{header.Type.Code}^{header.Type.Trigger}";
        return
        [
            number, id, reading.SourceId, arrival.ReceivedAt, arrival.Remote, reading.Message is null ? "" : Keepable(header.ControlId ?? ""), Keepable(type),
            reading.EventAt, reading.Complaint is null ? "AA" : reading.Complaint.Answer == Hl7v2.Acknowledging.AckOutcome.Error ? "AE" : "AR",
            (int)arrival.Extent, arrival.EditOf, arrival.Raw,
        ];
    }

    /// <summary>PostgreSQL keeps no text with a NUL in it.</summary>
    private static string Keepable(string text) => text.Replace("\0", "", StringComparison.Ordinal);
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
