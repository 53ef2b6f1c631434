using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tandem.Record.Rest;

/// <summary>The forms a resource can have on the wire.</summary>
internal enum WireForm
{
    Json,
    Xml,
}

/// <summary>What forms a resource may have on the wire, and which one a client wants (R4 3.1.0.1.11–12; RFC 9110 12.5.1).</summary>
internal static class ContentTypes
{
    internal const string FhirJson = "application/fhir+json; charset=utf-8";
    internal const string FhirXml = "application/fhir+xml; charset=utf-8";

    /// <summary>What the header Accept-Patch says (RFC 5789 3.1).</summary>
    internal const string Patches = "application/json-patch+json, application/fhir+json, application/fhir+xml";

    /// <summary>The form that the client takes: by <c>_format</c>, which goes before Accept, or by Accept; null when it takes none of ours.</summary>
    internal static WireForm? Accepted(HttpRequest request, string? format)
    {
        if (format is not null)
            return FormOf(format.Replace(' ', '+')); // an unescaped + of the query arrives as a blank
        if (request.Headers.Accept is { Count: 0 } or { Count: 1 } and ["application/fhir+json" or "application/json" or "*/*"])
            return WireForm.Json; // nearly all requests
        var ranges = request.Headers.Accept.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        if (ranges.Count == 0)
            return WireForm.Json;
        var (json, xml) = (Quality(ranges, WireForm.Json), Quality(ranges, WireForm.Xml));
        if (json <= 0 && xml <= 0)
            return null;
        // a browser ranks XML before anything; what it can show well is JSON
        var isBrowser = json > 0 && ranges.Exists(range => Media(range) == "text/html");
        return json >= xml || isBrowser ? WireForm.Json : WireForm.Xml;
    }

    /// <summary>True for a JSON Patch (RFC 6902 6).</summary>
    internal static bool IsJsonPatch(string type) => Media(type).Equals("application/json-patch+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a body of this type can be read.</summary>
    internal static bool Readable(string? contentType) =>
        contentType is not null && FormOf(contentType) is not null && IsUtf8(contentType);

    /// <summary>True when a type says no charset but UTF-8, by one of its names (WHATWG Encoding 4.2).</summary>
    internal static bool IsUtf8(string contentType) => Parameter(contentType, "charset")?.ToLowerInvariant() is null or "utf-8" or "utf8";

    /// <summary>True for a type of which FHIR has a form, in whatever version or charset.</summary>
    internal static bool IsOfFhir(string contentType) => FormOf(Media(contentType)) is not null;

    /// <summary>True when Accept names no form of FHIR, or likes another type more than those. Ranges that take anything name nothing.</summary>
    internal static bool IsOfFile(HttpRequest request)
    {
        var (ours, others) = (0.0, 0.0);
        foreach (var range in request.Headers.Accept.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (IsOfFhir(range))
                ours = Math.Max(ours, Worth(range));
            else if (Media(range) is not ("*/*" or "application/*"))
                others = Math.Max(others, Worth(range));
        }

        return others > ours || ours == 0;
    }

    internal static bool IsXml(string? contentType) => contentType is not null && FormOf(contentType) == WireForm.Xml;

    private static double Quality(List<string> ranges, WireForm form)
    {
        var (quality, exactness) = (0.0, 0);
        foreach (var range in ranges)
        {
            var exact = FormOf(range) == form ? 3 : Media(range) switch { "application/*" => 2, "*/*" => 1, _ => 0 };
            if (exact == 0 || exact < exactness || (exact == exactness && Worth(range) <= quality))
                continue;
            (quality, exactness) = (Worth(range), exact);
        }

        // a range that takes anything is answered in JSON
        return form == WireForm.Xml && exactness < 3 ? quality / 2 : quality;
    }

    private static double Worth(string range) =>
        Parameter(range, "q") is { } text && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) ? q : 1;

    private static WireForm? FormOf(string type)
    {
        if (Parameter(type, "fhirVersion") is not (null or "4.0" or "4.0.1")) // the parameter has two numbers (R4 3.1.0.1.10); some clients send the whole version
            return null;
        return Media(type).ToLowerInvariant() switch
        {
            "application/fhir+json" or "application/json" or "json" or "text/json" or "application/json+fhir" => WireForm.Json,
            "application/fhir+xml" or "application/xml" or "xml" or "text/xml" or "application/xml+fhir" => WireForm.Xml,
            _ => null,
        };
    }

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
