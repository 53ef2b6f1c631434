using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>Runs a person's act on a loop: finds it, sees whether it is still what the person saw, decides, keeps.</summary>
internal static class LoopActs
{
    /// <summary>Runs one act in the order of all writes.</summary>
    /// <param name="record">The record.</param>
    /// <param name="id">The loop.</param>
    /// <param name="seen">The version that the person saw; null when the act does not depend on it.</param>
    /// <param name="decide">The decision; sees the loop as it stands.</param>
    /// <param name="scope">Who acts.</param>
    /// <param name="cancel">Gives up while the write waits.</param>
    internal static Task<Outcome<Loop>> RunAsync(
        RecordStore record, string id, int? seen, Func<WriteSession, Loop, Outcome<LoopMove>> decide, AccessScope scope, CancellationToken cancel)
    {
        var language = CultureInfo.CurrentUICulture; // the writer's thread has none of its own; refusals speak the person's
        return record.WriteAsync<Loop>(
            scope,
            session =>
            {
                var writers = CultureInfo.CurrentUICulture;
                CultureInfo.CurrentUICulture = language;
                try
                {
                    return Act(session, id, seen, decide);
                }
                finally
                {
                    CultureInfo.CurrentUICulture = writers;
                }
            },
            cancel);
    }

    internal static Refusal Missing(string field, string text) => Refusal.Unprocessable(text, new RefusalDetail("required", text, field));

    private static Outcome<Loop> Act(WriteSession session, string id, int? seen, Func<WriteSession, Loop, Outcome<LoopMove>> decide)
    {
        if (LoopMoves.Find(session, id) is not { } loop)
            return Refusal.NotFound(LoopWords.NotFound);
        if (seen is { } version && Overtaken(session, loop, version) is { } refusal)
            return refusal;
        return decide(session, loop).Then<Loop>(move => LoopMoves.Keep(session, move));
    }

    /// <summary>Why the act cannot rest on what the person saw: someone else's step since. The clock's own steps do not count.</summary>
    private static Refusal? Overtaken(WriteSession session, Loop loop, int seen)
    {
        for (var version = seen + 1; version <= loop.Version; version++)
        {
            var step = session.Find("Provenance", StepReading.IdOf(loop.Id, version)) is { } provenance ? StepReading.Read(provenance) : null;
            if (step is null)
                return Refusal.Conflict(LoopWords.Changed);
            if (step.Kind is StepKind.Escalate or StepKind.Wake || step.Actor == session.Scope.Actor.Reference)
                continue;
            return Refusal.Conflict(LoopWords.ChangedBy.With(step.ActorName, LoopWords.Did(step.Kind)));
        }

        return null;
    }
}
