using System.Buffers;
using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>
/// The words of a resource for full text search (R4 3.1.1.4.19, 3.1.1.4.20): letters and digits, lower case, without accents, in the order they stand. Two texts:
/// the narrative, and everything (narratives, of sections and of resources within too, words, names, codes; not addresses, times that stand alone, numbers or attached data). Of a long one
/// the first count: 12,000 words, or fewer of 900,000 bytes, of each its first 64 characters.
/// </summary>
public static class FullTextWords
{
    private const int MostWords = 12_000;
    private const int LongestWord = 64;

    /// <summary>In UTF-8. A tsvector of PostgreSQL has 1,048,575 bytes, of which each word takes up to five more for its place.</summary>
    private const int MostBytes = 900_000;

    /// <summary>Members whose texts are none that anybody looks for. What is no text is looked into: the reference of a consent's data has a display.</summary>
    private static readonly HashSet<string> PassedOver = new(StringComparer.Ordinal)
    {
        "resourceType", "id", "data", "hash", "system", "url", "reference", "lastUpdated", "implicitRules", "profile", "fullUrl", "canonical", "instantiatesCanonical", "instantiatesUri",
    };

    /// <summary>Elements of a narrative (R4 2.4.0) that stand within a line and part no words.</summary>
    private static readonly HashSet<string> WithinLines = new(StringComparer.Ordinal)
    {
        "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "kbd", "q", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var",
    };

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> SchemeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>The words of the narrative and of everything, with a blank between two.</summary>
    public static (string Narrative, string Content) Of(FhirNode resource)
    {
        var narrative = new WordList();
        narrative.Add(Plain(resource["text"u8]["div"u8].Text ?? ""));
        var content = new WordList();
        content.Add(narrative);
        Collect(resource, content, isWhole: true);
        return (narrative.ToString(), content.ToString());
    }

    /// <summary>The words of a text, as the index has them.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new WordList();
        words.Add(text);
        return words.All;
    }

    private static void Collect(FhirNode node, WordList into, bool isWhole = false)
    {
        var isNarrative = node["div"u8].Exists;
        foreach (var member in node.Properties)
        {
            if (into.IsFull)
                return;
            if (member.Name == "meta" || (isWhole && member.Name == "text") || (isNarrative && member.Name == "status")) // the narrative of the whole comes first
                continue;
            var isPassedOver = PassedOver.Contains(member.Name);
            foreach (var value in member.Items)
            {
                if (value.IsObject)
                    Collect(value, into);
                else if (!isPassedOver && value.Kind == JsonKind.String && value.Text is { } text)
                    Collect(isNarrative && member.Name == "div" ? Plain(text) : text, into);
            }
        }
    }

    /// <summary>The words of a text but those of addresses, and of a time that stands alone: nobody looks for their pieces.</summary>
    private static void Collect(string text, WordList into)
    {
        if (text.Length >= 10 && FhirDateTime.TryParse(text, out _))
            return;
        if (text.StartsWith("urn:", StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace))
            return;
        var rest = text.AsSpan();
        for (var at = rest.IndexOf("://"); at >= 0; at = rest.IndexOf("://"))
        {
            into.Add(rest[..(rest[..at].LastIndexOfAnyExcept(SchemeLetters) + 1)].ToString());
            var length = rest[at..].IndexOfAnyExceptInRange('!', '~');
            rest = length < 0 ? default : rest[(at + length)..];
        }

        into.Add(rest.Length == text.Length ? text : rest.ToString());
    }

    /// <summary>A narrative without its tags. They end a word, but for those within a line: <c>&lt;b&gt;metas&lt;/b&gt;tases</c> is one.</summary>
    private static string Plain(string xhtml)
    {
        var text = new StringBuilder(xhtml.Length);
        for (var rest = xhtml.AsSpan(); !rest.IsEmpty;)
        {
            var tag = rest.IndexOf('<');
            text.Append(tag < 0 ? rest : rest[..tag]);
            if (tag < 0)
                break;
            rest = rest[(tag + 1)..];
            var end = rest.IndexOf('>');
            if (!WithinLines.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Name(end < 0 ? rest : rest[..end])))
                text.Append(' ');
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    /// <summary>The name of an element in its start or end tag.</summary>
    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> tag)
    {
        tag = tag.TrimStart('/');
        var end = tag.IndexOfAnyExcept(NameLetters);
        return end < 0 ? tag : tag[..end];
    }

    private sealed class WordList
    {
        private readonly List<string> words = [];
        private int bytes;

        internal IReadOnlyList<string> All => words;

        internal bool IsFull { get; private set; }

        internal void Add(WordList other)
        {
            words.AddRange(other.words);
            (bytes, IsFull) = (other.bytes, other.IsFull);
        }

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
                    AddOne(folded[start..Math.Min(at, start + LongestWord)]);
                start = -1;
            }
        }

        private void AddOne(string word)
        {
            bytes += Encoding.UTF8.GetByteCount(word);
            IsFull = words.Count == MostWords || bytes > MostBytes;
            if (!IsFull)
                words.Add(word);
        }

        public override string ToString() => string.Join(' ', words);

        private static int At(string text, int at) => at < text.Length && char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
    }
}
