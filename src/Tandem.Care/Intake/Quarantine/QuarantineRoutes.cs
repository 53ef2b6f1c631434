using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>What the page of a quarantined message posts. Each act answers with the page it came from or the message it led to.</summary>
internal static class QuarantineRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var messages = routes.MapGroup("/feeds/quarantine/{id}").ExcludeFromDescription();
        messages.MapPost("/replay", ReplayAsync).NeedsFormToken();
        messages.MapPost("/edit", EditAsync).NeedsFormToken();
        messages.MapPost("/dismiss", DismissAsync).NeedsFormToken();
        messages.MapPost("/restore", RestoreAsync).NeedsFormToken();
    }

    private static async Task<IResult> ReplayAsync(
        string id, HttpContext context, RecordStore record, MessageReading reading, FlashCarrier flashes, CancellationToken cancel)
    {
        var replayed = await ReplayMessage.HandleAsync(id, context.Scope(), record, reading, cancel);
        if (!replayed.Succeeded(out var state, out var refusal))
            return Refused(id, refusal, context, flashes);
        var isApplied = state.Status == MessageStatus.Applied;
        flashes.Leave(context, isApplied ? new Flash(FeedsWords.Replayed) : new Flash(FeedsWords.StillWaits, Tone.Caution));
        return TypedResults.LocalRedirect(isApplied ? $"/feeds/messages/{id}" : $"/feeds/quarantine/{id}");
    }

    private static async Task<IResult> EditAsync(
        string id, [FromForm] string? text, HttpContext context, RecordStore record, MessageReading reading, Inbox inbox, HeldEdits edits, TimeProvider clock,
        FlashCarrier flashes, CancellationToken cancel)
    {
        var edited = await EditMessage.HandleAsync(id, text ?? "", context.Scope(), record, reading, inbox, clock, cancel);
        if (edited.Succeeded(out var copy, out var refusal))
        {
            flashes.Leave(context, new Flash(FeedsWords.Edited));
            return TypedResults.LocalRedirect($"/feeds/messages/{copy}");
        }

        if (refusal.Kind == RefusalKind.NotFound)
            return TypedResults.LocalRedirect($"/feeds/quarantine/{id}");
        var place = refusal.Details.Count > 0 ? refusal.Details[0].Expression : null;
        return TypedResults.LocalRedirect($"/feeds/quarantine/{id}?edit={edits.Hold(text ?? "", refusal.Text, place)}");
    }

    private static async Task<IResult> DismissAsync(
        string id, [FromForm] string? note, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel)
    {
        var dismissed = await DismissMessage.HandleAsync(id, note ?? "", context.Scope(), record, cancel);
        if (dismissed.Refusal is { } refusal)
            return Refused(id, refusal, context, flashes);
        flashes.Leave(context, new Flash(FeedsWords.Dismissed, Tone.Done, $"/feeds/quarantine/{id}/restore"));
        return TypedResults.LocalRedirect("/feeds/quarantine");
    }

    private static async Task<IResult> RestoreAsync(
        string id, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel)
    {
        var restored = await DismissMessage.UndoAsync(id, context.Scope(), record, cancel);
        if (restored.Refusal is { } refusal)
            return Refused(id, refusal, context, flashes);
        flashes.Leave(context, new Flash(FeedsWords.IsBack));
        return TypedResults.LocalRedirect($"/feeds/quarantine/{id}");
    }

    private static RedirectHttpResult Refused(string id, Refusal refusal, HttpContext context, FlashCarrier flashes)
    {
        flashes.Leave(context, new Flash(ProblemWords.Of(refusal.Text), Tone.Urgent));
        return TypedResults.LocalRedirect($"/feeds/quarantine/{id}");
    }
}
