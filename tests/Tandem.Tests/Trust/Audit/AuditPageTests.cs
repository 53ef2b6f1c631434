using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Who may see the access log, and what stands on it.</summary>
public sealed class AuditPageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_privacy_officer_sees_who_saw_a_chart_and_what_a_person_saw(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await hub.TraceAsync("GET", "/fhir/Patient/one");
        await hub.TraceAsync("GET", "/fhir/Patient/two");
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));

        var chart = await TextAsync(hub, "/audit?patient=one");
        Assert.Contains("Ana Testperson, Nurse", chart, StringComparison.Ordinal);
        Assert.Matches(@">\s*Refused\s*<", chart); // tabs are named
        Assert.DoesNotContain("/audit?patient=two", chart, StringComparison.Ordinal);
        Assert.Contains("/audit?patient=two", await TextAsync(hub, "/audit?actor=Practitioner/ana"), StringComparison.Ordinal);
        Assert.Contains("POST /sign-in", await TextAsync(hub, "/audit?view=sign-ins"), StringComparison.Ordinal);
        Assert.Contains("No event is like this", await TextAsync(hub, "/audit?view=break-glass"), StringComparison.Ordinal);
        Assert.Contains("POST /sign-in", await TextAsync(hub, "/audit?view=sign-ins&before=word"), StringComparison.Ordinal); // no number: the first page
        Assert.Equal(("page", "Practitioner/pia"), (hub.Events[^1].Event.Interaction, hub.Events[^1].Event.Actor));

        using var ask = AuditedHub.Ask("GET", "/audit/export?patient=one");
        using var file = await hub.Browser.SendAsync(ask, Cancel);
        var lines = (await file.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal("AuditEvent", FhirJson.ParseStored(Encoding.UTF8.GetBytes(line)).Root["resourceType"u8].Text));
        Assert.NotEmpty(lines);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_log_is_narrowed_by_names_and_no_name_is_in_an_address(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer"); // a participant of both care teams
        await hub.TraceAsync("GET", "/patients/one", html: true);

        var one = await FindAsync(hub, "/audit", ("patient", "una testp"), ("actor", "ána"));
        Assert.Contains("A patient's page", one.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["patient Una Testperson", "by Ana Testperson"], one.QuerySelectorAll(".filter-chips a.chip").Select(chip => chip.TextContent.Trim()));
        Assert.DoesNotContain("Testperson", string.Concat(one.QuerySelectorAll("a").Select(link => link.GetAttribute("href"))), StringComparison.OrdinalIgnoreCase);

        var several = await FindAsync(hub, "/audit", ("patient", "Testperson"));
        Assert.Null(several.QuerySelector("table"));
        Assert.Equal(["/audit?patient=two", "/audit?patient=one"], several.QuerySelectorAll("#patients a").OrderBy(link => link.TextContent).Select(link => link.GetAttribute("href")));
        Assert.Contains("Nobody fits", (await FindAsync(hub, "/audit", ("patient", "Nobodyson"))).Body!.TextContent, StringComparison.Ordinal);

        var tried = await FindAsync(hub, "/access/try", ("role", "nurse"), ("policy", "active"), ("person", "Ana"), ("patient", "1950-02-03"));
        Assert.Contains("Una Testperson", tried.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(tried.QuerySelector("#seen"));
        Assert.NotNull((await FindAsync(hub, "/access/try", ("role", "nurse"), ("patient", "Testperson"))).QuerySelector("#patients a[href*='patient=one']"));
    }

    [Fact]
    public async Task What_showed_several_patients_is_one_row_that_unfolds_to_all_of_them()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.TraceAsync("GET", "/fhir/Patient");
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));

        var log = await TextAsync(hub, "/audit?actor=Practitioner/ana");
        Assert.Matches(@"<summary>\d+ patients</summary>", log);
        Assert.Contains("/audit?patient=two", log, StringComparison.Ordinal);
        Assert.DoesNotContain("ActWords", log, StringComparison.Ordinal); // what is not data is markup, not text
    }

    [Fact]
    public async Task Nobody_else_sees_the_log_and_the_attempt_is_on_it()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        foreach (var path in new[] { "/audit", "/audit?patient=one", "/audit/export", "/patients/one/seen" })
        {
            var (status, events) = await hub.TraceAsync("GET", path, html: true);
            Assert.Equal((HttpStatusCode.Forbidden, 4), (status, Assert.Single(events).Event.Outcome));
        }
    }

    [Fact]
    public async Task What_reader_and_patient_have_in_common_stands_out()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.TraceAsync("GET", "/fhir/Patient/one");
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));

        Assert.Contains("Same surname as the patient", await TextAsync(hub, "/audit?view=unusual"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":[{"family":"Uno"}]}""", """{"name":[{"family":"uno"}]}""", "SameSurname")]
    [InlineData("""{"name":[{"text":"Ana de Uno"}]}""", """{"name":[{"family":"Uno"}]}""", "SameSurname")]
    [InlineData("""{"address":[{"line":["1 Sample St"],"postalCode":"00000"}]}""", """{"address":[{"line":["1 sample st "],"postalCode":"00000"}]}""", "SameAddress")]
    [InlineData("{}", """{"meta":{"tag":[{"code":"STAFF"}]}}""", "Colleague")]
    [InlineData("{}", """{"meta":{"security":[{"code":"V"}]}}""", "VeryRestricted")]
    [InlineData("""{"name":[{"family":"Uno"}],"address":[{"line":["1 Sample St"],"postalCode":"00000"}]}""", """{"name":[{"family":"Due"}],"address":[{"line":["1 Sample St"],"postalCode":"00001"}]}""", "")]
    public void Only_what_is_shared_is_told(string reader, string patient, string reasons) =>
        Assert.Equal(reasons, string.Join(' ', UnusualAccess.Decide(Node(reader), Node(patient))));

    private static FhirNode Node(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;

    /// <summary>Fills in the filters of a list and opens where they lead.</summary>
    private static async Task<IHtmlDocument> FindAsync(AuditedHub hub, string list, params (string Name, string Value)[] fields)
    {
        var parser = new HtmlParser();
        var token = parser.ParseDocument(await TextAsync(hub, list)).QuerySelector("input[name=form-token]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form-token", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var posted = await hub.Browser.PostAsync(new Uri(list + "/find", UriKind.Relative), form, Cancel);
        return parser.ParseDocument(await TextAsync(hub, posted.Headers.Location!.OriginalString));
    }

    private static async Task<string> TextAsync(AuditedHub hub, string path)
    {
        using var ask = AuditedHub.Ask("GET", path, html: true);
        using var reply = await hub.Browser.SendAsync(ask, Cancel);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return await reply.Content.ReadAsStringAsync(Cancel);
    }
}
