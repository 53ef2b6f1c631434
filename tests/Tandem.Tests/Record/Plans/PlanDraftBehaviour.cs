using System.Net;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Plans;

public sealed class SqlitePlanDraftTests(SharedServer shared) : PlanDraftBehaviour(Engine.Sqlite, shared);

public sealed class PostgresPlanDraftTests(SharedServer shared) : PlanDraftBehaviour(Engine.Postgres, shared);

/// <summary>What the draft of <c>PlanDefinition/$apply</c> says beside its requests, and which plans it cannot be made of (R4 12.18.8), over HTTP.</summary>
public abstract class PlanDraftBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
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
        await server.PutAsync("PlanDefinition/plan", """{"resourceType":"PlanDefinition","id":"plan","status":"active","action":[{"title":"Walk"}]}""");
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","birthDate":"1980-02-29"}""");
        await server.PutAsync("Practitioner/dr", """{"resourceType":"Practitioner","id":"dr"}""");
    }

    private Task<FhirAnswer> ApplyAsync(string actions, string more = "", string plan = "") => server.PostAsync("PlanDefinition/$apply", $$"""
        {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{{more}}{"name":"planDefinition","resource":{"resourceType":"PlanDefinition","status":"active",{{plan}}"contained":[
          {"resourceType":"ActivityDefinition","id":"c","status":"active","kind":"Task","description":"Contained"},
          {"resourceType":"ActivityDefinition","id":"made","status":"active","kind":"Task","transform":"http://example.org/map"},
          {"resourceType":"PlanDefinition","id":"inner","status":"active","action":[{"title":"Deep","definitionCanonical":"#c"}]}],"action":[{{actions}}]} }]}
        """);

    [Fact] // R4 12.18.8.1
    public async Task Goals_are_proposed_to_the_subject_and_who_asks_is_said()
    {
        var answer = await ApplyAsync("""{"title":"Walk"}""", """{"name":"practitioner","valueString":"Practitioner/dr"},{"name":"encounter","valueString":"Encounter/e"},""", """
            "goal":[{"category":{"text":"dietary"},"description":{"text":"Lose weight"},"priority":{"text":"high"},"start":{"text":"admission"},"addresses":[{"text":"obesity"}],
             "target":[{"measure":{"text":"weight"},"detailQuantity":{"value":70,"unit":"kg"},"due":{"value":3,"unit":"months","system":"http://unitsofmeasure.org","code":"mo"} }]}],
            """);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.True(FhirPathExpression.Compile("""
            goal.reference = '#goal-1' and encounter.reference = 'Encounter/e' and author.reference = 'Practitioner/dr'
            and contained.ofType(RequestGroup).select(encounter.reference = 'Encounter/e' and author.reference = 'Practitioner/dr')
            and contained.ofType(Task).select(encounter.reference = 'Encounter/e' and requester.reference = 'Practitioner/dr')
            """).IsTrue(new FhirPathContext(answer.Json)), answer.Text);
        Assert.Equal(
            """
            {"resourceType":"Goal","id":"goal-1","lifecycleStatus":"proposed","category":[{"text":"dietary"}],"priority":{"text":"high"},"description":{"text":"Lose weight"},"startCodeableConcept":{"text":"admission"},"subject":{"reference":"Patient/p"},"target":[{"measure":{"text":"weight"},"detailQuantity":{"value":70,"unit":"kg"},"dueDuration":{"value":3,"unit":"months","system":"http://unitsofmeasure.org","code":"mo"}}]}
            """.Trim(),
            answer.Json["contained"u8].Items.AsEnumerable().Last().ToString());
        Assert.DoesNotContain(FhirValidator.Shipped.Validate(answer.Json), issue => issue.IsError);
    }

    [Theory] // R4 12.17.6.2
    [InlineData("ServiceRequest", "midwife", "locationReference.reference = 'Location/l' and performerType.text = 'midwife'")]
    [InlineData("ServiceRequest", "midwife nurse", "locationReference.reference = 'Location/l' and performerType.empty()")]
    [InlineData("Task", "midwife nurse", "location.reference = 'Location/l' and performerType.text = ('midwife').combine('nurse')")]
    [InlineData("MedicationRequest", "nurse", "performerType.text = 'nurse'")]
    [InlineData("Appointment", "nurse", "participant.count() = 1")]
    public async Task A_request_says_where_and_by_whom_it_is_to_be_done(string kind, string roles, string says)
    {
        var answer = await server.PostAsync("ActivityDefinition/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":{"resourceType":"ActivityDefinition","status":"active","kind":"{{kind}}",
             "productCodeableConcept":{"text":"A thing"},"location":{"reference":"Location/l"},"participant":[{"type":"patient"},{{string.Join(',', roles.Split(' ').Select(role => $$"""{"type":"practitioner","role":{"text":"{{role}}"} }"""))}}]} }]}
            """);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.True(FhirPathExpression.Compile(says).IsTrue(new FhirPathContext(answer.Json)), answer.Text);
    }

    private static string Dynamic(string path, string expression) => $$"""{"path":"{{path}}","expression":{"language":"text/fhirpath","expression":"{{expression}}"} }""";

    [Theory] // R4 PlanDefinition.action.dynamicValue
    [InlineData("title", null)]
    [InlineData("action.title", null)]
    [InlineData("nothing", "PlanDefinition.action[0].dynamicValue[0]")]
    public async Task A_dynamic_value_of_an_action_without_a_definition_is_set_in_the_action(string path, string? place)
    {
        var answer = await ApplyAsync($$"""{"title":"Old","textEquivalent":"In words","dynamicValue":[{{Dynamic(path, "'Born ' + birthDate.toString()")}},{{Dynamic("description", "'Measured'")}}]}""");

        Assert.Equal((place is null ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, place), (answer.Status, answer.Json["issue"u8].First["expression"u8].First.Text));
        if (place is null)
        {
            Assert.Equal(("Born 1980-02-29", "#request-1"), (answer.Json["contained"u8].First["action"u8].First["title"u8].Text, answer.Json["contained"u8].First["action"u8].First["resource"u8]["reference"u8].Text));
            Assert.Equal("Measured", answer.Json["contained"u8].Items.AsEnumerable().Last()["description"u8].Text);
        }
    }

    [Theory] // without them the draft would say something else than the plan
    [InlineData("\"transform\":\"http://example.org/map\"", "transform")]
    [InlineData("\"definitionCanonical\":\"#c\",\"transform\":\"http://example.org/map\"", "transform")]
    [InlineData("\"definitionCanonical\":\"#made\"", "transform")]
    [InlineData("\"definitionCanonical\":\"#inner\",\"dynamicValue\":[{\"path\":\"title\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"'a'\"}}]", "further plan")]
    public async Task What_cannot_be_done_as_the_plan_says_is_refused(string action, string reason)
    {
        var answer = await ApplyAsync($"{{{action}}}");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not-supported"), (answer.Status, answer.Issue));
        Assert.Contains(reason, answer.Text);
    }

    [Theory] // R4 2.6.2
    [InlineData("\"code\":[{}]", "", "action[0].code[0]")]
    [InlineData("\"code\":[\"walk\"]", "", "action[0].code[0]")]
    [InlineData("\"textEquivalent\":{\"a\":1}", "", "action[0].textEquivalent")]
    [InlineData("\"dynamicValue\":{\"path\":\"title\"}", "", "action[0].dynamicValue")]
    [InlineData("\"title\":\"Walk\"", "\"goal\":[{\"description\":\"Lose weight\"}],", "goal[0].description")]
    public async Task A_plan_that_is_sent_with_values_of_the_wrong_kind_is_refused_and_told_where(string action, string plan, string place)
    {
        var answer = await ApplyAsync($"{{{action}}}", plan: plan);

        Assert.Equal((HttpStatusCode.BadRequest, $"Parameters.parameter[1].resource.{place}"), (answer.Status, answer.Json["issue"u8].First["expression"u8].First.Text));
    }

    [Theory] // what is put into the draft comes from the definition, and by expressions from the other arguments
    [InlineData("\"code\":{},\"dynamicValue\":[{\"path\":\"code.text\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"'a'\"}}]", "{}", "parameter[2].value")]
    [InlineData("\"code\":\"walk\",\"dynamicValue\":[{\"path\":\"code.text\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"'a'\"}}]", "{\"text\":\"ward\"}", "parameter[1].resource.code")]
    [InlineData("\"dynamicValue\":[{\"path\":\"code\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"%setting\"}},{\"path\":\"code.coding.code\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"'a'\"}}]", "{\"coding\":\"ward\"}", "parameter[2].value.coding")]
    public async Task An_activity_is_not_built_on_what_has_the_wrong_shape(string activity, string setting, string place)
    {
        var answer = await server.PostAsync("ActivityDefinition/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},
             {"name":"activityDefinition","resource":{"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest",{{activity}}} },{"name":"setting","valueCodeableConcept":{{setting}} }]}
            """);

        Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Text);
        Assert.Contains($"Parameters.{place}\"", answer.Text);
    }

    [Fact]
    public async Task A_care_plan_for_somebody_whom_none_can_be_for_is_refused() =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.GetAsync("PlanDefinition/plan/$apply?subject=Practitioner/dr")).Status);
}
