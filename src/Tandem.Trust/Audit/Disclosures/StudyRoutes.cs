using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>The posts about research that statements sum up.</summary>
internal static class StudyRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var studies = routes.MapGroup("/audit/studies").ExcludeFromDescription();
        studies.MapPost("/note", async (HttpContext context, NoteStudy note, FlashCarrier flashes, CancellationToken cancel) =>
            Leave(context, flashes, (await note.HandleAsync(Typed(await context.Request.ReadFormAsync(cancel)), context.Scope(), cancel)).Refusal, StudyWords.Saved)).NeedsFormToken();
        studies.MapPost("/{id}/take-back", async (string id, HttpContext context, NoteStudy note, FlashCarrier flashes, CancellationToken cancel) =>
            Leave(context, flashes, (await note.TakeBackAsync(id, context.Scope(), cancel)).Refusal, StudyWords.TakenBack)).NeedsFormToken();
    }

    private static StudyForm Typed(IFormCollection form) => new(
        form["name"].ToString(), form["about"].ToString(), form["what"].ToString(), form["first"].ToString(), form["last"].ToString(), form["people"].ToString(), ContactIn(form, "sponsor"), ContactIn(form, "researcher"));

    private static StudyContact ContactIn(IFormCollection form, string who) => new(form[who].ToString(), form[who + "Address"].ToString(), form[who + "Phone"].ToString());

    private static RedirectHttpResult Leave(HttpContext context, FlashCarrier flashes, Refusal? refusal, Phrase done) => flashes.Lead(context, refusal, done, "/audit/studies");
}
