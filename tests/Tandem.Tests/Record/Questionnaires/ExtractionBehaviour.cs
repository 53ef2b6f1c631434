using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Questionnaires;

public sealed class SqliteExtractionTests(SharedServer shared) : ExtractionBehaviour(Engine.Sqlite, shared);

public sealed class PostgresExtractionTests(SharedServer shared) : ExtractionBehaviour(Engine.Postgres, shared);

/// <summary>Which resource <c>$extract</c> changes when a hidden question has its id (Structured Data Capture 3.0, section 7.2), over HTTP.</summary>
public abstract class ExtractionBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    private const string Definitions = "http://hl7.org/fhir/StructureDefinition/";

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
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p"}""");
        await server.PutAsync("Patient/other", """{"resourceType":"Patient","id":"other","gender":"male"}""");
        await server.PutAsync("RelatedPerson/r", """{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/p"},"name":[{"family":"Old","given":["Ada"]}]}""");
        await server.PutAsync("Questionnaire/kin", $$"""
            {"resourceType":"Questionnaire","id":"kin","url":"http://example.org/kin","status":"active","item":[{{Group("RelatedPerson", "name.family")}},{{Group("Patient", "gender")}}]}
            """);
    }

    private static string Group(string type, string path) => $$"""
        {"linkId":"{{type}}","type":"group","repeats":true,"extension":[{"url":"{{Sdc}}itemExtractionContext","valueExpression":{"language":"application/x-fhir-query","expression":"{{type}}?patient=Patient/p"} }],"item":[
          {"linkId":"says","type":"string","definition":"{{Definitions}}{{type}}#{{type}}.{{path}}"},
          {"linkId":"hidden","type":"group","item":[{"linkId":"id","type":"string","definition":"{{Definitions}}{{type}}#{{type}}.id"}]}]}
        """;

    private static string Answer(string type, string? id, string says) => $$"""
        {"linkId":"{{type}}","item":[{"linkId":"says","answer":[{"valueString":"{{says}}"}]}{{(id is null ? "" : $$""",{"linkId":"hidden","item":[{"linkId":"id","answer":[{"valueString":"{{id}}"}]}]}""")}}]}
        """;

    [Theory] // R4 QuestionnaireResponse.questionnaire; forms without a url are named by where they are
    [InlineData("Questionnaire/kin", HttpStatusCode.OK)]
    [InlineData("http://example.org/kin", HttpStatusCode.OK)]
    [InlineData("#kin", HttpStatusCode.OK)]
    [InlineData("#other", HttpStatusCode.UnprocessableEntity)]
    [InlineData("Patient/p", HttpStatusCode.UnprocessableEntity)]
    public async Task The_questionnaire_is_the_one_that_the_response_names(string questionnaire, HttpStatusCode status) => Assert.Equal(status, (await server.PostAsync(
        "QuestionnaireResponse/$extract",
        $$"""
        {"resourceType":"QuestionnaireResponse","questionnaire":"{{questionnaire}}","status":"completed","contained":[{"resourceType":"Questionnaire","id":"kin","status":"active"},{"resourceType":"Patient","id":"other"}]}
        """)).Status);

    private async Task<(FhirNode Bundle, string Entries, string Issues)> ExtractAsync(params string[] answers)
    {
        var answer = await server.PostAsync("QuestionnaireResponse/$extract", $$"""
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/kin","status":"completed","subject":{"reference":"Patient/p"},"item":[{{string.Join(',', answers)}}]}
            """);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var parameters = answer.Json["parameter"u8].Items.AsEnumerable().Select(parameter => parameter["resource"u8]).ToList();
        return (
            parameters[0],
            string.Join(", ", parameters[0]["entry"u8].Items.AsEnumerable().Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["request"u8]["url"u8].Text} {entry["request"u8]["ifMatch"u8].Text}".TrimEnd())),
            parameters.Count > 1 ? parameters[1].ToString() : "");
    }

    [Fact]
    public async Task The_resource_whose_id_is_answered_is_changed_and_one_without_is_new()
    {
        var (bundle, entries, issues) = await ExtractAsync(Answer("RelatedPerson", "r", "New"), Answer("RelatedPerson", null, "Another"));

        Assert.Equal("POST RelatedPerson, PUT RelatedPerson/r W/\"1\"", entries);
        Assert.Equal("""[{"family":"New","given":["Ada"]}]""", bundle["entry"u8].Items.AsEnumerable().Last()["resource"u8]["name"u8].ToString());
        Assert.DoesNotContain("not-found", issues);
        var (change, _, none) = await ExtractAsync(Answer("RelatedPerson", "r", "New"));
        Assert.Equal(("", HttpStatusCode.OK), (none, (await server.PostAsync("", change.ToString())).Status));
        Assert.Equal("New", (await server.GetAsync("RelatedPerson/r")).Json["name"u8].First["family"u8].Text);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PostAsync("", change.ToString())).Status);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("r/_history/1")]
    [InlineData("no id")]
    public async Task What_was_to_change_a_resource_that_is_not_here_is_left_out_and_told(string id)
    {
        var (_, entries, issues) = await ExtractAsync(Answer("RelatedPerson", id, "New"));

        Assert.Equal("", entries);
        Assert.Contains("There is no RelatedPerson with the id that is answered", issues);
    }

    /// <summary>Extracts one answer of the item <c>a</c> by a form that is contained, and gives the resources and what the issues say.</summary>
    private async Task<(List<FhirNode> Resources, string Issues)> ObserveAsync(string form, string item, string more = "\"author\":{\"reference\":\"Practitioner/x\"}")
    {
        var answer = await server.PostAsync("QuestionnaireResponse/$extract", $$"""
            {"resourceType":"QuestionnaireResponse","questionnaire":"#f","status":"completed","subject":{"reference":"Patient/p"},"authored":"2026-03-02T09:00:00Z",{{more}},"item":[{"linkId":"g","item":[{"linkId":"a","answer":[{"valueDecimal":70.5}]}]}],
             "contained":[{"resourceType":"Questionnaire","id":"f","status":"active"{{form}},"item":[{"linkId":"g","type":"group"{{item}} }]}]}
            """);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var parameters = answer.Json["parameter"u8].Items.AsEnumerable().Select(parameter => parameter["resource"u8]).ToList();
        return ([.. parameters[0]["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8])], parameters.Count > 1 ? parameters[1].ToString() : "");
    }

    private static string Said(params string[] extensions) => $$""","extension":[{{string.Join(',', extensions.Select(extension => $$"""{"url":"{{Sdc}}{{extension.Split(' ')[0]}}",{{extension.Split(' ')[1]}} }"""))}}]""";

    private static string Weight(string first = "", string second = "", string item = "") => $$"""
        ,"item":[{"linkId":"a","type":"decimal"{{item}},"code":[{"system":"http://loinc.org","code":"29463-7"{{first}} },{"system":"http://loinc.org","code":"3141-9"{{second}} }]}]
        """;

    private const string Yes = "observationExtract \"valueBoolean\":true";
    private const string No = "observationExtract \"valueBoolean\":false";

    [Fact] // SDC 3.0, 7.1: "If any item.codes are tagged with 'true', then only the tagged Codings will propagate"
    public async Task Of_several_codes_those_that_are_marked_are_extracted()
    {
        async Task<string> CodesAsync(string form, string item) =>
            string.Join(", ", (await ObserveAsync(form, item)).Resources.Select(made => string.Join('+', made["code"u8]["coding"u8].Items.AsEnumerable().Select(coding => coding["code"u8].Text + (coding["extension"u8].Exists ? "!" : "")))));

        Assert.Equal("29463-7+3141-9", await CodesAsync(Said(Yes), Weight()));
        Assert.Equal("29463-7", await CodesAsync("", Weight(Said(Yes))));
        Assert.Equal("3141-9", await CodesAsync(Said(Yes), Weight("", Said(Yes))));
        Assert.Equal("3141-9", await CodesAsync(Said(Yes), Weight(Said(No))));
        Assert.Equal("", await CodesAsync(Said(Yes), Weight(item: Said(No))));
        Assert.Equal("", await CodesAsync("", Weight()));
    }

    [Fact] // SDC 3.0, 7.1
    public async Task An_observation_has_the_nearest_category_and_what_it_was_asked_by()
    {
        static string Category(string code) => $"observation-extract-category \"valueCodeableConcept\":{{\"text\":\"{code}\"}}";
        const string By = """ "basedOn":[{"reference":"ServiceRequest/s"}],"partOf":[{"reference":"Procedure/o"},{"reference":"Observation/o"}]""";

        var (outer, _) = await ObserveAsync(Said(Yes, Category("survey")), Weight(), By);
        var (inner, _) = await ObserveAsync(Said(Yes, Category("survey")), Said(Category("vital-signs"), Category("exam")) + Weight(), By + ",\"author\":{\"reference\":\"Device/d\"}");

        Assert.Equal("""[{"text":"survey"}]""", Assert.Single(outer)["category"u8].ToString());
        Assert.Equal("""[{"text":"vital-signs"},{"text":"exam"}]""", Assert.Single(inner)["category"u8].ToString());
        Assert.Equal(("""[{"reference":"ServiceRequest/s"}]""", """[{"reference":"Procedure/o"}]"""), (inner[0]["basedOn"u8].ToString(), inner[0]["partOf"u8].ToString()));
        Assert.Equal((false, "Device/d"), (inner[0]["performer"u8].Exists, inner[0]["device"u8]["reference"u8].Text));
    }

    [Theory] // what would give resources and is not followed
    [InlineData("targetStructureMap \"valueCanonical\":\"http://example.org/map\"", "targetStructureMap too")]
    [InlineData("templateExtract \"extension\":[{\"url\":\"template\",\"valueReference\":{\"reference\":\"#t\"}}]", "templateExtract too")]
    [InlineData("definitionExtract \"extension\":[{\"url\":\"definition\",\"valueCanonical\":\"http://hl7.org/fhir/StructureDefinition/Patient\"}]", "definitionExtract too")]
    [InlineData("observationExtract \"valueCode\":\"component\"", "not put together here (component")]
    public async Task A_way_to_extract_that_is_not_followed_is_told(string extension, string reason)
    {
        var (resources, issues) = await ObserveAsync("", Weight(item: Said(extension)));

        Assert.Empty(resources);
        Assert.Contains(reason, issues);
        Assert.Contains("item a", issues);
    }

    [Fact]
    public async Task The_subject_is_changed_where_no_id_of_another_is_answered()
    {
        Assert.Equal(("PUT Patient/p W/\"1\"", ""), await WithoutBundleAsync(Answer("Patient", null, "female")));
        Assert.Equal(("PUT Patient/p W/\"1\"", ""), await WithoutBundleAsync(Answer("Patient", "p", "female")));
        Assert.Equal(("PUT Patient/other W/\"1\"", ""), await WithoutBundleAsync(Answer("Patient", "other", "female")));
    }

    private async Task<(string Entries, string Issues)> WithoutBundleAsync(string answer)
    {
        var (_, entries, issues) = await ExtractAsync(answer);
        return (entries, issues);
    }
}
