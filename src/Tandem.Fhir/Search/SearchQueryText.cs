using System.Text;

namespace Tandem.Fhir.Search;

/// <summary>The text level of a query: pairs, percent-encoding, and separators with their escapes (R4 3.1.1.4.16).</summary>
internal static class SearchQueryText
{
    internal static IEnumerable<KeyValuePair<string, string>> Pairs(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(Decode(pair), "") : new(Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    /// <summary>Splits at a separator that no backslash stands before; the parts keep their escapes.</summary>
    internal static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var from = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == separator)
            {
                parts.Add(text[from..at]);
                from = at + 1;
            }
        }

        parts.Add(text[from..]);
        return parts;
    }

    /// <summary>Undoes <c>\,</c> <c>\$</c> <c>\|</c> <c>\\</c>; any other backslash stays.</summary>
    internal static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is (',' or '$' or '|' or '\\'))
                at++;
            plain.Append(text[at]);
        }

        return plain.ToString();
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
