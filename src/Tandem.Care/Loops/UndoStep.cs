using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// A person takes the last step back, while it is the last and not long ago: the loop stands as before it, by a new version; evidence that
/// the step brought about is marked as entered in error. Nothing is erased.
/// </summary>
internal static class UndoStep
{
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    internal const string ReadVersion = "SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM log l WHERE l.seq = $1";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/undo",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromQuery(Name = "version")] int? seen, [FromQuery(Name = "back")] string? place,
            [FromForm] string? back, RecordStore record, LoopReply reply, CancellationToken cancel) =>
            reply.To(context, await HandleAsync(record, id, version ?? seen, context.Scope(), cancel), StepKind.Undo, back ?? place));

    internal static Task<Outcome<Loop>> HandleAsync(RecordStore record, string id, int? seen, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(
            record,
            id,
            seen,
            (session, loop) =>
            {
                var step = session.Find("Provenance", StepReading.IdOf(id, loop.Version)) is { } provenance ? StepReading.Read(provenance) : null;
                if (Before(session, id) is not { } before || step is null)
                    return Refusal.Conflict(LoopWords.NothingToUndo);
                var outcome = Decide(loop, before, step, scope.Actor, session.Now);
                if (outcome.Refusal is null)
                    Strike(session, loop);
                return outcome;
            },
            scope,
            cancel);

    internal static Outcome<LoopMove> Decide(Loop loop, Loop before, LoopStep last, Actor actor, DateTimeOffset now)
    {
        if (last.Actor != actor.Reference || last.Kind is StepKind.Undo or StepKind.Open or StepKind.Escalate or StepKind.Wake or StepKind.Renew)
            return Refusal.Conflict(LoopWords.NothingToUndo);
        if (now - last.Recorded > Window)
            return Refusal.Conflict(LoopWords.TooLateToUndo);
        return new LoopMove(
            before with { Version = loop.Version },
            new LoopStep(StepKind.Undo) { Reason = StepReasons.Undo(last.Kind), RestsOn = [$"{loop.Reference}/_history/{loop.Version}"] });
    }

    private static Loop? Before(WriteSession session, string id) =>
        session.Find("Task", id) is { Previous: > 0 } current
            ? session.Query(ReadVersion, LoopRows.Loops(session.Own), current.Previous).FirstOrDefault()
            : null;

    private static void Strike(WriteSession session, Loop loop)
    {
        var made = EvidenceWriting.IdOf(loop.Id, loop.Version);
        foreach (var output in loop.Outputs)
        {
            if (output.Reference.Split('/') is [var type, var id] && id == made && session.Find(type, id) is { Deleted: false } evidence)
                session.Put(type, id, FhirJson.ParseStored(EvidenceWriting.EnteredInError(type, evidence.Root)).Root);
        }
    }
}
