namespace Tandem.EndToEnd.Support;

/// <summary>One way in which a reader may see a page.</summary>
/// <param name="Theme">light, dark or contrast.</param>
/// <param name="Language">en or es.</param>
/// <param name="Width">CSS pixels: 1280 a desk, 390 a phone, 320 a small one or a desk at 400 %.</param>
public sealed record Look(string Theme, string Language, int Width)
{
    /// <summary>A desk in English and daylight.</summary>
    public static readonly Look Desk = new("light", "en", 1280);

    /// <summary>A phone in English and daylight.</summary>
    public static readonly Look Phone = new("light", "en", 390);

    /// <summary>CSS pixels of the window from top to bottom.</summary>
    public int Height => Width < 600 ? 844 : 800;

    /// <summary>Every theme and every language at every width, ordered so that the language, which takes a reload, changes once: words are as long in every theme, so Spanish is seen by daylight alone.</summary>
    public static IReadOnlyList<Look> All { get; } =
    [
        .. from language in (string[])["en", "es"]
           from width in (int[])[1280, 390, 320]
           from theme in language is "en" ? (string[])["light", "dark", "contrast"] : ["light"]
           select new Look(theme, language, width),
    ];

    /// <inheritdoc />
    public override string ToString() => $"{Theme}-{Language}-{Width}";
}
