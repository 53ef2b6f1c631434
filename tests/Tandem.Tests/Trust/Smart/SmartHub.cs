using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Hub.Hosting;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>A whole hub on a real Kestrel with some apps, a coordinator who is signed in, and two patients.</summary>
public sealed class SmartHub : IAsyncDisposable
{
    internal const string Redirect = "https://app.example.org/callback";
    internal const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    internal const string Scopes = "launch/patient patient/*.rs openid fhirUser offline_access";
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-smart-").FullName;
    private readonly HttpClient program = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
    private WebApplication app = null!;
    private string? postgres;

    internal ManualClock Clock { get; private init; } = new();

    internal string Address { get; private set; } = "";

    internal string Fhir => Address + "/fhir";

    internal SmartClient Public { get; private set; } = null!;

    internal SmartClient OtherPublic { get; private set; } = null!;

    internal SmartClient Confidential { get; private set; } = null!;

    internal string Secret { get; private set; } = "";

    internal SmartClient Keyed { get; private set; } = null!;

    internal SmartClient Service { get; private set; } = null!;

    internal TestKeys Keys { get; } = new();

    internal T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    internal static Person Ana { get; } = new("ana", "Ana Testperson", "coordinator", null, []);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<SmartHub> StartAsync(Engine engine, params (string Name, string Value)[] more)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var hub = new SmartHub { postgres = engine == Engine.Postgres ? PostgresServer.NewHubDatabase() : null };
        await hub.ServeAsync(more);
        await hub.FillAsync();
        return hub;
    }

    /// <summary>Another node on the same PostgreSQL, with the same keys and clock.</summary>
    internal async Task<SmartHub> BesideAsync()
    {
        var beside = new SmartHub { Clock = Clock, postgres = postgres };
        var keys = Directory.CreateDirectory(Path.Combine(beside.folder, "keys"));
        foreach (var key in Directory.GetFiles(Path.Combine(folder, "keys")))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
        await beside.ServeAsync([("Intake:Node", "1")]);
        return beside;
    }

    private async Task ServeAsync((string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Logging:LogLevel:Default"] = "Error", ["Smart:AllowLoopback"] = "true", ["Smart:RefusalsPerMinute"] = "100000", ["Smart:RegistrationsPerHour"] = "100000",
            ["Smart:OutsideWaits"] = "00:02:00", // a publisher of keys in the same busy process may answer late
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        if (postgres is not null)
            settings["Hub:Postgres"] = postgres;
        Assert.True(HubHost.TryBuild(settings, out var built, Clock));
        app = built;
        await HubHost.PrepareAsync(app, Cancel); // with the policies of the roles
        await app.StartAsync(Cancel);
        Address = app.Urls.First();
        program.BaseAddress = browser.BaseAddress = new Uri(Address);
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    /// <summary>A signing key as the hub makes one at its first ID token, the same in every hub of a run: to make one takes most of a second.</summary>
    private Task KeyAsync() => Get<RecordStore>().WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            using var rsa = RSA.Create(TestKeys.Made.Value);
            session.Write(SmartTables.Keys, Ids.New(Clock), session.Now, Get<SigningKeys>().Seal(rsa));
            return true;
        },
        Cancel);

    private async Task FillAsync()
    {
        await KeyAsync();
        (Public, _) = await AddAsync(new ClientMetadata { ClientName = "Sample viewer", TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = [Redirect, Redirect + "/two"], InitiateLoginUri = "https://app.example.org/launch", Scope = Scopes + " launch online_access user/Patient.rs patient/Observation.rs?category=laboratory patient/Observation.cud" });
        (OtherPublic, _) = await AddAsync(new ClientMetadata { ClientName = "Other viewer", TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = ["https://other.example.org/cb"], Scope = Scopes });
        (Confidential, var secret) = await AddAsync(new ClientMetadata { ClientName = "Sample server app", TokenEndpointAuthMethod = "client_secret_basic", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = [Redirect], Scope = Scopes });
        Secret = secret!;
        (Keyed, _) = await AddAsync(new ClientMetadata { ClientName = "Sample keyed app", TokenEndpointAuthMethod = "private_key_jwt", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = [Redirect], Scope = Scopes, Jwks = Keys.Published });
        (Service, _) = await AddAsync(new ClientMetadata { ClientName = "Sample service", TokenEndpointAuthMethod = "private_key_jwt", GrantTypes = ["client_credentials"], Scope = "system/Patient.rs system/Observation.rs", Jwks = Keys.Published });
        await PutAsync("Patient", "pia", """{"resourceType":"Patient","name":[{"family":"Sampleton","given":["Pia"]}],"birthDate":"1951-03-04","identifier":[{"system":"urn:example:mrn","value":"MRN-1"}]}""");
        await PutAsync("Patient", "tom", """{"resourceType":"Patient","name":[{"family":"Otherton","given":["Tom"]}],"birthDate":"1960-05-06"}""");
        await SignInAsync(browser, Ana);
    }

    internal async Task<(SmartClient Client, string? Secret)> AddAsync(ClientMetadata metadata, string status = "approved")
    {
        Assert.Null(metadata.Checked(new SmartSettings { AllowLoopback = true }).Refusal);
        var registered = (await RegisterClient.HandleAsync(metadata, status, Actor.Hub, Get<RecordStore>(), new SmartSettings(), Clock, Cancel)).Value;
        return (registered.Client, registered.Secret);
    }

    internal Task PutAsync(string type, string id, string json) => Get<RecordStore>().WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root);
            if (type == "Patient") // Ana looks after everybody here
                session.Put("CareTeam", $"team-{id}", FhirJson.ParseStored(Encoding.UTF8.GetBytes($$"""{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/{{id}}"},"participant":[{"member":{"reference":"Practitioner/ana"} }]}""")).Root);
            return true;
        },
        Cancel);

    /// <summary>Lets time go by; the coordinator then signs in anew.</summary>
    internal async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await SignInAsync(browser, Ana);
    }

    /// <summary>Sets the clock to the real time, for peers that have no other; the coordinator then signs in anew.</summary>
    internal Task ToRealTimeAsync() => PassAsync(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow());

    /// <summary>A browser in which a person is signed in.</summary>
    internal async Task<HttpClient> BrowserOfAsync(Person person)
    {
        var other = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(Address) };
        other.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await SignInAsync(other, person);
        return other;
    }

    private async Task SignInAsync(HttpClient client, Person person)
    {
        await Get<RecordStore>().WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                person.Write(session);
                return true;
            },
            Cancel);
        var path = await Get<SignInLinks>().NewStandingPathAsync(person.Id, TimeSpan.FromHours(1), Cancel);
        using var reply = await PostFormAsync(client, path, path + "/use", []);
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    /// <summary>What an app that does everything right asks.</summary>
    internal Dictionary<string, string> Request(SmartClient? client = null) => new()
    {
        ["response_type"] = "code", ["client_id"] = (client ?? Public).Id, ["redirect_uri"] = (client ?? Public).Metadata.RedirectUris[0], ["scope"] = Scopes,
        ["state"] = "state-0123456789", ["aud"] = Fhir, ["code_challenge"] = ExchangeCode.ChallengeOf(Verifier), ["code_challenge_method"] = "S256", ["nonce"] = "nonce-1",
    };

    /// <summary>Sends a request by the browser, without following where it leads.</summary>
    internal Task<HttpResponseMessage> AskAsync(string pathAndQuery, HttpClient? by = null) => (by ?? browser).GetAsync(new Uri(pathAndQuery, UriKind.RelativeOrAbsolute), Cancel);

    internal Task<HttpResponseMessage> AskAsync(Dictionary<string, string> request, HttpClient? by = null) => AskAsync(QueryHelpers.AddQueryString("/oauth/authorize", request!), by);

    /// <summary>Goes the whole way of a person who allows everything, and gives the code.</summary>
    internal async Task<string> CodeAsync(Dictionary<string, string>? request = null, string patient = "pia")
    {
        var answer = await AllowAsync(request ?? Request(), patient);
        return QueryHelpers.ParseQuery(answer.Query)["code"].ToString() is { Length: > 0 } code ? code : throw new InvalidOperationException("No code: " + answer);
    }

    /// <summary>Goes to the page of consent, chooses the patient where asked, and presses a button.</summary>
    /// <returns>Where the browser is sent.</returns>
    internal async Task<Uri> AllowAsync(Dictionary<string, string> request, string? patient = "pia", string decision = "allow", HttpClient? by = null, Func<string, bool>? ticked = null)
    {
        using var begun = await AskAsync(request, by);
        var page = await PageAsync(begun.Headers.Location!.OriginalString, by);
        if (page.QuerySelector("input[name=search]") is not null && patient is not null)
        {
            using var searched = await PostFormAsync(by ?? browser, page, "/oauth/consent/find", [new("request", ValueOf(page, "request")), new("search", patient == "pia" ? "Sampleton" : "Otherton")]);
            page = await PageAsync(searched.Headers.Location!.OriginalString, by);
        }

        var fields = new List<KeyValuePair<string, string>> { new("request", ValueOf(page, "request")), new("decision", decision) };
        if (patient is not null)
            fields.Add(new("patient", patient));
        fields.AddRange(page.QuerySelectorAll("input[name=scope]").Select(box => box.GetAttribute("value")!).Where(text => ticked?.Invoke(text) != false).Select(text => new KeyValuePair<string, string>("scope", text)));
        using var answered = await PostFormAsync(by ?? browser, page, "/oauth/consent/answer", fields);
        return new Uri(new Uri(Address), answered.Headers.Location!);
    }

    internal async Task<IHtmlDocument> PageAsync(string path, HttpClient? by = null)
    {
        using var reply = await AskAsync(path, by);
        return await new HtmlParser().ParseDocumentAsync(await reply.Content.ReadAsStringAsync(Cancel), Cancel);
    }

    internal static string ValueOf(IHtmlDocument page, string name) => page.QuerySelector($"input[name={name}]")?.GetAttribute("value") ?? "";

    internal async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string pageWithToken, string action, IEnumerable<KeyValuePair<string, string>> fields) =>
        await PostFormAsync(client, await PageAsync(pageWithToken, client), action, fields);

    internal async Task<HttpResponseMessage> PostPageAsync(string pageWithToken, string action, IEnumerable<KeyValuePair<string, string>> fields, HttpClient? by = null) =>
        await PostFormAsync(by ?? browser, pageWithToken, action, fields);

    /// <summary>Posts a form of a page that was shown before.</summary>
    internal Task<HttpResponseMessage> PostPageAsync(IHtmlDocument page, string action) => PostFormAsync(browser, page, action, []);

    private static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, IHtmlDocument page, string action, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var content = new FormUrlEncodedContent([new("form-token", ValueOf(page, "form-token")), .. fields]);
        return await client.PostAsync(new Uri(action, UriKind.Relative), content, Cancel);
    }

    /// <summary>Sends a form as a program, without a cookie.</summary>
    internal async Task<Answer> PostAsync(string path, Dictionary<string, string> form, string? authorization = null)
    {
        using var content = new FormUrlEncodedContent(form);
        return await SendAsync(HttpMethod.Post, path, content, authorization);
    }

    internal Task<Answer> TokenAsync(Dictionary<string, string> form, string? authorization = null) => PostAsync("/oauth/token", form, authorization);

    internal async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? authorization = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (content is not null)
            await content.LoadIntoBufferAsync(Cancel);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await program.SendAsync(request, Cancel);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response.Headers, response.Content.Headers.ContentLocation);
    }

    internal Task<Answer> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, null, token is null ? null : "Bearer " + token);

    internal Dictionary<string, string> Exchange(string code, SmartClient? client = null) => new()
    {
        ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = (client ?? Public).Metadata.RedirectUris[0], ["code_verifier"] = Verifier, ["client_id"] = (client ?? Public).Id,
    };

    internal string Basic(string? secret = null, string? id = null) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id ?? Confidential.Id}:{secret ?? Secret}"));

    /// <summary>Tokens of the public app for Pia.</summary>
    internal async Task<JsonElement> TokensAsync(Dictionary<string, string>? request = null, string patient = "pia")
    {
        var answer = await TokenAsync(Exchange(await CodeAsync(request, patient)));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    internal Dictionary<string, string> ServiceForm(string assertion) => new()
    {
        ["grant_type"] = "client_credentials", ["scope"] = "system/Patient.rs", ["client_assertion_type"] = ClientAuthentication.AssertionType, ["client_assertion"] = assertion,
    };

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        browser.Dispose();
        program.Dispose();
        Keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What a program was answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, Uri? Place = null)
{
    internal JsonElement Json => JsonDocument.Parse(Text).RootElement;

    internal string? Error => Text.StartsWith('{') && Json.TryGetProperty("error", out var error) ? error.GetString() : null;
}
