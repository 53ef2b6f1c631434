using System.Text.RegularExpressions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>What docs/reference says of security names tests and files that are there, and every requirement of the standard once.</summary>
public sealed partial class SecurityDocumentTests
{
    /// <summary>Requirements of OWASP ASVS 5.0.0 up to level 2: section, and numbers in it.</summary>
    private const string Standard = """
        1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2 4.1:1-3 4.2:1 4.3:1-2 4.4:1-4 5.1:1
        5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1
        8.4:1 9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1 12.1:1-3
        12.2:1-2 12.3:1-4 13.1:1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
        17.1:1 17.2:1-4 17.3:1-2
        """;

    [Fact]
    public void Every_requirement_up_to_level_2_stands_in_the_table_once()
    {
        var table = Row().Matches(Read("docs/reference/asvs.md")).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(253, Requirements().Count);
        Assert.Equal(Requirements(), table);
    }

    [Fact]
    public void Every_test_and_file_that_is_named_is_there()
    {
        var classes = Repository.Sources("*.cs", "tests").SelectMany(file => TypeDeclaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var named = new[] { "docs/reference/asvs.md", "docs/reference/security.md" }.SelectMany(file => Code().Matches(Read(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();
        var files = named.FindAll(name => name.StartsWith("src/", StringComparison.Ordinal) || name.StartsWith("docs/", StringComparison.Ordinal) || name.StartsWith("tests/", StringComparison.Ordinal));
        var tests = named.FindAll(name => ClassName().IsMatch(name));

        Assert.True(files.Count > 30 && tests.Count > 50, "nothing was found to check");
        Assert.Empty(Missing(files, tests, classes));
        Assert.Equal(["src/Nowhere.cs", "NoSuchTests"], Missing(["src/Nowhere.cs"], ["NoSuchTests"], classes));
    }

    [Fact]
    public void What_is_met_says_where_and_what_is_not_says_why()
    {
        foreach (var line in Read("docs/reference/asvs.md").Split('\n').Where(line => line.StartsWith("| V", StringComparison.Ordinal)))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            Assert.True(cells.Length == 6 && cells[4].Length > 3 && cells[3] is "met" or "not applicable" or "the site's" or "**gap**", line);
        }
    }

    [Fact]
    public void The_sums_at_the_head_are_those_of_the_table()
    {
        var text = Read("docs/reference/asvs.md");
        var sums = Answer().Matches(text).CountBy(match => match.Groups[1].Value).ToDictionary();

        Assert.Contains($": {sums["met"]} met, {sums["not applicable"]} not applicable, {sums["the site's"]} that only whoever runs the hub can fulfil, {sums.GetValueOrDefault("**gap**")} {(sums.GetValueOrDefault("**gap**") == 1 ? "gap" : "gaps")}.", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Missing(IEnumerable<string> files, IEnumerable<string> tests, HashSet<string> classes) =>
        files.Where(file => !Path.Exists(Path.Combine(Repository.Root, file))).Concat(tests.Where(test => !classes.Contains(test)));

    private static List<string> Requirements() =>
    [
        .. Standard.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(section => section.Split(':')).SelectMany(section => section[1].Split(',').SelectMany(range =>
        {
            var ends = range.Split('-').Select(int.Parse).ToList();
            return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(number => $"{section[0]}.{number}");
        })),
    ];

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex(@"^\| V(\d+\.\d+\.\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| V[\d.]+ \| \d \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Answer();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]+(Tests|Behaviour|Attempts)$")]
    private static partial Regex ClassName();

    [GeneratedRegex(@"\bclass\s+([A-Z]\w+)")]
    private static partial Regex TypeDeclaration();
}
