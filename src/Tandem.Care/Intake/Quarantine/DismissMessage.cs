using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A person decides that a quarantined message will not be applied, with a reason; and takes that back. The message itself is always kept.</summary>
internal static class DismissMessage
{
    private const int LongestNote = 500;

    /// <summary>Dismisses; doing so twice is harmless.</summary>
    internal static Task<Outcome<MessageState>> HandleAsync(string id, string note, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        ChangeAsync(id, scope, record, (state, now) => Decide(state, note, scope.Actor, now), cancel);

    /// <summary>Takes a dismissal back.</summary>
    internal static Task<Outcome<MessageState>> UndoAsync(string id, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        ChangeAsync(id, scope, record, (state, now) => DecideUndo(state, scope.Actor, now), cancel);

    internal static Outcome<MessageState> Decide(MessageState state, string note, Actor actor, DateTimeOffset now) => state.Status switch
    {
        _ when string.IsNullOrWhiteSpace(note) => Refusal.Invalid("Say why the message is not to be applied.", new RefusalDetail("required", "Say why the message is not to be applied.", "note")),
        _ when note.Trim().Length > LongestNote => Refusal.Invalid($"Use at most {LongestNote} characters."),
        MessageStatus.Quarantined => state with { Status = MessageStatus.Dismissed, At = now, Actor = actor.Reference, Note = note.Trim() },
        MessageStatus.Dismissed => state,
        _ => Refusal.Conflict("This message no longer waits in quarantine."),
    };

    internal static Outcome<MessageState> DecideUndo(MessageState state, Actor actor, DateTimeOffset now) => state.Status switch
    {
        MessageStatus.Dismissed => state with { Status = MessageStatus.Quarantined, At = now, Actor = actor.Reference, Note = null },
        MessageStatus.Quarantined => state,
        _ => Refusal.Conflict("This message was not dismissed."),
    };

    private static async Task<Outcome<MessageState>> ChangeAsync(
        string id, AccessScope scope, RecordStore record, Func<MessageState, DateTimeOffset, Outcome<MessageState>> decide, CancellationToken cancel) =>
        !scope.May(Interactions.Update, HubParts.Messages) ? Refusal.Forbidden(ReplayMessage.NotYours) : await record.WriteAsync<MessageState>(
            scope,
            session =>
            {
                if (session.Query(MessageState.ReadById, MessageState.Read, id).FirstOrDefault() is not { } state)
                    return Refusal.NotFound("There is no message with this id that was looked at.");
                var decided = decide(state, session.Now);
                if (decided.Succeeded(out var next, out _) && next != state)
                    next.Write(session);
                return decided;
            },
            cancel);
}
