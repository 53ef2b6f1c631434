using System.Text.RegularExpressions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Addresses of pages hold ids and chosen words, never what somebody types (OWASP ASVS 5.0, V14.2.1).</summary>
public sealed partial class AddressRuleTests
{
    /// <summary>What an address may name, and what its values are. Who adds one says that nobody types it.</summary>
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["act"] = "chosen", ["actor"] = "an id", ["back"] = "an address of ours", ["before"] = "a place in a list", ["edit"] = "a mark", ["expired"] = "a mark", ["failed"] = "a mark",
        ["find"] = "closed", ["from"] = "a place in a list", ["incomplete"] = "a mark", ["kind"] = "chosen", ["leave"] = "an id", ["loops"] = "chosen", ["missing"] = "a mark", ["news"] = "chosen",
        ["of"] = "an id", ["organization"] = "an id", ["patient"] = "an id", ["person"] = "an id", ["policy"] = "chosen", ["problem"] = "chosen", ["reason"] = "chosen", ["refused"] = "a mark",
        ["request"] = "closed", ["role"] = "chosen", ["source"] = "an id", ["state"] = "chosen", ["tab"] = "chosen", ["unreachable"] = "a mark", ["view"] = "chosen", ["years"] = "chosen",
    };

    [Fact]
    public void Pages_take_known_values_from_their_address()
    {
        var taken = Repository.Sources("*.razor", "src").SelectMany(file => FromQuery().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();

        Assert.True(taken.Count > 20, "no values were found");
        Assert.DoesNotContain(taken, name => name != "SealedFilters.Name" && !Known.ContainsKey(name.Trim('"')));
    }

    [Fact]
    public void What_is_typed_into_a_form_is_posted()
    {
        var files = Repository.Sources("*.razor", "src").Select(file => (Path.GetFileName(file), File.ReadAllText(file))).ToList();

        Assert.Contains(files, file => file.Item2.Contains("<FilterBar", StringComparison.Ordinal));
        Assert.Empty(Typed(files));
    }

    [Fact]
    public void A_typed_value_in_a_form_that_is_not_posted_is_found() => Assert.Equal(
        ["A.razor", "B.razor"],
        Typed(
        [
            ("A.razor", """<FilterBar Action="/a"><TextField Name="q" /></FilterBar>"""), ("B.razor", """<form method="get"><input name="q" type="search" /></form>"""),
            ("C.razor", """<FilterBar Action="/a" PostTo="/a/find"><TextField Name="q" /></FilterBar>"""), ("D.razor", """<FilterBar Action="/a"><SelectField Name="q" /></FilterBar>"""),
            ("E.razor", """<form method="get"><input type="hidden" name="q" /></form>"""),
        ]));

    private static IEnumerable<string> Typed(IEnumerable<(string File, string Text)> files) => files
        .Where(file => file.File != "FilterBar.razor" && Forms().Matches(file.Text).Any(form => !form.Groups[1].Value.Contains("PostTo", StringComparison.Ordinal) && Field().IsMatch(form.Value)))
        .Select(file => file.File);

    [GeneratedRegex(@"\[SupplyParameterFromQuery\(Name = ([^)]+)\)\]")]
    private static partial Regex FromQuery();

    [GeneratedRegex("""<FilterBar([^>]*)>.*?</FilterBar>|<form [^>]*method="get"([^>]*)>.*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("""<Text(Area)?Field|<textarea|<input(?![^>]*type="(hidden|checkbox|radio|submit)")""")]
    private static partial Regex Field();
}
