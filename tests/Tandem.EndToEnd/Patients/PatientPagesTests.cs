using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Tandem.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Patients;

/// <summary>Finding a patient and reading the patient's page in a browser. The data comes in over FHIR.</summary>
[Collection<HubOfWorklists>]
public sealed class PatientPagesTests(HubInBrowser hub) : IAsyncLifetime
{
    private static readonly string Patient = "pages-" + TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await PutAsync("Patient", Patient, $$$"""
            {"resourceType":"Patient","id":"{{{Patient}}}","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"{{{Patient}}}","assigner":{"display":"Bay Hospital"}}],
            "name":[{"use":"official","family":"Testperson-Longfamilyname","given":["Maria","Elena"]}],"birthDate":"1951-03-04","gender":"female",
            "telecom":[{"system":"phone","value":"+1 555 010 4477","use":"mobile"}],"communication":[{"language":{"coding":[{"code":"es"}],"text":"Spanish"}}],
            "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired","valueBoolean":true}]}
            """);
        for (var i = 0; i < 5; i++)
        {
            await PutAsync("Observation", $"{Patient}-k{i}", Result($"{Patient}-k{i}", 4.1 + (i * 0.6), 30 - (i * 6), i == 4 ? "HH" : "N"));
            await PutAsync("Observation", $"{Patient}-na{i}", Result($"{Patient}-na{i}", 4, 30 - (i * 6), "N", "2951-2", "Sodium"));
        }

        await PutAsync("Observation", Patient + "-k4", Result(Patient + "-k4", 6.1, 6, "H", status: "corrected"));
        await PutAsync("Encounter", Patient + "-e", $$$"""
            {"resourceType":"Encounter","id":"{{{Patient}}}-e","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
            "subject":{"reference":"Patient/{{{Patient}}}"},"period":{"start":"{{{Hours(90)}}}","end":"{{{Hours(20)}}}"},"serviceProvider":{"display":"Bay Hospital"}}
            """);
        await PutAsync("Task", Patient + "-t", $$$"""
            {"resourceType":"Task","id":"{{{Patient}}}-t","extension":[{"url":"https://tandem.example/fhir/StructureDefinition/loop","extension":[{"url":"tier","valueCode":"red"},
            {"url":"team","valueReference":{"reference":"CareTeam/results-desk"}},{"url":"back-up","valueReference":{"reference":"Practitioner/lead"}},{"url":"closed-by","valueString":"who was told, with read-back"}]}],
            "identifier":[{"system":"https://tandem.example/fhir/loop-key","value":"critical-result|1|tell|{{{Patient}}}"}],"instantiatesCanonical":"https://tandem.example/fhir/PlanDefinition/critical-result|1",
            "status":"requested","intent":"order","code":{"coding":[{"code":"tell"}]},"description":"Tell a clinician the critical potassium","focus":{"reference":"Observation/{{{Patient}}}-k4"},
            "for":{"reference":"Patient/{{{Patient}}}"},"reasonCode":{"text":"Potassium 6.5 mmol/L"},"restriction":{"period":{"start":"{{{Hours(6)}}}","end":"{{{Hours(-1)}}}"} } }
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Axe_finds_nothing_and_nothing_sticks_out_in_any_theme_language_and_width()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var (name, path) in new[] { ("patients", "/patients"), ("patient", "/patients/" + Patient), ("series", $"/patients/{Patient}/results/2823-3"), ("nobody", "/patients/nobody") })
        {
            await visit.OpenAsync(path);
            await visit.ReadsWellInEveryLookAsync(name);
        }

        Assert.DoesNotContain(visit.Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_JavaScript_the_page_says_the_same()
    {
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript: false);
        await visit.OpenAsync("/patients/" + Patient);

        await Expect(visit.Page.Locator("#changed")).ToContainTextAsync("was 6.5 mmol/L");
        await Expect(visit.Page.Locator("#due")).ToContainTextAsync("due in");
        await visit.Page.Locator("#timeline .tabs a[href*='kind=stay']").ClickAsync();
        await Expect(visit.Page.Locator("#timeline .timeline-item")).ToHaveCountAsync(2);
    }

    private static string Hours(double ago) => (TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(ago)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Result(string id, double value, double ago, string flag, string code = "2823-3", string name = "Potassium", string status = "final") => $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"{{{status}}}","code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}","display":"{{{name}}}"}]},
        "subject":{"reference":"Patient/{{{Patient}}}"},"effectiveDateTime":"{{{Hours(ago)}}}","valueQuantity":{"value":{{{value.ToString("0.0", CultureInfo.InvariantCulture)}}},"unit":"mmol/L"},
        "interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"{{{flag}}}"}]}],
        "referenceRange":[{"low":{"value":3.5},"high":{"value":5.1},"text":"3.5-5.1"}]}
        """;

    private async Task PutAsync(string type, string id, string json)
    {
        using var client = new HttpClient { BaseAddress = hub.Address };
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/fhir+json"));
        using var answer = await client.PutAsync(new Uri($"/fhir/{type}/{id}", UriKind.Relative), content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
