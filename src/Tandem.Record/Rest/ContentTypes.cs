using Microsoft.AspNetCore.Http;

namespace Tandem.Record.Rest;

/// <summary>What forms a resource may have on the wire (R4 3.1.0.1.11–12). JSON is the one form there is.</summary>
internal static class ContentTypes
{
    internal const string FhirJson = "application/fhir+json; charset=utf-8";

    /// <summary>True when the client takes JSON: by <c>_format</c>, which goes before Accept, or by Accept.</summary>
    internal static bool Accepted(HttpRequest request)
    {
        if (request.Query.TryGetValue("_format", out var format))
            return IsJson(format.ToString().Replace(' ', '+')); // an unescaped + of the query arrives as a blank
        var accept = request.Headers.Accept;
        if (accept.Count == 0)
            return true;
        foreach (var header in accept)
        {
            foreach (var range in (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (IsRangeOfJson(range))
                    return true;
            }
        }

        return string.IsNullOrWhiteSpace(accept.ToString());
    }

    /// <summary>What the header Accept-Patch says (RFC 5789 3.1).</summary>
    internal const string Patches = "application/json-patch+json, application/fhir+json";

    /// <summary>True for a JSON Patch (RFC 6902 6).</summary>
    internal static bool IsJsonPatch(string type) => Media(type).Equals("application/json-patch+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a body of this type can be read.</summary>
    internal static bool Readable(string? contentType) =>
        contentType is not null && IsJson(contentType) && (Parameter(contentType, "charset") is not { } charset || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static bool IsRangeOfJson(string range)
    {
        if (Parameter(range, "q") is { } quality && quality.Trim('0', '.').Length == 0)
            return false;
        var media = Media(range);
        return media is "*/*" or "application/*" || IsJson(media);
    }

    private static bool IsJson(string type) =>
        Media(type).ToLowerInvariant() is "application/fhir+json" or "application/json" or "json" or "text/json" or "application/json+fhir";

    private static string Media(string type)
    {
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim();
    }

    private static string? Parameter(string type, string name)
    {
        foreach (var part in type.Split(';', StringSplitOptions.TrimEntries).Skip(1))
        {
            if (part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))
                return part[(name.Length + 1)..].Trim('"');
        }

        return null;
    }
}
