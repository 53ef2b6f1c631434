using System.Net;
using System.Text;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Codes, refresh tokens and secrets in the wrong hands or the wrong way.</summary>
internal static class TokenAttempts
{
    private static readonly (string Name, Action<Dictionary<string, string>, SmartHub> Change)[] OfCode =
    [
        ("no code", (form, _) => form.Remove("code")),
        ("an invented code", (form, _) => form["code"] = "invented-code-invented-code-invented-code-12"),
        ("no redirect_uri", (form, _) => form.Remove("redirect_uri")),
        ("the app's other redirect_uri", (form, _) => form["redirect_uri"] = SmartHub.Redirect + "/two"),
        ("a foreign redirect_uri", (form, _) => form["redirect_uri"] = "https://evil.example.net/callback"),
        ("no code_verifier", (form, _) => form.Remove("code_verifier")),
        ("another code_verifier", (form, _) => form["code_verifier"] = SmartHub.Verifier[..42] + "X"),
        ("the challenge as verifier", (form, _) => form["code_verifier"] = ExchangeCode.ChallengeOf(SmartHub.Verifier)),
        ("a short code_verifier", (form, _) => form["code_verifier"] = "short"),
        ("a long code_verifier", (form, _) => form["code_verifier"] = new string('a', 129)),
        ("a code_verifier with a space", (form, _) => form["code_verifier"] = SmartHub.Verifier[..42] + " "),
        ("no client_id", (form, _) => form.Remove("client_id")),
        ("an unknown client_id", (form, _) => form["client_id"] = "nobody"),
        ("another app's client_id", (form, hub) => form["client_id"] = hub.OtherPublic.Id),
        ("a confidential app without its secret", (form, hub) => form["client_id"] = hub.Confidential.Id),
        ("a keyed app without its key", (form, hub) => form["client_id"] = hub.Keyed.Id),
        ("no grant_type", (form, _) => form.Remove("grant_type")),
        ("grant_type password", (form, _) => form["grant_type"] = "password"),
        ("grant_type implicit", (form, _) => form["grant_type"] = "implicit"),
        ("grant_type client_credentials of an app for people", (form, _) => form["grant_type"] = "client_credentials"),
        ("grant_type device_code", (form, _) => form["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code"),
        ("grant_type in capitals", (form, _) => form["grant_type"] = "Authorization_Code"),
        ("a secret in the body", (form, _) => form["client_secret"] = "secret"),
    ];

    private static readonly (string Name, Func<SmartHub, string> Header)[] OfSecret =
    [
        ("a wrong secret", hub => hub.Basic("wrong")),
        ("an empty secret", hub => hub.Basic("")),
        ("the secret of nobody", hub => hub.Basic(id: "nobody")),
        ("the secret with another app's id", hub => hub.Basic(id: hub.Public.Id)),
        ("the hash of the secret", hub => hub.Basic(Tandem.Trust.Tokens.Hash(hub.Secret))),
        ("no base64", _ => "Basic not-base64!"),
        ("no colon", _ => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("nothing"))),
        ("another scheme", hub => "Digest " + hub.Basic()[6..]),
        ("a scheme alone", _ => "Basic"),
    ];

    internal static IEnumerable<OAuthAttempt> All =>
    [
        .. OfCode.Select(one => new OAuthAttempt("code: " + one.Name, async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync());
            one.Change(form, hub);
            return OAuthAttempt.Refused(await hub.TokenAsync(form));
        })),
        .. OfSecret.Select(one => new OAuthAttempt("secret: " + one.Name, async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
            form.Remove("client_id");
            return OAuthAttempt.Refused(await hub.TokenAsync(form, one.Header(hub)), "invalid_client");
        })),
        new("secret: the right one with another client_id", async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
            form["client_id"] = hub.Public.Id;
            return OAuthAttempt.Refused(await hub.TokenAsync(form, hub.Basic()), "invalid_client");
        }),
        new("code: twice", async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync());
            var first = (await hub.TokenAsync(form)).Json.GetProperty("access_token").GetString();
            var second = OAuthAttempt.Refused(await hub.TokenAsync(form), "invalid_grant");
            return second ?? ((await hub.GetAsync("/fhir/Patient/pia", first)).Status == HttpStatusCode.Unauthorized ? null : "the first token still works");
        }),
        new("code: right after a wrong verifier", async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync());
            await hub.TokenAsync(new(form) { ["code_verifier"] = SmartHub.Verifier[..42] + "X" });
            return OAuthAttempt.Refused(await hub.TokenAsync(form), "invalid_grant");
        }),
        new("code: too late", async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync());
            await hub.PassAsync(TimeSpan.FromSeconds(61));
            return OAuthAttempt.Refused(await hub.TokenAsync(form), "invalid_grant");
        }),
        new("code: by the other app, that is otherwise right", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.Exchange(await hub.CodeAsync())) { ["client_id"] = hub.OtherPublic.Id }), "invalid_grant")),
        new("code: as a refresh token", async hub => OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, await hub.CodeAsync())), "invalid_grant")),
        new("code: as an access token", async hub =>
            (await hub.GetAsync("/fhir/Patient/pia", await hub.CodeAsync())).Status == HttpStatusCode.Unauthorized ? null : "accepted"),
        new("token: parameters in the address", async hub =>
        {
            using var form = new FormUrlEncodedContent(hub.Exchange(await hub.CodeAsync()));
            return OAuthAttempt.Refused(await hub.SendAsync(HttpMethod.Post, "/oauth/token?client_id=" + hub.Public.Id, form), "invalid_request");
        }),
        new("token: a body without end", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.Exchange(await hub.CodeAsync())) { ["more"] = new string('x', 70_000) }), "invalid_request")),
        new("token: by GET", async hub => (await hub.GetAsync("/oauth/token")).Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound ? null : "answered"),
        new("token: a body of JSON", async hub =>
        {
            using var body = new StringContent("""{"grant_type":"authorization_code"}""", Encoding.UTF8, "application/json");
            return OAuthAttempt.Refused(await hub.SendAsync(HttpMethod.Post, "/oauth/token", body), "invalid_request");
        }),
        new("token: a body of parts", async hub =>
        {
            using var body = new MultipartFormDataContent { { new StringContent("authorization_code"), "grant_type" } };
            return OAuthAttempt.Refused(await hub.SendAsync(HttpMethod.Post, "/oauth/token", body), "invalid_request");
        }),
        new("token: a parameter twice", async hub =>
        {
            var code = await hub.CodeAsync();
            using var body = new FormUrlEncodedContent([.. hub.Exchange(code), new("code", code)]);
            return OAuthAttempt.Refused(await hub.SendAsync(HttpMethod.Post, "/oauth/token", body), "invalid_request");
        }),
        .. OfRefresh,
    ];

    private static IEnumerable<OAuthAttempt> OfRefresh =>
    [
        new("refresh: an invented token", async hub => OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, "invented")), "invalid_grant")),
        new("refresh: no token", async hub => OAuthAttempt.Refused(await hub.TokenAsync(new(Refresh(hub, "x")) { ["refresh_token"] = "" }), "invalid_request")),
        new("refresh: an access token", async hub => OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, Text(await hub.TokensAsync(), "access_token"))), "invalid_grant")),
        new("refresh: of an app with a secret, by nobody", async hub =>
        {
            var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
            var refresh = Text((await hub.TokenAsync(form, hub.Basic())).Json, "refresh_token");
            return OAuthAttempt.Refused(await hub.TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh }), "invalid_client");
        }),
        new("refresh: by another app", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(Refresh(hub, Text(await hub.TokensAsync(), "refresh_token"))) { ["client_id"] = hub.OtherPublic.Id }), "invalid_grant")),
        new("refresh: more than was granted", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(Refresh(hub, Text(await hub.TokensAsync(), "refresh_token"))) { ["scope"] = "patient/*.cruds" }), "invalid_scope")),
        new("refresh: a scope that is none", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(Refresh(hub, Text(await hub.TokensAsync(), "refresh_token"))) { ["scope"] = "all of it" }), "invalid_scope")),
        new("refresh: after ninety days", async hub =>
        {
            var refresh = Text(await hub.TokensAsync(), "refresh_token");
            await hub.PassAsync(TimeSpan.FromDays(91));
            return OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, refresh)), "invalid_grant");
        }),
        new("refresh: twice, and the family ends", async hub =>
        {
            var refresh = Text(await hub.TokensAsync(), "refresh_token");
            var next = (await hub.TokenAsync(Refresh(hub, refresh))).Json;
            return OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, refresh)), "invalid_grant")
                ?? OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, Text(next, "refresh_token"))), "invalid_grant")
                ?? ((await hub.GetAsync("/fhir/Patient/pia", Text(next, "access_token"))).Status == HttpStatusCode.Unauthorized ? null : "the last access token still works");
        }),
        new("refresh: after the app gave it back", async hub =>
        {
            var refresh = Text(await hub.TokensAsync(), "refresh_token");
            await hub.PostAsync("/oauth/revoke", new() { ["token"] = refresh, ["client_id"] = hub.Public.Id });
            return OAuthAttempt.Refused(await hub.TokenAsync(Refresh(hub, refresh)), "invalid_grant");
        }),
        new("revoke: another app's token", async hub =>
        {
            var tokens = await hub.TokensAsync();
            await hub.PostAsync("/oauth/revoke", new() { ["token"] = Text(tokens, "refresh_token"), ["client_id"] = hub.OtherPublic.Id });
            return (await hub.TokenAsync(Refresh(hub, Text(tokens, "refresh_token")))).Status == HttpStatusCode.OK ? null : "another app took it back";
        }),
        new("revoke: by nobody", async hub => OAuthAttempt.Refused(await hub.PostAsync("/oauth/revoke", new() { ["token"] = Text(await hub.TokensAsync(), "access_token") }), "invalid_client")),
        new("introspect: by nobody", async hub => OAuthAttempt.Refused(await hub.PostAsync("/oauth/introspect", new() { ["token"] = "x" }), "invalid_client")),
        new("introspect: by an app that cannot prove itself", async hub => OAuthAttempt.Refused(
            await hub.PostAsync("/oauth/introspect", new() { ["token"] = Text(await hub.TokensAsync(), "access_token"), ["client_id"] = hub.Public.Id }), "invalid_client")),
        new("introspect: another app's token", async hub =>
        {
            var answer = await hub.PostAsync("/oauth/introspect", new() { ["token"] = Text(await hub.TokensAsync(), "access_token") }, hub.Basic());
            return answer.Text == """{"active":false}""" ? null : answer.Text;
        }),
        new("introspect: an invented token", async hub =>
        {
            var answer = await hub.PostAsync("/oauth/introspect", new() { ["token"] = "invented" }, hub.Basic());
            return answer.Text == """{"active":false}""" ? null : answer.Text;
        }),
    ];

    internal static Dictionary<string, string> Refresh(SmartHub hub, string token) =>
        new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token, ["client_id"] = hub.Public.Id };

    internal static string Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
