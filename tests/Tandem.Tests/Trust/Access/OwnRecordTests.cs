using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Tests.Trust.Audit;
using Tandem.Trust.Organizations;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Access;

/// <summary>What people see of their own record, of who looked at it, and of the hub's place in time; what goes with protected records.</summary>
public sealed class OwnRecordTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_patient_begins_at_the_own_record_and_sees_who_looked_and_who_can()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.TraceAsync("GET", "/patients/one", html: true);
        await hub.SignInAsync(new Person("one", "Una Testperson", "patient", null, []));

        using (var home = await AskAsync(hub, "/"))
            Assert.Equal("/my-record", home.Headers.Location!.OriginalString);
        var page = await PageAsync(hub, "/my-record");
        Assert.Contains("4.1", page.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Ana Testperson, Nurse", page.QuerySelector("#seen")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("ana", page.QuerySelector("#who")!.TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(page.QuerySelector("#connected"));
        Assert.Equal(["/my-record"], page.QuerySelectorAll("nav.nav a").Select(link => link.GetAttribute("href")));
        Assert.Null(page.QuerySelector("[data-redisclosure]"));
        Assert.DoesNotContain("Duo", (await PageAsync(hub, "/my-record?of=two")).Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await PageAsync(hub, "/patients/one")).QuerySelector("a[href='/patients/one/seen']"));

        await hub.PutAsync("Condition", "alcohol", """{"resourceType":"Condition","id":"alcohol","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]},"code":{"text":"x"},"subject":{"reference":"Patient/one"}}""");
        foreach (var place in new[] { "/my-record", "/patients/one", "/patients/one/results/2823-3" })
            Assert.Contains("42 CFR part 2", (await PageAsync(hub, place)).QuerySelector("[data-redisclosure]")?.TextContent ?? place, StringComparison.Ordinal);

        await hub.SignInAsync(new Person("ana", "Ana Testperson", "nurse", null, []));
        Assert.Null((await PageAsync(hub, "/patients/one")).QuerySelector("[data-redisclosure]")); // who is not shown any is not told of any
        using var nobodys = await AskAsync(hub, "/my-record");
        Assert.Equal(HttpStatusCode.NotFound, nobodys.StatusCode);
    }

    [Fact]
    public async Task Pages_from_which_something_may_be_missing_say_so_in_the_same_words_whether_it_is_or_not()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        foreach (var place in new[] { "/patients", "/patients/one", "/patients/one/results/2823-3" })
        {
            var before = (await PageAsync(hub, place)).QuerySelector("[data-restricted]")?.TextContent;
            Assert.Equal((place, "What is specially protected may be left out here."), (place, before));
        }

        await hub.PutAsync("Condition", "alcohol", """{"resourceType":"Condition","id":"alcohol","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]},"code":{"text":"x"},"subject":{"reference":"Patient/one"}}""");
        Assert.Equal("What is specially protected may be left out here.", (await PageAsync(hub, "/patients/one")).QuerySelector("[data-restricted]")!.TextContent);
        await hub.SignInAsync(new Person("one", "Una Testperson", "patient", null, []));
        Assert.NotNull((await PageAsync(hub, "/my-record")).QuerySelector("[data-restricted]")); // counselling notes
    }

    [Fact]
    public async Task A_representative_sees_those_they_act_for_by_name()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Patient", "kid", """{"resourceType":"Patient","id":"kid","name":[{"family":"Testperson","given":["Kid"]}],"birthDate":"2022-02-03"}""");
        await hub.PutAsync("RelatedPerson", "rep", """{"resourceType":"RelatedPerson","id":"rep","active":true,"patient":{"reference":"Patient/kid"}}""");
        await hub.SignInAsync(new Person("rep", "Rea Testperson", "proxy", null, []));

        Assert.Contains("Kid Testperson", (await PageAsync(hub, "/my-record")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_of_three_changes_from_one_child_to_the_other_and_each_ends_with_the_next_request()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        foreach (var (id, given, years) in new[] { ("a", "Ada", 5), ("b", "Bea", 14), ("c", "Cid", 20) })
        {
            await hub.PutAsync("Patient", id, $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"Testperson","given":["{{given}}"]}],"birthDate":"{{TimeProvider.System.GetUtcNow().AddYears(-years).AddDays(-1):yyyy-MM-dd}}"}""");
            await hub.PutAsync("Condition", "pill-" + id, $$$"""{"resourceType":"Condition","id":"pill-{{{id}}}","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z30.011"}],"text":"Zpill of {{{id}}}"},"subject":{"reference":"Patient/{{{id}}}"}}""");
            await StandForAsync(hub, id);
        }

        await hub.SignInAsync(new Person("rea", "Rea Testperson", "proxy", null, []));

        var page = await PageAsync(hub, "/my-record");
        Assert.Equal(["/my-record?of=a", "/my-record?of=b"], page.QuerySelectorAll("main a[href^='/my-record?of=']").Select(link => link.GetAttribute("href"))); // Cid is grown up
        Assert.Contains("Zpill of a", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Zpill of b", (await PageAsync(hub, "/my-record?of=b")).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Zpill of b", (await PageAsync(hub, "/patients/b")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Ada", (await PageAsync(hub, "/my-record?of=c")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);

        await StandForAsync(hub, "a", """ "active":false,""");
        Assert.Contains("Bea", (await PageAsync(hub, "/my-record?of=a")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        foreach (var place in new[] { "/patients/a", "/patients/c", "/patients/nobody" })
        {
            using var gone = await AskAsync(hub, place);
            Assert.Equal((place, HttpStatusCode.NotFound), (place, gone.StatusCode));
        }
    }

    private static Task StandForAsync(AuditedHub hub, string patient, string more = "") => hub.PutAsync(
        "RelatedPerson", "rea-" + patient, $$"""{"resourceType":"RelatedPerson","id":"rea-{{patient}}",{{more}}"identifier":[{"system":"https://tandem.example/fhir/NamingSystem/account","value":"rea"}],"patient":{"reference":"Patient/{{patient}}"} }""");

    [Fact]
    public async Task The_access_log_names_patients_whom_its_reader_may_see()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, "privacy-officer"); // a participant of both care teams
        await hub.TraceAsync("GET", "/fhir/Patient/one");

        var link = (await PageAsync(hub, "/audit")).QuerySelector("a[href='/audit?patient=one']");
        Assert.Equal(("Una Testperson", "one"), (link!.TextContent, link.GetAttribute("title")));
        await hub.SignInAsync(new Person("far", "Far Testperson", "privacy-officer", null, []));
        Assert.Equal("one", (await PageAsync(hub, "/audit")).QuerySelector("a[href='/audit?patient=one']")!.TextContent);
    }

    [Fact]
    public async Task Pages_are_in_the_time_zone_and_language_of_the_region()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Organization", "region", $$"""{"resourceType":"Organization","id":"region","language":"es","name":"Region","extension":[{"url":"{{Organization.TimeZoneExtension}}","valueCode":"America/Los_Angeles"}]}""");
        RegionSite.Apply(hub.Record, hub.Hub.Services.GetRequiredService<SiteSettings>());

        var page = await PageAsync(hub, "/worklist");
        Assert.Equal("es", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("America/Los Angeles", page.Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(AuditedHub hub, string path)
    {
        using var ask = AuditedHub.Ask("GET", path, html: true);
        return await hub.Browser.SendAsync(ask, Cancel);
    }

    private static async Task<IHtmlDocument> PageAsync(AuditedHub hub, string path)
    {
        using var reply = await AskAsync(hub, path);
        Assert.Equal((path, HttpStatusCode.OK), (path, reply.StatusCode));
        return await new HtmlParser().ParseDocumentAsync(await reply.Content.ReadAsStringAsync(Cancel), Cancel);
    }
}
