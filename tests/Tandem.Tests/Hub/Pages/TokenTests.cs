using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Pages;

/// <summary>Contrast of the design tokens (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11), and that no colour is written elsewhere.</summary>
public sealed partial class TokenTests
{
    private const double Text = 4.5;
    private const double Enhanced = 7;
    private const double Shapes = 3;
    private static readonly string[] Tones = ["neutral", "info", "done", "caution", "urgent"];
    private static readonly string[] Surfaces = ["ground", "surface", "sunken", "hover", "selected"];
    private static readonly string[] Bars = ["bar", "bar-hover"];
    private static readonly string Styles = Path.Combine(Repository.Root, "src", "Tandem.Hub", "Client", "styles");

    public static TheoryData<string> Themes => ["light", "dark", "contrast"];

    [Theory]
    [MemberData(nameof(Themes))]
    public void Every_text_is_readable_on_every_surface(string theme)
    {
        var tokens = Tokens(theme);
        var least = theme == "contrast" ? Enhanced : Text;

        Assert.Empty(TooFaint(tokens, TextPairs(), least));
    }

    [Theory]
    [MemberData(nameof(Themes))]
    public void Every_border_shape_and_focus_ring_stands_out(string theme) => Assert.Empty(TooFaint(Tokens(theme), ShapePairs(), Shapes));

    [Fact]
    public void A_pair_that_is_too_faint_is_found() =>
        Assert.Single(TooFaint(new() { ["text"] = "#777777", ["ground"] = "#ffffff" }, [("text", "ground")], Text));

    [Fact]
    public void Every_theme_has_the_same_tokens_and_the_test_knows_each()
    {
        var light = Tokens("light").Keys.Order().ToList();
        Assert.Equal(light, Tokens("dark").Keys.Order());
        Assert.Equal(light, Tokens("contrast").Keys.Order());
        var known = TextPairs().Concat(ShapePairs()).SelectMany(pair => (string[])[pair.Front, pair.Back]).Append("line").Append("shadow").ToHashSet();
        Assert.Empty(light.Except(known));
    }

    [Fact]
    public void Colours_are_written_in_the_tokens_only()
    {
        var files = Repository.Sources("*.scss", "src").Where(file => Path.GetFileName(file) != "tokens.scss").ToList();
        Assert.True(files.Count > 5, "no style sheets were found");
        Assert.Empty(files.SelectMany(file => Colour().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}")));
    }

    private static IEnumerable<(string Front, string Back)> TextPairs() =>
    [
        .. from text in (string[])["text", "text-soft", "link", "urgent-text"] from surface in Surfaces select (text, surface),
        .. from tone in Tones from surface in (string[])[.. Surfaces, $"{tone}-soft"] select ($"{tone}-text", surface),
        .. from tone in Tones select ("text", $"{tone}-soft"),
        .. from tone in Tones select ($"{tone}-on-solid", $"{tone}-solid"),
        .. from text in (string[])["bar-text", "bar-soft"] from bar in Bars select (text, bar),
        ("accent-on-solid", "accent-solid"),
        ("accent-on-solid", "accent-hover"),
    ];

    private static IEnumerable<(string Front, string Back)> ShapePairs() =>
    [
        .. from shape in (string[])["line-strong", "accent-solid", "focus"] from surface in Surfaces select (shape, surface),
        .. from tone in Tones from surface in (string[])["ground", "surface", $"{tone}-soft"] select ($"{tone}-solid", surface),
        .. from bar in Bars select ("bar-focus", bar),
    ];

    private static IEnumerable<string> TooFaint(Dictionary<string, string> tokens, IEnumerable<(string Front, string Back)> pairs, double least) =>
        from pair in pairs
        let contrast = Contrast(tokens[pair.Front], tokens[pair.Back])
        where contrast < least
        select string.Create(CultureInfo.InvariantCulture, $"{pair.Front} on {pair.Back}: {contrast:0.00}, needs {least}");

    private static Dictionary<string, string> Tokens(string theme)
    {
        var text = File.ReadAllText(Path.Combine(Styles, "tokens.scss"));
        var start = text.IndexOf($"@mixin {theme} {{", StringComparison.Ordinal);
        var block = text[start..text.IndexOf("\n}", start, StringComparison.Ordinal)];
        var tokens = Token().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.True(tokens.Count > 20, $"the theme {theme} was not found");
        return tokens;
    }

    private static double Contrast(string one, string other)
    {
        double[] luminances = [Luminance(one), Luminance(other)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }

    [GeneratedRegex(@"--([a-z-]+): (#[0-9a-f]{6})[0-9a-f]{0,2};")]
    private static partial Regex Token();

    [GeneratedRegex(@"(?<!&)#(?!\{)[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\b(?:white|black|red|green|blue|gr[ae]y)\b(?=[^-{}]*;)")]
    private static partial Regex Colour();
}
