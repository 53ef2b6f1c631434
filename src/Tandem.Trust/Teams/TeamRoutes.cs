using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Teams;

/// <summary>The posts of the pages of teams.</summary>
internal static class TeamRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var teams = routes.MapGroup("/teams").ExcludeFromDescription().NeedsConfirmation();
        teams.MapPost("/save", SaveAsync).NeedsFormToken();
        teams.MapPost("/{id}/join", (string id, [FromForm] string? person, RecordStore record, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
            MemberAsync(id, person, joins: true, record, flash, context, cancel)).NeedsFormToken();
        teams.MapPost("/{id}/leave", (string id, [FromForm] string? person, RecordStore record, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
            MemberAsync(id, person, joins: false, record, flash, context, cancel)).NeedsFormToken();
    }

    private static async Task<IResult> SaveAsync(
        [FromForm] string? id, [FromForm] string? name, [FromForm] string? organization, [FromForm] bool? queue, [FromForm] bool? active, [FromForm] string? known,
        RecordStore record, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var form = new TeamForm(name ?? "", organization ?? "", queue == true, known is null || active == true);
        var outcome = await SaveTeam.HandleAsync(string.IsNullOrEmpty(id) ? null : id, form, record, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, TeamWords.Saved, outcome.Refusal is null ? $"/teams/{outcome.Value}" : string.IsNullOrEmpty(id) ? "/teams/new" : $"/teams/{id}");
    }

    private static async Task<IResult> MemberAsync(
        string id, string? person, bool joins, RecordStore record, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var outcome = await SaveTeam.MemberAsync(id, person ?? "", joins, record, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, joins ? TeamWords.Joined : TeamWords.Left, $"/teams/{id}");
    }
}
