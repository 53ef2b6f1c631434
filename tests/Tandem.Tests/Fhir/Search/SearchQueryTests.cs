using Tandem.Fhir.Search;
using Tandem.Fhir.Views;

namespace Tandem.Tests.Fhir.Search;

public sealed class SearchQueryTests
{
    [Fact]
    public void Parameters_are_joined_by_and_and_values_by_or()
    {
        var query = Sound("Patient", "?name=Ana,Testperson&gender=female");
        Assert.Equal(2, query.Clauses.Count);
        var name = Assert.IsType<ParameterClause>(query.Clauses[0]);
        Assert.Equal([new StringOperand("Ana", "ana"), new StringOperand("Testperson", "testperson")], name.Values);
    }

    [Theory]
    [InlineData("http://loinc.org|2823-3", "http://loinc.org", "2823-3", TokenMatch.SystemAndCode)]
    [InlineData("2823-3", null, "2823-3", TokenMatch.Code)]
    [InlineData("|2823-3", "", "2823-3", TokenMatch.SystemAndCode)]
    [InlineData("http://loinc.org|", "http://loinc.org", null, TokenMatch.System)]
    [InlineData(@"a\|b", null, "a|b", TokenMatch.Code)]
    [InlineData(@"s|a\,b\$c\\d", "s", @"a,b$c\d", TokenMatch.SystemAndCode)]
    public void A_token_has_system_and_code(string text, string? system, string? code, TokenMatch match)
    {
        var token = Assert.IsType<TokenOperand>(Operand("Observation", "code=" + Uri.EscapeDataString(text)));
        Assert.Equal((system, code, match), (token.System, token.Code, token.Match));
    }

    [Fact]
    public void The_key_of_a_token_is_the_hash_of_its_index_value() =>
        Assert.Equal(StableHash.Pair(StableHash.Of("http://loinc.org"), StableHash.Of("2823-3")),
            Assert.IsType<TokenOperand>(Operand("Observation", "code=http://loinc.org|2823-3")).Key);

    [Theory]
    [InlineData("2020-02", SearchPrefix.Equal, DatePrecision.Month)]
    [InlineData("ge2020-02-29", SearchPrefix.GreaterOrEqual, DatePrecision.Day)]
    [InlineData("eb2020-02-29T10:30Z", SearchPrefix.EndsBefore, DatePrecision.Minute)]
    [InlineData("ap2020-02-29T10:30:00%2B02:00", SearchPrefix.Approximately, DatePrecision.Second)]
    public void A_date_has_a_prefix_and_a_precision(string text, SearchPrefix prefix, DatePrecision precision)
    {
        var date = Assert.IsType<DateOperand>(Operand("Observation", "date=" + text));
        Assert.Equal((prefix, precision), (date.Prefix, date.Date.Precision));
    }

    [Theory]
    [InlineData("100", 99.5, 100.5)]
    [InlineData("100.00", 99.995, 100.005)]
    [InlineData("1e2", 95, 105)]
    [InlineData("1.00e2", 99.5, 100.5)]
    [InlineData("5.40e-3", 0.005395, 0.005405)]
    [InlineData("-5.4", -5.45, -5.35)]
    [InlineData("0e400", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("0e-2147483648", 0, 0)]
    public void A_number_stands_for_what_its_digits_say(string text, double low, double high)
    {
        var number = Assert.IsType<NumberOperand>(Operand("RiskAssessment", "probability=lt" + text));
        Assert.Equal(SearchPrefix.Less, number.Prefix);
        Assert.Equal(low, number.Low, 1e-9);
        Assert.Equal(high, number.High, 1e-9);
    }

    [Theory] // 3.1.1.4.5: ap is a tenth of what is stated
    [InlineData("probability=ap-5", -5.5, -4.5)]
    [InlineData("probability=ap0", 0, 0)]
    public void About_a_number_is_a_tenth_of_it(string text, double low, double high)
    {
        var number = Assert.IsType<NumberOperand>(Operand("RiskAssessment", text));
        Assert.Equal(low, number.Low, 1e-9);
        Assert.Equal(high, number.High, 1e-9);
    }

    [Fact]
    public void A_quantity_may_name_its_unit()
    {
        var quantity = Assert.IsType<QuantityOperand>(Operand("Observation", "value-quantity=gt5.4|http://unitsofmeasure.org|mg"));
        Assert.Equal((SearchPrefix.Greater, 5.4, "http://unitsofmeasure.org", "mg"), (quantity.Prefix, quantity.Number.Value, quantity.System, quantity.Code));
        Assert.Null(Assert.IsType<QuantityOperand>(Operand("Observation", "value-quantity=5.4")).UnitKey);
        Assert.Equal(StableHash.Of("mg"), Assert.IsType<QuantityOperand>(Operand("Observation", "value-quantity=5.4||mg")).UnitKey);
    }

    [Theory]
    [InlineData("subject=Patient/1", "Patient", "1", null)]
    [InlineData("subject=1", null, "1", null)]
    [InlineData("subject:Patient=1", "Patient", "1", null)]
    [InlineData("subject=Patient/1/_history/2", "Patient", "1", null, "2")]
    [InlineData("subject:Patient=https://other.example.org/Patient/1", null, null, "https://other.example.org/Patient/1")]
    [InlineData("subject:Patient=urn:uuid:c757873d-ec9a-4326-a141-556f43239520", null, null, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520")]
    [InlineData("subject=https://other.example.org/Patient/1", null, null, "https://other.example.org/Patient/1")]
    public void A_reference_is_an_id_a_type_and_id_or_an_address(string text, string? type, string? id, string? address, string? version = null) =>
        Assert.Equal(new ReferenceOperand(type, id, address, version), Operand("Observation", text));

    [Theory]
    [InlineData("Patient", "name:exact=x", SearchModifier.Exact)]
    [InlineData("Patient", "name:contains=x", SearchModifier.Contains)]
    [InlineData("Observation", "code:text=x", SearchModifier.Text)]
    [InlineData("Observation", "code:not=x", SearchModifier.Not)]
    [InlineData("Observation", "code:in=http://example.org/vs", SearchModifier.In)]
    [InlineData("Observation", "subject:identifier=urn:mrn|7", SearchModifier.Identifier)]
    [InlineData("Patient", "identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|7", SearchModifier.OfType)]
    public void Modifiers_fit_their_type(string type, string text, SearchModifier modifier) =>
        Assert.Equal(modifier, Assert.IsType<ParameterClause>(Sound(type, text).Clauses.Single()).Modifier);

    [Fact]
    public void Missing_is_a_clause_of_its_own() =>
        Assert.True(Assert.IsType<MissingClause>(Sound("Patient", "birthdate:missing=true").Clauses.Single()).IsMissing);

    [Fact]
    public void Chains_go_to_every_type_that_has_the_parameter()
    {
        var chain = Assert.IsType<ChainClause>(Sound("Observation", "subject.name=Ana").Clauses.Single());
        Assert.Equal(["Location", "Patient"], chain.Targets.Select(target => target.ResourceType).Order());
        var typed = Assert.IsType<ChainClause>(Sound("Observation", "subject:Patient.organization.name:exact=Clinic").Clauses.Single());
        var second = Assert.IsType<ChainClause>(Assert.Single(typed.Targets).Clause);
        Assert.Equal(("organization", "Organization"), (second.Reference.Code, Assert.Single(second.Targets).ResourceType));
        Assert.Equal(["Patient"], Assert.IsType<ChainClause>(Sound("Encounter", "patient.identifier=urn:mrn|7").Clauses.Single()).Targets.Select(target => target.ResourceType));
    }

    [Fact]
    public void Has_may_be_nested()
    {
        var has = Assert.IsType<HasClause>(Sound("Patient", "_has:Observation:patient:_has:Provenance:target:recorded=gt2020").Clauses.Single());
        Assert.Equal(("Observation", "patient"), (has.ResourceType, has.Reference.Code));
        var inner = Assert.IsType<HasClause>(has.Clause);
        Assert.Equal("recorded", Assert.IsType<ParameterClause>(inner.Clause).Parameter.Code);
    }

    [Fact]
    public void A_composite_has_typed_parts()
    {
        var composite = Assert.IsType<CompositeOperand>(Operand("Observation", "code-value-quantity=http://loinc.org|2823-3$gt6"));
        Assert.IsType<TokenOperand>(composite.Parts[0]);
        Assert.Equal(SearchPrefix.Greater, Assert.IsType<QuantityOperand>(composite.Parts[1]).Prefix);
    }

    [Fact]
    public void A_place_has_a_distance() => Assert.Equal(new NearOperand(42.5, -83, 5), Operand("Location", "near=42.5|-83|5|km"));

    [Fact]
    public void Result_parameters_are_options_and_no_clauses()
    {
        var query = Sound("Observation",
            "_count=20&_sort=-date,code&_total=accurate&_include=Observation:subject:Patient&_include:iterate=Patient:organization"
            + "&_revinclude=Provenance:target&_summary=true&_elements=status,code&_format=json&_pretty=true");
        Assert.Empty(query.Clauses);
        var result = query.Result;
        Assert.Equal((20, TotalMode.Accurate, SummaryMode.True, "json", true), (result.Count, result.Total, result.Summary, result.Format, result.Pretty));
        Assert.Equal([("date", true), ("code", false)], result.Sort.Select(key => (key.Parameter.Code, key.Descending)));
        Assert.Equal([("subject", "Patient", false), ("organization", null, true)], result.Includes.Select(rule => (rule.Reference!.Code, rule.TargetType, rule.Iterate)));
        Assert.Equal("Provenance", Assert.Single(result.ReverseIncludes).SourceType);
    }

    [Theory]
    [InlineData("Patient", "colour=blue", true)]
    [InlineData("Patient", "_query=x", true)]
    [InlineData("Patient", "_filter=x", false)]
    [InlineData("Patient", "_sort=colour", true)]
    [InlineData("Patient", "general-practitioner.colour=blue", true)]
    [InlineData("Patient", "birthdate=yesterday", false)]
    [InlineData("Patient", "birthdate=gt", false)]
    [InlineData("Patient", "birthdate:exact=2020", false)]
    [InlineData("Patient", "name:Patient=x", false)]
    [InlineData("Patient", "name=,", true)]
    [InlineData("Patient", "name.family=x", false)]
    [InlineData("Patient", "birthdate:missing=maybe", false)]
    [InlineData("Patient", "_has:Observation=x", false)]
    [InlineData("Patient", "_has:Location:organization:name=x", false)]
    [InlineData("Patient", "_count=-1", false)]
    [InlineData("Patient", "_total=1", false)]
    [InlineData("Patient", "_include=Patient", false)]
    [InlineData("Patient", "_include=Patient:name", false)]
    [InlineData("Patient", "_summary=all", false)]
    [InlineData("Observation", "value-quantity=much", false)]
    [InlineData("Observation", "value-quantity=1e-99999999999", false)]
    [InlineData("Observation", "value-quantity=5|mg", false)]
    [InlineData("Observation", "code-value-quantity=a", false)]
    [InlineData("Observation", "subject=Dragon/1", false)]
    [InlineData("Observation", "subject:Group=Patient/1", false)]
    [InlineData("Observation", "subject:Dragon.name=x", false)]
    [InlineData("Observation", "subject:Group=https://other.example.org/Patient/1", false)]
    [InlineData("Observation", "subject:Group=https://other.example.org/Patient/1/_history/2", false)]
    [InlineData("Location", "near=91|0", false)]
    [InlineData("Task", "focus.status=x", false)]
    [InlineData("Patient", "link.link.link.link.link.link.name=x", false)]
    public void What_cannot_be_followed_is_a_problem_and_no_clause(string type, string text, bool unknown)
    {
        var query = SearchQuery.Parse(type, text);
        Assert.Empty(query.Clauses);
        var problem = Assert.Single(query.Problems);
        Assert.Equal(unknown, problem.IsUnknown);
        Assert.EndsWith(".", problem.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("yesterday", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_own_parameters_are_passed_over_and_empty_ones_are_not()
    {
        var query = SearchQuery.Parse("Patient", "_cursor=abc&name=", new HashSet<string> { "_cursor" });
        Assert.Empty(query.Clauses);
        Assert.Equal(("name", true), Assert.Single(query.Problems) is var problem ? (problem.Parameter, problem.IsUnknown) : default);
    }

    [Fact]
    public void Any_text_is_read_without_a_fault()
    {
        var random = new Random(20261122);
        string[] pieces = ["name", "_has:", "Observation", ":", ".", "=", "&", "|", "$", ",", "\\", "subject", "code-value-quantity", "gt", "1e9", "%", "%ff", "_sort", "-", "\u00e9", "_include", "*", "near", "/"];
        var problems = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            problems += SearchQuery.Parse(random.Next(2) == 0 ? "Observation" : "Location", text).Problems.Count;
        }

        Assert.True(problems > 1000);
    }

    private static SearchQuery Sound(string type, string text)
    {
        var query = SearchQuery.Parse(type, text);
        Assert.Empty(query.Problems);
        return query;
    }

    private static SearchOperand Operand(string type, string text) =>
        Assert.Single(Assert.IsType<ParameterClause>(Assert.Single(Sound(type, text).Clauses)).Values);
}
