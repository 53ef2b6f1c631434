using System.Net;
using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// The words of a resource for full text search (R4 3.1.1.4.19, 3.1.1.4.20): letters and digits, lower case, without accents, in the order they stand. Two texts:
/// the narrative, and everything (narrative, words, names, codes; not addresses of systems, times, numbers or attached data).
/// </summary>
public static class FullTextWords
{
    private const int MostWords = 12_000;
    private const int LongestWord = 64;

    private static readonly HashSet<string> PassedOver = new(StringComparer.Ordinal)
    {
        "resourceType", "id", "meta", "data", "hash", "system", "url", "reference", "div", "lastUpdated", "implicitRules", "profile", "fullUrl", "canonical", "instantiatesCanonical", "instantiatesUri",
    };

    /// <summary>The words of the narrative and of everything, with a blank between two.</summary>
    public static (string Narrative, string Content) Of(FhirNode resource)
    {
        var narrative = new WordList();
        narrative.Add(Plain(resource["text"u8]["div"u8].Text ?? ""));
        var content = new WordList();
        content.Add(narrative);
        Collect(resource, content);
        return (narrative.ToString(), content.ToString());
    }

    /// <summary>The words of a text, as the index has them.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new WordList();
        words.Add(text);
        return words.All;
    }

    private static void Collect(FhirNode node, WordList into)
    {
        foreach (var member in node.Properties)
        {
            if (into.IsFull)
                return;
            if (PassedOver.Contains(member.Name))
                continue;
            foreach (var value in member.Items)
            {
                if (value.IsObject)
                    Collect(value, into);
                else if (value.Kind == JsonKind.String && value.Text is { } text && IsWords(text))
                    into.Add(text);
            }
        }
    }

    /// <summary>False for addresses and times: nobody looks for their pieces.</summary>
    private static bool IsWords(string text) =>
        !text.Contains("://", StringComparison.Ordinal) && !text.StartsWith("urn:", StringComparison.Ordinal) && !(text.Length >= 10 && char.IsAsciiDigit(text[0]) && text[4] == '-' && text[7] == '-');

    /// <summary>A narrative without its tags; the end of an element ends a word.</summary>
    private static string Plain(string xhtml)
    {
        var text = new StringBuilder(xhtml.Length);
        var inTag = false;
        foreach (var letter in xhtml)
        {
            inTag = letter == '<' || (inTag && letter != '>');
            text.Append(inTag || letter == '>' ? ' ' : letter);
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    private sealed class WordList
    {
        private readonly List<string> words = [];

        internal IReadOnlyList<string> All => words;

        internal bool IsFull => words.Count >= MostWords;

        internal void Add(WordList other) => words.AddRange(other.words);

        internal void Add(string text)
        {
            var folded = StringIndex.Normalise(text);
            var start = -1;
            for (var at = 0; at <= folded.Length; at += At(folded, at))
            {
                var isLetter = at < folded.Length && Rune.TryGetRuneAt(folded, at, out var letter) && Rune.IsLetterOrDigit(letter);
                if (isLetter && start < 0)
                    start = at;
                if (isLetter || start < 0)
                    continue;
                if (!IsFull)
                    words.Add(folded[start..Math.Min(at, start + LongestWord)]);
                start = -1;
            }
        }

        public override string ToString() => string.Join(' ', words);

        private static int At(string text, int at) => at < text.Length && char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
    }
}
