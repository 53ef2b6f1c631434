using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// Someone tried, with an outcome: kept as a Communication and as a step. Whether the attempts made so far are enough is the pathway's
/// rule; reaching somebody closes a loop that asks for contact at once.
/// </summary>
public static class RecordAttempt
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/attempt",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? occurred, [FromForm] string? outcome,
            [FromForm] string? medium, [FromForm] string? whom, [FromForm] string? note, [FromForm] string? back,
            RecordStore record, SiteSettings site, LoopReply reply, CancellationToken cancel) =>
        {
            var form = new EvidenceForm(EvidenceKind.ContactOutcome, FormTime.Read(occurred, site.TimeZone))
            {
                Outcome = StepReading.Outcome(outcome),
                Medium = medium ?? "",
                Whom = whom?.Trim() ?? "",
                Note = note?.Trim() ?? "",
            };
            var result = await HandleAsync(record, id, version, form, context.Scope(), cancel);
            return reply.To(context, result, result.Succeeded(out var loop, out _) && !loop.IsOpen ? StepKind.Close : StepKind.Attempt, back);
        });

    public static Task<Outcome<Loop>> HandleAsync(
        RecordStore record, string id, int? seen, EvidenceForm form, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => Decide(loop, form, session.Now), scope, cancel);

    internal static Outcome<LoopMove> Decide(Loop loop, EvidenceForm form, DateTimeOffset now)
    {
        if (!loop.IsOpen)
            return Refusal.Conflict(LoopWords.Ended);
        if (form.Outcome is not { } outcome)
            return LoopActs.Missing("outcome", LoopWords.WhatCameOfIt);
        if (form.TimeFault(now) is { } fault)
            return fault;
        if (outcome == AttemptOutcome.Reached && loop.Evidence is { Kind: EvidenceKind.ContactOutcome, MayCloseByHand: true })
            return CloseLoop.Decide(loop, form, now);
        return new LoopMove(
            loop,
            new LoopStep(StepKind.Attempt)
            {
                Occurred = form.Occurred,
                Outcome = outcome,
                Reason = form.Note.Length > 0 ? LocalizedText.AsWritten(form.Note) : loop.Title,
            })
        { Evidence = form };
    }
}
