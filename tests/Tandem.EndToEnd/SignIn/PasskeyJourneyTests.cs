using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.SignIn;

/// <summary>From the first start to a hub that is run by passkeys, with Chromium's virtual authenticator.</summary>
public sealed class PasskeyJourneyTests(SharedBrowser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_sets_up_the_hub_and_signs_in_by_passkey_without_typing_a_name()
    {
        await using var hub = await HubProcess.StartAsync(closed: true, Cancel);
        await using var visit = await browser.VisitAsync(hub.Address, Look.Desk);
        await AddAuthenticatorAsync(visit.Page);

        await SetUpAsync(visit, hub, reads: true);
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync());
        await visit.OpenAsync("/account");
        await Assertions.Expect(visit.Page.GetByText("Passkey 1", new() { Exact = true })).ToBeVisibleAsync();
        await visit.ReadsWellInEveryLookAsync("account");
        foreach (var page in new[] { "/account/password", "/account/recovery", "/account/confirm", "/sign-in/means/password" })
        {
            await visit.OpenAsync(page);
            Assert.Equal(page, new Uri(visit.Page.Url).AbsolutePath);
            await visit.ReadsWellInEveryLookAsync(page[1..].Replace('/', '-'), EveryLook.PortalBudget);
        }

        await visit.OpenAsync("/account");
        await visit.Page.GetByLabel("Name of the new passkey").FillAsync("Second key");
        await RefuseTheKnownOneAsync(visit);
        await visit.Page.GetByLabel("New name for Passkey 1").FillAsync("Work laptop");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync());
        await Assertions.Expect(visit.Page.GetByText("Work laptop", new() { Exact = true })).ToBeVisibleAsync();
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Work laptop" }).ClickAsync());
        await Assertions.Expect(visit.Page.GetByText("last way to sign in")).ToBeVisibleAsync();

        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync());
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync());
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Kim Testperson" })).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_passkey_that_does_not_verify_its_person_lets_nobody_in()
    {
        await using var hub = await HubProcess.StartAsync(closed: true, Cancel);
        await using var visit = await browser.VisitAsync(hub.Address, Look.Desk);
        var (session, authenticator) = await AddAuthenticatorAsync(visit.Page);
        await SetUpAsync(visit, hub);
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync());
        await visit.OpenAsync("/account");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync());

        await session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = authenticator, ["isUserVerified"] = false });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-failed]")).ToBeVisibleAsync();
        Assert.EndsWith("/sign-in", new Uri(visit.Page.Url).AbsolutePath, StringComparison.Ordinal);
    }

    internal static async Task SetUpAsync(Visit visit, HubProcess hub, bool reads = false)
    {
        await visit.OpenAsync(Regex.Match(hub.Output, "/set-up/[A-Za-z0-9_-]+").Value);
        if (reads)
            await visit.ReadsWellInEveryLookAsync("set-up", EveryLook.PortalBudget);
        await visit.Page.GetByLabel("Organisation").FillAsync("Sample Region");
        await visit.Page.GetByLabel("Time zone").SelectOptionAsync("America/Chicago");
        await visit.Page.GetByLabel("Your name").FillAsync("Kim Testperson");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync());
        if (reads)
            await visit.ReadsWellInEveryLookAsync("means", EveryLook.PortalBudget);
    }

    /// <summary>The authenticator has one for this account already, and says so.</summary>
    private static async Task RefuseTheKnownOneAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-failed]")).ToBeVisibleAsync();
    }

    private static async Task<(ICDPSession Session, string Authenticator)> AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return (session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }
}
