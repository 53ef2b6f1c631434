using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>A loop is closed with the evidence its pathway names: by a fact in the record, or by what a person states.</summary>
public static class CloseLoop
{
    /// <summary>Closes a loop because the record holds its evidence. Harmless when it has ended already.</summary>
    /// <param name="session">The write.</param>
    /// <param name="id">The loop.</param>
    /// <param name="evidence">The resource that closes it (reference).</param>
    /// <param name="why">The evidence in words.</param>
    /// <param name="occurred">When what the evidence tells of happened; null means now.</param>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    public static Loop? Apply(WriteSession session, string id, string evidence, LocalizedText why, DateTimeOffset? occurred = null)
    {
        if (LoopMoves.Find(session, id) is not { } loop)
            return null;
        if (!loop.IsOpen)
            return loop;
        var outputs = loop.Outputs.Any(output => output.Kind == LoopOutput.Closing && output.Reference == evidence)
            ? loop.Outputs
            : [.. loop.Outputs, new LoopOutput(LoopOutput.Closing, evidence)];
        return LoopMoves.Keep(session, new LoopMove(
            Closed(loop, why, session.Now) with { Outputs = outputs },
            new LoopStep(StepKind.Close) { Occurred = occurred, Reason = why, RestsOn = [evidence] }));
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/close",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? occurred, [FromForm] string? outcome,
            [FromForm] string? medium, [FromForm] string? whom, [FromForm] string? readBack, [FromForm] string? encounter, [FromForm] string? note,
            [FromForm] string? back, RecordStore record, SiteSettings site, LoopReply reply, CancellationToken cancel) =>
        {
            var form = new EvidenceForm(EvidenceKind.Acknowledgement, FormTime.Read(occurred, site.TimeZone))
            {
                Outcome = StepReading.Outcome(outcome),
                Medium = medium ?? "",
                Whom = whom?.Trim() ?? "",
                ReadBack = readBack is "on" or "true" or "yes",
                Encounter = encounter?.Trim() ?? "",
                Note = note?.Trim() ?? "",
            };
            return reply.To(context, await HandleAsync(record, id, version, form, context.Scope(), cancel), StepKind.Close, back);
        });

    /// <summary>Closes by what a person states; the form is read as the loop's own kind of evidence.</summary>
    public static Task<Outcome<Loop>> HandleAsync(
        RecordStore record, string id, int? seen, EvidenceForm form, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(
            record,
            id,
            seen,
            (session, loop) => KnowsVisit(session, loop, form) ? Decide(loop, form, session.Now) : LoopActs.Missing("encounter", LoopWords.UnknownVisit),
            scope,
            cancel);

    internal static Outcome<LoopMove> Decide(Loop loop, EvidenceForm form, DateTimeOffset now)
    {
        if (!loop.IsOpen)
            return Refusal.Conflict(LoopWords.Ended);
        if (!loop.Evidence.MayCloseByHand)
            return Refusal.Unprocessable(LoopWords.OnlyTheRecord);
        if (form.Fault(loop.Evidence.Kind, now) is { } fault)
            return fault;
        var why = form.Note.Length > 0 ? LocalizedText.AsWritten(form.Note) : loop.ClosedBy;
        var closed = Closed(loop, why, now);
        var step = new LoopStep(StepKind.Close) { Occurred = form.Occurred, Reason = why, Outcome = form.Outcome };
        if (loop.Evidence.Kind != EvidenceKind.Visit || form.Encounter.Length == 0)
            return new LoopMove(closed, step) { Evidence = form with { Kind = loop.Evidence.Kind } };
        return new LoopMove(
            closed with { Outputs = [.. loop.Outputs, new LoopOutput(LoopOutput.Closing, form.Encounter)] },
            step with { RestsOn = [form.Encounter] });
    }

    private static bool KnowsVisit(WriteSession session, Loop loop, EvidenceForm form) =>
        form.Encounter.Length == 0
        || (form.Encounter.StartsWith("Encounter/", StringComparison.Ordinal)
            && session.Find("Encounter", form.Encounter["Encounter/".Length..]) is { Deleted: false } visit
            && visit.Patient == loop.Patient);

    private static Loop Closed(Loop loop, LocalizedText why, DateTimeOffset now) =>
        loop with { State = LoopState.Closed, Ended = now, StateReason = why, SnoozedUntil = null };
}
