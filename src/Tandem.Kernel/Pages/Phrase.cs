using System.Globalization;

namespace Tandem.Kernel.Pages;

/// <summary>
/// One text of the pages in every language. Written in a page it shows the reader's language, so <c>@LoopWords.Claim</c> is all
/// a page needs; a phrase without Spanish does not compile. Phrases stand in a static class of their module whose name ends in
/// <c>Words</c>. Immutable.
/// </summary>
public sealed class Phrase
{
    /// <summary>Makes a phrase. Places for values are <c>{0}</c>, <c>{1}</c> and the same in both languages.</summary>
    public Phrase(string english, string spanish)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(english);
        ArgumentException.ThrowIfNullOrWhiteSpace(spanish);
        (English, Spanish) = (english, spanish);
    }

    /// <summary>The English text.</summary>
    public string English { get; }

    /// <summary>The Spanish text.</summary>
    public string Spanish { get; }

    /// <summary>The text in a language of <see cref="Languages"/>.</summary>
    public string In(string language) => language == Languages.Spanish ? Spanish : English;

    /// <summary>The text in the reader's language.</summary>
    public override string ToString() => In(Languages.Current);

    /// <summary>The text in the reader's language with its places filled; numbers are written by the reader's culture.</summary>
    public string With(params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.CurrentCulture, ToString(), values);

    /// <summary>The text in the reader's language.</summary>
    public static implicit operator string(Phrase phrase) => phrase?.ToString() ?? "";
}

/// <summary>A text that says how many, with the singular and plural of every language. <c>{0}</c> is the number.</summary>
public sealed class CountPhrase
{
    private readonly Phrase one;
    private readonly Phrase other;

    /// <summary>Makes a counted phrase.</summary>
    public CountPhrase(string englishOne, string englishOther, string spanishOne, string spanishOther)
    {
        one = new Phrase(englishOne, spanishOne);
        other = new Phrase(englishOther, spanishOther);
    }

    /// <summary>The singular.</summary>
    public Phrase One => one;

    /// <summary>The plural, also said of zero.</summary>
    public Phrase Other => other;

    /// <summary>The text for a number, grouped by the reader's culture; further values fill <c>{1}</c> and on.</summary>
    public string For(long count, params ReadOnlySpan<object?> values)
    {
        object?[] all = [count.ToString("N0", CultureInfo.CurrentCulture), .. values];
        return (count is 1 ? one : other).With(all);
    }
}
