using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Takes what was typed into a search and leads to its page, whose address tells nobody; from the top bar to the person, when only one is found.</summary>
internal static class FindPatients
{
    /// <summary>The value of the field <c>open</c> with which the only person found is opened at once.</summary>
    internal const string OpenTheOne = "one";

    private const int Longest = 200;

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/patients/find",
        (HttpContext context, RecordStore record, PeopleToken token, [FromForm] string? find, [FromForm] string? born, [FromForm] string? open) =>
            TypedResults.LocalRedirect(Address(Decide(find, born), open, record, token, context.Scope())))
        .ExcludeFromDescription();

    /// <summary>The search; null when nothing was asked for.</summary>
    internal static PeopleSearch? Decide(string? find, string? born)
    {
        var text = (find ?? "").Trim();
        var day = DateOnly.TryParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null;
        return text.Length == 0 && day is null ? null : new PeopleSearch(text.Length > Longest ? text[..Longest] : text, day);
    }

    private static string Address(PeopleSearch? search, string? open, RecordStore record, PeopleToken token, AccessScope scope)
    {
        if (search is null)
            return "/patients";
        scope.Trail.Asked($"{search.Text} {search.Born:yyyy-MM-dd}".Trim());
        return open == OpenTheOne && scope.Reach != Reach.NoOne
            && record.Database.Read(session => FindPeople.Page(session, PeopleQuery.Parse(search.Text, search.Born), null, 2, scope)).Ids is [var only]
                ? "/patients/" + only
                : "/patients?find=" + token.Seal(search);
    }
}
