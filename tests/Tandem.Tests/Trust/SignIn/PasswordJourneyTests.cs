using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using AngleSharp.Dom;
using Tandem.Kernel.Data;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>From an invitation to a password with codes, without a script.</summary>
public sealed class PasswordJourneyTests
{
    private const string Login = "ana@sample.example";
    private const string Password = "three blue lanterns";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_invitation_lets_somebody_set_up_a_password_with_codes_and_nothing_else(Engine engine)
    {
        await using var hub = await HubBrowser.StartAsync(engine);
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        Assert.Equal("/sign-in/means", (await browser.SendAsync(link, link + "/use")).Location);
        Assert.Equal("/sign-in/means", (await browser.OpenAsync("/worklist")).Location);

        var (secret, codes) = await SetUpAsync(browser);
        Assert.Equal(RecoveryCodes.Count, codes.Count);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/worklist")).Status); // the proof has come

        await browser.SendAsync("/worklist", "/sign-out");
        hub.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("/sign-in/code", (await browser.SendAsync("/sign-in", "/sign-in/password", ("login", " ANA@Sample.example"), ("password", Password))).Location);
        Assert.Equal("/sign-in", (await browser.OpenAsync("/worklist")).Location); // not yet
        var code = Now(hub, secret);
        Assert.Equal("/worklist", (await browser.SendAsync("/sign-in/code", "/sign-in/code", ("code", code))).Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/account")).Status);

        using var second = hub.NewBrowser();
        await second.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password));
        Assert.Equal("/sign-in/code?failed=1", (await second.SendAsync("/sign-in/code", "/sign-in/code", ("code", code))).Location); // a code works once
        Assert.Equal("/", (await second.SendAsync("/sign-in/code", "/sign-in/code", ("code", codes[0].ToUpperInvariant()))).Location);
        await second.SendAsync("/account", "/sign-out");
        await second.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password));
        Assert.Equal("/sign-in/code?failed=1", (await second.SendAsync("/sign-in/code", "/sign-in/code", ("code", codes[0]))).Location); // so does a recovery code
    }

    [Fact]
    public async Task A_form_that_is_wrong_says_so_at_each_field_and_keeps_nothing()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        await browser.SendAsync(link, link + "/use");
        var answer = await browser.SendAsync("/sign-in/means/password", "/sign-in/means/password", ("login", ""), ("password", "password"), ("again", "other"), ("code", "000000"));

        Assert.Equal(["#field-login", "#field-password", "#field-code"], answer.Page.QuerySelectorAll(".error-summary a").Select(error => error.GetAttribute("href")!));
        Assert.Null(hub.Get<PasswordSignIn>().SecretsOf(Ana.Id));
    }

    [Theory]
    [InlineData(1, true)] // it ended while the password was typed again: it shows that the authenticator has the secret
    [InlineData(2, false)]
    [InlineData(-1, false)]
    public async Task An_authenticator_is_set_up_by_its_code_or_the_one_that_has_just_ended(int stepsAgo, bool isTaken)
    {
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        await browser.SendAsync(link, link + "/use");
        var secret = FromText((await browser.OpenAsync("/sign-in/means/password")).Page.QuerySelector("#authenticator code")!.TextContent);
        var code = TotpCode.Of(secret, (hub.Clock.GetUtcNow().ToUnixTimeSeconds() / 30) - stepsAgo);

        var errors = await ErrorsAsync(browser, "/sign-in/means/password", ("login", Login), ("password", Password), ("again", Password), ("code", code));

        Assert.Equal(isTaken ? [] : ["#field-code"], errors);
        Assert.Equal(isTaken, hub.Get<PasswordSignIn>().SecretsOf(Ana.Id) is { HasCodes: true });
    }

    [Fact]
    public async Task A_password_that_was_hashed_with_less_work_is_hashed_anew_when_it_is_used()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        await browser.SendAsync(link, link + "/use");
        await SetUpAsync(browser);
        var old = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })).HashPassword(new object(), Password);
        await hub.Get<RecordStore>().WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                (hub.Get<PasswordSignIn>().SecretsOf(Ana.Id)! with { PasswordHash = old }).Write(session);
                return true;
            },
            CancellationToken.None);

        using var second = hub.NewBrowser();
        Assert.Equal("/sign-in/code", (await second.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password))).Location);
        var kept = hub.Get<PasswordSignIn>().SecretsOf(Ana.Id)!.PasswordHash;
        Assert.NotEqual(old, kept);
        Assert.True(hub.Get<SecretKeeping>().IsRight(kept, Password, out var isOld) && !isOld);
    }

    [Fact]
    public async Task Nobody_learns_who_has_an_account_and_an_attack_locks_out_strangers_only()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var owner = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        await owner.SendAsync(link, link + "/use");
        var (secret, _) = await SetUpAsync(owner);
        await owner.SendAsync("/account", "/sign-out");
        hub.Clock.Advance(TimeSpan.FromMinutes(2));
        await owner.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password));
        await owner.SendAsync("/sign-in/code", "/sign-in/code", ("code", Now(hub, secret))); // from now on this browser is known
        await owner.SendAsync("/account", "/sign-out");

        using var attacker = hub.NewBrowser();
        var answers = new List<(HttpStatusCode, string?)>();
        foreach (var login in new[] { Login, "nobody@sample.example", Login, "nobody@sample.example", Login, Login, Login })
        {
            var (status, location, _) = await attacker.SendAsync("/sign-in", "/sign-in/password", ("login", login), ("password", "not the right one"));
            answers.Add((status, location));
        }

        Assert.Equal([(HttpStatusCode.Redirect, "/sign-in?failed=1")], answers.Distinct());
        Assert.Equal("/sign-in?failed=1", (await attacker.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password))).Location); // right, but the door is shut for strangers
        Assert.Equal("/sign-in/code", (await owner.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password))).Location);

        hub.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("/sign-in/code", (await attacker.SendAsync("/sign-in", "/sign-in/password", ("login", Login), ("password", Password))).Location); // after the wait it opens
    }

    [Fact]
    public async Task One_address_has_a_small_allowance_whatever_it_tries()
    {
        await using var hub = await HubBrowser.StartAsync();
        var throttle = hub.Get<SignInThrottle>();
        var (near, far) = (IPAddress.Parse("2001:db8:1:2::1"), IPAddress.Parse("2001:db8:1:3::1"));

        Assert.All(Enumerable.Range(0, SignInThrottle.PerAddress), _ => Assert.True(throttle.MayTry(near)));
        Assert.False(throttle.MayTry(IPAddress.Parse("2001:db8:1:2::ffff"))); // the same network
        Assert.True(throttle.MayTry(far));
        hub.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(throttle.MayTry(near));
    }

    [Fact]
    public async Task What_changes_how_somebody_signs_in_asks_again_after_a_quarter_of_an_hour()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana);
        await browser.SendAsync(link, link + "/use");
        var (secret, _) = await SetUpAsync(browser);
        hub.Clock.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal("/account/confirm?back=%2Faccount%2Fpassword", (await browser.OpenAsync("/account/password")).Location);
        Assert.Contains("failed=1", (await browser.SendAsync("/account/confirm?back=%2Faccount%2Fpassword", "/account/confirm/password", ("password", Password), ("code", "123456"))).Location, StringComparison.Ordinal);
        Assert.Equal("/account/password", (await browser.SendAsync("/account/confirm?back=%2Faccount%2Fpassword", "/account/confirm/password", ("password", Password), ("code", Now(hub, secret)))).Location);
        Assert.Equal(["#field-present"], await ErrorsAsync(browser, "/account/password", ("present", "not the right one"), ("password", "four green lanterns"), ("again", "four green lanterns")));
        Assert.Equal(["#field-present"], await ErrorsAsync(browser, "/account/password", ("password", "four green lanterns"), ("again", "four green lanterns")));
        Assert.Contains("#field-present", await ErrorsAsync(browser, "/sign-in/means/password", ("password", "four green lanterns"), ("again", "four green lanterns"), ("code", "000000")));
        Assert.EndsWith(
            "/account", (await browser.SendAsync("/account/password", "/account/password", ("present", Password), ("password", "four green lanterns"), ("again", "four green lanterns"))).Location,
            StringComparison.Ordinal);
        Assert.Equal("/account", (await browser.SendAsync("/account", "/account/password/remove")).Location);
        Assert.True(hub.Get<PasswordSignIn>().SecretsOf(Ana.Id)!.HasPassword); // the last means stays
    }

    [Fact]
    public async Task After_signing_in_a_person_is_where_they_wanted_to_go()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var browser = hub.NewBrowser();
        var link = await hub.LinkOfAsync(Ana, reusable: true);
        Assert.Equal("/sign-in", (await browser.OpenAsync("/patients?q=sample")).Location);

        Assert.Equal("/patients?q=sample", (await browser.SendAsync(link, link + "/use")).Location);
    }

    [Fact]
    public async Task A_stream_of_changes_ends_with_the_session_it_began_in()
    {
        await using var hub = await HubBrowser.StartAsync();
        await Tandem.Hub.Hosting.HubHost.PrepareAsync(hub.Hub, HubBrowser.Cancel); // with the policies of the roles: who reaches nothing follows nothing
        await hub.LinkOfAsync(Ana, reusable: true);
        var secret = (await hub.Get<Sessions>().BeginAsync(Ana.Id, SignInMeans.Passkey, Origin.None, HubBrowser.Cancel)).Value;
        using var client = new HttpClient { BaseAddress = new Uri(hub.Hub.Urls.First()), DefaultRequestHeaders = { { "Cookie", "tandem-session=" + secret } } };
        using var stream = await client.GetAsync(new Uri("/live?topics=worklist", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, HubBrowser.Cancel);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(HubBrowser.Cancel));
        Assert.True(await ComesAsync("event: hello"));
        hub.Get<Tandem.Kernel.Pages.LiveTopics>().Publish("worklist");
        Assert.True(await ComesAsync("event: changed"));

        await hub.Get<Sessions>().RevokeAsync(Ana.Id, null, null, Ana.Scope.Actor, HubBrowser.Cancel);
        hub.Get<Tandem.Kernel.Pages.LiveTopics>().Publish("worklist");
        var rest = await lines.ReadToEndAsync(HubBrowser.Cancel); // comes to an end
        Assert.DoesNotContain("event: changed", rest, StringComparison.Ordinal);

        async Task<bool> ComesAsync(string awaited)
        {
            for (var line = await lines.ReadLineAsync(HubBrowser.Cancel); line is not null and not "event: beat"; line = await lines.ReadLineAsync(HubBrowser.Cancel))
            {
                if (line == awaited)
                    return true;
            }

            return false;
        }
    }

    private static async Task<IEnumerable<string>> ErrorsAsync(BrowserWithoutScripts browser, string page, params (string Name, string Value)[] fields) =>
        [.. (await browser.SendAsync(page, page, fields)).Page.QuerySelectorAll(".error-summary a").Select(error => error.GetAttribute("href")!)];

    private static Person Ana => new("ana", "Ana Testperson", "coordinator", null, []);

    private static async Task<(byte[] Secret, IReadOnlyList<string> Codes)> SetUpAsync(BrowserWithoutScripts browser)
    {
        var (_, _, page) = await browser.OpenAsync("/sign-in/means/password");
        var secret = FromText(page.QuerySelector("#authenticator code")!.TextContent);
        var hub = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(page.QuerySelector("#client-words")!.GetAttribute("data-now")!, System.Globalization.CultureInfo.InvariantCulture));
        var answer = await browser.SendAsync(
            "/sign-in/means/password", "/sign-in/means/password", ("login", Login), ("password", Password), ("again", Password), ("code", TotpCode.Of(secret, hub.ToUnixTimeSeconds() / 30)));
        var codes = answer.Page.QuerySelectorAll(".recovery code").Select(code => code.TextContent).ToList();
        Assert.True(codes.Count > 0, answer.Page.QuerySelector("main")?.TextContent);
        return (secret, codes);
    }

    private static string Now(HubBrowser hub, byte[] secret) => TotpCode.Of(secret, hub.Clock.GetUtcNow().ToUnixTimeSeconds() / 30);

    private static byte[] FromText(string text)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(text.Where(c => !char.IsWhiteSpace(c)).Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
