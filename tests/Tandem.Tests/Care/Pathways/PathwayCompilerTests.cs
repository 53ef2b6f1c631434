using System.Text;
using Tandem.Care.Pathways;

namespace Tandem.Tests.Care.Pathways;

public sealed class PathwayCompilerTests
{
    [Theory]
    [InlineData("\"version\": \"1.0.0\",", "", "version")]
    [InlineData("\"name\": \"critical-result\"", "\"name\": \"critical|result\"", "name")]
    [InlineData("\"status\": \"active\"", "\"status\": \"unknown\"", "status")]
    [InlineData("\"start\": \"2026-01-01\"", "\"end\": \"2027-01-01\"", "effectivePeriod.start")]
    [InlineData("\"type\": \"Observation\"", "\"type\": \"Observations\"", "action[0].trigger[0].data.type")]
    [InlineData("\"code\": \"min\"", "\"code\": \"moment\"", "action[0].relatedAction[0].offsetDuration")]
    [InlineData("%critical.exists()", "%critical.exists(", "action[0].condition[2].expression.expression")]
    [InlineData("{{%analyte}} {{%criticalValue}} (", "{{%analyte {{%criticalValue}} (", "action[0].reason[0].text")]
    [InlineData("\"type\": \"data-changed\"", "\"type\": \"periodic\"", "action[0].trigger[0].type")]
    public async Task A_wrong_pathway_is_told_with_its_place(string from, string to, string path)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ShippedContent.Folder, "pathways/critical-result.json"), TestContext.Current.CancellationToken);
        Assert.Contains(from, text, StringComparison.Ordinal);

        var faults = ContentLoader.Check("critical-result.json", Encoding.UTF8.GetBytes(text.Replace(from, to)));

        Assert.Contains(faults, fault => fault.File == "critical-result.json" && fault.Path == path);
    }

    [Fact]
    public void A_file_that_is_no_json_is_told_with_line_and_column()
    {
        var fault = Assert.Single(ContentLoader.Check("x.json", "{\n  \"a\": }"u8.ToArray()));

        Assert.StartsWith("line 2", fault.Position, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_place_within_an_expression_is_told_too()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ShippedContent.Folder, "pathways/critical-result.json"), TestContext.Current.CancellationToken);

        var fault = Assert.Single(ContentLoader.Check("c.json", Encoding.UTF8.GetBytes(text.Replace("\"%critical.exists()\"", "\"%critical.exists() and and\""))));

        Assert.Contains("in the expression line 1, column", fault.Position, StringComparison.Ordinal);
    }
}
