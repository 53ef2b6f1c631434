using System.Diagnostics;
using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>What stands between apps and the record beside their tokens: whose patients a service reaches, who may approve, and how often one may guess.</summary>
public sealed class AppGuardTests : IAsyncLifetime
{
    private SmartHub hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => hub = await SmartHub.StartAsync(Engine.Sqlite, ("Smart:RefusalsPerMinute", "3"), ("Smart:RegistrationsPerHour", "2"));

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_service_reaches_the_patients_of_its_organisation_and_nothing_specially_protected()
    {
        await hub.PutAsync("Organization", "north", """{"resourceType":"Organization","name":"North"}""");
        await hub.PutAsync("Organization", "north-clinic", """{"resourceType":"Organization","name":"North clinic","partOf":{"reference":"Organization/north"}}""");
        await hub.PutAsync("Encounter", "stay", """{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/pia"},"serviceProvider":{"reference":"Organization/north-clinic"}}""");
        foreach (var (id, label) in new[] { ("plain", ""), ("alcohol", ""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]}""") })
            await hub.PutAsync("Observation", id, $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/pia"}{{{label}}}}""");
        var token = await ServiceTokenAsync("Organization/north", "service");

        Assert.Equal((200, 404), (await StatusAsync("Patient/pia", token), await StatusAsync("Patient/tom", token)));
        Assert.Equal((200, 404), (await StatusAsync("Observation/plain", token), await StatusAsync("Observation/alcohol", token)));
        Assert.Equal(1, (await hub.GetAsync("/fhir/Patient?_total=accurate", token)).Json.GetProperty("total").GetInt32());
        Assert.NotEqual(200, await StatusAsync("Patient/pia", await ServiceTokenAsync("Organization/north", "researcher")));
    }

    [Fact]
    public async Task Approving_an_app_and_changing_keys_ask_again_who_one_is()
    {
        var (app, _) = await hub.AddAsync(new ClientMetadata { ClientName = "Waiting app", TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code"], RedirectUris = [SmartHub.Redirect], Scope = "patient/*.rs" }, "pending");
        using var ada = await WithPasskeyAsync(new Person("ada", "Ada Testperson", Administration.Role, null, []));
        hub.Clock.Advance(TimeSpan.FromMinutes(14));
        (await hub.AskAsync("/apps", ada)).Dispose();
        hub.Clock.Advance(TimeSpan.FromMinutes(2));

        foreach (var action in new[] { $"/apps/{app.Id}/decide", "/apps/keys/rotate" })
        {
            using var answer = await hub.PostPageAsync("/apps", action, [new("decision", "approved")], ada);
            Assert.Equal((HttpStatusCode.Redirect, "/account/confirm"), (answer.StatusCode, answer.Headers.Location?.OriginalString.Split('?')[0]));
        }

        using var form = await hub.AskAsync("/apps/register", ada);
        Assert.StartsWith("/account/confirm", form.Headers.Location!.IsAbsoluteUri ? form.Headers.Location.PathAndQuery : form.Headers.Location.OriginalString, StringComparison.Ordinal);
        Assert.Equal("pending", hub.Get<ClientAuthentication>().Find(app.Id)!.Status);
    }

    [Theory]
    [InlineData(3072, 3072, true)]
    [InlineData(3072, 2048, false)]
    [InlineData(2048, 2048, true)]
    public void An_app_proves_itself_by_a_key_as_strong_as_the_site_asks_for(int least, int bits, bool isTaken) =>
        Assert.Equal(isTaken, ClientKeys.Read(RegistrationAttempts.RsaKey(bits), new SmartSettings { ShortestRsaKey = least }).Refusal is null);

    [Fact]
    public async Task Who_guesses_has_to_wait_and_nobody_else()
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await hub.TokenAsync(hub.Exchange("x", hub.Confidential), hub.Basic("wrong"))).Status);

        var refused = await hub.TokenAsync(hub.Exchange("x", hub.Confidential), hub.Basic());
        while (refused.Status != HttpStatusCode.TooManyRequests && Stopwatch.GetElapsedTime(began) is { TotalSeconds: > 5 and < 60 }) // one more was granted meanwhile
        {
            await hub.TokenAsync(hub.Exchange("x", hub.Confidential), hub.Basic("wrong"));
            refused = await hub.TokenAsync(hub.Exchange("x", hub.Confidential), hub.Basic());
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, "slow_down"), (refused.Status, refused.Error));
        Assert.True(refused.Headers.Contains("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await hub.TokenAsync(hub.ServiceForm(hub.Assert()))).Status);
        Assert.Equal(HttpStatusCode.OK, (await hub.TokenAsync(hub.Exchange(await hub.CodeAsync()))).Status);

        // A phone that does not give up holds up nobody else with the same app at the same address, and names made up anew each time count together.
        await WaitsAsync(_ => hub.Exchange("dead"));
        Assert.Equal(HttpStatusCode.OK, (await hub.TokenAsync(hub.Exchange(await hub.CodeAsync()))).Status);
        await WaitsAsync(i => new() { ["grant_type"] = "authorization_code", ["client_id"] = $"made-up-{i}" });

        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.Created, (await RegistrationAttempts.RegisterAsync(hub, RegistrationAttempts.Metadata.ToJsonString())).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await RegistrationAttempts.RegisterAsync(hub, RegistrationAttempts.Metadata.ToJsonString())).Status);
    }

    /// <summary>Asks until it has to wait; one attempt more is granted every six seconds.</summary>
    private async Task WaitsAsync(Func<int, Dictionary<string, string>> form)
    {
        var statuses = new List<HttpStatusCode>();
        while (statuses.Count < 50 && statuses.LastOrDefault() != HttpStatusCode.TooManyRequests)
            statuses.Add((await hub.TokenAsync(form(statuses.Count))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.InRange(statuses.Count, 4, 50);
    }

    /// <summary>A browser in which somebody is signed in by passkey, which grows old; a demonstration's link does not.</summary>
    private async Task<HttpClient> WithPasskeyAsync(Person person)
    {
        await hub.Get<RecordStore>().WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                person.Write(session);
                return 0;
            },
            Cancel);
        var secret = (await hub.Get<Sessions>().BeginAsync(person.Id, SignInMeans.Passkey, Origin.None, Cancel)).Value;
        var cookies = new CookieContainer();
        cookies.Add(new Uri(hub.Address), new Cookie("tandem-session", secret));
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = new Uri(hub.Address) };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return browser;
    }

    private async Task<string> ServiceTokenAsync(string organization, string role)
    {
        await hub.Get<RecordStore>().WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                (hub.Service with { Organization = organization, Role = role }).Write(session);
                return 0;
            },
            Cancel);
        var form = hub.ServiceForm(hub.Assert());
        form["scope"] = "system/Patient.rs system/Observation.rs";
        return (await hub.TokenAsync(form)).Json.GetProperty("access_token").GetString()!;
    }

    private async Task<int> StatusAsync(string path, string token) => (int)(await hub.GetAsync("/fhir/" + path, token)).Status;
}
