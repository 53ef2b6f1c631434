using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>The files of a patient's accounting of disclosures, and what its page posts.</summary>
internal static class DisclosureRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var disclosures = routes.MapGroup("/patients/{id}/disclosures").ExcludeFromDescription();
        disclosures.MapGet("/csv", (string id, string? years, FindDisclosures find, HttpContext context) => FileAsync(id, years, find, context, "text/csv; charset=utf-8", "disclosures.csv", DisclosureFiles.Csv));
        disclosures.MapGet("/fhir", (string id, string? years, FindDisclosures find, HttpContext context) => FileAsync(id, years, find, context, "application/fhir+json", "disclosures.json", DisclosureFiles.Fhir));
        disclosures.MapPost(
            "/note",
            async (
                string id, [FromForm] string? day, [FromForm] string? recipient, [FromForm] string? address, [FromForm] string? what, [FromForm] string? purpose, NoteDisclosure note, HttpContext context, FlashCarrier flashes,
                CancellationToken cancel) => Leave(
                    context, flashes, id, (await note.HandleAsync(id, new(day ?? "", recipient ?? "", address ?? "", what ?? "", purpose ?? ""), context.Scope(), cancel)).Refusal, DisclosureWords.Saved)).NeedsFormToken();
        disclosures.MapPost(
            "/{entry}/take-back",
            async (string id, string entry, NoteDisclosure note, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await note.TakeBackAsync(id, entry, context.Scope(), cancel)).Refusal, DisclosureWords.TakenBack)).NeedsFormToken();
        disclosures.MapPost(
            "/give",
            async (string id, [FromForm] string? years, NoteDisclosure note, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, id, (await note.GiveAsync(id, Accounting.YearsIn(years), context.Scope(), cancel)).Refusal, DisclosureWords.Given)).NeedsFormToken();
    }

    private static async Task<IResult> FileAsync(string id, string? years, FindDisclosures find, HttpContext context, string type, string name, Func<Accounting, byte[]> write)
    {
        var scope = context.Scope();
        if (!find.IsFor(id, scope))
        {
            scope.Trail.Touched("Patient", id, 0, id, TouchKind.Denied);
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        var accounting = await find.OfAsync(id, Accounting.YearsIn(years));
        scope.Trail.Shown(id);
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(write(accounting), type, name);
    }

    /// <summary>Back to the page of a patient's disclosures, with what came of a form on it.</summary>
    internal static RedirectHttpResult Leave(HttpContext context, FlashCarrier flashes, string id, Refusal? refusal, Phrase done) =>
        flashes.Lead(context, refusal, done, $"/patients/{Uri.EscapeDataString(id)}/disclosures");
}
