using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Reads a filter; see <see cref="ScimFilter"/>. Not thread-safe: one for each text.</summary>
internal sealed partial class ScimFilterReading
{
    private const int Longest = 2_000;
    private const int Deepest = 20;
    private readonly List<string> words;
    private int at;
    private int depth;

    private ScimFilterReading(List<string> words) => this.words = words;

    /// <summary>The filter, or null when the text is none.</summary>
    internal static ScimFilter? Read(string text)
    {
        if (text.Length > Longest)
            return null;
        var words = Word().Matches(text).Select(match => match.Value).ToList();
        if (string.Concat(words).Length != text.Count(c => !char.IsWhiteSpace(c)) + words.Sum(word => word.Count(char.IsWhiteSpace)))
            return null; // something between the words is none
        var reading = new ScimFilterReading(words);
        var filter = reading.Or();
        return filter is not null && reading.at == words.Count ? filter : null;
    }

    private string? Next => at < words.Count ? words[at] : null;

    private ScimFilter? Or()
    {
        var found = And();
        while (found is not null && Take("or"))
            found = And() is { } other ? new ScimFilter.Either(found, other) : null;
        return found;
    }

    private ScimFilter? And()
    {
        var found = One();
        while (found is not null && Take("and"))
            found = One() is { } other ? new ScimFilter.Both(found, other) : null;
        return found;
    }

    private ScimFilter? One()
    {
        if (++depth > Deepest)
            return null;
        var found = Take("not") ? Bracket() is { } inner ? new ScimFilter.Not(inner) : null : Next == "(" ? Bracket() : Compare();
        depth--;
        return found;
    }

    private ScimFilter? Bracket() => Take("(") && Or() is { } inner && Take(")") ? inner : null;

    private ScimFilter? Compare()
    {
        if (Next is not { } path || !Attribute().IsMatch(path))
            return null;
        at++;
        if (Take("["))
            return Or() is { } inner && Take("]") ? new ScimFilter.Within(path, inner) : null;
        if (Take("pr"))
            return new ScimFilter.Has(path);
        if (Next?.ToLowerInvariant() is not ("eq" or "ne" or "co" or "sw" or "ew" or "gt" or "ge" or "lt" or "le") || at + 1 >= words.Count)
            return null;
        var (how, value) = (words[at].ToLowerInvariant(), words[at + 1]);
        at += 2;
        try
        {
            var read = JsonNode.Parse(value);
            return read is JsonObject or JsonArray ? null : new ScimFilter.Compare(path, how, read);
        }
        catch (JsonException)
        {
            return null; // a value is a JSON text, number, true, false or null (RFC 7644, figure 1)
        }
    }

    private bool Take(string word)
    {
        if (!string.Equals(Next, word, StringComparison.OrdinalIgnoreCase))
            return false;
        at++;
        return true;
    }

    [GeneratedRegex("""\(|\)|\[|\]|"(?:[^"\\]|\\.)*"|[^\s()\[\]"]+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:urn:[\w.:\-]+:)?[A-Za-z$][\w$\-]*(?:\.[A-Za-z$][\w$\-]*)?$")]
    private static partial Regex Attribute();
}
