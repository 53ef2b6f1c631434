using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Smart;

/// <summary>An administrator approves, declines or disables an app. Disabling works with the app's next request.</summary>
internal static class DecideClient
{
    /// <summary>The roles in which a service may work.</summary>
    internal static readonly IReadOnlyList<string> ServiceRoles = ["service", "integration-engineer", "researcher"];

    private const string GrantsOf = $"SELECT {AppGrant.Columns} FROM smart_grants g WHERE g.client = $1 AND g.revoked_at IS NULL";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var apps = routes.MapGroup("/apps").ExcludeFromDescription().NeedsConfirmation();
        apps.MapPost("/{id}/decide", async (string id, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) =>
        {
            var form = await context.Request.ReadFormAsync(cancel);
            var decision = new ClientDecision(form["decision"].ToString(), form["role"].ToString(), form["organization"].ToString().Trim());
            if ((await HandleAsync(id, decision, context.Scope(), record, cancel)).Refusal is { } refusal)
                return Results.StatusCode(refusal.Kind == RefusalKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest);
            flashes.Leave(context, new Flash(AppsWords.Saved));
            return Results.Redirect($"/apps/{id}");
        }).NeedsFormToken();

        apps.MapPost("/keys/rotate", async (HttpContext context, SigningKeys keys, FlashCarrier flashes, CancellationToken cancel) =>
        {
            if (!MayManage(context.Scope()))
                return Results.StatusCode(StatusCodes.Status403Forbidden);
            await keys.RotateAsync(context.Scope().Actor, cancel);
            flashes.Leave(context, new Flash(AppsWords.KeysRotated));
            return Results.Redirect("/apps");
        }).NeedsFormToken();
    }

    /// <summary>True for those who decide which apps there are.</summary>
    internal static bool MayManage(AccessScope scope) => scope.Role is "administrator" or "system";

    internal static Task<Outcome<SmartClient>> HandleAsync(string id, ClientDecision decision, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        !MayManage(scope)
            ? Task.FromResult<Outcome<SmartClient>>(Refusal.Forbidden("Apps are managed by administrators."))
            : record.WriteAsync<SmartClient>(
                AccessScope.System,
                session =>
                {
                    if (session.Query(SmartClient.ReadOne, SmartClient.Read, id) is not [var client])
                        return Refusal.NotFound("This app is not registered.");
                    if (!Decide(client, decision).Succeeded(out var decided, out var refusal))
                        return refusal;
                    (decided with { DecidedAt = session.Now, DecidedBy = scope.Actor.Reference }).Write(session);
                    session.Acted(decided.ActOf($"app-{decided.Status}", decided.Role ?? "", scope.Actor.Reference));
                    if (!decided.IsApproved)
                    {
                        foreach (var grant in session.Query(GrantsOf, AppGrant.Read, id))
                            grant.Revoke(session, "administrator", scope.Actor.Reference);
                    }

                    return decided;
                },
                cancel);

    internal static Outcome<SmartClient> Decide(SmartClient client, ClientDecision decision) => (client.Status, decision.Status) switch
    {
        ("pending" or "declined" or "disabled", "approved") when client.Metadata.IsService && !ServiceRoles.Contains(decision.Role) => Refusal.Invalid("Choose the role in which the service works."),
        ("pending" or "declined" or "disabled", "approved") when client.Metadata.IsService =>
            client with { Status = "approved", Role = decision.Role, Organization = decision.Organization.Length > 0 ? decision.Organization : null },
        ("pending" or "declined" or "disabled", "approved") => client with { Status = "approved" },
        ("pending", "declined") => client with { Status = "declined" },
        ("approved", "disabled") => client with { Status = "disabled" },
        _ => Refusal.Conflict("A colleague has decided already. Look at the app again."),
    };
}

/// <summary>What an administrator decided about an app.</summary>
/// <param name="Status"><c>approved</c>, <c>declined</c> or <c>disabled</c>.</param>
/// <param name="Role">For a service: the role in which it works.</param>
/// <param name="Organization">For a service: for which organisation (reference), or empty.</param>
internal sealed record ClientDecision(string Status, string Role = "", string Organization = "");
