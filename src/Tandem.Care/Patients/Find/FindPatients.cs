using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Care.Patients;

/// <summary>Takes what was typed into the search and leads to its page, whose address tells nobody.</summary>
internal static class FindPatients
{
    private const int Longest = 200;

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/patients/find", (PeopleToken token, [FromForm] string? find, [FromForm] string? born) =>
            TypedResults.LocalRedirect(Decide(find, born) is { } search ? "/patients?find=" + token.Seal(search) : "/patients"))
            .ExcludeFromDescription();

    /// <summary>The search; null when nothing was asked for.</summary>
    internal static PeopleSearch? Decide(string? find, string? born)
    {
        var text = (find ?? "").Trim();
        var day = DateOnly.TryParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null;
        return text.Length == 0 && day is null ? null : new PeopleSearch(text.Length > Longest ? text[..Longest] : text, day);
    }
}
