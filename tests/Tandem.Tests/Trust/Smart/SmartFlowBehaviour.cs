using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>How apps get what people allow them, and lose it again.</summary>
public abstract class SmartFlowBehaviour(Engine engine) : IAsyncLifetime
{
    private SmartHub hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => hub = await SmartHub.StartAsync(engine);

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_standalone_launch_gives_tokens_patient_and_who_signed_in()
    {
        var tokens = await hub.TokensAsync();

        Assert.Equal("pia", tokens.GetProperty("patient").GetString());
        Assert.Equal(("Bearer", 3600), (tokens.GetProperty("token_type").GetString(), tokens.GetProperty("expires_in").GetInt32()));
        Assert.Equal(SmartHub.Scopes, tokens.GetProperty("scope").GetString());
        var id = await VerifiedAsync(tokens.GetProperty("id_token").GetString()!);
        Assert.Equal(("nonce-1", hub.Public.Id, hub.Fhir + "/Practitioner/ana"), (id.GetClaim("nonce").Value, id.Audiences.Single(), id.GetClaim("fhirUser").Value));
        Assert.DoesNotContain("Testperson", Base64UrlEncoder.Decode(id.EncodedPayload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_brings_state_and_issuer_back_and_so_does_a_refusal()
    {
        var allowed = QueryHelpers.ParseQuery((await hub.AllowAsync(hub.Request())).Query);
        var denied = QueryHelpers.ParseQuery((await hub.AllowAsync(hub.Request(), patient: null, decision: "deny")).Query);

        Assert.Equal(("state-0123456789", hub.Address), (allowed["state"].ToString(), allowed["iss"].ToString()));
        Assert.Equal(("access_denied", "state-0123456789", hub.Address), (denied["error"].ToString(), denied["state"].ToString(), denied["iss"].ToString()));
        Assert.False(denied.ContainsKey("code"));
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_signs_in_first_and_comes_back_to_the_question()
    {
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(hub.Address) };
        stranger.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var begun = await hub.AskAsync(hub.Request(), stranger);
        using var turnedAway = await hub.AskAsync(begun.Headers.Location!.OriginalString, stranger);
        Assert.Equal("/sign-in", turnedAway.Headers.Location!.OriginalString);
        var link = await hub.Get<SignInLinks>().NewStandingPathAsync("ana", TimeSpan.FromHours(1), Cancel);
        using var signedIn = await hub.PostFormAsync(stranger, link, link + "/use", []);

        Assert.Equal(begun.Headers.Location!.OriginalString, signedIn.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_page_names_app_data_and_duration_and_lets_forms_lead_to_the_app_alone()
    {
        using var begun = await hub.AskAsync(hub.Request());
        using var reply = await hub.AskAsync(begun.Headers.Location!.OriginalString);
        var text = await reply.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("Connect Sample viewer?", text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.example.org;", reply.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("Sampleton", begun.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_person_takes_away_is_not_granted()
    {
        var request = hub.Request();
        request["scope"] = "launch/patient patient/Patient.rs patient/Observation.rs?category=laboratory";
        var code = QueryHelpers.ParseQuery((await hub.AllowAsync(request, ticked: text => text.Contains("Patient.rs", StringComparison.Ordinal))).Query)["code"].ToString();

        var tokens = (await hub.TokenAsync(hub.Exchange(code))).Json;

        Assert.Equal("launch/patient patient/Patient.rs", tokens.GetProperty("scope").GetString());
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
        Assert.False(tokens.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task A_launch_of_the_hub_brings_its_patient_and_context_and_is_of_one_person()
    {
        var request = hub.Request();
        (request["scope"], request["launch"]) = ("launch patient/*.rs", hub.Get<SealedRequests>().Seal(
            new LaunchContext(hub.Public.Id, "Practitioner/ana", "tom") { Encounter = "stay-1", Context = ["Task/loop-1"] }));
        var tokens = (await hub.TokenAsync(hub.Exchange(QueryHelpers.ParseQuery((await hub.AllowAsync(request, patient: null)).Query)["code"].ToString()))).Json;

        Assert.Equal(("tom", "stay-1"), (tokens.GetProperty("patient").GetString(), tokens.GetProperty("encounter").GetString()));
        Assert.Equal("Task/loop-1", tokens.GetProperty("fhirContext")[0].GetProperty("reference").GetString());

        using var ben = await hub.BrowserOfAsync(new Person("ben", "Ben Testperson", "coordinator", null, []));
        using var begun = await hub.AskAsync(request, ben);
        using var page = await hub.AskAsync(begun.Headers.Location!.OriginalString, ben);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Fact]
    public async Task The_hub_opens_an_app_for_a_patient_whom_the_person_may_see()
    {
        Assert.Contains($"/apps/{hub.Public.Id}/launch?patient=tom", (await hub.PageAsync("/patients/tom")).QuerySelector("#apps a")!.GetAttribute("href")!, StringComparison.Ordinal);
        using var opened = await hub.AskAsync($"/apps/{hub.Public.Id}/launch?patient=tom");
        var handed = QueryHelpers.ParseQuery(opened.Headers.Location!.Query);
        Assert.Equal(("https://app.example.org/launch", hub.Fhir), (opened.Headers.Location.GetLeftPart(UriPartial.Path), handed["iss"].ToString()));
        var request = hub.Request();
        (request["scope"], request["launch"]) = ("launch patient/*.rs", handed["launch"].ToString());
        var code = QueryHelpers.ParseQuery((await hub.AllowAsync(request, patient: null)).Query)["code"].ToString();
        Assert.Equal("tom", (await hub.TokenAsync(hub.Exchange(code))).Json.GetProperty("patient").GetString());

        foreach (var path in new[] { $"/apps/{hub.Public.Id}/launch?patient=nobody", $"/apps/{hub.OtherPublic.Id}/launch?patient=tom", "/apps/nobody/launch?patient=tom" })
        {
            using var refused = await hub.AskAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Disconnecting_an_app_works_with_its_next_request()
    {
        var tokens = await hub.TokensAsync();
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);

        var page = await hub.PageAsync("/connected-apps");
        var form = page.QuerySelector("form[action$=disconnect]")!.GetAttribute("action")!;
        using var gone = await hub.PostPageAsync("/connected-apps", form, []);

        Assert.Equal(HttpStatusCode.Redirect, gone.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
        Assert.Equal("invalid_grant", (await hub.TokenAsync(TokenAttempts.Refresh(hub, tokens.GetProperty("refresh_token").GetString()!))).Error);
        Assert.DoesNotContain("Sample viewer", (await hub.PageAsync("/connected-apps")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taking_back_one_thing_works_with_the_next_request_and_leaves_the_rest()
    {
        var request = hub.Request();
        request["scope"] = "launch/patient patient/Patient.rs patient/Observation.rs offline_access";
        var tokens = await hub.TokensAsync(request);
        var access = tokens.GetProperty("access_token").GetString()!;
        var kept = hub.Get<AccessTokens>().ScopeOf(hub.Get<AccessTokens>().Find(access)!)!;
        Assert.Equal(HttpStatusCode.OK, (await hub.GetAsync("/fhir/Observation?patient=pia", access)).Status);
        Assert.True(hub.Get<IScopeRenewal>().Renew(kept).May(Interactions.Search, "Observation"));

        await TakeBackAsync("patient/Observation.rs");

        Assert.Equal(HttpStatusCode.OK, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.GetAsync("/fhir/Observation?patient=pia", access)).Status);
        Assert.False(hub.Get<IScopeRenewal>().Renew(kept).May(Interactions.Search, "Observation")); // what was kept for later, such as a subscription
        var refresh = TokenAttempts.Refresh(hub, tokens.GetProperty("refresh_token").GetString()!);
        Assert.Equal("invalid_scope", (await hub.TokenAsync(new(refresh) { ["scope"] = "patient/Observation.rs" })).Error);
        var renewed = (await hub.TokenAsync(refresh)).Json;
        Assert.DoesNotContain("Observation", renewed.GetProperty("scope").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.GetAsync("/fhir/Observation?patient=pia", renewed.GetProperty("access_token").GetString()!)).Status);

        await TakeBackAsync("patient/Patient.rs"); // the last
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
    }

    [Fact]
    public async Task Nobody_takes_back_what_others_allowed()
    {
        var access = (await hub.TokensAsync()).GetProperty("access_token").GetString()!;
        var grant = hub.Get<AccessTokens>().Find(access)!.Grant;

        var outcome = await NarrowApp.HandleAsync(grant.Id, "patient/*.rs", new AccessScope(new Actor("Practitioner/ben", "Ben"), null, "coordinator", "TREAT", Reach.Everyone), hub.Get<RecordStore>(), Cancel);

        Assert.Equal(RefusalKind.NotFound, outcome.Refusal!.Kind);
        Assert.Equal(HttpStatusCode.OK, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
    }

    private async Task TakeBackAsync(string scope)
    {
        var form = (await hub.PageAsync("/connected-apps")).QuerySelectorAll("form[action$=narrow]").Single(one => one.QuerySelector("input[name=scope]")!.GetAttribute("value") == scope);
        using var gone = await hub.PostPageAsync("/connected-apps", form.GetAttribute("action")!, [new("scope", scope)]);
        Assert.Equal(HttpStatusCode.Redirect, gone.StatusCode);
    }

    [Fact]
    public async Task Nobody_disconnects_the_apps_of_others()
    {
        var access = (await hub.TokensAsync()).GetProperty("access_token").GetString()!;
        var grant = hub.Get<AccessTokens>().Find(access)!.Grant;

        var outcome = await DisconnectApp.HandleAsync(grant.Id, new AccessScope(new Actor("Practitioner/ben", "Ben"), null, "coordinator", "TREAT", Reach.Everyone), hub.Get<RecordStore>(), Cancel);

        Assert.Equal(RefusalKind.NotFound, outcome.Refusal!.Kind);
        Assert.Equal(HttpStatusCode.OK, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
    }

    [Fact]
    public async Task A_disabled_app_and_a_person_who_left_end_the_access_at_once()
    {
        var access = (await hub.TokensAsync()).GetProperty("access_token").GetString()!;
        await DecideClient.HandleAsync(hub.Public.Id, new ClientDecision("disabled"), AccessScope.System, hub.Get<RecordStore>(), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);

        var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
        var other = (await hub.TokenAsync(form, hub.Basic())).Json.GetProperty("access_token").GetString()!;
        await hub.Get<RecordStore>().WriteAsync<bool>(AccessScope.System, Leave, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", other)).Status);

        static Outcome<bool> Leave(WriteSession session)
        {
            (SmartHub.Ana with { Active = false }).Write(session);
            return true;
        }
    }

    [Fact]
    public async Task Online_access_ends_with_the_session()
    {
        var request = hub.Request();
        request["scope"] = "launch/patient patient/*.rs online_access";
        var tokens = await hub.TokensAsync(request);
        var renewed = await hub.TokenAsync(TokenAttempts.Refresh(hub, tokens.GetProperty("refresh_token").GetString()!));
        Assert.Equal(HttpStatusCode.OK, renewed.Status);
        var access = renewed.Json.GetProperty("access_token").GetString()!;
        var kept = hub.Get<AccessTokens>().ScopeOf(hub.Get<AccessTokens>().Find(access)!)!;
        Assert.NotEqual(Reach.NoOne, hub.Get<IScopeRenewal>().Renew(kept).Reach);

        using var out_ = await hub.PostPageAsync("/connected-apps", "/sign-out", []);

        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
        Assert.Equal(Reach.NoOne, hub.Get<IScopeRenewal>().Renew(kept).Reach); // what it asked for goes to nobody
        Assert.Equal("invalid_grant", (await hub.TokenAsync(TokenAttempts.Refresh(hub, renewed.Json.GetProperty("refresh_token").GetString()!))).Error);
    }

    [Fact]
    public async Task A_token_that_works_is_told_of_to_its_own_app()
    {
        var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
        var access = (await hub.TokenAsync(form, hub.Basic())).Json.GetProperty("access_token").GetString()!;

        var told = (await hub.PostAsync("/oauth/introspect", new() { ["token"] = access }, hub.Basic())).Json;

        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal((SmartHub.Scopes, "pia", hub.Confidential.Id), (told.GetProperty("scope").GetString(), told.GetProperty("patient").GetString(), told.GetProperty("client_id").GetString()));
    }

    [Fact]
    public async Task A_registration_waits_until_an_administrator_approves_it()
    {
        var registered = (await RegistrationAttempts.RegisterAsync(hub, RegistrationAttempts.Metadata.ToJsonString())).Json;
        var id = registered.GetProperty("client_id").GetString()!;
        var manage = registered.GetProperty("registration_access_token").GetString()!;
        Assert.Equal("pending", (await hub.GetAsync("/oauth/register/" + id, manage)).Json.GetProperty("registration_status").GetString());

        using var kim = await hub.BrowserOfAsync(new Person("kim", "Kim Testperson", "administrator", null, []));
        Assert.Contains("New app", (await hub.PageAsync("/apps", kim)).Body!.TextContent, StringComparison.Ordinal);
        using var decided = await hub.PostPageAsync("/apps/" + id, $"/apps/{id}/decide", [new("decision", "approved")], kim);

        Assert.Equal(HttpStatusCode.Redirect, decided.StatusCode);
        Assert.Equal("approved", (await hub.GetAsync("/oauth/register/" + id, manage)).Json.GetProperty("registration_status").GetString());
        using var coordinator = await hub.AskAsync("/apps/" + id);
        Assert.Equal(HttpStatusCode.NotFound, coordinator.StatusCode);
        using var tried = await hub.PostPageAsync("/connected-apps", $"/apps/{id}/decide", [new("decision", "disabled")]);
        Assert.NotEqual(HttpStatusCode.Redirect, tried.StatusCode);
    }

    [Fact]
    public async Task An_administrator_registers_an_app_by_page_and_sees_its_secret_once()
    {
        using var kim = await hub.BrowserOfAsync(new Person("kim", "Kim Testperson", "administrator", null, []));
        using var reply = await hub.PostPageAsync("/apps/register", "/apps/register",
        [
            new("_handler", "app"), new("name", "Paper app"), new("kind", "people"), new("method", "client_secret_basic"), new("redirects", "https://paper.example.org/cb"),
            new("scope", "launch/patient patient/*.rs"),
        ], kim);
        var text = await reply.Content.ReadAsStringAsync(Cancel);

        var client = hub.Get<RecordStore>().Database.Read(session => session.Query(SmartClient.ReadApproved, SmartClient.Read)).Single(one => one.Name == "Paper app");
        Assert.Contains(client.Id, text, StringComparison.Ordinal);
        Assert.Equal("Practitioner/kim", client.DecidedBy);
    }

    [Fact]
    public async Task Keys_rotate_and_the_ones_before_stay_published_as_long_as_they_are_needed()
    {
        var keys = hub.Get<SigningKeys>();
        var first = (await keys.CurrentAsync(Cancel)).KeyId;
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await keys.RotateAsync(Actor.Hub, Cancel);
        Assert.Equal(first, (await keys.CurrentAsync(Cancel)).KeyId);
        hub.Clock.Advance(TimeSpan.FromMinutes(16));
        var second = (await keys.CurrentAsync(Cancel)).KeyId;
        Assert.NotEqual(first, second);
        Assert.Equal([first, second], (await keys.PublishedAsync(Cancel)).Select(key => key.Kid).Order());

        hub.Clock.Advance(TimeSpan.FromDays(91));
        var third = (await keys.PublishedAsync(Cancel)).Select(key => key.Kid).ToList();
        Assert.DoesNotContain(first, third);
        Assert.Contains(second, third);
        var kept = hub.Get<RecordStore>().Database.Read(session => session.Query("SELECT sealed FROM smart_keys", row => row.Text(0)));
        Assert.All(kept, text => Assert.StartsWith("CfDJ8", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_token_code_or_secret_lies_in_the_database()
    {
        var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
        var tokens = (await hub.TokenAsync(form, hub.Basic())).Json;
        string[] secrets = [hub.Secret, form["code"], tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!];

        foreach (var (table, column) in new[] { ("smart_clients", "secret_hash"), ("smart_clients", "manage_hash"), ("smart_codes", "code_hash"), ("smart_tokens", "token_hash"), ("smart_clients", "metadata") })
        {
            var kept = hub.Get<RecordStore>().Database.Read(session => session.Query($"SELECT {column} FROM {table} WHERE {column} IS NOT NULL", row => row.Text(0)));
            Assert.NotEmpty(kept);
            Assert.DoesNotContain(kept, text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Browsers_of_approved_apps_may_call_and_others_may_not()
    {
        var app = await hub.SendAsync(HttpMethod.Options, "/fhir/Patient", null, null, ("Origin", "https://app.example.org"), ("Access-Control-Request-Method", "GET"));
        var stranger = await hub.SendAsync(HttpMethod.Options, "/fhir/Patient", null, null, ("Origin", "https://evil.example.net"), ("Access-Control-Request-Method", "GET"));
        var document = await hub.SendAsync(HttpMethod.Get, "/fhir/.well-known/smart-configuration", null, null, ("Origin", "https://evil.example.net"));

        Assert.Equal("https://app.example.org", app.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(app.Headers.Contains("Access-Control-Allow-Credentials"));
        var may = app.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ");
        Assert.Superset(new HashSet<string> { "Authorization", "Last-Event-ID", "Content-Encoding" }, may.ToHashSet()); // a stream is resumed, and a body compressed
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("*", document.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var shown = await hub.SendAsync(HttpMethod.Get, "/fhir/metadata", null, null, ("Origin", "https://app.example.org"));
        Assert.Equal(["Origin", "Accept", "Accept-Encoding"], shown.Headers.Vary); // Fetch standard, "CORS protocol and HTTP caches"
    }

    [Fact]
    public async Task Discovery_tells_what_there_is_under_one_address()
    {
        var smart = (await hub.GetAsync("/fhir/.well-known/smart-configuration")).Json;
        var forged = (await hub.SendAsync(HttpMethod.Get, "/.well-known/openid-configuration", null, null, ("Host", "evil.example.net"))).Json;

        foreach (var document in new[] { "/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration", "/oauth/jwks" })
            Assert.Equal(HttpStatusCode.OK, (await hub.SendAsync(HttpMethod.Head, document, null, null)).Status); // RFC 9110, 9.1
        Assert.Equal(hub.Address, smart.GetProperty("issuer").GetString());
        Assert.Equal(hub.Address, forged.GetProperty("issuer").GetString());
        Assert.Equal(["S256"], smart.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(one => one.GetString()));
        foreach (var endpoint in new[] { "token_endpoint", "introspection_endpoint", "revocation_endpoint", "registration_endpoint" })
        {
            var answer = await hub.PostAsync(new Uri(smart.GetProperty(endpoint).GetString()!).AbsolutePath, new() { ["x"] = "y" });
            Assert.NotNull(answer.Error);
        }

        var uris = (await hub.GetAsync("/fhir/metadata")).Json.GetProperty("rest")[0].GetProperty("security").GetProperty("extension")[0].GetProperty("extension").EnumerateArray().Select(one => one.GetProperty("valueUri").GetString());
        Assert.Equal(new[] { "authorization", "token", "registration", "management", "introspection", "revocation" }.Select(name => smart.GetProperty(name + "_endpoint").GetString()), uris); // SMART 1
        var tokens = (await hub.TokenAsync(hub.Exchange(await hub.CodeAsync()))).Json;
        var style = await hub.SendAsync(HttpMethod.Get, new Uri(tokens.GetProperty("smart_style_url").GetString()!).AbsolutePath, null, null, ("Origin", "https://evil.example.net"));
        Assert.Equal(("*", "#14202a"), (style.Headers.GetValues("Access-Control-Allow-Origin").Single(), style.Json.GetProperty("color_text").GetString()));
        Assert.Contains("context-style", smart.GetProperty("capabilities").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task A_code_is_worth_one_token_however_many_ask_at_once()
    {
        var form = hub.Exchange(await hub.CodeAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => hub.TokenAsync(form)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    private async Task<JsonWebToken> VerifiedAsync(string token)
    {
        var keys = new JsonWebKeySet((await hub.GetAsync("/oauth/jwks")).Text);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = hub.Address, ValidAudience = hub.Public.Id, IssuerSigningKeys = keys.Keys, ValidAlgorithms = ["RS256"], ValidateLifetime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }
}

public sealed class SmartFlowOnSqlite() : SmartFlowBehaviour(Engine.Sqlite);

public sealed class SmartFlowOnPostgres() : SmartFlowBehaviour(Engine.Postgres);
