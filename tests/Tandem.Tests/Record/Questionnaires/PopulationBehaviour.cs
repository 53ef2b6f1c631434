using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Questionnaires;

public sealed class SqlitePopulationTests(SharedServer shared) : PopulationBehaviour(Engine.Sqlite, shared);

public sealed class PostgresPopulationTests(SharedServer shared) : PopulationBehaviour(Engine.Postgres, shared);

/// <summary><c>$populate</c> from observations (Structured Data Capture 3.0, section 6.3), and how much it does for one form.</summary>
public abstract class PopulationBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","name":[{"given":["Ada","Bea"]}],"telecom":[{"value":"1"},{"value":"2"},{"value":"3"},{"value":"4"},{"value":"5"},{"value":"6"},{"value":"7"},{"value":"8"},{"value":"9"},{"value":"10"}]}""");
    }

    private static string Code(string code) => $$"""{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]}""";

    private static string Millimetres(int value) => $$"""{"value":{{value}},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}""";

    private async Task ObserveAsync(string id, string code, string day, string more)
    {
        var answer = await server.PutAsync($"Observation/{id}", $$"""
            {"resourceType":"Observation","id":"{{id}}","status":"final","code":{{Code(code)}},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-02-{{day}}T08:00:00Z",{{more}}}
            """);
        Assert.True((int)answer.Status < 300, answer.Text);
    }

    private static string Linked(string linkId, string type, string code, string period = "\"value\":30,\"code\":\"d\"", string more = "") => $$"""
        {"linkId":"{{linkId}}","type":"{{type}}","code":[{"system":"http://loinc.org","code":"{{code}}"}],"extension":[{"url":"{{Sdc}}observationLinkPeriod","valueDuration":{ {{period}} } }]{{more}}}
        """;

    private Task<FhirAnswer> PopulateAsync(string items) => server.PostAsync("Questionnaire/$populate", $$"""
        {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"} },{"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active","item":[{{items}}]} }]}
        """);

    private async Task<(string Answers, string Issues)> FillAsync(string items)
    {
        var answer = await PopulateAsync(items);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var parameters = answer.Json["parameter"u8].Items.AsEnumerable().ToList();
        return (Answers(parameters[0]["resource"u8]), parameters.Count > 1 ? parameters[1]["resource"u8].ToString() : "");
    }

    private static string Answers(FhirNode holder) => string.Join("; ", holder["item"u8].Items.AsEnumerable().Select(item => item["item"u8].Exists
        ? $"{item["linkId"u8].Text}({Answers(item)})"
        : $"{item["linkId"u8].Text}={string.Join(',', item["answer"u8].Items.AsEnumerable().Select(one => one.Properties.AsEnumerable().First()).Select(value => value["value"u8].Text ?? value.Text))}"));

    [Fact] // SDC 6.3: observations with a focus other than the subject are left out
    public async Task What_was_seen_of_a_fetus_is_no_answer_about_the_mother()
    {
        await ObserveAsync("mother", "8867-4", "19", """ "valueQuantity":{"value":80},"focus":[{"reference":"Patient/p"}]""");
        await ObserveAsync("fetus", "8867-4", "20", """ "valueQuantity":{"value":140},"focus":[{"reference":"Patient/unborn"}]""");

        Assert.Equal(("rate=80", ""), await FillAsync(Linked("rate", "quantity", "8867-4")));
    }

    [Fact]
    public async Task An_observation_without_a_value_hides_no_older_value()
    {
        await ObserveAsync("value", "29463-7", "18", """ "valueQuantity":{"value":70}""");
        await ObserveAsync("words", "29463-7", "19", """ "valueString":"as before" """);
        await ObserveAsync("none", "29463-7", "20", """ "dataAbsentReason":{"text":"scales broken"}""");

        Assert.Equal(("weight=70", ""), await FillAsync(Linked("weight", "quantity", "29463-7")));
    }

    [Fact] // SDC 6.3: limited to components and members of the observation bound to the parent item
    public async Task Below_a_panel_values_come_from_its_observation_alone()
    {
        await ObserveAsync("alone", "8480-6", "21", "\"valueQuantity\":" + Millimetres(199));
        await ObserveAsync("pulse", "8867-4", "20", """ "valueQuantity":{"value":66}""");
        await ObserveAsync("panel", "85354-9", "20", $$""" "component":[{"code":{{Code("8480-6")}},"valueQuantity":{{Millimetres(120)}} }],"hasMember":[{"reference":"Observation/pulse"},{"reference":"Observation/none"}]""");
        await ObserveAsync("later", "8867-4", "21", """ "valueQuantity":{"value":99}""");
        var below = $",\"item\":[{Linked("systolic", "quantity", "8480-6")},{Linked("pulse", "quantity", "8867-4")},{Linked("weight", "quantity", "29463-7")}]";

        Assert.Equal(("bp(systolic=120; pulse=66; weight=)", ""), await FillAsync(Linked("bp", "group", "85354-9", more: below)));
        Assert.Equal(("none(systolic=; pulse=; weight=)", ""), await FillAsync(Linked("none", "group", "1234-5", more: below)));
        Assert.Equal(("g(systolic=199)", ""), await FillAsync($$"""{"linkId":"g","type":"group","item":[{{Linked("systolic", "quantity", "8480-6")}}]}"""));
    }

    [Theory] // the time is 2 March 2026
    [InlineData("\"value\":15000,\"code\":\"min\"", "x=65")] // ten days and a half
    [InlineData("\"value\":900000,\"code\":\"s\"", "x=65")]
    [InlineData("\"value\":30,\"code\":\"min\"", "x=")]
    [InlineData("\"value\":3000,\"code\":\"a\"", "x=65")]
    [InlineData("\"value\":99999999999999999999,\"code\":\"a\"", "x=65")]
    [InlineData("\"value\":30,\"code\":\"fortnight\"", null)]
    [InlineData("\"value\":30", null)]
    public async Task A_period_is_read_in_its_unit_or_told(string period, string? answers)
    {
        await ObserveAsync("height", "8302-2", "20", """ "valueQuantity":{"value":65}""");

        var (filled, issues) = await FillAsync(Linked("x", "quantity", "8302-2", period));

        Assert.Equal(answers ?? "x=", filled);
        Assert.Equal(answers is null, issues.Contains("observationLinkPeriod", StringComparison.Ordinal) && issues.Contains("item x", StringComparison.Ordinal));
    }

    private static string Initial(string linkId, string expression, string more = "") => $$"""
        {"linkId":"{{linkId}}","type":"string","extension":[{"url":"{{Sdc}}initialExpression","valueExpression":{"language":"text/fhirpath","expression":"{{expression}}"} }]{{more}}}
        """;

    [Fact]
    public async Task Of_several_values_for_one_answer_none_is_chosen()
    {
        var (answers, issues) = await FillAsync($"{Initial("one", "%patient.name.given")},{Initial("all", "%patient.name.given", ",\"repeats\":true")}");

        Assert.Equal("one=; all=Ada,Bea", answers);
        Assert.Contains("multiple-matches", issues);
        Assert.Contains("item one", issues);
    }

    private static string Said(string name, string expression) => $$"""{"url":"{{name}}","valueExpression":{ {{expression}} } }""";

    [Theory] // SDC 3.0, 6.3: what a form asks for and is not done is told
    [InlineData("http://hl7.org/fhir/StructureDefinition/variable", "\"name\":\"conditions\",\"language\":\"application/x-fhir-query\",\"expression\":\"Condition?patient={{%patient.id}}\"", "not-supported", "another language")]
    [InlineData(Sdc + "itemPopulationContext", "\"name\":\"condition\",\"language\":\"application/x-fhir-query\",\"expression\":\"Condition?patient={{%patient.id}}\"", "not-supported", "another language")]
    [InlineData(Sdc + "itemPopulationContext", "\"language\":\"text/fhirpath\",\"expression\":\"%patient.telecom\"", "required", "has no name")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/variable", "\"language\":\"text/fhirpath\",\"expression\":\"%patient.telecom\"", "required", "has no name")]
    public async Task An_expression_that_is_not_evaluated_is_told_once(string extension, string expression, string code, string reason)
    {
        var (answers, issues) = await FillAsync($$"""
            {"linkId":"around","type":"group","repeats":true,"extension":[{{Said(Sdc + "itemPopulationContext", "\"name\":\"t\",\"language\":\"text/fhirpath\",\"expression\":\"%patient.telecom.take(2)\"")}}],
             "item":[{"linkId":"g","type":"group","extension":[{{Said(extension, expression)}}],"item":[{"linkId":"a","type":"string"}]}]}
            """);

        Assert.Equal("around(g(a=)); around(g(a=))", answers);
        Assert.Contains(reason, issues);
        Assert.Contains("item g", issues);
        Assert.Single(issues.Split($"\"code\":\"{code}\"").Skip(1));
    }

    [Fact]
    public async Task A_first_value_by_a_query_is_told()
    {
        var (answers, issues) = await FillAsync($$"""{"linkId":"a","type":"string","extension":[{{Said(Sdc + "initialExpression", "\"language\":\"application/x-fhir-query\",\"expression\":\"Patient?_id=p\"")}}]}""");

        Assert.Equal("a=", answers);
        Assert.Contains("another language", issues);
    }

    [Theory]
    [InlineData("time", "@T10:30:00", "", "10:30:00")]
    [InlineData("time", "@T10:30", "", null)] // R4 2.24.0.1: a time has seconds
    [InlineData("dateTime", "@2026-03-02T10:30", "", null)]
    [InlineData("dateTime", "@2026-03-02", "", "2026-03-02")]
    [InlineData("integer", "70.0", "", "70")]
    [InlineData("integer", "3000000000.0", "", null)]
    [InlineData("string", "''", "", null)]
    [InlineData("url", "'a b'", "", null)]
    [InlineData("choice", "2", "{\"valueInteger\":1},{\"valueInteger\":2}", "2")]
    [InlineData("choice", "@2026-01-01", "{\"valueDate\":\"2026-01-01\"}", "2026-01-01")]
    [InlineData("choice", "3", "{\"valueInteger\":1},{\"valueInteger\":2}", null)]
    public async Task An_answer_is_one_that_R4_takes_and_among_options_of_any_type(string type, string expression, string options, string? filled)
    {
        var item = Initial("a", expression, options.Length == 0 ? "" : $",\"answerOption\":[{options}]").Replace("\"string\"", $"\"{type}\"", StringComparison.Ordinal);

        var (answers, issues) = await FillAsync(item);

        Assert.Equal("a=" + filled, answers);
        Assert.Equal(filled is null, issues.Contains("does not fit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sourceQueries", "\"valueReference\":{\"reference\":\"#queries\"}")]
    [InlineData("sourceStructureMap", "\"valueCanonical\":\"http://example.org/map\"")]
    public async Task A_way_to_fill_the_whole_form_that_is_not_followed_is_told(string extension, string value)
    {
        var answer = await server.PostAsync("Questionnaire/$populate", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"} },{"name":"questionnaire","resource":
              {"resourceType":"Questionnaire","status":"active","extension":[{"url":"{{Sdc}}{{extension}}",{{value}} }],"item":[{"linkId":"a","type":"string"}]} }]}
            """);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains($"filled in by {extension} too", answer.Text);
    }

    [Fact]
    public async Task Groups_in_groups_that_multiply_are_refused()
    {
        var items = """{"linkId":"end","type":"string"}""";
        for (var level = 9; level > 0; level--)
        {
            items = $$"""
                {"linkId":"g{{level}}","type":"group","repeats":true,"item":[{{items}}],"extension":[
                  {"url":"{{Sdc}}itemPopulationContext","valueExpression":{"name":"t{{level}}","language":"text/fhirpath","expression":"%patient.telecom"} }]}
                """;
        }

        var answer = await PopulateAsync(items);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
    }

    [Fact]
    public async Task A_form_has_no_more_observations_than_can_be_looked_for_in_a_moment()
    {
        var answer = await PopulateAsync(string.Join(',', Enumerable.Range(0, 501).Select(at => Linked($"i{at}", "quantity", "1234-5"))));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
    }
}
