using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.Trust.SignIn;

namespace Tandem.EndToEnd.Trust;

/// <summary>SMART's own client in a real browser, from registration to the end of its access.</summary>
public sealed class SmartLaunchTests(SharedBrowser browser) : IAsyncLifetime
{
    private GuardedHub hub = null!;
    private SampleApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await SampleApp.StartAsync();
        hub = await GuardedHub.StartAsync();
        app.Fhir = hub.Address + "/fhir";
        foreach (var (id, family) in new[] { ("pia", "Sampleton"), ("tom", "Otherton") })
        {
            await hub.PutAsync("Patient", id, $$"""{"resourceType":"Patient","name":[{"family":"{{family}}","given":["Sample"]}],"birthDate":"1951-03-04"}""");
            await hub.PutAsync("Observation", $"lab-{id}", $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{id}}}"}}""");
            await hub.PutAsync("CareTeam", $"team-{id}", $$$"""{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/{{{id}}}"},"participant":[{"member":{"reference":"Practitioner/ana"} }]}""");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
        if (app is not null)
            await app.DisposeAsync();
    }

    [Fact]
    public async Task An_app_registers_is_approved_launched_allowed_refreshed_and_disconnected()
    {
        await RegisterAsync();
        await using var kim = await hub.SignedInAsync(browser, new Person("kim", "Kim Testperson", "administrator", null, []), Look.Desk);
        await ApproveAsync(kim, reads: true);

        await using var ana = await hub.SignedInAsync(browser, new Person("ana", "Ana Testperson", "coordinator", null, []), Look.Desk);
        await ana.Page.GotoAsync(app.Address + "/launch.html");
        await Assertions.Expect(ana.Page).ToHaveURLAsync(new Regex("/oauth/consent"));
        await ana.AxeFindsNothingAsync();
        await ana.Page.GetByLabel("Find the person").FillAsync("Sampleton");
        await ana.GoesOnAsync(() => ana.Page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync());
        await ana.ReadsWellInEveryLookAsync("consent", EveryLook.PortalBudget);
        await ana.Page.GetByLabel("Sample Sampleton").CheckAsync();
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await ana.Page.WaitForSelectorAsync("#read, #failed");
        Assert.Equal(
            "Sampleton Practitioner/ana 1 launch/patient patient/*.rs openid fhirUser offline_access", await ana.Page.TextContentAsync("#read, #failed"));

        Assert.Equal("200", await ana.Page.EvaluateAsync<string>("async () => { await client.refresh(); return String((await fetch(client.state.serverUrl + '/Patient/pia', { headers: { Authorization: client.getAuthorizationHeader() } })).status); }"));
        Assert.Equal("404", await ana.Page.EvaluateAsync<string>("async () => String((await fetch(client.state.serverUrl + '/Patient/tom', { headers: { Authorization: client.getAuthorizationHeader() } })).status)"));

        await using var list = await ana.AnotherTabAsync();
        await list.Page.GotoAsync(hub.Address + "/connected-apps");
        await list.ReadsWellInEveryLookAsync("connected", EveryLook.PortalBudget);
        await list.GoesOnAsync(() => list.Page.GetByRole(AriaRole.Button, new() { Name = "Disconnect Sample browser app" }).ClickAsync());
        await Assertions.Expect(list.Page.GetByText("No app is connected")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_app_is_opened_from_a_patients_page()
    {
        await RegisterAsync();
        await using var kim = await hub.SignedInAsync(browser, new Person("kim", "Kim Testperson", "administrator", null, []), Look.Desk);
        await ApproveAsync(kim);
        await using var ana = await hub.SignedInAsync(browser, new Person("ana", "Ana Testperson", "coordinator", null, []), Look.Desk);

        await ana.Page.GotoAsync(hub.Address + "/patients/tom");
        await ana.AxeFindsNothingAsync();
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Sample browser app" }).ClickAsync();
        await Assertions.Expect(ana.Page).ToHaveURLAsync(new Regex("/oauth/consent"));
        await Assertions.Expect(ana.Page.GetByText("Sample Otherton")).ToBeVisibleAsync();
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();

        await ana.Page.WaitForSelectorAsync("#read, #failed");
        Assert.StartsWith("Otherton ", await ana.Page.TextContentAsync("#read, #failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consent_can_be_given_on_a_phone_in_Spanish_without_JavaScript_and_refused()
    {
        await RegisterAsync();
        await using var kim = await hub.SignedInAsync(browser, new Person("kim", "Kim Testperson", "administrator", null, []), Look.Desk);
        await ApproveAsync(kim);
        var look = new Look("dark", "es", 390);
        await using var ana = await hub.SignedInAsync(browser, new Person("ana", "Ana Testperson", "coordinator", null, []), look, javaScript: false);
        var request = $"{hub.Address}/oauth/authorize?response_type=code&client_id={app.ClientId}&redirect_uri={Uri.EscapeDataString(app.Address + "/index.html")}"
            + $"&scope=launch%2Fpatient%20patient%2F*.rs&state=state-0123456789&aud={Uri.EscapeDataString(app.Fhir)}"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

        await ana.Page.GotoAsync(request);
        await ana.Page.GetByLabel("Buscar a la persona").FillAsync("1951-03-04");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Buscar", Exact = true }).ClickAsync();
        await Assertions.Expect(ana.Page.GetByText("Todo el expediente: ver")).ToBeVisibleAsync();
        await ana.PictureAsync("consent");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "No permitir", Exact = true }).ClickAsync();

        await Assertions.Expect(ana.Page).ToHaveURLAsync(new Regex("^" + Regex.Escape(app.Address)));
        Assert.Contains("error=access_denied", ana.Page.Url, StringComparison.Ordinal);
        Assert.Contains("state=state-0123456789", ana.Page.Url, StringComparison.Ordinal);
    }

    private async Task RegisterAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri(hub.Address) };
        using var reply = await client.PostAsJsonAsync(new Uri("/oauth/register", UriKind.Relative), new
        {
            client_name = "Sample browser app", redirect_uris = new[] { app.Address + "/index.html" }, token_endpoint_auth_method = "none",
            grant_types = new[] { "authorization_code", "refresh_token" }, scope = "launch launch/patient patient/*.rs openid fhirUser offline_access",
            initiate_login_uri = app.Address + "/launch.html",
        });
        app.ClientId = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("client_id").GetString()!;
    }

    private async Task ApproveAsync(Visit kim, bool reads = false)
    {
        await kim.Page.GotoAsync(hub.Address + "/apps");
        if (reads)
            await kim.ReadsWellInEveryLookAsync("apps");
        await kim.GoesOnAsync(() => kim.Page.GetByRole(AriaRole.Link, new() { Name = "Sample browser app" }).ClickAsync());
        if (reads)
            await kim.ReadsWellInEveryLookAsync("app");
        await kim.GoesOnAsync(() => kim.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync());
        if (!reads)
            return;
        await kim.Page.GotoAsync(hub.Address + "/apps/register");
        await kim.ReadsWellInEveryLookAsync("app-register");
    }
}
