using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Care.Loops;

/// <summary>The count of escalations by itself, for open pages that heard that it changed: they need not read themselves anew.</summary>
internal static class ShowEscalations
{
    internal const string Address = "/live/escalated";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        Address,
        IResult (HttpContext context) => // its own type is not known yet where the code of routes is generated
        {
            context.Response.Headers.CacheControl = "no-store";
            return new RazorComponentResult<EscalationCount> { PreventStreamingRendering = true };
        })
        .ExcludeFromDescription();
}
