using System.Globalization;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>A place in a JSON document (RFC 6901).</summary>
internal sealed class JsonPointer
{
    private JsonPointer(string[] tokens) => Tokens = tokens;

    internal IReadOnlyList<string> Tokens { get; }

    internal string Last => Tokens[^1];

    /// <summary>Reads the text; null when it is none.</summary>
    internal static JsonPointer? Read(string? text)
    {
        if (text is null || (text.Length > 0 && text[0] != '/'))
            return null;
        var tokens = text.Length == 0 ? [] : text[1..].Split('/');
        for (var i = 0; i < tokens.Length; i++)
        {
            if (Unescape(tokens[i]) is not { } token)
                return null;
            tokens[i] = token;
        }

        return new(tokens);
    }

    /// <summary>True when <paramref name="other"/> lies below this.</summary>
    internal bool Holds(JsonPointer other) => other.Tokens.Count > Tokens.Count && other.Tokens.Take(Tokens.Count).SequenceEqual(Tokens);

    internal JsonTree? Find(JsonTree root) => Walk(root, Tokens.Count);

    /// <summary>The object or array that the last token speaks of.</summary>
    internal JsonTree? Parent(JsonTree root) => Walk(root, Tokens.Count - 1);

    /// <summary>The number that a token stands for (RFC 6901 4: no leading zeros), or -1.</summary>
    internal static int Number(string token, int most) =>
        token.Length is > 0 and < 10 && (token == "0" || token[0] != '0')
        && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : -1;

    private JsonTree? Walk(JsonTree root, int steps)
    {
        var at = root;
        for (var i = 0; i < steps && at is not null; i++)
        {
            at = at.Kind switch
            {
                JsonKind.Object => at.Find(Tokens[i]),
                JsonKind.Array when Number(Tokens[i], at.Items.Count - 1) is var number and >= 0 => at.Items[number],
                _ => null,
            };
        }

        return at;
    }

    private static string? Unescape(string token)
    {
        for (var at = token.IndexOf('~', StringComparison.Ordinal); at >= 0; at = token.IndexOf('~', at + 1))
        {
            if (at + 1 == token.Length || token[at + 1] is not ('0' or '1'))
                return null;
        }

        return token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
