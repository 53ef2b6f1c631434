using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Audit;

/// <summary>The posts about rules of retention; who acts proves again who they are.</summary>
internal static class RuleRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, "/audit/retention", ["days", "from"], "kind");
        var rules = routes.MapGroup("/audit/retention/rules").ExcludeFromDescription().NeedsConfirmation();
        rules.MapPost(
            "/set",
            async ([FromForm] string? kind, [FromForm] string? days, [FromForm] string? from, [FromForm] string? reason, SetRetentionRule set, HttpContext context, FlashCarrier flash, CancellationToken cancel) =>
            {
                var form = new RuleForm(kind ?? "", days ?? "", from ?? "", reason ?? "");
                return AdminReply.To(flash, context, (await set.HandleAsync(form, context.Scope(), cancel)).Refusal, RetentionWords.RuleSet, PlaceOf(form.Kind));
            }).NeedsFormToken();
        rules.MapPost(
            "/{id}/withdraw",
            async (string id, [FromForm] string? kind, SetRetentionRule set, HttpContext context, FlashCarrier flash, CancellationToken cancel) =>
                AdminReply.To(flash, context, (await set.WithdrawAsync(id, context.Scope(), cancel)).Refusal, RetentionWords.RuleTakenBack, PlaceOf(kind ?? ""))).NeedsFormToken();
    }

    private static string PlaceOf(string kind) => $"/audit/retention?kind={Uri.EscapeDataString(kind)}";
}
