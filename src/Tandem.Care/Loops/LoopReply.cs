using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops;

/// <summary>Answers a person's act: back to the page, which says what was done, with the way to take it back, or why not.</summary>
internal sealed class LoopReply(FlashCarrier flash)
{
    /// <summary>A redirect (303) to <paramref name="back"/> if it is an address of this hub, else to the worklist.</summary>
    internal IResult To(HttpContext context, Outcome<Loop> outcome, StepKind kind, string? back)
    {
        var place = Local(back);
        if (outcome.Succeeded(out var loop, out var refusal))
            Leave(context, loop, kind, place);
        else
            flash.Leave(context, new Flash(refusal.Text, Tone.Urgent));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = place;
        return TypedResults.Empty;
    }

    /// <summary>Leaves for the next page what was done, with the way to take it back.</summary>
    internal void Leave(HttpContext context, Loop loop, StepKind kind, string place) => flash.Leave(context, new Flash(
        LoopWords.Done(kind),
        UndoAction: kind == StepKind.Undo ? null : $"/loops/{loop.Id}/undo?version={loop.Version}&back={Uri.EscapeDataString(place)}"));

    /// <summary>Only an address of this hub.</summary>
    internal static string Local(string? back) =>
        back is ['/', ..] and not ['/', '/' or '\\', ..] && !back.Any(char.IsControl) ? back : "/worklist";
}
