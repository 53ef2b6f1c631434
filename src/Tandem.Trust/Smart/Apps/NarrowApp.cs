using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>
/// A person takes back one thing that they allowed an app (OWASP ASVS 5.0, V10.7.3). Its tokens reach that no more with its next request, and what it kept for later neither; when nothing
/// is left the app is disconnected. To allow more the app has to ask again.
/// </summary>
internal static class NarrowApp
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/connected-apps/{id}/narrow", async (
        string id, [FromForm] string? scope, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) =>
    {
        var outcome = await HandleAsync(id, scope ?? "", context.Scope(), record, cancel);
        flashes.Leave(context, outcome.Refusal is null ? new Flash(AppsWords.Narrowed) : new Flash(AppsWords.NotYours, Tone.Urgent));
        return Results.Redirect("/connected-apps");
    }).NeedsFormToken().ExcludeFromDescription();

    /// <returns>What the app may still do.</returns>
    internal static Task<Outcome<ScopeSet>> HandleAsync(string id, string taken, AccessScope scope, RecordStore record, CancellationToken cancel) => record.WriteAsync<ScopeSet>(
        AccessScope.System,
        session =>
        {
            if (session.Query(AppGrant.ReadOne, AppGrant.Read, id) is not [{ RevokedAt: null } grant] || grant.Person != scope.Actor.Reference || SmartScope.Parse(taken) is not { } gone)
                return Refusal.NotFound("There is no such app among yours.");
            var left = grant.Scopes.Where(text => SmartScope.Parse(text) is not { } one || !gone.Covers(one));
            if (left.Texts.Count == grant.Scopes.Texts.Count)
                return left; // taken back already
            if (left.Resources.Count == 0)
            {
                grant.Revoke(session, "person", scope.Actor.Reference);
                return left;
            }

            (grant with { Scopes = left }).Write(session);
            session.Acted(grant.ActOf("grant-narrowed", taken, scope.Actor.Reference));
            return left;
        },
        cancel);
}
