using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A person corrects a quarantined message. The copy is applied; the original is kept as it came.</summary>
internal static class EditMessage
{
    /// <param name="id">The original.</param>
    /// <param name="text">The whole corrected message; any line ends.</param>
    /// <param name="scope">Who corrects.</param>
    /// <param name="record">The record.</param>
    /// <param name="reading">Reads it.</param>
    /// <param name="inbox">Keeps it.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The copy's id; or why it still cannot be applied, with the place, in which case nothing is kept.</returns>
    internal static async Task<Outcome<string>> HandleAsync(
        string id, string text, AccessScope scope, RecordStore record, MessageReading reading, Inbox inbox, TimeProvider clock, CancellationToken cancel)
    {
        if (!scope.May(Interactions.Update, HubParts.Messages))
            return Refusal.Forbidden(ReplayMessage.NotYours);
        if (!KeptMessage.Find(record, id, scope).Succeeded(out var original, out var refusal))
            return refusal;
        var before = reading.Read(new Arrival(original.Raw, original.ReceivedAt, original.Remote));
        var encoding = before.Message?.Encoding ?? Encoding.UTF8;
        var copy = new Arrival(encoding.GetBytes(text.Trim().ReplaceLineEndings("\r") + "\r"), clock.GetUtcNow(), scope.Actor.Reference) { EditOf = id };
        var read = reading.Read(copy);
        if (read.Complaint is { } complaint)
            return Refusal.Unprocessable(complaint.Text, new RefusalDetail("value", complaint.Text, complaint.Place));
        var copyId = copy.IdFor(read.SourceId, read.Message);
        if (copyId == id)
            return Refusal.Conflict("Nothing was changed. Replay the message to try it as it is.");
        var kept = await record.WriteAsync<string>(scope, session => Decide(session, original, copy, read, inbox, copyId), cancel);
        if (kept.Refusal is null)
            inbox.Signal.Tell();
        return kept;
    }

    private static Outcome<string> Decide(WriteSession session, KeptMessage original, Arrival copy, Reading read, Inbox inbox, string copyId)
    {
        var state = session.Query(MessageState.ReadById, MessageState.Read, original.Id).FirstOrDefault();
        if (state is not { Status: MessageStatus.Quarantined })
            return Refusal.Conflict("This message no longer waits in quarantine.");
        inbox.Stage(session, copy, read);
        (state with { Status = MessageStatus.Replaced, At = session.Now, Actor = session.Scope.Actor.Reference, Note = copyId }).Write(session);
        return copyId;
    }
}
