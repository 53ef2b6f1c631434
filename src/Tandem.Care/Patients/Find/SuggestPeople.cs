using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>A person who may be meant by what has been typed so far.</summary>
/// <param name="Href">The patient's page.</param>
/// <param name="Name">The preferred name.</param>
/// <param name="About">What tells two of one name apart.</param>
internal sealed record SuggestedPerson(string Href, string Name, string About);

/// <summary>Answers the search of the top bar while somebody types. A post, so that no address or log holds a name.</summary>
internal static class SuggestPeople
{
    /// <summary>How many are suggested.</summary>
    internal const int Most = 8;

    private const int LeastLetters = 2;

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/patients/suggest",
        (HttpContext context, RecordStore record, SiteSettings site, TimeProvider clock, [FromForm] string? find) =>
            TypedResults.Json(Handle(record, find, LocalDay.Of(clock.GetUtcNow(), site.TimeZone), context.Scope())))
        .ExcludeFromDescription();

    /// <summary>At most <see cref="Most"/> people in the order of names; none before two letters are typed.</summary>
    internal static IReadOnlyList<SuggestedPerson> Handle(RecordStore record, string? text, DateOnly today, AccessScope scope)
    {
        if (scope.Reach == Reach.NoOne || (text ?? "").Trim().Length < LeastLetters || FindPatients.Decide(text, null) is not { } search)
            return [];
        scope.Trail.Asked(search.Text);
        var ids = record.Database.Read(session => PatientSummaries.Search(session, search.Text, Most, scope));
        var people = PatientSummaries.Find(record, ids, scope);
        return [.. ids.Where(people.ContainsKey).Select(id => people[id]).Select(person =>
            new SuggestedPerson("/patients/" + person.Id, person.Name, PersonAbout.Line(person, today)))];
    }
}
