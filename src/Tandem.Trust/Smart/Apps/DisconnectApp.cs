using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>A person takes back what they granted an app. Its tokens stop working with its next request.</summary>
internal static class DisconnectApp
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/connected-apps/{id}/disconnect", async (
        string id, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) =>
    {
        var outcome = await HandleAsync(id, context.Scope(), record, cancel);
        flashes.Leave(context, outcome.Refusal is null ? new Flash(AppsWords.Disconnected) : new Flash(AppsWords.NotYours, Tone.Urgent));
        return Results.Redirect("/connected-apps");
    }).NeedsFormToken().ExcludeFromDescription();

    internal static Task<Outcome<bool>> HandleAsync(string id, AccessScope scope, RecordStore record, CancellationToken cancel) => record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            if (session.Query(AppGrant.ReadOne, AppGrant.Read, id) is not [var grant] || grant.Person != scope.Actor.Reference)
                return Refusal.NotFound("There is no such app among yours.");
            grant.Revoke(session, "person", scope.Actor.Reference);
            return true;
        },
        cancel);
}
