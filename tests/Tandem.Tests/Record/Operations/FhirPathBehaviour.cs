using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Operations;

public sealed class SqliteFhirPathTests(SharedServer shared) : FhirPathBehaviour(Engine.Sqlite, shared);

public sealed class PostgresFhirPathTests(SharedServer shared) : FhirPathBehaviour(Engine.Postgres, shared);

/// <summary><c>$fhirpath</c> in the shape of the fhirpath-lab server API.</summary>
public abstract class FhirPathBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Patient = """
        {"resourceType":"Patient","id":"a","active":true,"name":[{"use":"official","family":"Testperson","given":["Ada","B"]},{"use":"nickname","given":["Addie"]}],
         "gender":"female","birthDate":"1980-02-29","contact":[{"gender":"female","name":{"text":"C"}}],"managingOrganization":{"reference":"Organization/o"}}
        """;

    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, static _ => Task.CompletedTask);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Asked(string expression, string more = "", string? resource = null) => $$"""
        {"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"{{expression}}"}{{more}},{"name":"resource","resource":{{resource ?? Patient}} }]}
        """;

    private async Task<string> ResultsAsync(string expression, string more = "")
    {
        var answer = await server.PostAsync("$fhirpath", Asked(expression, more));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return string.Join(" | ", answer.Json["parameter"u8].Items.AsEnumerable().Where(item => item["name"u8].Is("result"u8)).Select(Result));
    }

    private static string Result(FhirNode result) => $"{result["valueString"u8].Text}[{string.Join(", ", result["part"u8].Items.AsEnumerable().Select(Part))}]";

    private static string Part(FhirNode part)
    {
        var value = part.Properties.AsEnumerable().FirstOrDefault(member => member.Name.StartsWith("value", StringComparison.Ordinal) || member.Name == "resource");
        var path = part["extension"u8].Items.AsEnumerable().Where(item => item["url"u8].Text!.EndsWith("resource-path", StringComparison.Ordinal)).Select(item => "@" + item["valueString"u8].Text).FirstOrDefault();
        var inner = part["part"u8].Exists ? $"[{string.Join(", ", part["part"u8].Items.AsEnumerable().Select(Part))}]" : "";
        return $"{part["name"u8].Text} {(value.Exists ? value.Name : "")} {value.Text}{path}{inner}".Trim();
    }

    [Theory]
    [InlineData("<Patient xmlns=\\\"http://hl7.org/fhir\\\"><birthDate value=\\\"1980-02\\\"/></Patient>", HttpStatusCode.OK, "date valueDate 1980-02@Patient.birthDate")]
    [InlineData("<Patient xmlns=\\\"http://hl7.org/fhir\\\"><birthDate/></Patient>", HttpStatusCode.BadRequest, "ele-1")]
    public async Task A_resource_may_be_sent_as_the_text_of_its_XML(string xml, HttpStatusCode status, string finds)
    {
        var answer = await server.PostAsync("$fhirpath", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"birthDate"},
             {"name":"resource","extension":[{"url":"http://fhir.forms-lab.com/StructureDefinition/xml-value","valueString":"{{xml}}"}]}]}
            """);

        Assert.Equal(status, answer.Status);
        Assert.Contains(finds, status == HttpStatusCode.OK ? Result(answer.Json["parameter"u8].Items.AsEnumerable().Last()) : answer.Text);
    }

    [Fact]
    public async Task A_variable_is_an_item_without_a_place_in_the_resource()
    {
        Assert.Equal(
            "[string valueString q, string valueString Testperson@Patient.name[0].family]",
            await ResultsAsync("%a | name.family", ",{\"name\":\"variables\",\"part\":[{\"name\":\"a\",\"valueString\":\"q\"}]}"));
    }

    [Theory]
    [InlineData("name.given", "[string valueString Ada@Patient.name[0].given[0], string valueString B@Patient.name[0].given[1], string valueString Addie@Patient.name[1].given[0]]")]
    [InlineData("active", "[boolean valueBoolean true@Patient.active]")]
    [InlineData("name.count()", "[integer valueInteger 2]")]
    [InlineData("1.5 + 1", "[decimal valueDecimal 2.5]")]
    [InlineData("birthDate + 1 'year'", "[date valueDate 1981-02-28]")]
    [InlineData("4 'mg'", "[Quantity valueQuantity]")]
    [InlineData("''", "[empty-string]")]
    [InlineData("name.first()", "[HumanName valueHumanName @Patient.name[0]]")]
    [InlineData("contact", "[Patient#contact  @Patient.contact[0]]")]
    [InlineData("{}", "[]")]
    public async Task A_result_has_its_type_value_and_path(string expression, string results) =>
        Assert.Equal(results, await ResultsAsync(expression));

    [Fact]
    public async Task Each_context_has_its_result_and_trace() => Assert.Equal(
        "Patient.name[0][string valueString Ada B, trace valueString t[code valueCode official@Patient.name[0].use]] | Patient.name[1][string valueString Addie, trace valueString t[code valueCode nickname@Patient.name[1].use]]",
        await ResultsAsync("trace('t', use).given.join(' ')", ",{\"name\":\"context\",\"valueString\":\"name\"}"));

    [Theory]
    [InlineData("entry.resource.subject.resolve().id", "p, p, q, other")] // R4 2.36.4.1: a relative one stands below the root of the entry that holds it
    [InlineData("entry.resource.subject.reference.resolve().id", "p, p, q, other")]
    [InlineData("entry.resource.subject.where(reference = 'Patient/none').resolve().exists()", "false")]
    public async Task References_between_the_entries_of_a_bundle_are_resolved_in_it(string expression, string found)
    {
        var answer = await server.PostAsync("$fhirpath", Asked(expression, resource: """
            {"resourceType":"Bundle","type":"collection","entry":[
             {"fullUrl":"http://ex.org/Patient/p","resource":{"resourceType":"Patient","id":"p"} },
             {"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01","resource":{"resourceType":"Patient","id":"q"} },
             {"fullUrl":"http://ex.org/Observation/a","resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"} } },
             {"fullUrl":"http://ex.org/Observation/b","resource":{"resourceType":"Observation","subject":{"reference":"http://ex.org/Patient/p"} } },
             {"fullUrl":"http://ex.org/Observation/c","resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01"} } },
             {"fullUrl":"http://ex.org/Observation/d","resource":{"resourceType":"Observation","subject":{"reference":"Patient/none"} } },
             {"fullUrl":"http://other.org/Patient/p","resource":{"resourceType":"Patient","id":"other"} },
             {"fullUrl":"http://other.org/Observation/e","resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"} } },
             {"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02","resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"} } },
             {"fullUrl":"http://third.org/Observation/f","resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"} } }]}
            """));

        var result = answer.Json["parameter"u8].Items.AsEnumerable().Single(item => item["name"u8].Is("result"u8));
        Assert.Equal(found, string.Join(", ", result["part"u8].Items.AsEnumerable().Select(part => (part["valueId"u8].Exists ? part["valueId"u8] : part["valueBoolean"u8]).Text)));
    }

    [Fact(Timeout = 60_000)] // minutes, were the entries read for each of them
    public async Task Every_entry_of_a_large_bundle_can_be_a_context()
    {
        const int many = 30_000;
        var entries = string.Join(',', Enumerable.Range(0, many).Select(at => $$"""{"fullUrl":"http://ex.org/Basic/{{at}}","resource":{"resourceType":"Basic","id":"{{at}}"} }"""));

        var answer = await server.PostAsync("$fhirpath", Asked("resource.id", ",{\"name\":\"context\",\"valueString\":\"entry\"}", $$"""{"resourceType":"Bundle","type":"collection","entry":[{{entries}}]}"""));

        var last = answer.Json["parameter"u8].Items.AsEnumerable().Last();
        Assert.Equal($"Bundle.entry[{many - 1}][id valueId {many - 1}@Bundle.entry[{many - 1}].resource.id]", Result(last));
    }

    [Fact]
    public async Task A_duration_of_the_calendar_has_the_code_of_UCUM()
    {
        var answer = await server.PostAsync("$fhirpath", Asked("2 years"));

        Assert.Contains("\"valueQuantity\":{\"value\":2,\"unit\":\"years\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"a\"}", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_without_a_value_is_empty() =>
        Assert.Equal("[boolean valueBoolean true]", await ResultsAsync("%x.empty()", ",{\"name\":\"variables\",\"part\":[{\"name\":\"x\"}]}"));

    [Fact]
    public async Task Variables_are_set() => Assert.Equal(
        "[boolean valueBoolean true]",
        await ResultsAsync("name.family.first() = %who and %q.value = 5", ",{\"name\":\"variables\",\"part\":[{\"name\":\"who\",\"valueString\":\"Testperson\"},{\"name\":\"q\",\"valueQuantity\":{\"value\":5}}]}"));

    [Fact]
    public async Task The_answer_says_what_was_evaluated_and_how_it_was_read()
    {
        var answer = await server.PostAsync("$fhirpath", Asked("name.given"));
        var asked = answer.Json["parameter"u8].First["part"u8].Items.AsEnumerable().ToDictionary(part => part["name"u8].Text!, part => part["valueString"u8].Text);

        Assert.StartsWith("Tandem-", asked["evaluator"]);
        Assert.Equal("name.given", asked["expression"]);
        var tree = FhirJson.ParseStored(Encoding.UTF8.GetBytes(asked["parseDebugTree"]!)).Root;
        Assert.Equal(("ChildExpression", "given"), (tree["ExpressionType"u8].Text, tree["Name"u8].Text));
        Assert.True(asked.ContainsKey("resource"));
    }

    [Fact]
    public async Task References_are_resolved_in_the_record_and_codes_asked_here()
    {
        await server.PutAsync("Organization/o", """{"resourceType":"Organization","id":"o","name":"Testclinic"}""");

        Assert.Equal("[string valueString Testclinic]", await ResultsAsync("managingOrganization.resolve().name"));
        Assert.Equal("[boolean valueBoolean true]", await ResultsAsync("name.first().use.memberOf('http://hl7.org/fhir/ValueSet/name-use')"));
        Assert.Equal("[boolean valueBoolean true]", await ResultsAsync("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')"));
    }

    [Theory]
    [InlineData("name.", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("name.given.single()", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("nothing.there()", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("name.as(HumanName).use", HttpStatusCode.UnprocessableEntity, "invalid")] // FHIRPath 2.0, 6.3.4: one item
    [InlineData("gender.memberOf('http://example.org/none')", HttpStatusCode.UnprocessableEntity, "invalid")] // R4 2.9.1.4
    public async Task What_cannot_be_evaluated_is_refused_with_its_place(string expression, HttpStatusCode status, string code)
    {
        var answer = await server.PostAsync("$fhirpath", Asked(expression));

        Assert.Equal((status, code), (answer.Status, answer.Issue));
        Assert.Contains("operationoutcome-issue-col", answer.Text);
    }

    [Theory] // all contexts, and what they give, have one budget
    [InlineData("%resource.descendants()", ",{\"name\":\"context\",\"valueString\":\"descendants()\"}")]
    [InlineData("descendants().select(%resource)", "")]
    public async Task What_takes_too_much_is_refused_as_too_costly(string expression, string more)
    {
        var given = string.Join(',', Enumerable.Repeat("\"Namenamenamenamenamenamenamename\"", 3_000));
        var answer = await server.PostAsync("$fhirpath", Asked(expression, more, $$"""{"resourceType":"Patient","id":"a","name":[{"given":[{{given}}]}]}"""));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
    }

    [Fact]
    public async Task A_name_that_a_type_does_not_have_is_an_error_when_validation_is_asked_for()
    {
        Assert.Equal("[]", await ResultsAsync("nombre"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("$fhirpath", Asked("nombre", ",{\"name\":\"validate\",\"valueBoolean\":true}"))).Status);
    }

    [Fact]
    public async Task A_resource_may_come_as_text()
    {
        var text = System.Text.Json.JsonSerializer.Serialize(Patient);
        var answer = await server.PostAsync("$fhirpath", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"id"},
             {"name":"resource","extension":[{"url":"http://fhir.forms-lab.com/StructureDefinition/json-value","valueString":{{text}} }]}]}
            """);

        Assert.Contains("\"valueId\":\"a\"", answer.Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"id"}]}""")).Status);
    }
}
