using System.Globalization;
using Tandem.Kernel.Pages;

namespace Tandem.Tests.Kernel.Pages;

public sealed class PhraseTests
{
    private static readonly Phrase Claim = new("Take {0}", "Tomar {0}");
    private static readonly CountPhrase Items = new("{0} item", "{0} items", "{0} elemento", "{0} elementos");

    [Theory]
    [InlineData("en-US", "Take 1,234.5")]
    [InlineData("es-US", "Tomar 1,234.5")]
    [InlineData("es-ES", "Tomar 1.234,5")]
    [InlineData("fr-FR", "Take 1 234,5")]
    public void Speaks_the_readers_language_and_writes_numbers_by_the_readers_culture(string culture, string expected) =>
        In(culture, () => Assert.Equal(expected, Claim.With(1234.5.ToString("N1", CultureInfo.CurrentCulture)).Replace('\u202f', ' ')));

    [Theory]
    [InlineData("en-US", 0, "0 items")]
    [InlineData("en-US", 1, "1 item")]
    [InlineData("es-US", 0, "0 elementos")]
    [InlineData("es-US", 1, "1 elemento")]
    [InlineData("es-US", 12345, "12,345 elementos")]
    public void Counts_in_the_readers_language(string culture, long count, string expected) =>
        In(culture, () => Assert.Equal(expected, Items.For(count)));

    [Fact]
    public void A_phrase_without_Spanish_is_refused() => Assert.Throws<ArgumentException>(() => new Phrase("Take", " "));

    internal static void In(string culture, Action act)
    {
        var (before, beforeUI) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            act();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUI);
        }
    }
}
