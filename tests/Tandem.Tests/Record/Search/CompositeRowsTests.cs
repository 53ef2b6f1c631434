using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Record.Projections;
using Tandem.Record.Search;

namespace Tandem.Tests.Record.Search;

/// <summary>How many rows the composites of one resource have.</summary>
public sealed class CompositeRowsTests
{
    [Theory]
    [InlineData(3, 4, false, 12)]
    [InlineData(0, 4, false, 0)]
    [InlineData(150, 150, false, 10_000 + 300)]
    [InlineData(150, 150, true, 100 + 300)]
    public void Every_code_with_every_value_up_to_a_limit(int codes, int values, bool isContained, int rows) =>
        Assert.Equal(rows, Rows($$$"""{"resourceType":"Observation","code":{"coding":[{{{Codings("c", codes)}}}]},"valueCodeableConcept":{"coding":[{{{Codings("v", values)}}}]}}""", "code-value-concept", isContained));

    [Fact]
    public void Repetitions_of_one_pair_each_are_never_too_many()
    {
        var parts = string.Join(',', Enumerable.Range(0, 400).Select(i => $$$"""{"code":{"coding":[{{{Codings("c", 1)}}}]},"valueCodeableConcept":{"coding":[{{{Codings($"v{i}-", 1)}}}]}}"""));

        Assert.Equal(400, Rows($$"""{"resourceType":"Observation","component":[{{parts}}]}""", "component-code-value-concept", isContained: true));
    }

    [Fact]
    public void However_many_one_repetition_has_those_behind_it_have_their_own()
    {
        var many = $$$"""{"code":{"coding":[{{{Codings("c", 150)}}}]},"valueCodeableConcept":{"coding":[{{{Codings("v", 150)}}}]}}""";
        var few = $$$"""{"code":{"coding":[{{{Codings("d", 1)}}}]},"valueCodeableConcept":{"coding":[{{{Codings("w", 1)}}}]}}""";

        Assert.Equal(10_000 + 300 + 2, Rows($$"""{"resourceType":"Observation","component":[{{many}},{{few}},{{few}}]}""", "component-code-value-concept", isContained: false));
    }

    private static string Codings(string code, int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"system":"urn:s","code":"{{code}}{{i}}"}"""));

    /// <summary>The rows of a parameter, each of which has a key of its own.</summary>
    private static int Rows(string json, string code, bool isContained)
    {
        var values = new SearchValueList();
        SearchIndexValues.Read(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root, "Observation", SearchIndexOptions.Default, values);
        var (rows, type) = (new RowSink(), SearchTables.TypeNumber(isContained ? ContainedTypes.Of("Observation") : "Observation"));
        CompositeRows.Add(rows, type, 1, values.Span, SiteSearchParameters.None, isContained);

        var id = R4.SearchParameters("Observation").Find(code)!.Id;
        var own = rows.Rows.Where(row => (row.Row[1].Integer & 0xFFFF) == id).ToList();
        Assert.Equal(own.Count, own.Select(row => row.Row[2].Integer).Distinct().Count());
        return own.Count;
    }
}
