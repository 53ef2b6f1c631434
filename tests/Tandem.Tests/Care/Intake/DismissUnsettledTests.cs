using System.Net;
using AngleSharp.Html.Parser;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Tests.Trust.Audit;

namespace Tandem.Tests.Care.Intake;

/// <summary>Who may find that nothing follows from a result in words, and what the access log keeps of it.</summary>
public sealed class DismissUnsettledTests
{
    private const string Words =
        """{"resourceType":"Observation","id":"words","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},"subject":{"reference":"Patient/one"},"effectiveDateTime":"2026-03-01T10:00:00Z","issued":"2026-03-01T11:00:00Z","valueString":"see note of the pathologist"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_clinician_of_the_patient_dismisses_with_a_reason_that_stays_on_the_access_log(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "nurse-lead");
        await hub.PutAsync("Observation", "words", Words);
        var action = await WaitAsync(hub, "form[action$='/dismiss']");

        await PostAsync(hub, action!, ("reason", "  "));
        Assert.NotNull(await WaitAsync(hub, "#unsettled form[action$='/dismiss']"));
        await PostAsync(hub, action!, ("reason", "The note says 4.1."));
        var restore = await WaitAsync(hub, "#dismissed form[action$='/restore']");
        await PostAsync(hub, restore!);
        await WaitAsync(hub, "#unsettled form[action$='/dismiss']");

        Assert.Equal(
            [("undecided-dismissed", "one", "Observation/words: The note says 4.1."), ("undecided-restored", "one", "Observation/words")],
            hub.Events.Where(row => row.Event.Interaction.StartsWith("undecided-", StringComparison.Ordinal)).Select(row => (row.Event.Interaction, row.Event.Patient, row.Detail.How)));
    }

    [Theory]
    [InlineData("integration-engineer")]
    [InlineData("quality-lead")]
    public async Task Who_looks_after_feeds_and_not_after_the_patient_sees_that_it_waits_and_no_more(string role)
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, role);
        await hub.PutAsync("Observation", "words", Words);
        Assert.Null(await WaitAsync(hub, "#unsettled tbody tr"));

        var page = await hub.Browser.GetStringAsync(new Uri("/feeds", UriKind.Relative), Cancel);
        Assert.DoesNotContain("pathologist", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/dismiss", page, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Events, row => row.Event.Patient == "one" && row.Detail.Address == "/feeds");
    }

    /// <summary>Opens the page of feeds until something is there.</summary>
    /// <returns>Where the form that was found posts to, or null when it is none.</returns>
    private static async Task<string?> WaitAsync(AuditedHub hub, string selector)
    {
        AngleSharp.Dom.IElement? found = null;
        await Eventually.TrueAsync(async () =>
        {
            using var ask = AuditedHub.Ask("GET", "/feeds", html: true);
            using var shown = await hub.Browser.SendAsync(ask, Cancel);
            found = (await new HtmlParser().ParseDocumentAsync(await shown.Content.ReadAsStringAsync(Cancel), Cancel)).QuerySelector(selector);
            return found is not null;
        });
        return found!.GetAttribute("action");
    }

    private static async Task PostAsync(AuditedHub hub, string action, params (string Name, string Value)[] fields)
    {
        using var reply = await hub.PostFormAsync("/feeds", action, fields);
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }
}
