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
    internal async Task<Outcome<string>> KeepAsync(Arrival arrival, Reading reading, bool isAlone, CancellationToken cancel)
    {
        var head = MessageHead.Of(arrival, reading);
        if ((await spool.KeepAsync(arrival, reading, head, isAlone, cancel)).Refusal is { } refusal)
            return refusal;
        Arrived.Tell();
        return head.Id;
    }

    /// <summary>Stages a message of a person's in a write of the caller's.</summary>
    internal void Stage(WriteSession session, Arrival arrival, Reading reading) => Stage(session, numbers.Next(), arrival, MessageHead.Of(arrival, reading));

    /// <summary>Stages a message; staging it again changes nothing once it was applied.</summary>
    internal static void Stage(WriteSession session, long number, Arrival arrival, MessageHead head)
    {
        session.Write(
            IntakeTables.Messages,
            number, head.Id, head.Source, arrival.ReceivedAt, arrival.Remote, head.ControlId, head.Type, head.EventAt, head.Answer, (int)arrival.Extent, arrival.EditOf, arrival.Raw);
        session.Write(IntakeTables.Receipts, head.Id, number);
        session.Write(IntakeTables.Pending, number, 0);
        session.Write(IntakeTables.Counts, head.Source, Minute(arrival.ReceivedAt), 1, 0, 0, 0, 0);
    }

    /// <summary>Minutes since 1970.</summary>
    internal static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
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
