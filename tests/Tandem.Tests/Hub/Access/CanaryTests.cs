using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Hub.Access;

/// <summary>A patient whose words may stand in answers to who asked for them, and in no log, metric or address.</summary>
public sealed partial class CanaryTests : IAsyncLifetime
{
    private const string Word = "zzcanary";
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-canary-").FullName;
    private readonly KeptLog log = new();
    private readonly List<string> addresses = [];
    private WebApplication hub = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.True(OpenHub.TryBuild(
            new Dictionary<string, string?>
            {
                ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
                ["Logging:LogLevel:Default"] = "Debug", ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning", // as appsettings.json ships it for the framework, and more for our own
            },
            out var built));
        hub = built;
        hub.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await HubHost.PrepareAsync(hub, Cancel);
        await hub.StartAsync(Cancel);
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(hub.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await hub.StopAsync(CancellationToken.None);
        await hub.DisposeAsync();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Words_of_a_patient_stand_in_no_log_metric_or_address()
    {
        await ReceiveAsync("MSH|^~\\&|LAB|NORTH|||20260301080000||ADT^A01|m1|P|2.5.1\rEVN||20260301080000\rPID|||N1^^^NORTH||zzcanaryfamily^zzcanarygiven||19500101|F|||zzcanarystreet 1^^TOWN^OH\rPV1||I|||||||||||||||||V1\r");
        await ReceiveAsync("MSH|^~\\&|LAB|NORTH|||20260301080000||ADT^A01|m2|P|2.5.1\rEVN||zzcanarytime\rPID|||zzcanarynumber^^^NORTH||zzcanaryfamily||zzcanarybirth\r");
        await ReceiveAsync("zzcanary this is no message");
        var patient = """{"resourceType":"Patient","id":"c","name":[{"family":"Zzcanaryname"}],"identifier":[{"system":"urn:x","value":"zzcanarymrn"}],"telecom":[{"system":"phone","value":"zzcanaryphone"}],"birthDate":"1950-01-01"}""";
        Assert.Equal(HttpStatusCode.Created, await SendAsync("PUT", "/fhir/Patient/c", patient));
        await SendAsync("PUT", "/fhir/Condition/d", """{"resourceType":"Condition","id":"d","code":{"text":"zzcanarycondition"},"subject":{"reference":"Patient/c"}}""");
        var found = await SendAsync("POST", "/fhir/Patient/_search", "family=zzcanaryname&_count=1", "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.OK, found);
        foreach (var (method, path, body) in new[]
        {
            ("PUT", "/fhir/Patient/e", patient), // the id differs
            ("PUT", "/fhir/Patient/c", """{"resourceType":"Patient","id":"c","zzcanaryunknown":1}"""),
            ("POST", "/fhir/Patient", """{"resourceType":"Patient","birthDate":"zzcanarydate"}"""),
            ("POST", "/fhir/Patient", "zzcanary no json"),
            ("PATCH", "/fhir/Patient/c", """[{"op":"replace","path":"/zzcanary","value":1}]"""),
            ("POST", "/fhir", """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","name":[{"family":"zzcanary"}]},"request":{"method":"POST","url":"Nothing"}}]}"""),
            ("GET", "/fhir/Patient?name=zzcanaryname&birthdate=zzcanary", null), // whoever asks so puts it into an address; the hub keeps it out of its log
            ("GET", "/fhir/Patient/$everything?zzcanary=1", null),
            ("GET", "/zzcanary", null),
            ("POST", "/patients/suggest", "text=zzcanaryname"),
        })
        {
            Assert.NotEqual(HttpStatusCode.InternalServerError, await SendAsync(method, path, body, path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/x-www-form-urlencoded"));
        }

        foreach (var page in new[] { "/worklist", "/patients", "/patients/c", "/feeds", "/feeds/quarantine", "/access/c", "/patients/c/seen", "/people" })
            await SendAsync("GET", page, null);
        foreach (var (list, field) in new[] { ("/worklist", "q"), ("/people", "q"), ("/audit", "patient"), ("/access/try", "person") })
            await TypeAsync(list, field);
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);

        Assert.True(addresses.Count > 50, "no addresses were read");
        Assert.DoesNotContain(addresses, Holds);
        Assert.Contains("tandem", metrics, StringComparison.OrdinalIgnoreCase);
        Assert.False(Holds(metrics));
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, Holds);
    }

    private static bool Holds(string text) => text.Contains(Word, StringComparison.OrdinalIgnoreCase);

    private async Task ReceiveAsync(string message)
    {
        var intake = hub.Services.GetRequiredService<DirectIntake>();
        await intake.ReceiveAsync(Encoding.UTF8.GetBytes(message), "test", Cancel);
        await intake.ApplyWaitingAsync(Cancel);
    }

    /// <summary>Types the word into the filters of a list: it is asked for, and no address of the list holds it.</summary>
    private async Task TypeAsync(string list, string field)
    {
        var form = (await ParseAsync(await client.GetStringAsync(new Uri(list, UriKind.Relative), Cancel))).QuerySelector($"form[action='{list}/find']")!;
        Assert.NotNull(form.QuerySelector($"[name='{field}']"));
        using var typed = new FormUrlEncodedContent([new("form-token", form.QuerySelector("input[name=form-token]")!.GetAttribute("value")), new(field, Word + "typed")]);
        using var answer = await client.PostAsync(new Uri(list + "/find", UriKind.Relative), typed, Cancel);
        var to = answer.Headers.Location!.ToString();
        Assert.StartsWith($"{list}?find=", to, StringComparison.Ordinal);
        Assert.Equal(Word + "typed", (await ParseAsync(await client.GetStringAsync(new Uri(to, UriKind.Relative), Cancel))).QuerySelector($"form[action='{list}/find'] [name='{field}']")!.GetAttribute("value"));
        addresses.Add(to);
        await SendAsync("GET", to, null);
    }

    private static Task<IHtmlDocument> ParseAsync(string html) => new HtmlParser().ParseDocumentAsync(html, Cancel);

    /// <summary>Sends, and notes the addresses that the hub itself made: of redirects, links and forms.</summary>
    private async Task<HttpStatusCode> SendAsync(string method, string path, string? body, string type = "application/fhir+json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (!path.StartsWith("/fhir", StringComparison.Ordinal))
            request.Headers.Accept.ParseAdd("text/html");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, method == "PATCH" ? "application/json-patch+json" : type);
        using var response = await client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        if (response.Headers.Location is { } location)
            addresses.Add(location.ToString());
        if (path.EndsWith("_search", StringComparison.Ordinal))
            text = text[text.IndexOf('}', text.IndexOf("\"self\"", StringComparison.Ordinal))..]; // what comes before is self, which R4 3.1.1.6 wants to say what was searched for
        if (!path.Contains(Word, StringComparison.OrdinalIgnoreCase)) // an answer may repeat the address it was asked under
            addresses.AddRange(Address().Matches(text).Select(match => match.Groups[1].Value));
        return response.StatusCode;
    }

    [GeneratedRegex("""(?:href|action|src|"url":)\s*=?\s*"([^"]*)""")]
    private static partial Regex Address();
}

/// <summary>Keeps every line with its exception.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    internal IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Keeper(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Keeper(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null; // the hub's console writes no scopes; the framework's hold the address asked for

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category} {formatter(state, exception)} {exception}");
    }
}
