using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Audit;

/// <summary>A whole hub with two patients, in which a nurse of both is signed in.</summary>
internal sealed class AuditedHub : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-audited-").FullName;

    private AuditedHub()
    {
    }

    internal WebApplication Hub { get; private set; } = null!;

    internal HttpClient Browser { get; } = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    internal AuditStore Audit => Hub.Services.GetRequiredService<AuditStore>();

    internal RecordStore Record => Hub.Services.GetRequiredService<RecordStore>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<AuditedHub> StartAsync(Engine engine, string role = "nurse")
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var made = new AuditedHub();
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = made.folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Hub:Postgres"] = engine == Engine.Postgres ? PostgresServer.NewHubDatabase() : "", ["Logging:LogLevel:Default"] = "Critical",
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        made.Hub = hub;
        await HubHost.PrepareAsync(hub, Cancel); // with the policies of the roles
        await hub.StartAsync(Cancel);
        made.Browser.BaseAddress = new Uri(hub.Urls.First());
        await made.PutAsync("Patient", "one", """{"resourceType":"Patient","id":"one","name":[{"family":"Testperson","given":["Una"]}],"birthDate":"1950-02-03","gender":"female"}""");
        await made.PutAsync("Patient", "two", """{"resourceType":"Patient","id":"two","name":[{"family":"Testperson","given":["Duo"]}],"birthDate":"1960-02-03","gender":"male"}""");
        foreach (var patient in new[] { "one", "two" })
        {
            await made.PutAsync("Observation", "o-" + patient, """{"resourceType":"Observation","id":"o-PATIENT","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/PATIENT"},"effectiveDateTime":"2026-03-01","valueQuantity":{"value":4.1,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}""".Replace("PATIENT", patient, StringComparison.Ordinal));
            await made.PutAsync("CareTeam", "t-" + patient, """{"resourceType":"CareTeam","id":"t-PATIENT","status":"active","subject":{"reference":"Patient/PATIENT"},"participant":[{"member":{"reference":"Practitioner/ana"}}]}""".Replace("PATIENT", patient, StringComparison.Ordinal));
        }

        await made.SignInAsync(new Person("ana", "Ana Testperson", role, null, []));
        return made;
    }

    internal Task PutAsync(string type, string id, string json) => WriteAsync(AccessScope.System, type, id, json);

    /// <summary>Writes a resource for somebody; deletes it where nothing is to be written.</summary>
    internal async Task WriteAsync(AccessScope scope, string type, string id, string json) => Assert.Null((await Record.WriteAsync<bool>(
        scope,
        session =>
        {
            if (json.Length > 0)
                session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root);
            else
                session.Delete(type, id);
            return true;
        },
        Cancel)).Refusal);

    internal async Task SignInAsync(Person person)
    {
        Assert.Null((await Record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                person.Write(session);
                return true;
            },
            Cancel)).Refusal);
        var path = await Hub.Services.GetRequiredService<SignInLinks>().NewStandingPathAsync(person.Id, TimeSpan.FromHours(1), Cancel);
        using var reply = await PostFormAsync(path, path + "/use");
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    /// <summary>Posts a form of a page, with the page's hidden fields.</summary>
    internal async Task<HttpResponseMessage> PostFormAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        using var ask = Ask("GET", page, html: true);
        using var shown = await Browser.SendAsync(ask, Cancel);
        var document = await new HtmlParser().ParseDocumentAsync(await shown.Content.ReadAsStringAsync(Cancel), Cancel);
        var token = document.QuerySelector("input[name=form-token]")?.GetAttribute("value") ?? throw new InvalidOperationException($"{page} has no form: {shown.StatusCode}");
        using var post = Ask("POST", action, html: true);
        post.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(KeyValuePair.Create("form-token", token)));
        var reply = await Browser.SendAsync(post, Cancel);
        await Audit.SettleAsync();
        return reply;
    }

    internal static HttpRequestMessage Ask(string method, string path, bool html = false, string? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (html)
            request.Headers.Accept.ParseAdd("text/html");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        return request;
    }

    /// <summary>Sends a request and gives the events that it left.</summary>
    internal async Task<(HttpStatusCode Status, List<AuditRow> Events)> TraceAsync(string method, string path, bool html = false, string? body = null, string? form = null)
    {
        await Audit.SettleAsync();
        var before = Events.Count;
        using var request = Ask(method, path, html, body);
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var reply = await Browser.SendAsync(request, Cancel);
        await reply.Content.ReadAsByteArrayAsync(Cancel);
        await Audit.SettleAsync();
        return (reply.StatusCode, [.. Events.Skip(before)]);
    }

    /// <summary>The events, one for each patient.</summary>
    internal List<AuditRow> Events => [.. Audit.Database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, 0, 100_000)).SelectMany(row => row.Each())];

    public async ValueTask DisposeAsync()
    {
        await Hub.StopAsync(CancellationToken.None);
        await Hub.DisposeAsync();
        Browser.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
