using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Tries the waiting messages of a source again, the oldest first, after its settings or its numbers were put right. Doing so twice is harmless.</summary>
internal static class ReplaySource
{
    private const int Most = 500;

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/feeds/sources/{id}/replay",
        async (string id, HttpContext context, RecordStore record, MessageReading reading, FlashCarrier flashes, CancellationToken cancel) =>
        {
            var tried = await HandleAsync(id, context.Scope(), record, reading, cancel);
            flashes.Leave(context, tried.Succeeded(out var became, out var refusal)
                ? new Flash(SourceWords.Tried.With(became.Applied, became.Waiting), became.Waiting > 0 ? Tone.Caution : Tone.Done)
                : new Flash(ProblemWords.Of(refusal.Text), Tone.Urgent));
            return TypedResults.LocalRedirect("/feeds/sources/" + Uri.EscapeDataString(id));
        }).NeedsFormToken().ExcludeFromDescription();

    /// <returns>How many were applied and how many wait still; Forbidden for a scope that reaches no one.</returns>
    internal static async Task<Outcome<(int Applied, int Waiting)>> HandleAsync(
        string source, AccessScope scope, RecordStore record, MessageReading reading, CancellationToken cancel)
    {
        var waiting = FindQuarantined.Handle(record, new QuarantineFilter(Source: source), Most, scope);
        var (applied, still) = (0, 0);
        foreach (var message in waiting.Reverse())
        {
            if (!(await ReplayMessage.HandleAsync(message.Id, scope, record, reading, cancel)).Succeeded(out var state, out var refusal))
                return refusal;
            if (state.Status == MessageStatus.Applied)
                applied++;
            else
                still++;
        }

        return (applied, still);
    }
}
