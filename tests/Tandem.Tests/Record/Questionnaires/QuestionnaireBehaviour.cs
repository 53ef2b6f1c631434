using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Questionnaires;

public sealed class SqliteQuestionnaireTests(SharedServer shared) : QuestionnaireBehaviour(Engine.Sqlite, shared);

public sealed class PostgresQuestionnaireTests(SharedServer shared) : QuestionnaireBehaviour(Engine.Postgres, shared);

/// <summary><c>$populate</c> and <c>$extract</c> (Structured Data Capture 3.0, sections 6.3 and 7), over HTTP.</summary>
public abstract class QuestionnaireBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
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

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await server.PutAsync("Questionnaire/form", Form);
        await server.PutAsync("Patient/p", """
            {"resourceType":"Patient","id":"p","name":[{"use":"official","family":"Testperson","given":["Ada"]}],"gender":"female","birthDate":"1980-02-29",
             "telecom":[{"value":"555-0100"},{"value":"555-0101"}]}
            """);
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

    [Fact] // R4 Questionnaire.item.answerOption.initialSelected
    public async Task Options_that_are_selected_at_first_are_answers()
    {
        var answer = await server.PostAsync("Questionnaire/$populate", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"}},{"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active","item":[
             {"linkId":"one","type":"choice","answerOption":[{"valueCoding":{"code":"a"}},{"initialSelected":true,"valueCoding":{"code":"b"}}]},
             {"linkId":"two","type":"choice","repeats":true,"answerOption":[{"valueString":"c","initialSelected":true},{"valueInteger":4,"initialSelected":true},{"valueString":"e","initialSelected":false}]}]}}]}
            """);

        Assert.Equal("one=b; two=c,4", Answers(Parameter(answer, "response")));
    }

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
        Assert.Equal(
            "POST Observation , PUT Patient/p W/\"1\"",
            string.Join(", ", bundle["entry"u8].Items.AsEnumerable().Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["request"u8]["url"u8].Text} {entry["request"u8]["ifMatch"u8].Text}")));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", bundle["entry"u8].First["fullUrl"u8].Text);
        var posted = await server.PostAsync("", bundle.ToString());
        Assert.True(posted.Status == HttpStatusCode.OK, posted.Text);
        var patient = (await server.GetAsync("Patient/p")).Json;
        Assert.Equal(("Newname", "Ada"), (patient["name"u8].First["family"u8].Text, patient["name"u8].First["given"u8].First.Text));
        Assert.Equal(["Cousin One", "Cousin Two"], patient["contact"u8].Items.AsEnumerable().Select(contact => contact["name"u8]["text"u8].Text));
        var observation = (await server.GetAsync("Observation?subject=Patient/p&code=29463-7")).Json["entry"u8].First["resource"u8];
        Assert.Equal((70, "2026-03-02T09:00:00Z"), (observation["valueQuantity"u8]["value"u8].Number, observation["effectiveDateTime"u8].Text));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PostAsync("", bundle.ToString())).Status); // the patient was written meanwhile
    }

    [Fact]
    public async Task What_was_said_about_a_replaced_value_goes_with_it()
    {
        await server.PutAsync("Patient/p", """
            {"resourceType":"Patient","id":"p","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]},
             "name":[{"given":["A","B"],"_given":[null,{"id":"b"}],"family":"F","_family":{"id":"f"}}],"_deceasedBoolean":{"id":"d"},"multipleBirthBoolean":true,"_multipleBirthBoolean":{"id":"m"}}
            """);
        var paths = new[] { ("given", "string", "Patient.name.given"), ("time", "url", "Patient.birthDate.extension.url"), ("at", "dateTime", "Patient.birthDate.extension.value"), ("born", "date", "Patient.birthDate"), ("died", "dateTime", "Patient.deceased") };
        await server.PutAsync("Questionnaire/x", $$"""
            {"resourceType":"Questionnaire","id":"x","url":"http://example.org/x","status":"active","extension":[
              {"url":"{{Sdc}}itemExtractionContext","valueExpression":{"language":"application/x-fhir-query","expression":"Patient?_id=%subject"} }],"item":[{{string.Join(',', paths.Select(path => Defined(path.Item1, path.Item2, path.Item3)))}}]}
            """);

        var answer = await server.PostAsync("QuestionnaireResponse/$extract", """
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/x","status":"completed","subject":{"reference":"Patient/p"},"item":[{"linkId":"given","answer":[{"valueString":"C"}]},
              {"linkId":"time","answer":[{"valueUri":"http://hl7.org/fhir/StructureDefinition/patient-birthTime"}]},{"linkId":"at","answer":[{"valueDateTime":"1980-02-29T08:00:00Z"}]},
              {"linkId":"born","answer":[{"valueDate":"1980-02-29"}]},{"linkId":"died","answer":[{"valueDateTime":"2026-01-01"}]}]}
            """);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var patient = Parameter(answer, "return")["entry"u8].First["resource"u8];
        Assert.Equal("""{"given":["C"],"family":"F","_family":{"id":"f"}}""", patient["name"u8].First.ToString());
        Assert.Equal(("1980-02-29", """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1980-02-29T08:00:00Z"}]}"""), (patient["birthDate"u8].Text, patient["_birthDate"u8].ToString()));
        Assert.Equal(("2026-01-01", false, true), (patient["deceasedDateTime"u8].Text, patient["_deceasedBoolean"u8].Exists, patient["_multipleBirthBoolean"u8].Exists));
        Assert.False(Parameter(answer, "issues").Exists, answer.Text);
    }

    [Fact]
    public async Task An_extension_that_is_answered_replaces_the_one_of_its_url_and_no_other()
    {
        await server.PutAsync("Patient/p", """
            {"resourceType":"Patient","id":"p","extension":[{"url":"http://example.org/race","valueString":"r"},{"url":"http://example.org/eyes","valueString":"green"}]}
            """);
        await server.PutAsync("Questionnaire/x", $$"""
            {"resourceType":"Questionnaire","id":"x","url":"http://example.org/x","status":"active","extension":[
              {"url":"{{Sdc}}itemExtractionContext","valueExpression":{"language":"application/x-fhir-query","expression":"Patient?_id=%subject"} }],
             "item":[{{Defined("url", "url", "Patient.extension.url")}},{{Defined("value", "string", "Patient.extension.value")}}]}
            """);

        var answer = await server.PostAsync("QuestionnaireResponse/$extract", """
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/x","status":"completed","subject":{"reference":"Patient/p"},
             "item":[{"linkId":"url","answer":[{"valueUri":"http://example.org/eyes"}]},{"linkId":"value","answer":[{"valueString":"blue"}]}]}
            """);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(
            """[{"url":"http://example.org/race","valueString":"r"},{"url":"http://example.org/eyes","valueString":"blue"}]""",
            Parameter(answer, "return")["entry"u8].First["resource"u8]["extension"u8].ToString());
    }

    [Fact]
    public async Task Several_contexts_of_the_subject_change_it_together()
    {
        var context = $$"""{"url":"{{Sdc}}itemExtractionContext","valueExpression":{"language":"application/x-fhir-query","expression":"Patient?_id=%subject"} }""";
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","gender":"female"}""");
        await server.PutAsync("Questionnaire/x", $$"""
            {"resourceType":"Questionnaire","id":"x","url":"http://example.org/x","status":"active","item":[
              {"linkId":"who","type":"group","extension":[{{context}}],"item":[{{Defined("given", "string", "Patient.name.given")}}]},
              {"linkId":"silent","type":"group","extension":[{{context}}],"item":[{{Defined("died", "date", "Patient.deceased")}}]},
              {"linkId":"when","type":"group","extension":[{{context}}],"item":[{{Defined("born", "date", "Patient.birthDate")}},{{Defined("born again", "date", "Patient.birthDate")}},{{Defined("second", "string", "Patient.name.given")}}]}]}
            """);

        var answer = await server.PostAsync("QuestionnaireResponse/$extract", """
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/x","status":"completed","subject":{"reference":"Patient/p"},"item":[
              {"linkId":"who","item":[{"linkId":"given","answer":[{"valueString":"A"}]}]},
              {"linkId":"when","item":[{"linkId":"born","answer":[{"valueDate":"1980-02-29"}]},{"linkId":"born again","answer":[{"valueDate":"1990-02-28"}]},{"linkId":"second","answer":[{"valueString":"B"}]}]}]}
            """);

        var bundle = Parameter(answer, "return");
        var patient = Assert.Single(bundle["entry"u8].Items.AsEnumerable())["resource"u8];
        Assert.Equal(("female", "1980-02-29", """[{"given":["A","B"]}]"""), (patient["gender"u8].Text, patient["birthDate"u8].Text, patient["name"u8].ToString()));
        Assert.Contains("Patient.birthDate takes one value", Parameter(answer, "issues").ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("", bundle.ToString())).Status);
    }

    /// <summary>Extracts answers (items of a response) by a questionnaire's items and gives what the first resource and the issues say.</summary>
    private async Task<(FhirNode Resource, string Issues)> ExtractAsync(string context, string items, string answers, string status = "completed")
    {
        await server.PutAsync("Questionnaire/x", $$"""
            {"resourceType":"Questionnaire","id":"x","url":"http://example.org/x","status":"active","extension":[{"url":"{{Sdc}}itemExtractionContext","valueCode":"{{context}}"} ],"item":[{{items}}]}
            """);
        var answer = await server.PostAsync("QuestionnaireResponse/$extract", $$"""
            {"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/x","status":"{{status}}","authored":"2026-03-02T09:00:00Z","subject":{"reference":"Patient/p"},"item":[{{answers}}]}
            """);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return (Parameter(answer, "return")["entry"u8].First["resource"u8], Parameter(answer, "issues") is { Exists: true } issues ? issues.ToString() : "");
    }

    private static string Defined(string linkId, string type, string path, string more = "") =>
        $$"""{"linkId":"{{linkId}}","type":"{{type}}","definition":"http://hl7.org/fhir/StructureDefinition/{{path.Split('.')[0]}}#{{path}}"{{more}}}""";

    [Theory] // by definition (SDC 7.2)
    [InlineData("Patient", "name.given", "string", """{"valueString":"A"},{"valueString":"B"}""", """{"resourceType":"Patient","name":[{"given":["A","B"]}]}""", "")]
    [InlineData("RelatedPerson", "relationship", "choice", """{"valueCoding":{"code":"F"}},{"valueCoding":{"code":"N"}}""", """{"resourceType":"RelatedPerson","relationship":[{"coding":[{"code":"F"}]},{"coding":[{"code":"N"}]}]}""", "patient")]
    [InlineData("Patient", "birthDate", "date", """{"valueDate":"1980-01-01"},{"valueDate":"1990-01-01"}""", """{"resourceType":"Patient","birthDate":"1980-01-01"}""", "takes one value")]
    [InlineData("Patient", "gender", "string", """{"valueString":"Male person"}""", "", "no code of http://hl7.org/fhir/ValueSet/administrative-gender")]
    [InlineData("Patient", "extension.value", "string", """{"valueString":"blue"}""", "", "without a url")]
    [InlineData("Patient", "birthDate.id", "string", """{"valueString":"a"}""", """{"resourceType":"Patient","_birthDate":{"id":"a"}}""", "")]
    [InlineData("Patient", "name.given.id", "string", """{"valueString":"a"}""", "", "Patient.name.given.id is no element")]
    [InlineData("Patient", "deceased", "dateTime", """{"valueDateTime":"2026-01-01"}""", """{"resourceType":"Patient","deceasedDateTime":"2026-01-01"}""", "")]
    [InlineData("Observation", "value", "string", """{"valueString":"pale"}""", """{"resourceType":"Observation","valueString":"pale"}""", "status")]
    [InlineData("Observation", "valueCodeableConcept", "string", """{"valueString":"pale"}""", """{"resourceType":"Observation","valueCodeableConcept":{"text":"pale"}}""", "status")]
    [InlineData("Condition", "onset", "quantity", """{"valueQuantity":{"value":3,"code":"a"}}""", """{"resourceType":"Condition","onsetAge":{"value":3,"code":"a"}}""", "subject")]
    [InlineData("Observation", "value", "decimal", """{"valueDecimal":70.5}""", """{"resourceType":"Observation","valueQuantity":{"value":70.5,"unit":"kilo","system":"http://unitsofmeasure.org","code":"kg"}}""", "status")]
    public async Task An_answer_stands_where_its_definition_says_or_is_left_out_with_the_reason(string context, string path, string type, string answers, string resource, string issue)
    {
        var (made, issues) = await ExtractAsync(context, Defined("a", type, $"{context}.{path}", $",\"extension\":[{Kilo}]"), $$"""{"linkId":"a","answer":[{{answers}}]}""");

        Assert.Equal(resource, made.Exists ? made.ToString() : "");
        Assert.Contains(issue, issues);
        Assert.Equal(issue.Length == 0, issues.Length == 0);
    }

    [Fact]
    public async Task Two_items_of_one_definition_both_stand_and_an_extension_has_the_url_that_an_item_before_its_value_gives()
    {
        var (made, issues) = await ExtractAsync(
            "Patient",
            string.Join(',', Defined("a", "string", "Patient.name.given"), Defined("b", "string", "Patient.name.given"), Defined("c", "url", "Patient.extension.url"), Defined("d", "string", "Patient.extension.value")),
            """{"linkId":"a","answer":[{"valueString":"A"}]},{"linkId":"b","answer":[{"valueString":"B"}]},{"linkId":"c","answer":[{"valueUri":"http://example.org/eyes"}]},{"linkId":"d","answer":[{"valueString":"blue"}]}""");

        Assert.Equal("""{"resourceType":"Patient","name":[{"given":["A","B"]}],"extension":[{"url":"http://example.org/eyes","valueString":"blue"}]}""", made.ToString());
        Assert.Equal("", issues);
    }

    private const string Kilo = """{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{"system":"http://unitsofmeasure.org","code":"kg","display":"kilo"}}""";

    [Theory] // by observationExtract (SDC 7.1)
    [InlineData("decimal", "\"valueDecimal\":70.5", "\"valueQuantity\":{\"value\":70.5,\"unit\":\"kilo\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"}", "")]
    [InlineData("integer", "\"valueInteger\":70", "\"valueQuantity\":{\"value\":70,\"unit\":\"kilo\"", "")]
    [InlineData("reference", "\"valueReference\":{\"reference\":\"Practitioner/x\"}", null, "An Observation has no valueReference")]
    [InlineData("attachment", "\"valueAttachment\":{\"title\":\"x\"}", null, "An Observation has no valueAttachment")]
    public async Task An_observation_has_the_units_of_its_item_and_no_value_that_R4_does_not_know(string type, string answer, string? value, string issue)
    {
        var (made, issues) = await ExtractAsync(
            "Patient",
            $$"""{"linkId":"a","type":"{{type}}","code":[{"code":"1"}],"extension":[{{Kilo}},{"url":"{{Sdc}}observationExtract","valueBoolean":true}]}""",
            $$"""{"linkId":"a","answer":[{ {{answer}} }]},{"linkId":"unknown","answer":[{"valueString":"x"}]}""");

        Assert.Equal(value is not null, made.Exists);
        if (value is not null)
            Assert.Contains(value, made.ToString());
        Assert.Equal(value is null ? null : "2026-03-02T09:00:00Z", made["issued"u8].Text);
        Assert.Contains(issue, issues);
        Assert.Contains("item unknown", issues);
    }

    [Theory]
    [InlineData("in-progress", HttpStatusCode.UnprocessableEntity)]
    [InlineData("entered-in-error", HttpStatusCode.UnprocessableEntity)]
    [InlineData("stopped", HttpStatusCode.UnprocessableEntity)]
    [InlineData("amended", HttpStatusCode.OK)]
    public async Task Only_what_is_complete_is_extracted(string status, HttpStatusCode answered) => Assert.Equal(
        answered,
        (await server.PostAsync("QuestionnaireResponse/$extract", $$"""{"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/form","status":"{{status}}"}""")).Status);

    private async Task<(string Item, string Issues, string Response)> FillAsync(string item, string more = "")
    {
        var answer = await server.PostAsync("Questionnaire/$populate", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"} },{{more}}{"name":"questionnaire","resource":
              {"resourceType":"Questionnaire","url":"http://example.org/y","version":"7","status":"active","contained":[{"resourceType":"ValueSet","id":"two","status":"active","compose":{"include":[
                {"system":"http://example.org/1","concept":[{"code":"female"},{"code":"other","display":"Other"}]},{"system":"http://example.org/2","concept":[{"code":"female"}]}]} }],"item":[{{item}}]} }]}
            """);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var response = Parameter(answer, "response");
        return (response["item"u8].First["answer"u8].First is { Exists: true } first ? first.ToString() : "", Parameter(answer, "issues") is { Exists: true } issues ? issues.ToString() : "", response.ToString());
    }

    [Theory]
    [InlineData("choice", "%patient.gender", "\"answerValueSet\":\"http://hl7.org/fhir/ValueSet/administrative-gender\"", "http://hl7.org/fhir/administrative-gender")]
    [InlineData("choice", "'other'", "\"answerValueSet\":\"#two\"", "http://example.org/1")]
    [InlineData("choice", "%patient.gender", "\"answerValueSet\":\"#two\"", null)]
    [InlineData("choice", "%patient.gender", "\"answerOption\":[{\"valueCoding\":{\"system\":\"http://example.org/1\",\"code\":\"female\"}},{\"valueCoding\":{\"system\":\"http://example.org/2\",\"code\":\"female\"}}]", null)]
    [InlineData("quantity", "70.5 'kg'", "\"required\":true", "{\"valueQuantity\":{\"value\":70.5,\"unit\":\"kg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"}}")]
    [InlineData("quantity", "2 weeks", "\"required\":true", "{\"valueQuantity\":{\"value\":2,\"unit\":\"wk\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"wk\"}}")]
    [InlineData("decimal", "70500 'g'", "\"required\":true", "{\"valueDecimal\":70.5}")]
    [InlineData("integer", "70 'kg'", "\"required\":true", "{\"valueInteger\":70}")]
    [InlineData("integer", "70500 'g'", "\"required\":true", null)]
    [InlineData("decimal", "70 'cm'", "\"required\":true", null)]
    public async Task A_code_is_filled_in_where_it_means_one_choice_and_a_quantity_in_the_unit_of_its_item(string type, string expression, string more, string? answer)
    {
        var filled = await FillAsync($$"""{"linkId":"a","type":"{{type}}",{{more}},"extension":[{{Kilo}},{{Initial(expression)}}]}""");

        if (answer is null)
            Assert.Equal("", filled.Item);
        else
            Assert.Contains(answer, filled.Item);
        Assert.Equal(answer is null, filled.Issues.Length > 0);
        Assert.Contains("\"questionnaire\":\"http://example.org/y|7\"", filled.Response);
    }

    [Theory]
    [InlineData("\"value\":70,\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"", "kg", "{\"valueDecimal\":70}")]
    [InlineData("\"value\":70,\"comparator\":\"<\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"", "kg", "")]
    [InlineData("\"value\":70,\"unit\":\"kg\"", "kg", "")]
    [InlineData("\"value\":70,\"system\":\"http://example.org/units\",\"code\":\"kg\"", "kg", "")]
    [InlineData("\"value\":5,\"system\":\"http://example.org/units\",\"code\":\"m\"", "cm", "")]
    public async Task A_quantity_fills_a_number_when_it_is_that_number_in_the_unit_of_the_item(string quantity, string unit, string answer)
    {
        await server.PutAsync("Patient/p", $$"""{"resourceType":"Patient","id":"p","extension":[{"url":"http://example.org/q","valueQuantity":{ {{quantity}} } }]}""");

        var filled = await FillAsync($$"""{"linkId":"a","type":"decimal","extension":[{{Kilo.Replace("\"kg\"", $"\"{unit}\"", StringComparison.Ordinal)}},{{Initial("%patient.extension.value")}}]}""");

        Assert.Equal((answer, answer.Length == 0), (filled.Item, filled.Issues.Contains("does not fit an item of type decimal", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_expression_that_asks_a_value_set_that_is_not_here_is_told()
    {
        var filled = await FillAsync($$"""{"linkId":"a","type":"boolean","extension":[{{Initial("%patient.gender.memberOf('http://example.org/none')")}}]}""");

        Assert.Equal("", filled.Item);
        Assert.Contains("The value set http://example.org/none is not here", filled.Issues);
    }

    [Fact]
    public async Task The_latest_observation_fills_a_number_that_has_a_unit()
    {
        await PutWeightAsync("last", "2026-02-20", "71");

        var filled = await FillAsync($$"""{"linkId":"a","type":"decimal","code":[{"system":"http://loinc.org","code":"29463-7"}],"extension":[{{Kilo}},{"url":"{{Sdc}}observationLinkPeriod","valueDuration":{"value":30,"code":"d"} }]}""");

        Assert.Equal(("""{"valueDecimal":71}""", ""), (filled.Item, filled.Issues));
    }

    [Fact]
    public async Task A_context_that_is_not_here_is_said_and_a_questionnaire_is_named_in_one_way()
    {
        var filled = await FillAsync("""{"linkId":"a","type":"string"}""", """{"name":"context","part":[{"name":"name","valueString":"user"},{"name":"content","valueReference":{"reference":"Practitioner/none"}}]},""");
        Assert.Contains("The context user names something that is not here", filled.Issues);

        var twice = await server.PostAsync("Questionnaire/form/$populate", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/p"}},{"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active"}}]}
            """);
        Assert.Equal(HttpStatusCode.BadRequest, twice.Status);
    }

    [Fact]
    public async Task A_response_to_an_unknown_questionnaire_is_refused() => Assert.Equal(
        HttpStatusCode.UnprocessableEntity,
        (await server.PostAsync("QuestionnaireResponse/$extract", """{"resourceType":"QuestionnaireResponse","questionnaire":"http://example.org/none","status":"completed"}""")).Status);
}
