using System.Globalization;

namespace Tandem.Kernel.Pages;

/// <summary>The languages of the pages. Every phrase exists in each of them.</summary>
public static class Languages
{
    /// <summary>English, the language of last resort.</summary>
    public const string English = "en";

    /// <summary>Spanish.</summary>
    public const string Spanish = "es";

    /// <summary>All languages, as BCP 47 tags without region.</summary>
    public static IReadOnlyList<string> All { get; } = [English, Spanish];

    /// <summary>The language of the present request (or of the present thread's culture).</summary>
    public static string Current => Of(CultureInfo.CurrentUICulture);

    /// <summary>The language that serves a culture: Spanish for every Spanish, otherwise English.</summary>
    public static string Of(CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        return culture.TwoLetterISOLanguageName == Spanish ? Spanish : English;
    }

    /// <summary>
    /// The culture that formats numbers in a language. Both use a decimal point, as the laboratories of the region do, so that a
    /// value never changes its look with the reader's language.
    /// </summary>
    public static CultureInfo Culture(string language) => CultureInfo.GetCultureInfo(language == Spanish ? "es-US" : "en-US");
}
