using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;
using Tandem.Trust.Teams;

namespace Tandem.Trust.People;

/// <summary>The posts of the pages of people.</summary>
internal static class PeopleRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, "/people", ["q"], "organization");
        var people = routes.MapGroup("/people").ExcludeFromDescription().NeedsConfirmation();
        people.MapPost("/save", SaveAsync).NeedsFormToken();
        people.MapPost("/{id}/roles/give", GiveAsync).NeedsFormToken();
        people.MapPost("/{id}/roles/take", TakeAsync).NeedsFormToken();
        people.MapPost("/{id}/sessions/end", EndSessionsAsync).NeedsFormToken();
        var absences = routes.MapGroup("/absences").ExcludeFromDescription();
        absences.MapPost("/note", NoteAbsenceAsync).NeedsFormToken();
        absences.MapPost("/{id}/take-back", TakeBackAsync).NeedsFormToken();
    }

    private static async Task<IResult> SaveAsync(
        [FromForm] string? id, [FromForm] string? display, [FromForm] string? login, [FromForm] string? home, [FromForm] bool? active, [FromForm] string? known,
        SavePerson save, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var outcome = await save.HandleAsync(
            string.IsNullOrEmpty(id) ? null : id, new PersonForm(display ?? "", login ?? "", home ?? "") { Active = known is null || active == true }, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.Saved, outcome.Refusal is null ? $"/people/{outcome.Value}" : string.IsNullOrEmpty(id) ? "/people/new" : $"/people/{id}");
    }

    private static async Task<IResult> GiveAsync(
        string id, [FromForm] string? role, [FromForm] string? organization, [FromForm] string? until, SiteSettings site, GiveRole roles, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var end = DateOnly.TryParseExact(until, "yyyy-MM-dd", out var day) ? EndOf(day, site) : (DateTimeOffset?)null;
        var outcome = await roles.HandleAsync(id, role ?? "", string.IsNullOrEmpty(organization) ? null : organization, end, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.RoleGiven, $"/people/{id}");
    }

    private static async Task<IResult> TakeAsync(
        string id, [FromForm] string? role, [FromForm] string? organization, GiveRole roles, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var outcome = await roles.TakeAsync(id, role ?? "", string.IsNullOrEmpty(organization) ? null : organization, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.RoleTaken, $"/people/{id}");
    }

    private static async Task<IResult> EndSessionsAsync(string id, RecordStore record, Sessions sessions, TimeProvider clock, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var scope = context.Scope();
        if (FindPeople.Visible(record, scope, clock.GetUtcNow()).All(row => row.Account.Id != id))
            return Results.NotFound();
        var outcome = await sessions.RevokeAsync(id, null, null, scope.Actor, cancel);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.SessionsEnded, $"/people/{id}");
    }

    private static async Task<IResult> NoteAbsenceAsync(
        [FromForm] string? person, [FromForm] string? from, [FromForm] string? until, [FromForm] string? cover, [FromForm] string? back,
        RecordStore record, TimeProvider clock, SiteSettings site, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var outcome = DateOnly.TryParseExact(from, "yyyy-MM-dd", out var first) && DateOnly.TryParseExact(until, "yyyy-MM-dd", out var last)
            ? await NoteAbsence.HandleAsync(
                person ?? "", EndOf(first.AddDays(-1), site), EndOf(last, site), string.IsNullOrEmpty(cover) ? null : cover, record, clock, context.Scope(), cancel)
            : Refusal.Invalid(PeopleWords.DaysMissing);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.AbsenceNoted, SignInReply.Local(back));
    }

    private static async Task<IResult> TakeBackAsync(string id, [FromForm] string? back, RecordStore record, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var outcome = await NoteAbsence.TakeBackAsync(id, record, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, PeopleWords.AbsenceTakenBack, SignInReply.Local(back));
    }

    /// <summary>The midnight after a day, in the site's zone.</summary>
    private static DateTimeOffset EndOf(DateOnly day, SiteSettings site) =>
        LocalDate.FromDateOnly(day).PlusDays(1).AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[site.TimeZone]).ToDateTimeOffset();
}
