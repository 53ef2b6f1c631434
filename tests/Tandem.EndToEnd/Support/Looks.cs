namespace Tandem.EndToEnd.Support;

/// <summary>One way in which a reader may see a page.</summary>
/// <param name="Theme">light, dark or contrast.</param>
/// <param name="Language">en or es.</param>
/// <param name="Width">CSS pixels: 1280 a desk, 390 a phone.</param>
public sealed record Look(string Theme, string Language, int Width)
{
    /// <summary>A desk in English and daylight.</summary>
    public static readonly Look Desk = new("light", "en", 1280);

    /// <summary>A phone in English and daylight.</summary>
    public static readonly Look Phone = new("light", "en", 390);

    /// <summary>Every theme in every language at every width.</summary>
    public static IReadOnlyList<Look> All { get; } =
    [
        .. from theme in (string[])["light", "dark", "contrast"]
           from language in (string[])["en", "es"]
           from width in (int[])[1280, 390]
           select new Look(theme, language, width),
    ];

    /// <inheritdoc />
    public override string ToString() => $"{Theme}-{Language}-{Width}";
}
