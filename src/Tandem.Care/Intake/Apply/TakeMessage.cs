using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2.Segments;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>
/// Takes a message from the queue: its resources, its state, its place in the queue and the counts change in one commit, so that it is applied once
/// however often it is sent or the hub is killed.
/// </summary>
internal static class TakeMessage
{
    /// <summary>What is known of a message: its state, the number of its first transmission, the message that its control id was first used for.</summary>
    internal const string ReadKnown =
        $"""
        SELECT {MessageState.Columns}, (SELECT number FROM intake_receipts WHERE id = $1), (SELECT id FROM intake_controls WHERE source = $2 AND control_id = $3)
        FROM (SELECT 1 AS one) o LEFT JOIN intake_states s ON s.id = $1
        """;

    /// <summary>Stages everything; the answer says what became of it.</summary>
    internal static MessageState Take(WriteSession session, WaitingMessage waiting, Reading reading, string? actor = null, MessageAhead? ahead = null)
    {
        session.Remove(IntakeTables.Pending, waiting.Number);
        var control = ControlId(reading);
        var (known, first, user) = ahead?.Known(session) ?? session.Query(ReadKnown, KnownMessage.Read, waiting.Id, reading.SourceId, control)[0];
        if (first != waiting.Number)
        {
            session.Remove(IntakeTables.Messages, waiting.Number);
            Count(session, waiting, reading.SourceId, repeated: 1);
            waiting = waiting with { Number = first };
        }

        if (known is { Status: not MessageStatus.Quarantined })
            return known;

        var state = Apply(session, waiting, reading, known, new(control, user), ahead) with { Actor = actor };
        if (state.Status == MessageStatus.Applied)
            Count(session, waiting, reading.SourceId, applied: 1);
        else if (known is null)
            Count(session, waiting, reading.SourceId, quarantined: 1);
        state.Write(session);
        return state;
    }

    /// <summary>Stages that the message waits for a person because applying it failed.</summary>
    internal static MessageState Quarantine(WriteSession session, WaitingMessage waiting, Reading reading, string detail)
    {
        session.Remove(IntakeTables.Pending, waiting.Number);
        Count(session, waiting, reading.SourceId, quarantined: 1);
        var state = new MessageState(
            waiting.Id, waiting.Number, reading.SourceId, MessageStatus.Quarantined, session.Now, new(Reason.Failed, detail, null), waiting.Attempts + 1, null, null);
        state.Write(session);
        return state;
    }

    private static MessageState Apply(WriteSession session, WaitingMessage waiting, Reading reading, MessageState? known, Control control, MessageAhead? ahead)
    {
        var attempts = (known?.Attempts ?? 0) + 1;
        var complaint = reading.Complaint;
        if (reading is { Mapped: { } mapped, Source: { } source })
        {
            var application = ApplyMessage.Apply(session, waiting.Id, source, mapped, ahead);
            complaint = application.Complaint;
            if (complaint is null)
            {
                var cause = new MessageState.Cause(null, ControlWarning(session, waiting, reading, control), Warning(mapped));
                return new(waiting.Id, waiting.Number, source.Id, MessageStatus.Applied, session.Now, cause, attempts, application.Patient, null);
            }
        }

        var why = new MessageState.Cause(complaint!.Reason, complaint.Text, complaint.Place);
        return new(waiting.Id, waiting.Number, reading.SourceId, MessageStatus.Quarantined, session.Now, why, attempts, null, null);
    }

    /// <summary>The first place whose content could not be taken over, if any.</summary>
    private static string? Warning(MappedMessage mapped) => mapped.Warnings.Count > 0 ? mapped.Warnings[0].Expression : null;

    /// <summary>A control id names one message of its sender (HL7 v2.8.2 ch. 2.14.9.10); used again for another it is taken, with a warning.</summary>
    private static string? ControlWarning(WriteSession session, WaitingMessage waiting, Reading reading, Control control)
    {
        if (control.Id.Length == 0)
            return null;
        var first = control.FirstUser;
        if (first is null)
            session.Write(IntakeTables.Controls, reading.SourceId, control.Id, waiting.Id);
        return first is null || first == waiting.Id || waiting.Arrival.EditOf is not null ? null : $"The control id was used before, for the message {first}.";
    }

    internal static string ControlId(Reading reading) => reading.Message is null ? "" : MessageHead.Keepable(Msh.In(reading.Message).ControlId ?? "");

    private static void Count(WriteSession session, WaitingMessage waiting, string source, int repeated = 0, int applied = 0, int quarantined = 0)
    {
        var lag = applied == 0 ? 0 : Math.Max(0, (session.Now - waiting.Arrival.ReceivedAt).Ticks / TimeSpan.TicksPerMillisecond);
        session.Write(IntakeTables.Counts, source, Inbox.Minute(session.Now), 0, repeated, applied, quarantined, lag);
    }

    /// <summary>A control id and the message that it was first used for.</summary>
    private readonly record struct Control(string Id, string? FirstUser);
}
