using System.Text;

namespace Tandem.Fhir.Search;

/// <summary>
/// How names sound, for the parameters called <c>phonetic</c>: the Soundex code of each word as the US National Archives make it (the first letter, then three
/// digits for the consonants; h and w do not part two alike, vowels do), accents off.
/// </summary>
internal static class Phonetic
{
    internal const string Code = "phonetic";

    /// <summary>How many words of a name are heard, stored or searched for: a name has a row for each, with all that follow.</summary>
    internal const int MostWords = 30;

    /// <summary>How many words are heard of all names of a resource together.</summary>
    internal const int MostOfResource = 1_000;

    //                               abcdefghijklmnopqrstuvwxyz
    private const string Digits = "01230120022455012623010202";

    /// <summary>The codes of the first <see cref="MostWords"/> words with a blank between them; empty when there is no word of Latin letters.</summary>
    internal static string Of(string text)
    {
        var codes = new List<string>();
        var key = StringIndex.Key(text).AsSpan();
        foreach (var word in key.Split(' '))
        {
            if (OfWord(key[word]) is { Length: > 0 } code)
                codes.Add(code);
            if (codes.Count == MostWords)
                break;
        }

        return string.Join(' ', codes);
    }

    /// <summary>In place of strings added since <paramref name="from"/>, how they sound: from each word on, so that each word is found.</summary>
    internal static void Replace(SearchValueList values, int from)
    {
        var heard = new OrderedDictionary<string, SearchValue>(StringComparer.Ordinal);
        foreach (ref readonly var value in values.Span[from..])
        {
            if (heard.Count == MostOfResource)
                break;
            for (var codes = Of(value.Text!); codes.Length > 0 && heard.Count < MostOfResource; codes = codes.Contains(' ', StringComparison.Ordinal) ? codes[(codes.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "")
                heard.TryAdd(codes, value with { Text = codes, Hash = StableHash.Of(codes) });
        }

        values.CutTo(from);
        foreach (var value in heard.Values)
            values.Add(value);
    }

    private static string OfWord(ReadOnlySpan<char> word)
    {
        var code = new StringBuilder(4);
        var before = '0';
        foreach (var letter in word)
        {
            if (letter is < 'a' or > 'z')
                continue;
            var digit = Digits[letter - 'a'];
            if (code.Length == 0)
                code.Append(letter);
            else if (digit != '0' && digit != before)
                code.Append(digit);
            if (letter is not ('h' or 'w') || code.Length == 1)
                before = digit;
            if (code.Length == 4)
                break;
        }

        return code.Length == 0 ? "" : code.ToString().PadRight(4, '0');
    }
}
