using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Organizations;

/// <summary>The posts of the pages of organisations.</summary>
internal static class OrganizationRoutes
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/organizations").ExcludeFromDescription().NeedsConfirmation().MapPost("/save", SaveAsync).NeedsFormToken();

    private static async Task<IResult> SaveAsync(
        [FromForm] string? id, [FromForm] string? name, [FromForm] string? kind, [FromForm] string? partOf, [FromForm] string? timeZone, [FromForm] bool? active, [FromForm] string? known,
        RecordStore record, SiteSettings site, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var form = new OrganizationForm(name ?? "", kind ?? "", partOf ?? "", timeZone?.Trim() ?? "", known is null || active == true);
        var outcome = await SaveOrganization.HandleAsync(string.IsNullOrEmpty(id) ? null : id, form, record, context.Scope(), cancel);
        RegionSite.Apply(record, site);
        return AdminReply.To(
            flash, context, outcome.Refusal, OrganizationWords.Saved, outcome.Refusal is null ? $"/organizations/{outcome.Value}" : string.IsNullOrEmpty(id) ? "/organizations/new" : $"/organizations/{id}");
    }
}
