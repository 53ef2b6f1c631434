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
