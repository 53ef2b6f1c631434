using System.Net;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Operations;

public sealed class SqliteDocumentTests() : DocumentBehaviour(Engine.Sqlite);

public sealed class PostgresDocumentTests() : DocumentBehaviour(Engine.Postgres);

/// <summary>Composition/$document (R4 Composition-document, 3.3.1).</summary>
public abstract class DocumentBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Composition = """
        {"resourceType":"Composition","id":"c","status":"final","type":{"text":"Discharge"},"title":"Discharge","date":"2026-01-02","subject":{"reference":"Patient/a"},
         "author":[{"reference":"Practitioner/dr"},{"reference":"https://elsewhere.example/fhir/Practitioner/x"}],
         "section":[{"entry":[{"reference":"Observation/o"}],"section":[{"entry":[{"reference":"MedicationRequest/m"}]}]}]}
        """;

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        foreach (var (reference, members) in new[]
        {
            ("Organization/org", "\"name\":\"x\""),
            ("Practitioner/dr", "\"active\":true"),
            ("Patient/a", "\"managingOrganization\":{\"reference\":\"Organization/org\"},\"link\":[{\"other\":{\"reference\":\"Patient/b\"},\"type\":\"seealso\"}]"),
            ("Patient/b", "\"active\":true"),
            ("Medication/drug", "\"code\":{\"text\":\"x\"}"),
            ("Observation/o", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/a\"},\"encounter\":{\"reference\":\"Encounter/none\"}"),
            ("MedicationRequest/m", "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/a\"},\"medicationReference\":{\"reference\":\"Medication/drug\"}"),
        })
        {
            var parts = reference.Split('/');
            await server.PutAsync(reference, $"{{\"resourceType\":\"{parts[0]}\",\"id\":\"{parts[1]}\",{members}}}");
        }

        await server.PutAsync("Composition/c", Composition);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("Composition/c/$document")]
    [InlineData("Composition/c/$document?persist=false")]
    [InlineData("Composition/$document?id=c")]
    [InlineData("Composition/$document?id=Composition/c")]
    public async Task A_document_holds_the_composition_first_then_what_it_refers_to_but_no_other_patient(string path)
    {
        var document = await server.GetAsync(path);

        Assert.Equal(("document", "c,a,dr,o,m,org,drug"), (document.Json["type"u8].Text, document.Ids));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", document.Json["identifier"u8]["value"u8].Text);
        Assert.True(document.Json["timestamp"u8].Exists);
        Assert.Empty(StructureCheck.Check(document.Json));
        Assert.True((await server.PostAsync("Bundle/$validate", document.Text)).Text.Contains("\"severity\":\"error\"", StringComparison.Ordinal) is false);
    }

    [Fact]
    public async Task A_document_is_kept_where_that_is_asked_for()
    {
        const string persist = """{"resourceType":"Parameters","parameter":[{"name":"persist","valueBoolean":true}]}""";

        var kept = await server.PostAsync("Composition/c/$document", persist);

        Assert.Equal(HttpStatusCode.Created, kept.Status);
        Assert.Equal(kept.Text, (await server.GetAsync("Bundle/" + kept.Json["id"u8].Text)).Text);
        Assert.Equal("c,a,dr,o,m,org,drug", kept.Ids);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.GetAsync("Composition/c/$document?persist=true")).Status);
    }

    [Fact] // US Core 6.1, docref
    public async Task Documents_that_are_here_are_found_by_patient_kind_and_time_of_care()
    {
        foreach (var (id, code, patient, status, month) in new[] { ("d1", "34133-9", "a", "current", 1), ("d2", "34133-9", "a", "current", 2), ("note", "11506-3", "a", "current", 2), ("other", "34133-9", "b", "current", 2), ("old", "34133-9", "a", "superseded", 3) })
        {
            await server.PutAsync($"DocumentReference/{id}", $$"""
                {"resourceType":"DocumentReference","id":"{{id}}","status":"{{status}}","subject":{"reference":"Patient/{{patient}}"} ,"type":{"coding":[{"system":"http://loinc.org","code":"{{code}}"} ] },
                 "date":"2026-0{{month}}-20T00:00:00Z","content":[{"attachment":{"url":"urn:x"} }],"context":{"period":{"start":"2026-0{{month}}-01","end":"2026-0{{month}}-10"} } }
                """);
        }

        Assert.Equal("d2", (await server.GetAsync("DocumentReference/$docref?patient=a")).Ids);
        Assert.Equal("d1", (await server.GetAsync("DocumentReference/$docref?patient=Patient/a&start=2026-01-05&end=2026-01-31")).Ids);
        Assert.Equal("note", (await server.GetAsync("DocumentReference/$docref?patient=a&type=http://loinc.org|11506-3&start=2026-01-01")).Ids);
        Assert.Equal("note", (await server.PostAsync("DocumentReference/$docref", """{"resourceType":"Parameters","parameter":[{"name":"patient","valueId":"a"},{"name":"type","valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"11506-3"}]}}]}""")).Ids);
        Assert.Equal("not-supported", (await server.GetAsync("DocumentReference/$docref?patient=a&on-demand=true")).Issue);
        foreach (var wrong in new[] { "patient=a,b", "patient=a&start=today", "patient=a&end=2026,2027" })
            Assert.Equal("value", (await server.GetAsync("DocumentReference/$docref?" + wrong)).Issue);
    }

    [Fact]
    public async Task A_document_that_would_lack_something_is_refused()
    {
        await server.PutAsync("Composition/d", Composition.Replace("\"id\":\"c\"", "\"id\":\"d\"").Replace("Observation/o", "Observation/none"));

        var answer = await server.GetAsync("Composition/d/$document");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not-found"), (answer.Status, answer.Issue));
        Assert.Contains("Observation/none", answer.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Composition/none/$document")).Status);
        Assert.Equal("required", (await server.GetAsync("Composition/$document")).Issue);
        Assert.Equal("not-supported", (await server.GetAsync("Composition/$document?id=https://elsewhere.example/fhir/Composition/c")).Issue);
        Assert.Equal("not-supported", (await server.GetAsync("Composition/c/$document?graph=x")).Issue);
    }
}
