using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Questionnaires;

public sealed class SqliteQuestionnaireTests() : QuestionnaireBehaviour(Engine.Sqlite);

public sealed class PostgresQuestionnaireTests() : QuestionnaireBehaviour(Engine.Postgres);

/// <summary><c>$populate</c> and <c>$extract</c> (Structured Data Capture 3.0, sections 6.3 and 7), over HTTP.</summary>
public abstract class QuestionnaireBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    private static readonly string Form = $$"""
        {"resourceType":"Questionnaire","id":"form","url":"http://example.org/form","status":"active","extension":[
           {"url":"http://hl7.org/fhir/StructureDefinition/variable","valueExpression":{"name":"official","language":"text/fhirpath","expression":"%patient.name.where(use = 'official').first()"} },
           {"url":"{{Sdc}}itemExtractionContext","valueExpression":{"language":"application/x-fhir-query","expression":"Patient?_id=%subject"} }],
         "item":[
           {"linkId":"family","type":"string","definition":"http://hl7.org/fhir/StructureDefinition/Patient#Patient.name.family","extension":[{{Initial("%official.family")}}]},
           {"linkId":"born","type":"date","definition":"http://hl7.org/fhir/StructureDefinition/Patient#Patient.birthDate","extension":[{{Initial("%patient.birthDate")}}]},
           {"linkId":"sex","type":"choice","answerOption":[{"valueCoding":{"system":"http://hl7.org/fhir/administrative-gender","code":"female","display":"Female"} }],"extension":[{{Initial("%patient.gender")}}]},
           {"linkId":"phones","type":"group","repeats":true,"definition":"http://hl7.org/fhir/StructureDefinition/Patient#Patient.contact",
             "extension":[{"url":"{{Sdc}}itemPopulationContext","valueExpression":{"name":"phone","language":"text/fhirpath","expression":"%patient.telecom"} }],
             "item":[{"linkId":"number","type":"string","definition":"http://hl7.org/fhir/StructureDefinition/Patient#Patient.contact.name.text","extension":[{{Initial("%phone.value")}}]}]},
           {"linkId":"weight","type":"quantity","code":[{"system":"http://loinc.org","code":"29463-7"}],"extension":[
             {"url":"{{Sdc}}observationLinkPeriod","valueDuration":{"value":30,"code":"d"} },{"url":"{{Sdc}}observationExtract","valueBoolean":true}]},
           {"linkId":"fixed","type":"string","initial":[{"valueString":"as always"}]},
           {"linkId":"wrong","type":"boolean","extension":[{{Initial("%patient.birthDate")}}]},
           {"linkId":"note","type":"display"}]}
        """;

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await server.PutAsync("Questionnaire/form", Form);
        await server.PutAsync("Patient/p", """
            {"resourceType":"Patient","id":"p","name":[{"use":"official","family":"Testperson","given":["Ada"]}],"gender":"female","birthDate":"1980-02-29",
             "telecom":[{"value":"555-0100"},{"value":"555-0101"}]}
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string Initial(string expression) => $$"""{"url":"{{Sdc}}initialExpression","valueExpression":{"language":"text/fhirpath","expression":"{{expression}}"} }""";

    private Task<FhirAnswer> PopulateAsync(string path = "Questionnaire/form/$populate") =>
        server.PostAsync(path, """{"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"}}]}""");

    private Task PutWeightAsync(string id, string date, string value) => server.PutAsync($"Observation/{id}", $$"""
        {"resourceType":"Observation","id":"{{id}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"subject":{"reference":"Patient/p"},
         "effectiveDateTime":"{{date}}","valueQuantity":{"value":{{value}},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"} }
        """);

    private static FhirNode Parameter(FhirAnswer answer, string name) =>
        answer.Json["parameter"u8].Items.AsEnumerable().FirstOrDefault(item => item["name"u8].Text == name)["resource"u8];

    private static string Answers(FhirNode holder) => string.Join("; ", holder["item"u8].Items.AsEnumerable().Select(item =>
    {
        var answer = string.Join(",", item["answer"u8].Items.AsEnumerable().Select(one => one.Properties.AsEnumerable().First()).Select(value => value["code"u8].Text ?? value["value"u8].Text ?? value.Text));
        return item["item"u8].Exists ? $"{item["linkId"u8].Text}({Answers(item)})" : $"{item["linkId"u8].Text}={answer}";
    }));

    [Fact]
    public async Task What_is_known_is_filled_in_and_what_does_not_fit_is_said()
    {
        await PutWeightAsync("old", "2025-01-01", "80");
        await PutWeightAsync("last", "2026-02-20", "71");
        await PutWeightAsync("before", "2026-02-10", "72");

        var answer = await PopulateAsync();

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            "family=Testperson; born=1980-02-29; sex=female; phones(number=555-0100); phones(number=555-0101); weight=kg; fixed=as always; wrong=",
            Answers(Parameter(answer, "response")));
        Assert.Contains("\"value\":71", answer.Text);
        Assert.Contains("does not fit an item of type boolean", Parameter(answer, "issues").ToString());
        Assert.Equal("in-progress", Parameter(answer, "response")["status"u8].Text);
        Assert.Equal("Patient/p", Parameter(answer, "response")["subject"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task A_questionnaire_is_found_by_its_address_and_a_missing_subject_refused()
    {
        Assert.Equal(HttpStatusCode.OK, (await PopulateAsync("Questionnaire/$populate?canonical=http://example.org/form")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PopulateAsync("Questionnaire/$populate?canonical=http://example.org/none")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PostAsync("Questionnaire/form/$populate", """{"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/none"}}]}""")).Status);
    }

    [Fact]
    public async Task An_answer_becomes_an_observation_and_a_change_of_the_patient()
    {
        const string response = """
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/form","status":"completed","subject":{"reference":"Patient/p"},"authored":"2026-03-02T09:00:00Z",
             "author":{"reference":"Practitioner/x"},"item":[
              {"linkId":"family","answer":[{"valueString":"Newname"}]},
              {"linkId":"phones","item":[{"linkId":"number","answer":[{"valueString":"Cousin One"}]}]},
              {"linkId":"phones","item":[{"linkId":"number","answer":[{"valueString":"Cousin Two"}]}]},
              {"linkId":"weight","answer":[{"valueQuantity":{"value":70,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}]}]}
            """;

        var answer = await server.PostAsync("QuestionnaireResponse/$extract", response);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var bundle = Parameter(answer, "return");
        Assert.Equal("POST Observation, PUT Patient/p", string.Join(", ", bundle["entry"u8].Items.AsEnumerable().Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["request"u8]["url"u8].Text}")));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", bundle["entry"u8].First["fullUrl"u8].Text);
        var posted = await server.PostAsync("", bundle.ToString());
        Assert.True(posted.Status == HttpStatusCode.OK, posted.Text);
        var patient = (await server.GetAsync("Patient/p")).Json;
        Assert.Equal(("Newname", "Ada"), (patient["name"u8].First["family"u8].Text, patient["name"u8].First["given"u8].First.Text));
        Assert.Equal(["Cousin One", "Cousin Two"], patient["contact"u8].Items.AsEnumerable().Select(contact => contact["name"u8]["text"u8].Text));
        var observation = (await server.GetAsync("Observation?subject=Patient/p&code=29463-7")).Json["entry"u8].First["resource"u8];
        Assert.Equal((70, "2026-03-02T09:00:00Z"), (observation["valueQuantity"u8]["value"u8].Number, observation["effectiveDateTime"u8].Text));
    }

    [Fact]
    public async Task A_response_to_an_unknown_questionnaire_is_refused() => Assert.Equal(
        HttpStatusCode.UnprocessableEntity,
        (await server.PostAsync("QuestionnaireResponse/$extract", """{"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/none","status":"completed"}""")).Status);
}
