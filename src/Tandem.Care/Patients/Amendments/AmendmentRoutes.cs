using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What the page of amendments posts.</summary>
internal static class AmendmentRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var amendments = routes.MapGroup("/patients/{id}/amendments").ExcludeFromDescription();
        amendments.MapPost(
            "/ask",
            async (string id, [FromForm] string? entry, [FromForm] string? what, [FromForm] string? why, [FromForm] string? tell, AskAmendment ask, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await ask.HandleAsync(id, new(entry ?? "", what ?? "", why ?? "", tell ?? ""), context.Scope(), cancel)).Refusal, AmendmentWords.Asked)).NeedsFormToken();
        amendments.MapPost(
            "/{request}/answer",
            async (string id, string request, [FromForm] string? outcome, [FromForm] string? basis, [FromForm] string? text, [FromForm] string? tell, AskAmendment ask, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await ask.AnswerAsync(request, outcome ?? "", basis ?? "", text ?? "", tell ?? "", context.Scope(), cancel)).Refusal, AmendmentWords.AnswerKept)).NeedsFormToken();
        amendments.MapPost(
            "/{request}/disagree",
            async (string id, string request, [FromForm] string? text, AskAmendment ask, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await ask.DisagreeAsync(id, request, text ?? "", context.Scope(), cancel)).Refusal, AmendmentWords.DisagreementKept)).NeedsFormToken();
        amendments.MapPost(
            "/{request}/tell",
            async (string id, string request, [FromForm] string? tell, TellAmendment telling, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await telling.NameAsync(id, request, tell ?? "", context.Scope(), cancel)).Refusal, AmendmentWords.NamesKept)).NeedsFormToken();
        amendments.MapPost(
            "/notices/{list}/{number:int}",
            async (string id, string list, int number, [FromForm] string? way, [FromForm] string? note, TellAmendment telling, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await telling.ToldAsync(id, list, number, way ?? "", note ?? "", context.Scope(), cancel)).Refusal, AmendmentWords.NoticeKept)).NeedsFormToken();
    }

    private static RedirectHttpResult Leave(HttpContext context, FlashCarrier flashes, string id, Refusal? refusal, Phrase done) =>
        flashes.Lead(context, refusal, done, $"/patients/{Uri.EscapeDataString(id)}/amendments");
}
