using System.Net;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Plans;

public sealed class SqliteApplyPlanTests() : ApplyPlanBehaviour(Engine.Sqlite);

public sealed class PostgresApplyPlanTests() : ApplyPlanBehaviour(Engine.Postgres);

/// <summary><c>PlanDefinition/$apply</c> (R4 12.18.8.1), over HTTP.</summary>
public abstract class ApplyPlanBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Plan = """
        {"resourceType":"PlanDefinition","id":"plan","url":"http://example.org/plan","version":"2","status":"active","title":"Weigh those who are older","action":[
          {"title":"Weigh","condition":[{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"%patient.birthDate < @1990"}}],
           "definitionCanonical":"http://example.org/weigh","dynamicValue":[{"path":"reasonCode.text","expression":{"language":"text/fhirpath","expression":"'Born in ' + birthDate.yearOf().toString()"}}]},
          {"title":"Only the young","condition":[{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"birthDate > @2010"}}]},
          {"title":"Both","action":[{"title":"Talk","description":"Ask how they are."}]}]}
        """;

    private const string Activity = """
        {"resourceType":"ActivityDefinition","id":"weigh","url":"http://example.org/weigh","status":"active","kind":"ServiceRequest","intent":"order","priority":"urgent",
         "code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]}}
        """;

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await server.PutAsync("PlanDefinition/plan", Plan);
        await server.PutAsync("ActivityDefinition/weigh", Activity);
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","birthDate":"1980-02-29"}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory] // R4 12.17.6.1
    [InlineData("ActivityDefinition/weigh/$apply?subject=Patient/p")]
    [InlineData("ActivityDefinition/$apply?canonical=http://example.org/weigh&subject=Patient/p&practitioner=Practitioner/dr")]
    public async Task An_activity_by_itself_is_one_draft_request(string path)
    {
        var answer = await server.GetAsync(path);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(
            ("ServiceRequest", "draft", "order", "urgent", "29463-7", "Patient/p"),
            (answer.Json["resourceType"u8].Text, answer.Json["status"u8].Text, answer.Json["intent"u8].Text, answer.Json["priority"u8].Text, answer.Json["code"u8]["coding"u8].First["code"u8].Text, answer.Json["subject"u8]["reference"u8].Text));
        Assert.Equal(path.Contains("practitioner", StringComparison.Ordinal) ? "Practitioner/dr" : null, answer.Json["requester"u8]["reference"u8].Text);
        Assert.False(answer.Json["id"u8].Exists);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
    }

    [Fact]
    public async Task A_medication_is_asked_for_with_its_dosage()
    {
        await server.PutAsync("ActivityDefinition/pill", """
            {"resourceType":"ActivityDefinition","id":"pill","status":"active","kind":"MedicationRequest","productCodeableConcept":{"text":"Sample 5 mg"},"dosage":[{"text":"one each morning"}]}
            """);
        var answer = await server.GetAsync("ActivityDefinition/pill/$apply?subject=Patient/p");

        Assert.Equal(("MedicationRequest", "Sample 5 mg", "one each morning"), (answer.Json["resourceType"u8].Text, answer.Json["medicationCodeableConcept"u8]["text"u8].Text, answer.Json["dosageInstruction"u8].First["text"u8].Text));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("ActivityDefinition/none/$apply?subject=Patient/p")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("ActivityDefinition/pill/$apply?subject=Patient/none")).Status);
    }

    [Theory]
    [InlineData("PlanDefinition/plan/$apply?subject=Patient/p")]
    [InlineData("PlanDefinition/$apply?canonical=http://example.org/plan&subject=Patient/p")]
    public async Task Actions_that_apply_are_in_the_draft_and_those_that_do_not_are_not(string path)
    {
        var answer = await server.GetAsync(path);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(("CarePlan", "draft", "Patient/p"), (answer.Json["resourceType"u8].Text, answer.Json["status"u8].Text, answer.Json["subject"u8]["reference"u8].Text));
        Assert.Equal("http://example.org/plan|2", answer.Json["instantiatesCanonical"u8].First.Text);
        var contained = answer.Json["contained"u8].Items.AsEnumerable().ToList();
        Assert.Equal(["Weigh", "Both"], contained[0]["action"u8].Items.AsEnumerable().Select(action => action["title"u8].Text));
        Assert.Equal("Talk", contained[0]["action"u8].Items.AsEnumerable().Last()["action"u8].First["title"u8].Text);
        Assert.Equal("#request-1", contained[0]["action"u8].First["resource"u8]["reference"u8].Text);
        Assert.Equal(
            ("ServiceRequest", "draft", "order", "urgent", "29463-7", "Patient/p", "Born in 1980"),
            (contained[1]["resourceType"u8].Text, contained[1]["status"u8].Text, contained[1]["intent"u8].Text, contained[1]["priority"u8].Text, contained[1]["code"u8]["coding"u8].First["code"u8].Text,
                contained[1]["subject"u8]["reference"u8].Text, contained[1]["reasonCode"u8].First["text"u8].Text));
        Assert.DoesNotContain(FhirValidator.Shipped.Validate(answer.Json), issue => issue.IsError);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_applied_is_refused_with_the_reason()
    {
        await server.PutAsync("PlanDefinition/gone", Plan.Replace("\"plan\"", "\"gone\"").Replace("http://example.org/weigh", "http://example.org/none"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.GetAsync("PlanDefinition/gone/$apply?subject=Patient/p")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("PlanDefinition/plan/$apply?subject=Patient/none")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("PlanDefinition/plan/$apply")).Status);
    }
}
