using System.Text.RegularExpressions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Rules that are read from the text of the sources.</summary>
public sealed partial class SourceRuleTests
{
    private const int MostLines = 400;
    private static readonly string[] Patterns = ["*.cs", "*.razor", "*.ts", "*.scss", "*.mjs"];
    private static readonly string[] Folders = ["src", "tests", "bench", "tools"];

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var files = Patterns.SelectMany(pattern => Repository.Sources(pattern, Folders)).Select(file => (file, File.ReadLines(file).Count())).ToList();

        Assert.True(files.Count > 50, "no sources were found");
        Assert.Empty(TooLong(files));
    }

    [Fact]
    public void A_file_that_is_too_long_is_found() => Assert.Equal(["a.cs: 401"], TooLong([("a.cs", 401), ("b.cs", 400)]));

    [Fact]
    public void No_type_has_a_name_that_hides_a_noun()
    {
        var types = Repository.Sources("*.cs", "src", "bench", "tools")
            .SelectMany(file => TypeDeclaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToList();

        Assert.True(types.Count > 50, "no types were found");
        Assert.Empty(Nameless(types));
    }

    [Fact]
    public void A_name_that_hides_a_noun_is_found() =>
        Assert.Equal(["LoopManager", "PathHelper", "PatientInfo"], Nameless(["LoopManager", "PathHelper", "PatientInfo", "Database", "Information"]));

    /// <summary>Who writes a word for a number into an address gets the page, and no incident.</summary>
    [Fact]
    public void Pages_take_the_values_of_an_address_as_text()
    {
        var taken = Repository.Sources("*.razor", "src").SelectMany(file => FromQuery().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Groups[1].Value}")).ToList();

        Assert.True(taken.Count > 20, "no values were found");
        Assert.Empty(NoText(taken));
    }

    [Fact]
    public void A_value_of_an_address_that_is_taken_as_a_number_is_found() => Assert.Equal(["A.razor: long?"], NoText(["A.razor: long?", "B.razor: string?"]));

    private static IEnumerable<string> NoText(IEnumerable<string> taken) => taken.Where(one => !one.EndsWith(": string?", StringComparison.Ordinal) && !one.EndsWith(": string[]?", StringComparison.Ordinal));

    private static IEnumerable<string> TooLong(IEnumerable<(string File, int Lines)> files) =>
        files.Where(file => file.Lines > MostLines).Select(file => $"{file.File}: {file.Lines}");

    private static IEnumerable<string> Nameless(IEnumerable<string> types) => types.Where(type => Forbidden().IsMatch(type)).Distinct();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+)?([A-Z]\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\[SupplyParameterFromQuery[^\]]*\]\s*(?:private|public)\s+(\S+)")]
    private static partial Regex FromQuery();

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utilities|Common|Base|Impl|Dto|Info|Processor)$")]
    private static partial Regex Forbidden();
}
