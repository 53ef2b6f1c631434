using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Care.Launches;

/// <summary>An electronic health record (played by another hub, with its own OAuth server) opens this hub for a patient.</summary>
public sealed class OpenFromEhrTests : IAsyncLifetime
{
    private SmartHub record = null!;
    private SmartHub hub = null!;
    private SmartClient registered = null!;

    public async ValueTask InitializeAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        record = await SmartHub.StartAsync(Engine.Sqlite);
        (registered, _) = await record.AddAsync(record.Public.Metadata with
        {
            ClientName = "Coordination hub", RedirectUris = [address + "/ehr/callback"], GrantTypes = ["authorization_code"], Scope = "launch patient/Patient.read openid fhirUser",
        });
        hub = await SmartHub.StartAsync(Engine.Sqlite, ("Hub:Urls", address), ("Smart:Systems:0:Fhir", record.Fhir), ("Smart:Systems:0:ClientId", registered.Id));
        await record.PutAsync("Patient", "there", """{"resourceType":"Patient","identifier":[{"system":"urn:example:mrn","value":"MRN-1"}]}""");
        await record.PutAsync("Patient", "unknown", """{"resourceType":"Patient","identifier":[{"system":"urn:example:mrn","value":"MRN-9"}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
        await record.DisposeAsync();
    }

    [Fact]
    public async Task A_launch_leads_to_the_page_of_the_patient_who_is_open_there()
    {
        using var back = await hub.AskAsync(await ThereAndBackAsync("there"));

        Assert.Equal((HttpStatusCode.Redirect, "/patients/pia"), (back.StatusCode, back.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task A_patient_who_is_not_known_by_number_is_not_guessed()
    {
        using var back = await hub.AskAsync(await ThereAndBackAsync("unknown"));

        Assert.Equal(HttpStatusCode.NotFound, back.StatusCode);
    }

    [Fact]
    public async Task A_launch_by_a_system_that_is_not_listed_goes_nowhere()
    {
        foreach (var iss in new[] { "https://ehr.example.net/fhir", record.Fhir + "/", record.Address, "" })
        {
            using var begun = await hub.AskAsync(QueryHelpers.AddQueryString("/ehr/launch", new Dictionary<string, string?> { ["iss"] = iss, ["launch"] = "x" }));
            Assert.Equal(HttpStatusCode.Forbidden, begun.StatusCode);
        }
    }

    [Fact]
    public async Task The_end_of_a_launch_works_once_in_the_browser_that_began_it_and_with_its_state()
    {
        var callback = await ThereAndBackAsync("there");
        var code = QueryHelpers.ParseQuery(new Uri(callback).Query)["code"].ToString();
        using var other = await hub.BrowserOfAsync(new Tandem.Trust.SignIn.Person("ben", "Ben Testperson", "coordinator", null, []));
        using var stolen = await hub.AskAsync(callback, other);
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);

        using var forged = await hub.AskAsync($"/ehr/callback?code={code}&state=forged-state-forged");
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var late = await hub.AskAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task Who_is_not_signed_in_to_the_hub_signs_in_first()
    {
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(hub.Address) };
        stranger.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var begun = await hub.AskAsync(QueryHelpers.AddQueryString("/ehr/launch", new Dictionary<string, string?> { ["iss"] = record.Fhir, ["launch"] = "x" }), stranger);

        Assert.Equal("/sign-in", begun.Headers.Location!.OriginalString);
    }

    /// <summary>From the record to the hub, to the record's question, and to where it sends the browser.</summary>
    private async Task<string> ThereAndBackAsync(string patient)
    {
        var launch = record.Get<SealedRequests>().Seal(new LaunchContext(registered.Id, "Practitioner/ana", patient));
        using var begun = await hub.AskAsync(QueryHelpers.AddQueryString("/ehr/launch", new Dictionary<string, string?> { ["iss"] = record.Fhir, ["launch"] = launch }));
        var asked = QueryHelpers.ParseQuery(begun.Headers.Location!.Query).ToDictionary(one => one.Key, one => one.Value.ToString());
        return (await record.AllowAsync(asked, patient: null)).AbsoluteUri;
    }
}
