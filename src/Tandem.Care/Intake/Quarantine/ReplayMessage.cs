using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Tries a quarantined message again, after the source's settings or the record were put right. Doing so twice is harmless.</summary>
internal static class ReplayMessage
{
    internal const string NotYours = "You may not change messages. Ask your administrator for a role that may.";

    /// <returns>What became of it: applied, or quarantined with the reason that holds now.</returns>
    internal static async Task<Outcome<MessageState>> HandleAsync(
        string id, AccessScope scope, RecordStore record, MessageReading reading, CancellationToken cancel)
    {
        if (!scope.May(Interactions.Update, HubParts.Messages))
            return Refusal.Forbidden(NotYours);
        var waiting = record.Database.Read(session => session.First(WaitingMessage.ReadById, WaitingMessage.Read, id));
        if (waiting is null)
            return Refusal.NotFound("There is no message with this id.");
        var read = reading.Read(waiting.Arrival);
        return await record.WriteAsync<MessageState>(
            read.Source?.ToScope() ?? scope,
            session => session.Query(MessageState.ReadById, MessageState.Read, id).FirstOrDefault() is { Status: MessageStatus.Dismissed or MessageStatus.Replaced }
                ? Refusal.Conflict("This message was dismissed or replaced. Put it back first.")
                : TakeMessage.Take(session, waiting, read, scope.Actor.Reference),
            cancel);
    }
}
