using System.Net;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Plans;

public sealed class SqliteApplyPlanTests(SharedServer shared) : ApplyPlanBehaviour(Engine.Sqlite, shared);

public sealed class PostgresApplyPlanTests(SharedServer shared) : ApplyPlanBehaviour(Engine.Postgres, shared);

/// <summary><c>PlanDefinition/$apply</c> (R4 12.18.8.1), over HTTP.</summary>
public abstract class ApplyPlanBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
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

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await server.PutAsync("PlanDefinition/plan", Plan);
        await server.PutAsync("ActivityDefinition/weigh", Activity);
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","birthDate":"1980-02-29"}""");
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

    /// <summary>All kinds that R4 names (request-resource-types), each with what it says of product, code, time and subject; none for those that need what no definition can say.</summary>
    [Theory]
    [InlineData("Appointment", "proposed", "participant.actor.reference = 'Patient/p' and serviceType.text = 'Do it' and requestedPeriod.start = @2026-05-01")]
    [InlineData("CarePlan", "draft", "subject.reference = 'Patient/p' and intent = 'proposal' and period.start = @2026-05-01")]
    [InlineData("CommunicationRequest", "draft", "subject.reference = 'Patient/p' and occurrencePeriod.exists()")]
    [InlineData("Contract", null, "subject.reference = 'Patient/p' and instantiatesCanonical.empty()")]
    [InlineData("DeviceRequest", "draft", "subject.reference = 'Patient/p' and code.text = 'A thing' and intent = 'directive'")]
    [InlineData("EnrollmentRequest", "draft", "candidate.reference = 'Patient/p'")]
    [InlineData("MedicationRequest", "draft", "subject.reference = 'Patient/p' and medication.text = 'A thing' and intent = 'proposal'")]
    [InlineData("NutritionOrder", "draft", "patient.reference = 'Patient/p' and dateTime.exists() and orderer.reference = 'Practitioner/dr'")]
    [InlineData("ServiceRequest", "draft", "subject.reference = 'Patient/p' and code.text = 'Do it' and quantity.value = 2 and priority = 'asap' and requester.reference = 'Practitioner/dr'")]
    [InlineData("SupplyRequest", "draft", "deliverTo.reference = 'Patient/p' and item.text = 'A thing' and quantity.value = 2")]
    [InlineData("Task", "draft", "for.reference = 'Patient/p' and code.text = 'Do it' and description = 'In words' and executionPeriod.exists()")]
    [InlineData("AppointmentResponse", null, null)]
    [InlineData("Claim", null, null)]
    [InlineData("ImmunizationRecommendation", null, null)]
    [InlineData("VisionPrescription", null, null)]
    public async Task Every_kind_of_request_is_sound_or_refused(string kind, string? status, string? says)
    {
        await server.PutAsync($"ActivityDefinition/{kind}", $$"""
            {"resourceType":"ActivityDefinition","id":"{{kind}}","url":"http://example.org/{{kind}}","status":"active","kind":"{{kind}}","intent":"directive","priority":"asap","description":"In words",
             "code":{"text":"Do it"},"productCodeableConcept":{"text":"A thing"},"quantity":{"value":2},"timingPeriod":{"start":"2026-05-01"},"bodySite":[{"text":"arm"}]}
            """);

        var answer = await server.GetAsync($"ActivityDefinition/{kind}/$apply?subject=Patient/p&practitioner=Practitioner/dr");

        if (says is null)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Contains($"The definition does not make a sound {kind}", answer.Text);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal((kind, status), (answer.Json["resourceType"u8].Text, answer.Json["status"u8].Text));
        Assert.True(FhirPathExpression.Compile(says).IsTrue(new FhirPathContext(answer.Json)), answer.Text);
        Assert.Contains("\"severity\":\"", (await server.PostAsync($"{kind}/$validate", answer.Text)).Text);
        Assert.DoesNotContain("\"severity\":\"error\"", (await server.PostAsync($"{kind}/$validate", answer.Text)).Text);
    }

    [Fact]
    public async Task What_a_kind_needs_may_come_from_a_dynamic_value_and_a_wrong_code_is_refused()
    {
        static string Definition(string priority) => $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":{"resourceType":"ActivityDefinition","status":"active","kind":"CommunicationRequest",
             "dynamicValue":[{"path":"priority","expression":{"language":"text/fhirpath","expression":"'{{priority}}'"} },{"path":"occurrence","expression":{"language":"text/fhirpath","expression":"@2026-05-01T08:00:00Z"} }]} }]}
            """;

        var sound = await server.PostAsync("ActivityDefinition/$apply", Definition("stat"));
        Assert.Equal(("stat", "2026-05-01T08:00:00Z", false), (sound.Json["priority"u8].Text, sound.Json["occurrenceDateTime"u8].Text, sound.Json["instantiatesCanonical"u8].Exists));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("ActivityDefinition/$apply", Definition("soon"))).Status);
    }

    private Task<FhirAnswer> ApplyAsync(string actions, string more = "") => server.PostAsync("PlanDefinition/$apply", $$"""
        {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{{more}}{"name":"planDefinition","resource":{"resourceType":"PlanDefinition","status":"active","contained":[
          {"resourceType":"ActivityDefinition","id":"c","status":"active","kind":"Task","description":"Contained"},{"resourceType":"Questionnaire","id":"q","title":"Contained","status":"active"},
          {"resourceType":"PlanDefinition","id":"inner","status":"active","action":[{"title":"Deep","definitionCanonical":"#c"}]}],"action":[{{actions}}]} }]}
        """);

    private static string Condition(string expression) => $$"""{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"{{expression}}"} }""";

    private static string Shape(FhirNode action) => string.Join(' ', action["action"u8].Items.AsEnumerable().Select(one =>
        one["title"u8].Text + (one["resource"u8].Exists ? one["resource"u8]["reference"u8].Text : "") + (one["action"u8].Exists ? $"({Shape(one)})" : "")));

    [Fact]
    public async Task An_action_applies_another_plan_a_contained_activity_or_a_questionnaire()
    {
        await server.PutAsync("Questionnaire/q", """{"resourceType":"Questionnaire","id":"q","url":"http://example.org/q","version":"3","title":"How are you","status":"active"}""");

        var answer = await ApplyAsync("""
            {"title":"Plan","definitionCanonical":"http://example.org/plan","action":[{"title":"Then"}]},{"title":"Own","definitionCanonical":"#c"},{"title":"Ask","definitionUri":"http://example.org/q"},
            {"title":"Nothing","action":[{"title":"Young","condition":[{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"birthDate > @2010"}}]}]}
            """);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var contained = answer.Json["contained"u8].Items.AsEnumerable().ToList();
        Assert.Equal("Plan(Weigh#request-1 Both(Talk#request-2) Then#request-3) Own#request-4 Ask#request-5", Shape(contained[0]));
        Assert.Equal(("Contained", "http://example.org/q|3"), (contained[4]["description"u8].Text, contained[5]["input"u8].First["valueCanonical"u8].Text));
        Assert.DoesNotContain(FhirValidator.Shipped.Validate(answer.Json), issue => issue.IsError);
    }

    [Fact]
    public async Task A_contained_plan_finds_what_is_contained_beside_it()
    {
        var answer = await ApplyAsync("""{"title":"In","definitionCanonical":"#inner"}""");

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("In(Deep#request-1)", Shape(answer.Json["contained"u8].First));
        Assert.Contains("Contained", answer.Text);
    }

    [Fact]
    public async Task A_contained_questionnaire_without_an_address_is_not_taken_for_a_stored_one_of_its_id()
    {
        await server.PutAsync("Questionnaire/q", """{"resourceType":"Questionnaire","id":"q","title":"Another","status":"active"}""");

        var answer = await ApplyAsync("""{"title":"Ask","definitionCanonical":"#q"}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("The contained questionnaire q has no url", answer.Text);
    }

    [Theory] // a modifier of the definition (R4 2.1.0.3)
    [InlineData("ServiceRequest", "true")]
    [InlineData("CommunicationRequest", "true")]
    [InlineData("Task", null)]
    [InlineData("DeviceRequest", null)]
    public async Task What_is_not_to_be_done_never_becomes_a_request_to_do_it(string kind, string? says)
    {
        var answer = await server.PostAsync("ActivityDefinition/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":
              {"resourceType":"ActivityDefinition","status":"active","kind":"{{kind}}","doNotPerform":true,"code":{"text":"Give heparin"} } }]}
            """);

        Assert.Equal((says is null ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK, says), (answer.Status, answer.Json["doNotPerform"u8].Text));
        Assert.Equal(says is null, answer.Text.Contains("doNotPerform), which a", StringComparison.Ordinal));
    }

    [Theory] // R4, extensibility: what bears a modifier that is not understood is not to be processed
    [InlineData("""{"resourceType":"PlanDefinition","status":"active",MODIFIED,"action":[{"title":"A"}]}""", "PlanDefinition.modifierExtension[0]")]
    [InlineData("""{"resourceType":"PlanDefinition","status":"active","action":[{"title":"A"},{"title":"B",MODIFIED}]}""", "PlanDefinition.action[1].modifierExtension[0]")]
    [InlineData("""{"resourceType":"PlanDefinition","status":"active","action":[{"title":"A","action":[{"title":"B","condition":[{MODIFIED,"kind":"applicability","expression":{"language":"text/fhirpath","expression":"false"} }]}]}]}""",
        "PlanDefinition.action[0].action[0].condition[0].modifierExtension[0]")]
    [InlineData("""{"resourceType":"PlanDefinition","status":"active","contained":[{"resourceType":"ActivityDefinition","id":"a","status":"active","kind":"Task",MODIFIED}],"action":[{"definitionCanonical":"#a"}]}""",
        "ActivityDefinition.modifierExtension[0]")]
    [InlineData("""{"resourceType":"PlanDefinition","status":"active","contained":[{"resourceType":"PlanDefinition","id":"a","status":"active","action":[{"title":"A",MODIFIED}]}],"action":[{"definitionCanonical":"#a"}]}""",
        "PlanDefinition.action[0].modifierExtension[0]")]
    [InlineData("""{"resourceType":"ActivityDefinition","status":"active","kind":"Task",MODIFIED}""", "ActivityDefinition.modifierExtension[0]")]
    [InlineData("""{"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest","dosage":[{MODIFIED,"text":"one"}]}""", "ActivityDefinition.dosage[0].modifierExtension[0]")]
    [InlineData("""{"resourceType":"PlanDefinition","status":"active","contained":[{"resourceType":"ActivityDefinition","id":"a","status":"active","kind":"Task",MODIFIED}],"action":[{"title":"Not of the contained one"}]}""", null)]
    public async Task A_definition_with_a_modifier_that_is_not_understood_is_not_applied(string definition, string? place)
    {
        var type = definition.Contains("\"PlanDefinition\",\"status\"", StringComparison.Ordinal) ? "PlanDefinition" : "ActivityDefinition";
        var answer = await server.PostAsync($"{type}/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"{{char.ToLowerInvariant(type[0])}}{{type[1..]}}","resource":
              {{definition.Replace("MODIFIED", "\"modifierExtension\":[{\"url\":\"http://example.org/not\",\"valueBoolean\":true}]", StringComparison.Ordinal)}} }]}
            """);

        Assert.True(answer.Status == (place is null ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity), answer.Text);
        if (place is not null)
            Assert.Equal((place, "extension"), (answer.Json["issue"u8].First["expression"u8].First.Text, answer.Json["issue"u8].First["code"u8].Text));
    }

    [Theory] // R4 2.9.1.4
    [InlineData("http://example.org/none", "is not here")]
    [InlineData("http://example.org/of-unknown-codes", "cannot be asked for this code")]
    public async Task A_condition_that_cannot_be_decided_refuses_the_plan_rather_than_dropping_its_action(string valueSet, string reason)
    {
        await server.PutAsync("ValueSet/v", """{"resourceType":"ValueSet","id":"v","url":"http://example.org/of-unknown-codes","status":"active","compose":{"include":[{"system":"http://example.org/unknown"}]}}""");

        var answer = await ApplyAsync($$"""{"title":"Maybe","condition":[{{Condition($"'x'.memberOf('{valueSet}')")}}]}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(reason, answer.Text);
    }

    [Fact] // R4 action-condition-kind: "Start and stop criteria are carried through application"
    public async Task Conditions_for_starting_and_stopping_are_in_the_draft()
    {
        var answer = await ApplyAsync($$"""{"title":"Infuse","condition":[{{Condition("true")}},{{Condition("false").Replace("applicability", "start", StringComparison.Ordinal)}},{"kind":"stop"}]}""");

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(
            """[{"kind":"start","expression":{"language":"text/fhirpath","expression":"false"} },{"kind":"stop"}]""".Replace("} }", "}}", StringComparison.Ordinal),
            answer.Json["contained"u8].First["action"u8].First["condition"u8].ToString());
        Assert.DoesNotContain(FhirValidator.Shipped.Validate(answer.Json), issue => issue.IsError);
    }

    [Fact]
    public async Task A_plan_has_no_more_conditions_than_can_be_asked_in_a_moment()
    {
        var answer = await ApplyAsync($$"""{"title":"Much","condition":[{{string.Join(',', Enumerable.Repeat(Condition("true"), 10_001))}}]}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
    }

    [Theory]
    [InlineData("status.extension.url", "'http://example.org/a'", HttpStatusCode.UnprocessableEntity)] // an extension without a value (ext-1)
    [InlineData("status.id", "'a'", HttpStatusCode.OK)]
    [InlineData("instantiatesUri.id", "'a'", HttpStatusCode.UnprocessableEntity)]
    [InlineData("status.value", "'a'", HttpStatusCode.UnprocessableEntity)]
    [InlineData("quantity", "extension.value", HttpStatusCode.OK)]
    public async Task A_dynamic_value_stands_where_its_path_says_or_is_refused(string path, string expression, HttpStatusCode status)
    {
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","extension":[{"url":"http://example.org/age","valueAge":{"value":3,"unit":"summers"}}]}""");

        var answer = await server.PostAsync("ActivityDefinition/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":{"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest",
             "dynamicValue":[{"path":"{{path}}","expression":{"language":"text/fhirpath","expression":"{{expression}}"} }]} }]}
            """);

        Assert.True(answer.Status == status, answer.Text);
        if (status == HttpStatusCode.OK)
            Assert.Contains(path == "quantity" ? "\"quantityQuantity\":{\"value\":3,\"unit\":\"summers\"}" : "\"_status\":{\"id\":\"a\"}", answer.Text);
    }

    [Fact] // R4 has the expression as 0..1
    public async Task A_dynamic_value_without_an_expression_is_refused()
    {
        var answer = await server.PostAsync("ActivityDefinition/$apply", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":
              {"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest","dynamicValue":[{"path":"priority"}]}}]}
            """);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Theory] // R4 ActivityDefinition.dynamicValue.path: identifiers and constant indexers
    [InlineData("reasonCode[0].text='A'; reasonCode[1].text='B'; reasonCode[0].coding.code='c'", """reasonCode":[{"text":"A","coding":[{"code":"c"}]},{"text":"B"}]""")]
    [InlineData("reasonCode='A'.combine('B')", """reasonCode":[{"text":"A"},{"text":"B"}]""")]
    [InlineData("reasonCode[0]='A'; reasonCode[1]='B'; reasonCode[0]='C'", """reasonCode":[{"text":"C"},{"text":"B"}]""")]
    [InlineData("instantiatesUri[0]='http://example.org/a'", """instantiatesUri":["http://example.org/a"]""")]
    [InlineData("extension[0].url='http://example.org/a'; extension[0].value='A'; extension[1].url='http://example.org/a'; extension[1].value='B'",
        """extension":[{"url":"http://example.org/a","valueString":"A"},{"url":"http://example.org/a","valueString":"B"}]""")]
    [InlineData("reasonCode[0]='A'.combine('B')", null)]
    [InlineData("patientInstruction='A'.combine('B')", null)]
    [InlineData("reasonCode[1].text='B'", null)]
    [InlineData("reasonCode[1]='B'", null)]
    [InlineData("patientInstruction[0]='A'", null)]
    [InlineData("reasonCode[-1].text='B'", null)]
    [InlineData("reasonCode.text=1 / 'B'", null)]
    public async Task A_dynamic_value_names_items_of_lists_by_number_and_is_refused_with_its_place(string values, string? made)
    {
        var dynamic = values.Split("; ").Select(value => value.Split('=')).Select(pair => $$"""{"path":"{{pair[0]}}","expression":{"language":"text/fhirpath","expression":"{{pair[1]}}"} }""");
        var answer = await server.PostAsync("ActivityDefinition/$apply", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/p"},{"name":"activityDefinition","resource":
              {"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest","dynamicValue":[{{string.Join(',', dynamic)}}]} }]}
            """);

        Assert.True(answer.Status == (made is null ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK), answer.Text);
        if (made is null)
            Assert.StartsWith("ActivityDefinition.dynamicValue[0]", answer.Json["issue"u8].First["expression"u8].First.Text, StringComparison.Ordinal);
        else
            Assert.Contains(made, answer.Text);
    }

    [Fact]
    public async Task A_plan_that_applies_itself_is_refused()
    {
        await server.PutAsync("PlanDefinition/a", """{"resourceType":"PlanDefinition","id":"a","url":"http://example.org/a","status":"active","action":[{"definitionCanonical":"http://example.org/b"}]}""");
        await server.PutAsync("PlanDefinition/b", """{"resourceType":"PlanDefinition","id":"b","url":"http://example.org/b","status":"active","action":[{"definitionCanonical":"http://example.org/a"}]}""");

        var answer = await server.GetAsync("PlanDefinition/a/$apply?subject=Patient/p");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("applies itself", answer.Text);
    }

    [Fact]
    public async Task Expressions_see_the_setting_that_the_call_names()
    {
        const string action = """{"title":"Ward only","condition":[{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"%setting.text = 'ward'"}}]}""";

        Assert.Contains("Ward only", (await ApplyAsync(action, """{"name":"setting","valueCodeableConcept":{"text":"ward"}},{"name":"organization","valueString":"Organization/o"},""")).Text);
        Assert.DoesNotContain("Ward only", (await ApplyAsync(action, """{"name":"setting","valueCodeableConcept":{"text":"home"}},""")).Text);
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
