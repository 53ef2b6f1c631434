using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// A loop is given to a person or a team, with a note. A colleague's loop can be given on too (the colleague may be absent): the note and
/// the Provenance say who did it.
/// </summary>
public static class HandOverLoop
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/hand-over",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? to, [FromForm] string? note, [FromForm] string? back,
            RecordStore record, LoopReply reply, CancellationToken cancel) =>
            reply.To(context, await HandleAsync(record, id, version, to ?? "", note ?? "", context.Scope(), cancel), StepKind.HandOver, back));

    public static Task<Outcome<Loop>> HandleAsync(
        RecordStore record, string id, int? seen, string to, string note, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => Decide(loop, to, NameOf(session, to), note.Trim()), scope, cancel);

    /// <param name="loop">The loop.</param>
    /// <param name="to">A Practitioner, PractitionerRole, CareTeam or Organization (reference).</param>
    /// <param name="name">How the receiver is named; null when the record does not know it.</param>
    /// <param name="note">Why; must be said.</param>
    internal static Outcome<LoopMove> Decide(Loop loop, string to, string? name, string note)
    {
        if (!loop.IsOpen)
            return Refusal.Conflict(LoopWords.Ended);
        if (to.Length == 0)
            return LoopActs.Missing("to", LoopWords.ToWhom);
        if (name is null)
            return LoopActs.Missing("to", LoopWords.UnknownReceiver);
        if (note.Length == 0)
            return LoopActs.Missing("note", LoopWords.SayWhy);
        if (note.Length > EvidenceForm.LongestNote)
            return LoopActs.Missing("note", LoopWords.TooLong);
        var given = Lists.IsPerson(to)
            ? loop with { Owner = to, OwnerName = name, State = LoopState.Claimed }
            : loop with { Team = to, Owner = null, OwnerName = null, State = LoopState.Open };
        return new LoopMove(
            given with { SnoozedUntil = null, StateReason = LocalizedText.AsWritten(note) },
            new LoopStep(StepKind.HandOver) { To = to, Reason = LocalizedText.AsWritten(note) });
    }

    private static string? NameOf(WriteSession session, string reference)
    {
        if (reference.Split('/') is not [("Practitioner" or "PractitionerRole" or "CareTeam" or "Organization") and var type, { Length: > 0 } id])
            return null;
        if (session.Find(type, id) is not { Deleted: false } found)
            return null;
        var name = type == "Practitioner" ? new PractitionerView(found.Root).Names.First.Words
            : type == "PractitionerRole" ? found.Root["practitioner"u8]["display"u8].Text
            : found.Root["name"u8].Text;
        return string.IsNullOrEmpty(name) ? id : name;
    }
}
