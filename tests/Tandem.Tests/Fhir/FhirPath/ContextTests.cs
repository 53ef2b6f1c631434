using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class ContextTests
{
    [Fact]
    public void The_earlier_version_can_be_asked_for_and_may_be_missing()
    {
        var expression = FhirPathExpression.Compile("status = 'final' and (%previous.empty() or %previous.status != 'final')");
        var before = Parsed("""{ "resourceType": "Observation", "status": "preliminary" }""");
        Assert.True(expression.IsTrue(new FhirPathContext(Observation).With("previous", before)));
        Assert.True(expression.IsTrue(new FhirPathContext(Observation).With("previous", default(FhirNode))));
        Assert.False(expression.IsTrue(new FhirPathContext(Observation).With("previous", Observation)));
    }

    [Fact]
    public void Variables_may_be_values_and_collections()
    {
        var context = new FhirPathContext(Observation).With("limit", FhirValue.Of(6.5m)).With("codes", FhirValue.Of("2823-3"), FhirValue.Of("2345-7"));
        Assert.Equal("true", Gives("value.value > %limit and code.coding.code in %codes", context));
        Assert.Equal("http://hl7.org/fhir/ValueSet/x", Gives("%`vs-x`", context));
    }

    [Fact]
    public void References_are_resolved_within_the_resource_and_by_the_caller()
    {
        var practitioner = Parsed("""{ "resourceType": "Practitioner", "id": "9" }""");
        var context = new FhirPathContext(Patient) { Resolve = reference => reference == "Practitioner/9" ? practitioner : default };
        Assert.Equal("Testclinic", Gives("managingOrganization.resolve().name", context));
        Assert.Equal("9", Gives("generalPractitioner.resolve().id", context));
        Assert.Equal("true", Gives("generalPractitioner.all(resolve() is Practitioner)", context));
        Assert.Equal("", Gives("generalPractitioner.resolve()", Patient));
    }

    [Fact] // R4 2.3.0.2: #id is contained in the resource that the reference stands in
    public void A_contained_resource_is_sought_where_the_reference_stands()
    {
        var practitioner = Parsed("""
            { "resourceType": "Practitioner", "id": "9", "qualification": [{ "issuer": { "reference": "#org" } }], "contained": [
              { "resourceType": "Organization", "id": "org", "name": "School", "partOf": { "reference": "#two" } },
              { "resourceType": "Organization", "id": "two", "name": "University", "endpoint": [{ "reference": "#" }] }] }
            """);
        var context = new FhirPathContext(Patient) { Resolve = _ => practitioner };
        Assert.Equal("School", Gives("generalPractitioner.resolve().qualification.issuer.resolve().name", context));
        Assert.Equal("University", Gives("generalPractitioner.resolve().qualification.issuer.resolve().partOf.resolve().name", context));
        Assert.Equal("9", Gives("generalPractitioner.resolve().contained.endpoint.resolve().id", context));
        Assert.Equal("Testclinic", Gives("managingOrganization.resolve().name", context));
        Assert.Equal("Testclinic", Gives("'#org'.resolve().name", context));
    }

    [Fact]
    public void As_takes_one_item_where_that_is_asked_for()
    {
        Assert.Equal("official, nickname", Gives("name.as(HumanName).use", Patient));
        var expression = FhirPathExpression.Compile("name.as(HumanName).use");
        Assert.Throws<FhirPathException>(() => expression.Evaluate(new FhirPathContext(Patient) { SingleAs = true }));
    }

    [Fact]
    public void A_contained_resource_sees_the_one_around_it()
    {
        var context = new FhirPathContext(Patient["contained"].First).In(Patient);
        Assert.Equal("org, p1", Gives("%resource.id | %rootResource.id", context));
    }

    [Fact]
    public void Terminology_and_profiles_are_asked_of_the_caller()
    {
        var context = new FhirPathContext(Observation)
        {
            MemberOf = (value, set) => set == "urn:set" && value.Node["coding"].First["code"].Text == "2823-3",
            ConformsTo = (_, profile) => profile == "urn:profile" ? true : null,
        };
        Assert.Equal("true", Gives("code.memberOf('urn:set')", context));
        Assert.Equal("true", Gives("conformsTo('urn:profile')", context));
        Assert.Equal("memberOf() cannot be answered here: there is no terminology.", Fails("code.memberOf('urn:set')", Observation));
        Assert.Equal("The profile urn:other is not known.", Fails("conformsTo('urn:other')", Observation));
    }

    [Fact]
    public void Trace_tells_the_listener_and_changes_nothing()
    {
        var heard = new List<string>();
        var context = new FhirPathContext(Patient) { Trace = (name, values) => heard.Add($"{name}:{values.Count}") };
        Assert.Equal("Testperson", Gives("name.trace('names').family.trace('f', $this.length())", context));
        Assert.Equal(["names:2", "f:1"], heard);
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("name.first()", true)]
    [InlineData("deceased", true)]
    [InlineData("link", false)]
    [InlineData("active = false", false)]
    public void A_condition_takes_a_single_item_for_true_and_nothing_for_false(string expression, bool expected) =>
        Assert.Equal(expected, FhirPathExpression.Compile(expression).IsTrue(new FhirPathContext(Patient)));

    [Fact]
    public void A_condition_of_several_items_is_an_error() =>
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile("name").IsTrue(new FhirPathContext(Patient)));

    [Theory]
    [InlineData("(1|2|3|4|5|6|7|8|9).repeat($this + 1)")]
    [InlineData("(1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25).aggregate($total & $total, 'x')")]
    [InlineData("(1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25).aggregate($total.combine($total), 1)")]
    [InlineData("(1|2|3|4|5|6|7|8|9|10).aggregate($total.replace('', 'xxxxxxxxxxxxxxxx'), 'x')")]
    public void Work_without_end_is_ended(string expression) => Assert.StartsWith("The evaluation was ended", Fails(expression, Patient), StringComparison.Ordinal);

    [Theory]
    [InlineData("%many.where(%long.length() > 5)")]
    [InlineData("%many.where(%long.substring(%long.length() - 1) = 'a')")]
    [InlineData("%many.where(%long.upper().exists())")]
    [InlineData("%many.where(%long.trim().lower().exists())")]
    [InlineData("%many.where(%long.contains('b'))")]
    [InlineData("%many.where(%long.htmlChecks().exists())")]
    [InlineData("%many.where(%long.lastIndexOf('b') > 0)")]
    [InlineData("(%long & %long).contains('b' & %long)")] // compared at every place
    public void A_long_text_is_not_walked_without_end(string expression)
    {
        var context = new FhirPathContext(Patient).With("long", FhirValue.Of(new string('a', 200_000))).With("many", [.. Enumerable.Range(0, 500).Select(number => FhirValue.Of(number.ToString(System.Globalization.CultureInfo.InvariantCulture)))]);

        Assert.False(FhirPathExpression.Compile(expression).TryEvaluate(context, out _, out var fault));
        Assert.StartsWith("The evaluation was ended", fault!.Reason, StringComparison.Ordinal);
        Assert.True(FhirPathExpression.Compile(expression.Replace("%many", "%many.first()", StringComparison.Ordinal).Replace("& %long)", ")", StringComparison.Ordinal)).TryEvaluate(context, out _, out _));
    }

    [Fact]
    public void A_hostile_pattern_is_ended() =>
        Assert.Equal("The regular expression takes too long on this text.", Fails("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(?=(a+)+$)(a+)+$')"));

    [Fact]
    public void Regular_expressions_that_may_go_back_have_one_time_for_all_matches_of_an_evaluation()
    {
        var context = new FhirPathContext(Patient) { Clock = new ClockOfMatches() };
        Assert.Equal("1", Gives("(1 | 2).where($this.toString().matches('(?=1)'))", context));
        Assert.Equal("", Gives("descendants().where('a'.matches('b'))", context)); // takes no longer than its text is long
        foreach (var expression in (string[])["descendants().where('a'.matches('(?=b)'))", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replaceMatches('(?=a)a', 'b')"])
        {
            Assert.False(FhirPathExpression.Compile(expression).TryEvaluate(context, out _, out var fault));
            Assert.Equal(("The evaluation was ended: its regular expressions take too long.", true), (fault!.Reason, fault.IsTooCostly));
        }
    }

    /// <summary>A tenth of a second goes by each time it is asked.</summary>
    private sealed class ClockOfMatches : TimeProvider
    {
        private long now;

        public override long GetTimestamp() => now += TimestampFrequency / 10;
    }

    [Fact]
    public void A_reference_that_is_read_costs_as_much_as_many_items()
    {
        var asked = 0;
        var patient = Parsed($$"""{ "resourceType": "Patient", "generalPractitioner": [{{string.Join(',', Enumerable.Repeat("{ \"reference\": \"Practitioner/9\" }", 100))}}] }""");
        var context = new FhirPathContext(patient) { MaxWork = 1_000, Resolve = _ => { asked++; return default; } };
        Assert.False(FhirPathExpression.Compile("generalPractitioner.resolve()").TryEvaluate(context, out _, out var fault));
        Assert.True(fault!.IsTooCostly);
        Assert.InRange(asked, 1, 5);
    }

    [Theory]
    [InlineData("component.value.distinct().count()", null)]
    [InlineData("(component.value | {}).count()", null)]
    [InlineData("component.where(value in %times).count()", "ended")]
    [InlineData("%times.where($this.subsetOf(%times)).count()", "ended")]
    [InlineData("%times.distinct().count()", "ended")] // the calendar reckons times otherwise, so they are compared with each other
    public void A_set_of_many_quantities_is_made_in_a_bounded_time(string expression, string? end)
    {
        const int many = 10_000;
        var components = string.Join(',', Enumerable.Range(0, many).Select(at => $$"""{ "valueQuantity": { "value": {{at}}.5, "system": "http://unitsofmeasure.org", "code": "{{(at % 2 == 0 ? "mg" : "g")}}" } }"""));
        var context = new FhirPathContext(Parsed($$"""{ "resourceType": "Observation", "component": [{{components}}] }"""))
            .With("times", [.. Enumerable.Range(0, many).Select(at => FhirValue.Of(new PathQuantity(at, "h")))]);

        var answered = FhirPathExpression.Compile(expression).TryEvaluate(context, out var values, out var fault);

        Assert.Equal(end is null, answered);
        Assert.Equal(end is null ? "10000" : null, answered ? values.Single().Text : null);
        Assert.Equal(end is not null, fault?.IsTooCostly is true);
    }

    [Fact]
    public void Several_evaluations_can_have_one_budget()
    {
        var context = new FhirPathContext(Patient) { Budget = new FhirPathBudget(100) };
        var expression = FhirPathExpression.Compile("name.given.count()");
        Assert.True(expression.TryEvaluate(context, out _, out _));
        Assert.Contains(Enumerable.Range(0, 100), _ => !expression.TryEvaluate(context, out var _, out var fault) && fault!.IsTooCostly);
    }

    [Fact]
    public void An_error_can_be_had_without_an_exception()
    {
        Assert.False(FhirPathExpression.Compile("id + 1").TryEvaluate(new FhirPathContext(Patient), out var values, out var fault));
        Assert.Empty(values);
        Assert.Equal("The operator + is not defined between String and Integer. (line 1, column 4)", fault!.ToString());
    }

    [Fact]
    public void What_the_caller_itself_throws_is_no_fault_of_the_expression()
    {
        var context = new FhirPathContext(Patient) { Resolve = _ => throw new InvalidOperationException("The record is closed.") };
        Assert.Throws<InvalidOperationException>(() => Gives("generalPractitioner.resolve()", context));
    }

    [Fact]
    public async Task One_expression_serves_many_threads()
    {
        var expression = FhirPathExpression.Compile("descendants().where($this is Quantity).value.aggregate($total + $this, 0)");
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 200).Sum(i => expression.Evaluate(new FhirPathContext(i % 2 == 0 ? Observation : Patient)).Single().Number))));
        Assert.All(sums, sum => Assert.Equal(126.9m * 100, sum));
    }
}
