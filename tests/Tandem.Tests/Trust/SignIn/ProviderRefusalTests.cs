using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Actors;
using Tandem.Tests.Trust.Audit;
using Tandem.Trust.Audit;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Providers;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>What a provider, or somebody who plays one, must not get through with; and that a provider ends what it began.</summary>
public sealed class ProviderRefusalTests : IAsyncLifetime
{
    private HubBrowser hub = null!;
    private ScriptedProvider provider = null!;
    private string organization = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => hub.Clock.GetUtcNow().ToUnixTimeSeconds();

    public async ValueTask InitializeAsync()
    {
        hub = await HubBrowser.StartAsync();
        provider = await ScriptedProvider.StartAsync(Cancel);
        organization = (await SaveOrganization.HandleAsync(null, new OrganizationForm("Sample hospital", "hospital", "", ""), hub.Record, AccessScope.System, Cancel)).Value;
        var form = new ProviderForm(provider.Issuer, "hub", "a secret of a test", "email", "groups", "nurses=nurse", MakesAccounts: true);
        Assert.Null((await hub.Get<SaveProvider>().HandleAsync(organization, form, AccessScope.System, Cancel)).Refusal);
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task No_wrong_token_and_no_mixed_up_answer_lets_anybody_in()
    {
        var accepted = new List<string>();
        foreach (var (name, claims, signing, answer) in Attempts())
        {
            var where = await SignInAsync(claims, signing, answer);
            if (where != "/sign-in?refused=1")
                accepted.Add($"{name}: {where}");
            hub.Clock.Advance(TimeSpan.FromMinutes(2)); // the throttle is not what refuses
        }

        Assert.Empty(accepted);
        Assert.Equal("/", await SignInAsync([]));
    }

    [Fact]
    public async Task Where_an_organisation_asks_for_strength_a_token_has_to_tell_of_it()
    {
        var form = new ProviderForm(provider.Issuer, "hub", "", "email", "groups", "nurses=nurse", MakesAccounts: true, " urn:sample:strong  mfa ");
        Assert.Null((await hub.Get<SaveProvider>().HandleAsync(organization, form, AccessScope.System, Cancel)).Refusal);
        foreach (var (claims, where) in new ((string, object?)[], string)[]
        {
            ([], "/sign-in?refused=1"), ([("amr", new[] { "pwd" })], "/sign-in?refused=1"), ([("acr", "0")], "/sign-in?refused=1"), ([("acr", "urn:sample:strong mfa")], "/sign-in?refused=1"),
            ([("amr", new[] { "pwd", "mfa" })], "/"), ([("acr", "urn:sample:strong")], "/"),
        })
        {
            Assert.Equal(where, await SignInAsync(claims));
            hub.Clock.Advance(TimeSpan.FromMinutes(2)); // the throttle is not what refuses
        }
    }

    [Fact]
    public async Task A_key_of_2048_bits_lets_in_where_an_administrator_accepted_it_for_this_provider_and_only_there()
    {
        Assert.Equal("/sign-in?refused=key", await SignInAsync([], "small"));
        Assert.Contains("a key that is shorter than this hub takes", await TextAsync("/sign-in?refused=key"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await LogoutAsync(provider.Sign(LogoutClaims(), "small")));

        await SaveAsync(takesShortKeys: true);
        Assert.Equal("/", await SignInAsync([], "small"));
        Assert.NotEqual("/", await SignInAsync([], "smallest"));
        Assert.Equal(HttpStatusCode.OK, await LogoutAsync(provider.Sign(LogoutClaims(), "small")));
        Assert.Equal(
            [$"identity provider of {organization}", $"identity provider of {organization}, RSA keys from 2048 bits accepted", "provider: key too short"],
            hub.Record.Database.Read(session => session.Query("SELECT DISTINCT how FROM signin_events WHERE act IN ('ProvisioningChanged', 'Refused') AND how <> 'provider: Unauthenticated' ORDER BY how", row => row.Text(0))));

        var since = hub.Get<ProviderSignIn>().Find(organization)!.ShortKeysSince;
        hub.Clock.Advance(TimeSpan.FromMinutes(2)); // the throttle is not what refuses
        await SaveAsync(takesShortKeys: true);
        Assert.Equal(since, hub.Get<ProviderSignIn>().Find(organization)!.ShortKeysSince);
        await SaveAsync(takesShortKeys: false);
        Assert.Equal("/sign-in?refused=key", await SignInAsync([], "small"));
        Assert.Equal("/", await SignInAsync([]));
    }

    [Fact]
    public async Task A_provider_ends_the_sessions_that_it_began_and_nobody_else_can()
    {
        Assert.Equal("/", await SignInAsync([]));
        var ana = FindPeople.ByLogin(hub.Record, "ana@sample.example")!;
        IReadOnlyDictionary<string, object?> Claims(params (string Name, object? Value)[] changed) => LogoutClaims(changed);
        foreach (var (name, token) in new (string, string)[]
        {
            ("signed by a stranger", provider.Sign(Claims(), "stranger")), ("not signed", provider.Sign(Claims(), "none")), ("for another", provider.Sign(Claims(("aud", "other")))),
            ("from another", provider.Sign(Claims(("iss", "https://other.example")))), ("too old", provider.Sign(Claims(("iat", Now - 3600)))), ("over", provider.Sign(Claims(("exp", Now - 600)))),
            ("with a nonce", provider.Sign(Claims(("nonce", "n")))), ("of no subject", provider.Sign(Claims(("sub", null)))), ("without its event", provider.Sign(Claims(("events", null)))),
            ("of another event", provider.Sign(Claims(("events", new Dictionary<string, object> { ["x"] = new Dictionary<string, object>() })))), ("without an id", provider.Sign(Claims(("jti", null)))),
            ("that is no token", "abc"), ("that is an ID token", provider.Sign(Id([], "nonce"))),
        })
            Assert.Equal((name, HttpStatusCode.BadRequest), (name, await LogoutAsync(token)));
        Assert.Single(hub.Get<Sessions>().Of(ana.Id));
        Assert.Equal(HttpStatusCode.OK, await LogoutAsync(provider.Sign(Claims(("sub", "nobody")))));
        Assert.Single(hub.Get<Sessions>().Of(ana.Id));

        Assert.Equal(HttpStatusCode.OK, await LogoutAsync(provider.Sign(Claims(), type: "logout+jwt")));
        Assert.Empty(hub.Get<Sessions>().Of(ana.Id));
    }

    [Fact]
    public async Task A_provider_ends_what_it_began_also_while_the_audit_cannot_be_written()
    {
        Assert.Equal("/", await SignInAsync([]));
        var ana = FindPeople.ByLogin(hub.Record, "ana@sample.example")!;
        Assert.Single(hub.Get<Sessions>().Of(ana.Id));
        var full = new FullAudit(hub.Get<AuditStore>());
        using var stranger = new HttpClient { BaseAddress = new Uri(hub.Hub.Urls.First()) };
        await full.BeginAsync(() => stranger.GetAsync(new Uri("/fhir/Patient/x", UriKind.Relative), Cancel));
        using (var refused = await stranger.PostAsync(new Uri("/fhir/Patient", UriKind.Relative), null, Cancel))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        await LogoutAsync(provider.Sign(LogoutClaims()));
        full.End();

        Assert.Empty(hub.Get<Sessions>().Of(ana.Id));
    }

    private IEnumerable<(string Name, (string, object?)[] Claims, string Signing, Func<Dictionary<string, string?>, Dictionary<string, string?>>? Answer)> Attempts()
    {
        yield return ("another issuer", [("iss", "https://other.example")], "right", null);
        yield return ("no issuer", [("iss", null)], "right", null);
        yield return ("another audience", [("aud", "other")], "right", null);
        yield return ("several audiences without azp", [("aud", new[] { "hub", "other" })], "right", null);
        yield return ("several audiences, azp of another", [("aud", new[] { "hub", "other" }), ("azp", "other")], "right", null);
        yield return ("no audience", [("aud", null)], "right", null);
        yield return ("another nonce", [("nonce", "something else")], "right", null);
        yield return ("no nonce", [("nonce", null)], "right", null);
        yield return ("over", [("exp", Now - 600)], "right", null);
        yield return ("no end", [("exp", null)], "right", null);
        yield return ("not yet", [("nbf", Now + 3600)], "right", null);
        yield return ("no subject", [("sub", null)], "right", null);
        yield return ("an unverified address", [("email_verified", false)], "right", null);
        yield return ("no mapped role", [("groups", new[] { "others" })], "right", null);
        yield return ("not signed", [], "none", null);
        yield return ("signed with the public key as a secret", [], "secret", null);
        yield return ("another key of the same name", [], "stranger", null);
        yield return ("a key of another name", [], "unnamed", null);
        yield return ("another state", [], "right", query => With(query, ("state", "other")));
        yield return ("no state", [], "right", query => With(query, ("state", null)));
        yield return ("no code", [], "right", query => With(query, ("code", null)));
        yield return ("an answer of another provider", [], "right", query => With(query, ("iss", "https://other.example")));
        yield return ("an answer that does not say whose", [], "right", query => With(query, ("iss", null)));
        yield return ("an error", [], "right", query => With(query, ("code", null), ("error", "access_denied")));
    }

    /// <summary>Begins a sign-in, answers it, and gives where the hub leads.</summary>
    private async Task<string?> SignInAsync((string, object?)[] claims, string signing = "right", Func<Dictionary<string, string?>, Dictionary<string, string?>>? answer = null)
    {
        using var browser = hub.NewBrowser();
        var asked = QueryHelpers.ParseQuery(new Uri((await browser.OpenAsync("/sign-in/with/" + organization)).Location!).Query);
        provider.Token = provider.Sign(Id(claims, asked["nonce"].ToString()), signing);
        var query = new Dictionary<string, string?> { ["code"] = "a-code", ["state"] = asked["state"].ToString(), ["iss"] = provider.Issuer };
        return (await browser.OpenAsync(QueryHelpers.AddQueryString("/sign-in/answer", answer?.Invoke(query) ?? query))).Location;
    }

    private IReadOnlyDictionary<string, object?> Id((string, object?)[] changed, string nonce) => With(new Dictionary<string, object?>
    {
        ["iss"] = provider.Issuer, ["aud"] = "hub", ["sub"] = "ana", ["iat"] = Now, ["exp"] = Now + 300, ["nonce"] = nonce, ["email"] = "ana@sample.example", ["email_verified"] = true,
        ["name"] = "Ana Sample", ["groups"] = new[] { "nurses" },
    }, changed);

    private IReadOnlyDictionary<string, object?> LogoutClaims(params (string Name, object? Value)[] changed) => With(new Dictionary<string, object?>
    {
        ["iss"] = provider.Issuer, ["aud"] = "hub", ["iat"] = Now, ["exp"] = Now + 120, ["jti"] = "j1", ["sub"] = "ana",
        ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
    }, changed);

    private async Task SaveAsync(bool takesShortKeys)
    {
        var form = new ProviderForm(provider.Issuer, "hub", "", "email", "groups", "nurses=nurse", MakesAccounts: true, TakesShortKeys: takesShortKeys);
        Assert.Null((await hub.Get<SaveProvider>().HandleAsync(organization, form, AccessScope.System, Cancel)).Refusal);
    }

    private async Task<string> TextAsync(string path)
    {
        using var browser = hub.NewBrowser();
        return (await browser.OpenAsync(path)).Page.QuerySelector("main")!.TextContent;
    }

    private static Dictionary<string, T?> With<T>(Dictionary<string, T?> all, params (string Name, T? Value)[] changed)
    {
        foreach (var (name, value) in changed)
            all[name] = value;
        return all;
    }

    private async Task<HttpStatusCode> LogoutAsync(string token)
    {
        using var client = new HttpClient { BaseAddress = new Uri(hub.Hub.Urls.First()) };
        using var form = new FormUrlEncodedContent([new("logout_token", token)]);
        using var reply = await client.PostAsync(new Uri("/provider-logout", UriKind.Relative), form, Cancel);
        return reply.StatusCode;
    }
}
