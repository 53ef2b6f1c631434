using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.SignIn;

public sealed class SessionTests
{
    private static CancellationToken Cancel => TrustFixture.Cancel;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_session_ends_when_it_rests_and_is_kept_by_use_up_to_its_absolute_end(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, _) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var (resting, used) = (await BeginAsync(trust, ana), await BeginAsync(trust, ana));

        for (var hours = 0.0; hours < 11.5; hours += 0.25)
        {
            trust.Clock.Advance(TimeSpan.FromMinutes(15));
            var open = trust.Sessions.Look(used);
            Assert.NotNull(open);
            await trust.Sessions.SeenAsync(used, open.Session, Cancel);
        }

        Assert.Null(trust.Sessions.Look(resting));
        trust.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.NotNull(trust.Sessions.Look(used));
        trust.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(trust.Sessions.Look(used)); // twelve hours after it began
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_clock_that_was_ahead_and_is_set_back_keeps_nobody_in_and_nobody_out(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, _) = await trust.RegionAsync();
        var right = trust.Clock.GetUtcNow();
        trust.Clock.Advance(TimeSpan.FromDays(365));
        await trust.PersonAsync("Zoe Sample", "nurse", north); // from here on the record's time is a year ahead
        trust.Clock.Set(right);

        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var (resting, acting) = (await BeginAsync(trust, ana), await BeginAsync(trust, ana));
        Assert.NotNull(trust.Sessions.Look(resting));
        Assert.NotNull(trust.Sessions.Look(acting)); // whose beginning took nobody's away
        Assert.Null((await trust.Roles.TakeAsync(ana, "nurse", north, AccessScope.System, Cancel)).Refusal);
        Assert.Null(trust.Sessions.Look(acting));

        var bo = await BeginAsync(trust, await trust.PersonAsync("Bo Sample", "nurse", north));
        trust.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(trust.Sessions.Look(bo));
    }

    [Fact]
    public async Task Administrators_rest_for_a_quarter_of_an_hour_and_a_site_may_decide_otherwise()
    {
        using var trust = new TrustFixture(Engine.Sqlite, new SignInOptions { Roles = { ["nurse"] = new RoleLimits { IdleMinutes = 5 } } });
        var (_, north, _, _) = await trust.RegionAsync();
        var (kim, ana) = (await BeginAsync(trust, await trust.PersonAsync("Kim Sample", "administrator", north)), await BeginAsync(trust, await trust.PersonAsync("Ana Sample", "nurse", north)));

        trust.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((true, false), (trust.Sessions.Look(kim) is not null, trust.Sessions.Look(ana) is not null));
        trust.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(trust.Sessions.Look(kim));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task One_session_or_all_others_can_be_ended_from_elsewhere(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, _) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var actor = new Actor("Practitioner/" + ana, "Ana Sample");
        var secrets = new[] { await BeginAsync(trust, ana), await BeginAsync(trust, ana), await BeginAsync(trust, ana) };
        var ids = secrets.Select(secret => trust.Sessions.Look(secret)!.Session.Id).ToList();

        Assert.Equal(1, (await trust.Sessions.RevokeAsync(ana, ids[0], null, actor, Cancel)).Value);
        Assert.Equal(0, (await trust.Sessions.RevokeAsync("somebody-else", ids[1], null, actor, Cancel)).Value);
        Assert.Equal([false, true, true], secrets.Select(secret => trust.Sessions.Look(secret) is not null));
        Assert.Equal(1, (await trust.Sessions.RevokeAsync(ana, null, ids[2], actor, Cancel)).Value);
        Assert.Equal([ids[2]], trust.Sessions.Of(ana).Select(session => session.Id));
    }

    [Fact]
    public async Task A_person_is_asked_again_when_the_last_proof_is_a_quarter_of_an_hour_old()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var secret = await BeginAsync(trust, await trust.PersonAsync("Ana Sample", "nurse", north));

        Assert.True(trust.Sessions.IsConfirmed(trust.Sessions.Look(secret)!.Session));
        trust.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.False(trust.Sessions.IsConfirmed(trust.Sessions.Look(secret)!.Session));
        var session = trust.Sessions.Look(secret)!.Session.Id;
        var next = await trust.Sessions.ConfirmAsync(secret, SignInMeans.Passkey, Origin.None, Cancel);
        Assert.True(trust.Sessions.IsConfirmed(trust.Sessions.Look(next)!.Session));
        Assert.Equal(session, trust.Sessions.Look(next)!.Session.Id);
        Assert.Null(trust.Sessions.Look(secret)); // the secret from before opens nothing
    }

    [Fact]
    public async Task A_page_learns_how_long_its_session_lasts_and_asking_does_not_prolong_it()
    {
        await using var hub = await HubBrowser.StartAsync();
        var link = await hub.LinkOfAsync(new Person("ana", "Ana Testperson", "coordinator", null, []), reusable: true);
        using var browser = hub.NewBrowser();
        await browser.SendAsync(link, link + "/use");
        var (_, _, page) = await browser.OpenAsync("/account");
        Assert.Equal(12 * 3600, int.Parse(page.QuerySelector("tandem-session")!.GetAttribute("left")!, System.Globalization.CultureInfo.InvariantCulture));
        hub.Clock.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 2; i++)
        {
            using var ask = Asking();
            Assert.Equal("36000", await ask.Content.ReadAsStringAsync(Cancel));
        }

        hub.Clock.Advance(TimeSpan.FromHours(10));
        using var over = Asking();
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, over.StatusCode);

        HttpResponseMessage Asking()
        {
            using var handler = new HttpClientHandler { CookieContainer = browser.Cookies };
            using var client = new HttpClient(handler) { BaseAddress = new Uri(hub.Hub.Urls.First()) };
            return client.Send(new HttpRequestMessage(HttpMethod.Get, "/live/session"), Cancel);
        }
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge · Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile/15E148 Safari/604.1", "Safari · iPhone")]
    [InlineData("curl/8.0\u0007", "curl/8.0")]
    public void A_device_is_named_so_that_its_owner_knows_it(string userAgent, string expected) => Assert.Equal(expected, DeviceName.Tell(userAgent));

    private static async Task<string> BeginAsync(TrustFixture trust, string person) =>
        (await trust.Sessions.BeginAsync(person, SignInMeans.Passkey, Origin.None, Cancel)).Value;
}
