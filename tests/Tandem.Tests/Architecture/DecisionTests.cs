using System.Globalization;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Decision records can be named by their number: each has one of its own, none is missing, and the heading says the same.</summary>
public sealed class DecisionTests
{
    [Fact]
    public void Every_decision_has_the_next_number_and_says_it_in_its_heading()
    {
        var records = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "decisions"), "*.md").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadLines(file).First())).ToList();

        Assert.True(records.Count > 20, "no decisions were found");
        Assert.Empty(OutOfPlace(records));
    }

    [Fact]
    public void A_number_that_is_doubled_or_missing_or_another_in_the_heading_is_found()
    {
        Assert.Equal(["0001-b.md", "0004-d.md"], OutOfPlace([("0001-a.md", "# 1. A"), ("0001-b.md", "# 1. B"), ("0003-c.md", "# 3. C"), ("0004-d.md", "# 5. D")]));
        Assert.Equal(["0002-b.md"], OutOfPlace([("0002-b.md", "# 2. B")]));
    }

    private static IEnumerable<string> OutOfPlace(IReadOnlyList<(string File, string Heading)> records) => records
        .Where((record, index) => !record.File.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{index + 1:D4}-"), StringComparison.Ordinal)
            || !record.Heading.StartsWith(string.Create(CultureInfo.InvariantCulture, $"# {index + 1}. "), StringComparison.Ordinal))
        .Select(record => record.File);
}
