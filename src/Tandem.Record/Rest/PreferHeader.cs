using Microsoft.AspNetCore.Http;

namespace Tandem.Record.Rest;

/// <summary>The header Prefer (RFC 7240) as FHIR uses it.</summary>
internal static class PreferHeader
{
    internal static Preference Return(IHeaderDictionary headers) => Value(headers, "return") switch
    {
        "minimal" => Preference.Minimal,
        "representation" => Preference.Representation,
        "OperationOutcome" => Preference.OperationOutcome,
        _ => Preference.Unstated,
    };

    /// <summary>True when the client says that it wants to be refused rather than followed in part.</summary>
    internal static bool IsStrict(IHeaderDictionary headers) => Value(headers, "handling") == "strict";

    internal static bool IsLenient(IHeaderDictionary headers) => Value(headers, "handling") == "lenient";

    private static string? Value(IHeaderDictionary headers, string name)
    {
        foreach (var header in headers["Prefer"])
        {
            foreach (var part in (header ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
            {
                if (part.Length > name.Length && part[name.Length] == '=' && part.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                    return part[(name.Length + 1)..].Trim('"');
            }
        }

        return null;
    }
}
