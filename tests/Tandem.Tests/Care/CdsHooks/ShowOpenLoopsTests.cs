using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tandem.Care.Launches;
using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Care.Loops;
using Tandem.Tests.Trust.Smart;

namespace Tandem.Tests.Care.CdsHooks;

/// <summary>What an electronic health record is told while a chart is opened there.</summary>
public sealed class ShowOpenLoopsTests : IAsyncLifetime
{
    private const string Issuer = "https://ehr.example.org";
    private const string Service = "/cds-services/tandem-open-loops";
    private readonly TestKeys keys = new();
    private WebApplication publisher = null!;
    private SmartHub hub = null!;

    private string KeysAt => publisher.Urls.First() + "/jwks";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        publisher = builder.Build();
        publisher.MapGet("/jwks", () => Microsoft.AspNetCore.Http.Results.Json(keys.Published));
        await publisher.StartAsync(TestContext.Current.CancellationToken);
        hub = await SmartHub.StartAsync(Engine.Sqlite, ("Smart:Systems:0:Issuer", Issuer), ("Smart:Systems:0:KeysAt", KeysAt), ("Smart:Systems:0:Name", "Sample record"));
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        await publisher.DisposeAsync();
        keys.Dispose();
    }

    [Fact]
    public async Task A_card_tells_what_is_open_until_when_and_leads_to_the_patient()
    {
        await hub.Get<RecordStore>().WriteAsync<bool>(AccessScope.System, Open, TestContext.Current.CancellationToken);

        var answer = await AskAsync("MRN-1");

        var card = Assert.Single(answer.Json.GetProperty("cards").EnumerateArray());
        Assert.Equal("1 open item of care coordination", card.GetProperty("summary").GetString());
        Assert.Contains(card.GetProperty("indicator").GetString(), new[] { "info", "warning", "critical" });
        Assert.Equal(hub.Address + "/patients/pia", card.GetProperty("links")[0].GetProperty("url").GetString());
        Assert.DoesNotContain("Sampleton", answer.Text, StringComparison.Ordinal);

        static Tandem.Kernel.Outcomes.Outcome<bool> Open(WriteSession session)
        {
            OpenLoop.Apply(session, LoopSamples.ACall() with { Patient = "pia" });
            return true;
        }
    }

    [Fact]
    public async Task A_number_that_is_not_shown_to_somebody_finds_nobody_for_them_and_stands_on_no_card()
    {
        const string Number = """{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-00-4321"}""";
        const string Record = """{"system":"urn:example:mrn","value":"MRN-4321"}""";
        string Person(string identifiers) => $$"""{"resourceType":"Patient","name":[{"family":"Sampleton"}],"identifier":[{{identifiers}}]}""";
        await hub.PutAsync("Patient", "num", Person($"{Number},{Record}"));
        var store = hub.Get<RecordStore>();
        await store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                OpenLoop.Apply(session, LoopSamples.ACall() with { Patient = "num" });
                return true;
            },
            TestContext.Current.CancellationToken);
        var limited = AccessScope.System.Narrow(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Anyone)]) { Hidden = [HiddenPart.NationalIdentifier] });

        Assert.Equal("num", OpenFromEhr.Find(Person(Number), store, AccessScope.System).Value);
        Assert.NotNull(OpenFromEhr.Find(Person(Number), store, limited).Refusal);
        Assert.Equal("num", OpenFromEhr.Find(Person($"{Number},{Record}"), store, limited).Value);
        var card = (await AskAsync("MRN-4321")).Text;
        Assert.Contains("open item", card, StringComparison.Ordinal);
        Assert.DoesNotContain("999-00", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_card_for_nobody_and_for_nothing_open()
    {
        Assert.Equal("""{"cards":[]}""", (await AskAsync("MRN-1")).Text);
        Assert.Equal("""{"cards":[]}""", (await AskAsync("MRN-unknown")).Text);
    }

    [Fact]
    public async Task Discovery_names_the_service_and_what_it_needs()
    {
        var found = (await hub.SendAsync(HttpMethod.Get, "/cds-services", null, "Bearer " + Token("/cds-services"))).Json.GetProperty("services")[0];

        Assert.Equal(("patient-view", "tandem-open-loops"), (found.GetProperty("hook").GetString(), found.GetProperty("id").GetString()));
        Assert.Equal("Patient/{{context.patientId}}", found.GetProperty("prefetch").GetProperty("patient").GetString());
    }

    [Fact]
    public async Task Without_a_right_and_new_token_nothing_is_told()
    {
        var used = Token(Service);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("MRN-1", used)).Status);
        string[] wrong =
        [
            used, "", "x", Token("/cds-services"), Token(Service, claims => claims["iss"] = "https://other.example.net"), Token(Service, claims => claims["aud"] = Issuer),
            Token(Service, claims => claims["exp"] = hub.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds()), Token(Service, claims => claims["exp"] = hub.Clock.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds()),
            Token(Service, claims => claims.Remove("jti")), Token(Service, header: header => header["jku"] = "https://evil.example.net/jwks"), Token(Service, header: header => header["alg"] = "none", signedBy: "nobody"),
            Token(Service, signedBy: "stranger"), Token(Service, header: header => header["kid"] = "other"),
        ];

        foreach (var token in wrong)
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("MRN-1", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/cds-services")).Status);
    }

    [Fact]
    public async Task A_request_that_is_none_or_brings_no_patient_is_refused()
    {
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync("""{"hook":"patient-view","hookInstance":"i-1","context":{"patientId":"p"}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("""{"hook":"order-sign","hookInstance":"i-1","context":{}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("[]")).Status);
    }

    private Task<Answer> AskAsync(string number, string? token = null) => SendAsync(
        $$$$"""{"hook":"patient-view","hookInstance":"i-1","context":{"userId":"Practitioner/x","patientId":"p"},"prefetch":{"patient":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:example:mrn","value":"{{{{number}}}}"}]}}}""",
        token);

    private async Task<Answer> SendAsync(string json, string? token = null)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await hub.SendAsync(HttpMethod.Post, Service, body, "Bearer " + (token ?? Token(Service)), ("Accept-Language", "en"));
    }

    private string Token(string path, Action<Dictionary<string, object?>>? claims = null, Action<Dictionary<string, object?>>? header = null, string signedBy = "ec") =>
        keys.Assertion(Issuer, hub.Address + path, hub.Clock.GetUtcNow(), claims, all =>
        {
            all["jku"] = KeysAt;
            header?.Invoke(all);
        }, signedBy);
}
