using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>Events of a patient or a person as FHIR AuditEvents, one on each line; for who answers for privacy.</summary>
internal static class ExportRoute
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, "/audit", ["patient", "actor"], "view");
        MapExport(routes);
    }

    private static void MapExport(IEndpointRouteBuilder routes) => routes.MapGet("/audit/export", async (HttpContext context, AuditStore audit, SealedFilters filters, string? patient, string? actor, string? find) =>
    {
        if (!FindAccess.IsFor(context.Scope()))
        {
            context.Scope().Trail.Touched("AuditEvent", "all", 0, null, TouchKind.Denied);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var typed = filters.Open("/audit", find);
        await audit.SettleAsync();
        context.Response.ContentType = "application/fhir+ndjson";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"access-log.ndjson\"";
        context.Response.Headers.CacheControl = "no-store";
        for (long? before = long.MaxValue; before is not null && !context.RequestAborted.IsCancellationRequested;)
        {
            var page = FindAccess.Page(audit.Database, new AccessFilter(typed.GetValueOrDefault("patient") ?? patient ?? "", typed.GetValueOrDefault("actor") ?? actor ?? "", AuditMarks.None, before));
            foreach (var row in page.Rows.SelectMany(row => row.Each()))
                await context.Response.Body.WriteAsync((byte[])[.. AuditEventJson.Of(row), (byte)'\n'], context.RequestAborted);
            before = page.Next;
        }
    }).ExcludeFromDescription();
}
