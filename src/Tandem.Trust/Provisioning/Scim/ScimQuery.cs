using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>What a request asks of a list (RFC 7644 3.4.2), in its address or as the body of <c>.search</c> (3.4.3).</summary>
/// <param name="Filter">A filter; empty for none.</param>
/// <param name="SortBy">An attribute; empty for the hub's own order.</param>
/// <param name="IsDescending">From the last to the first.</param>
/// <param name="Start">The first that is wanted, counted from 1.</param>
/// <param name="Count">How many at most.</param>
/// <param name="Selection">Which attributes of each.</param>
internal sealed record ScimQuery(string Filter, string SortBy, bool IsDescending, int Start, int Count, ScimSelection Selection)
{
    private const int MostPerPage = 200;

    internal static ScimQuery Of(HttpRequest request) => Of(name => request.Query[name].ToString(), ScimSelection.Of(request));

    internal static ScimQuery Of(JsonObject body) => Of(name => ScimPath.Values(body, name).FirstOrDefault()?.ToString() ?? "", ScimSelection.Of(body));

    private static ScimQuery Of(Func<string, string> value, ScimSelection selection) => new(
        value("filter"),
        value("sortBy"),
        "descending".Equals(value("sortOrder"), StringComparison.OrdinalIgnoreCase),
        int.TryParse(value("startIndex"), CultureInfo.InvariantCulture, out var from) && from > 1 ? from : 1,
        int.TryParse(value("count"), CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 0, MostPerPage) : MostPerPage,
        selection);
}

/// <summary>Which attributes an answer holds (RFC 7644 3.9): those of <c>attributes</c>, or all but those of <c>excludedAttributes</c>; <c>schemas</c> and <c>id</c> always.</summary>
/// <param name="Wanted">Names such as <c>userName</c> or <c>name.familyName</c>; none for all.</param>
/// <param name="Unwanted">Names that are left out.</param>
internal sealed record ScimSelection(IReadOnlyList<string> Wanted, IReadOnlyList<string> Unwanted)
{
    private static readonly string[] Always = ["schemas", "id"];

    internal static ScimSelection Of(HttpRequest request) => new(Names(request.Query["attributes"].ToString().Split(',')), Names(request.Query["excludedAttributes"].ToString().Split(',')));

    internal static ScimSelection Of(JsonObject body) => new(
        Names(ScimPath.Values(body, "attributes").Select(one => one?.ToString() ?? "")), Names(ScimPath.Values(body, "excludedAttributes").Select(one => one?.ToString() ?? "")));

    /// <summary>Takes out of a resource what is not wanted.</summary>
    /// <returns>The resource.</returns>
    internal JsonObject From(JsonObject resource)
    {
        if (Wanted.Count > 0)
            Keep(resource, "", name => Always.Contains(name, StringComparer.OrdinalIgnoreCase) || Wanted.Any(wanted => Is(name, wanted) || Within(wanted, name) || Within(name, wanted)));
        else if (Unwanted.Count > 0)
            Keep(resource, "", name => Always.Contains(name, StringComparer.OrdinalIgnoreCase) || !Unwanted.Any(unwanted => Is(name, unwanted)));
        return resource;
    }

    private static void Keep(JsonObject whole, string above, Func<string, bool> isKept)
    {
        foreach (var (name, value) in whole.ToList())
        {
            if (!isKept(above + name))
                whole.Remove(name);
            else if (above.Length == 0)
                ScimPath.Each(value).OfType<JsonObject>().ToList().ForEach(part => Keep(part, name + ".", isKept));
        }
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static bool Within(string part, string whole) => part.StartsWith(whole + ".", StringComparison.OrdinalIgnoreCase);

    private static List<string> Names(IEnumerable<string> texts) => [.. texts.Select(text => ScimPath.Plain(text.Trim())).Where(name => name.Length > 0)];
}
