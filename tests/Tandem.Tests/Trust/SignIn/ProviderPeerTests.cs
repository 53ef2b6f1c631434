using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Tests.Support;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Providers;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>Signing in at an identity provider that nobody here wrote (npm oidc-provider), in a browser without scripts.</summary>
public sealed class ProviderPeerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_sign_in_at_their_organisations_provider_which_rules_over_its_own_people_and_roles_only()
    {
        NodePeer.Need("oidc-provider");
        await using var hub = await HubBrowser.StartAsync();
        hub.Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(await RealTimeAsync())); // the provider's tokens are of today
        var (north, south) = (await OrganizationAsync(hub, "North Sample Hospital"), await OrganizationAsync(hub, "South Sample Hospital"));
        var save = hub.Get<SavePerson>();
        foreach (var (login, home) in new[] { ("ana@sample.example", north), ("sol@sample.example", south) })
        {
            var id = (await save.HandleAsync(null, new PersonForm(login, login, home), AccessScope.System, Cancel)).Value;
            await hub.Get<GiveRole>().HandleAsync(id, "coordinator", home, null, AccessScope.System, Cancel);
        }

        using var provider = await Provider.StartAsync(hub.Hub.Urls.First(), new
        {
            ana = new { email = "ana@sample.example", email_verified = true, name = "Ana Sample", groups = new[] { "ward-nurses" } },
            nia = new { email = "nia@sample.example", email_verified = true, name = "Nia Sample", groups = new[] { "ward-nurses", "others" } },
            out1 = new { email = "out@sample.example", email_verified = true, name = "Out Sample", groups = new[] { "others" } },
            sol = new { email = "sol@sample.example", email_verified = true, name = "Sol Sample", groups = new[] { "ward-nurses" } },
            loose = new { email = "ana@sample.example", email_verified = false, name = "Not Ana", groups = new[] { "ward-nurses" } },
        });
        var form = new ProviderForm(provider.Issuer, "hub", "a secret of a test", "email", "groups", "ward-nurses=nurse\nchiefs=nurse-lead", MakesAccounts: true);
        Assert.Null((await hub.Get<SaveProvider>().HandleAsync(north, form, AccessScope.System, Cancel)).Refusal);

        Assert.Equal("/", await SignInAsync(hub, north, "ana"));
        var ana = FindPeople.ByLogin(hub.Record, "ana@sample.example")!;
        Assert.Equal(["coordinator", "nurse"], Held(hub, ana).Order()); // the mapped role beside the one given here
        Assert.Equal((SignInMeans.Provider, north), hub.Get<Sessions>().Of(ana.Id).Select(session => (session.Means, session.Provider)).Single());

        Assert.Equal("/", await SignInAsync(hub, north, "nia")); // made now
        Assert.Equal(["nurse"], Held(hub, FindPeople.ByLogin(hub.Record, "nia@sample.example")!));
        Assert.Equal("/sign-in?refused=1", await SignInAsync(hub, north, "out1")); // no mapped role, so no account
        Assert.Equal("/sign-in?refused=1", await SignInAsync(hub, north, "sol")); // another organisation's person
        Assert.Equal("/sign-in?refused=1", await SignInAsync(hub, north, "loose")); // an address that nobody verified
        Assert.Null(FindPeople.ByLogin(hub.Record, "out@sample.example"));
        Assert.Equal("/sign-in?unreachable=1", await WhereAsync(hub, "/sign-in/with/" + south));

        await save.HandleAsync(ana.Id, new PersonForm("Ana Sample", "ana@sample.example", north) { Active = false }, AccessScope.System, Cancel);
        Assert.Equal("/sign-in?refused=1", await SignInAsync(hub, north, "ana"));
    }

    [Fact]
    public async Task A_provider_with_a_key_of_2048_bits_is_refused_until_its_organisation_accepts_it()
    {
        NodePeer.Need("oidc-provider");
        await using var hub = await HubBrowser.StartAsync();
        hub.Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(await RealTimeAsync()));
        var north = await OrganizationAsync(hub, "North Sample Hospital");
        using var provider = await Provider.StartAsync(hub.Hub.Urls.First(), new { ana = new { email = "ana@sample.example", email_verified = true, name = "Ana Sample", groups = new[] { "ward-nurses" } } }, bits: 2048);
        foreach (var (accepted, where) in new[] { (false, "/sign-in?refused=key"), (true, "/") })
        {
            var form = new ProviderForm(provider.Issuer, "hub", "a secret of a test", "email", "groups", "ward-nurses=nurse", MakesAccounts: true, TakesShortKeys: accepted);
            Assert.Null((await hub.Get<SaveProvider>().HandleAsync(north, form, AccessScope.System, Cancel)).Refusal);
            Assert.Equal(where, await SignInAsync(hub, north, "ana"));
        }
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_lets_nobody_in()
    {
        NodePeer.Need("oidc-provider");
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();

        foreach (var answer in new[] { "/sign-in/answer?code=abc&state=abc", "/sign-in/answer", "/sign-in/answer?error=access_denied" })
            Assert.Equal("/sign-in?refused=1", (await browser.OpenAsync(answer)).Location);
    }

    [Fact]
    public async Task A_session_of_a_provider_is_led_to_sign_out_there_too()
    {
        NodePeer.Need("oidc-provider");
        await using var hub = await HubBrowser.StartAsync();
        hub.Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(await RealTimeAsync()));
        var north = await OrganizationAsync(hub, "North Sample Hospital");
        using var provider = await Provider.StartAsync(hub.Hub.Urls.First(), new
        {
            ana = new { email = "ana@sample.example", email_verified = true, name = "Ana Sample", groups = new[] { "ward-nurses" } },
        });
        await hub.Get<SaveProvider>().HandleAsync(
            north, new ProviderForm(provider.Issuer, "hub", "a secret of a test", "email", "groups", "ward-nurses=nurse", MakesAccounts: true), AccessScope.System, Cancel);
        using var browser = hub.NewBrowser();
        Assert.Equal("/", await SignInAsync(hub, north, "ana", browser));

        Assert.Equal("/sign-in?leave=" + north, (await browser.SendAsync("/account", "/sign-out")).Location);
        var there = (await browser.OpenAsync("/sign-in/leave/" + north)).Location!;
        Assert.StartsWith(provider.Issuer, there, StringComparison.Ordinal);
        using var client = new HttpClient();
        using var reply = await client.GetAsync(new Uri(there), Cancel);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode); // it knows the client and the address to come back to
    }

    private static IEnumerable<string> Held(HubBrowser hub, Account account) =>
        FindPeople.RolesOf(hub.Record, account.Id).Where(role => role.HoldsAt(hub.Clock.GetUtcNow())).Select(role => role.Role);

    private static async Task<string> OrganizationAsync(HubBrowser hub, string name) =>
        (await SaveOrganization.HandleAsync(null, new OrganizationForm(name, "hospital", "", ""), hub.Record, AccessScope.System, Cancel)).Value;

    private static async Task<string?> WhereAsync(HubBrowser hub, string path)
    {
        using var browser = hub.NewBrowser();
        return (await browser.OpenAsync(path)).Location;
    }

    /// <summary>Goes to the provider, signs in there as somebody, and comes back.</summary>
    /// <returns>Where the hub leads in the end.</returns>
    private static async Task<string?> SignInAsync(HubBrowser hub, string organization, string who, BrowserWithoutScripts? browser = null)
    {
        using var own = browser is null ? hub.NewBrowser() : null;
        browser ??= own!;
        var there = new Uri((await browser.OpenAsync("/sign-in/with/" + organization)).Location!);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var elsewhere = new HttpClient(handler);
        for (var step = 0; step < 12; step++)
        {
            if (there.AbsolutePath.StartsWith("/interaction/", StringComparison.Ordinal))
                there = new Uri(there + "?as=" + who);
            using var reply = await elsewhere.GetAsync(there, Cancel);
            Assert.True(reply.Headers.Location is not null, $"{there}: {reply.StatusCode} {await reply.Content.ReadAsStringAsync(Cancel)}");
            there = new Uri(there, reply.Headers.Location);
            if (there.AbsolutePath == "/sign-in/answer")
                return (await browser.OpenAsync(there.PathAndQuery)).Location;
        }

        throw new InvalidOperationException("The provider leads in circles.");
    }

    private static async Task<long> RealTimeAsync()
    {
        var (code, output, error) = await Task.Run(() => NodePeer.Run("node", ["-p", "Date.now()"], TimeSpan.FromMinutes(1)), Cancel);
        Assert.True(code == 0, error);
        return long.Parse(output, System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class Provider(Process process, string issuer) : IDisposable
    {
        internal string Issuer => issuer;

        internal static async Task<Provider> StartAsync(string hub, object accounts, int bits = 3072)
        {
            var wish = JsonSerializer.Serialize(new { clientId = "hub", clientSecret = "a secret of a test", redirectUri = hub + "/sign-in/answer", postLogout = hub + "/sign-in", accounts, bits });
            var process = Process.Start(new ProcessStartInfo("node", ["oidc-provider.mjs", wish]) { RedirectStandardOutput = true, WorkingDirectory = NodePeer.Folder })!;
            string? issuer;
            do
                issuer = await process.StandardOutput.ReadLineAsync(Cancel);
            while (issuer?.StartsWith("http", StringComparison.Ordinal) == false); // it warns first that it is a test's
            return new Provider(process, issuer ?? throw new InvalidOperationException("The provider did not start."));
        }

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }
}
