using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Hub.Hosting;
using Tandem.Hub.Pages;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Hub.Access;

/// <summary>
/// Every route × every role × own, other organisation, no relationship and labelled data, through the running hub: words that stand only in what a role does not reach
/// appear in no answer. And what one organisation sees is tried by another.
/// </summary>
public sealed class RouteMatrixTests : IAsyncLifetime
{
    private static readonly string[] Cases = ["own", "other", "none", "labelled"];
    private static readonly string[] Clinical = ["coordinator", "nurse", "nurse-lead", "physician", "social-worker", "pharmacist", "quality-lead"];
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-matrix-").FullName;
    private readonly Dictionary<string, string> secrets = new(StringComparer.Ordinal);
    private WebApplication hub = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Logging:LogLevel:Default"] = "Error",
        };
        Assert.True(HubHost.TryBuild(settings, out var built));
        hub = built;
        await HubHost.PrepareAsync(hub, Cancel);
        await hub.StartAsync(Cancel);
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(hub.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        await FillAsync();
        foreach (var role in Roles.All)
            secrets[role] = await SignInAsync(new Person(IdOf(role), $"The {role}", role, "Organization/own", []));
        secrets["rival"] = await SignInAsync(new Person("rival", "The rival", "physician", "Organization/other", []));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await hub.StopAsync(CancellationToken.None);
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Every_route_is_in_the_matrix()
    {
        var routes = Routes();

        Assert.True(routes.Count > 40, "no routes were found");
        var strangers = routes.FindAll(pattern => !RouteMatrix.Knows(pattern));
        Assert.Empty(strangers);
    }

    [Fact]
    public async Task No_role_reads_what_it_does_not_reach_by_any_route()
    {
        var leaks = new List<string>();
        var (found, numbers) = (new HashSet<string>(), new HashSet<string>());
        foreach (var role in Roles.All)
        {
            foreach (var address in RouteMatrix.All.Values.SelectMany(route => route.Addresses).Concat(RouteMatrix.Operations).Concat(RouteMatrix.PagesWithoutPatients))
            {
                foreach (var one in address.Contains('{', StringComparison.Ordinal) ? Cases : [Cases[0]])
                {
                    var path = address.Replace("{p}", one, StringComparison.Ordinal).Replace("{t}", $"loop-{one}", StringComparison.Ordinal).Replace("{m}", "message", StringComparison.Ordinal)
                        .Replace("{q}", hub.Services.GetRequiredService<SealedFilters>().Seal("/worklist", [new("q", one)]), StringComparison.Ordinal);
                    var (status, text) = await GetAsync(path, role);
                    leaks.AddRange(Forbidden(role).Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{role} {path}: {word}"));
                    if (status == HttpStatusCode.InternalServerError)
                        leaks.Add($"{role} {path}: {status}");
                    if (text.Contains("canarynumber", StringComparison.OrdinalIgnoreCase))
                        numbers.Add(role);
                    if (text.Contains("canaryown", StringComparison.OrdinalIgnoreCase))
                        found.Add(role);
                }
            }
        }

        Assert.Empty(leaks);
        Assert.Superset(Clinical.ToHashSet(), found); // the matrix would pass if nobody saw anything
        Assert.Superset(new HashSet<string> { "coordinator", "front-desk", "nurse", "patient", "physician" }, numbers);
        Assert.DoesNotContain("administrator", found);
        Assert.DoesNotContain("integration-engineer", found);
        Assert.DoesNotContain("researcher", found);
    }

    [Fact]
    public async Task No_role_changes_what_it_does_not_reach()
    {
        var record = hub.Services.GetRequiredService<RecordStore>();
        var before = Versions(record);
        foreach (var role in Roles.All.Append("rival"))
        {
            foreach (var one in role == "rival" ? ["own", "none", "labelled"] : (string[])["other", "none"])
            {
                foreach (var (method, path, body) in new[]
                {
                    ("PUT", $"/fhir/Patient/{one}", $$"""{"resourceType":"Patient","id":"{{one}}"}"""),
                    ("DELETE", $"/fhir/Patient/{one}", null),
                    ("DELETE", $"/fhir/Condition/plain-{one}", null),
                    ("DELETE", $"/fhir/Condition?patient={one}", null),
                    ("PATCH", $"/fhir/Condition/plain-{one}", """{"resourceType":"Parameters","parameter":[]}"""),
                    ("POST", $"/fhir/Patient/{one}/$meta-add", """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"code":"x"}]}}]}"""),
                    ("POST", "/fhir", $$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"DELETE","url":"Condition/plain-{{one}}"} }]}"""),
                    ("POST", "/fhir/Condition", $$"""{"resourceType":"Condition","subject":{"reference":"Patient/{{one}}"} }"""),
                })
                {
                    var (status, _) = await SendAsync(method, path, role, body);
                    Assert.True(status != HttpStatusCode.InternalServerError && (status != HttpStatusCode.Created || method != "POST" || path == "/fhir"), $"{role} {method} {path}: {status}");
                }
            }
        }

        Assert.Equal(before, Versions(record));
    }

    [Fact]
    public async Task What_one_organisation_sees_is_not_there_for_another()
    {
        var (_, text) = await GetAsync("/fhir/_history?_count=1000", "physician");
        var ids = FhirJson.ParseStored(Encoding.UTF8.GetBytes(text)).Root["entry"u8].Items.AsEnumerable()
            .Select(entry => (Type: entry["resource"u8]["resourceType"u8].Text, Id: entry["resource"u8]["id"u8].Text, About: entry["resource"u8].ToString()))
            .Where(one => one.Id is not null && one.About.Contains("canary", StringComparison.OrdinalIgnoreCase)).Distinct().ToList();

        Assert.True(ids.Count >= 6, "nothing was seen");
        foreach (var (type, id, _) in ids)
        {
            var hidden = await GetAsync($"/fhir/{type}/{id}", "rival");
            var missing = await GetAsync($"/fhir/{type}/{new string('z', id!.Length)}", "rival");
            Assert.Equal(missing.Status, hidden.Status);
            Assert.Equal(missing.Text.Replace(new string('z', id.Length), id, StringComparison.Ordinal), hidden.Text);
        }
    }

    [Fact]
    public void An_open_page_is_told_of_those_whom_its_reader_reaches()
    {
        var record = hub.Services.GetRequiredService<RecordStore>();
        var scope = hub.Services.GetRequiredService<Tandem.Trust.Access.AccessScopes>().Of(new Person("r-nurse", "The nurse", "nurse", "Organization/own", []).Member);

        Assert.Equal(
            [true, false, false, false, true, false],
            new[] { "patient:own", "patient:other", "loop:loop-other", "patient:nobody", "worklist", "loop:loop-own" }.Select(topic => LiveRoute.IsReached(topic, record, scope)));
    }

    /// <summary>Words that a role reads nowhere.</summary>
    private static IEnumerable<string> Forbidden(string role)
    {
        yield return "canaryother";
        yield return "canarynone";
        yield return "canarysecret"; // substance use: nobody without a consent, and no other patient
        if (role is "social-worker" or "community-health-worker" or "quality-lead" or "researcher")
            yield return "canarynumber"; // the national identifier of their own patient
        if (!Clinical.Contains(role) && role is not ("front-desk" or "privacy-officer" or "patient" or "proxy"))
            yield return "canaryown";
        if (role is "front-desk" or "privacy-officer")
            yield return "canaryownplain";
    }

    private static string IdOf(string role) => role == "patient" ? "own" : role == "proxy" ? "parent" : $"r-{role}";

    private async Task FillAsync()
    {
        await PutAsync("""{"resourceType":"Organization","id":"own","name":"Own","active":true}""");
        await PutAsync("""{"resourceType":"Organization","id":"other","name":"Other","active":true}""");
        foreach (var one in Cases)
        {
            var secret = one == "labelled" ? "canarysecret" : $"canary{one}";
            var plain = one == "labelled" ? "canaryown" : $"canary{one}";
            await PutAsync($$"""{"resourceType":"Patient","id":"{{one}}","identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"{{(one == "own" ? "canarynumber" : one)}}"}],"name":[{"family":"{{plain}}"}],"birthDate":"2019-01-01"}""");
            if (one != "none")
                await PutAsync($$"""{"resourceType":"Encounter","id":"e-{{one}}","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/{{one}}"},"serviceProvider":{"reference":"Organization/{{(one == "other" ? "other" : "own")}}"},"period":{"start":"2026-01-01"} }""");
            await PutAsync($$$"""{"resourceType":"Condition","id":"plain-{{{one}}}","code":{"text":"{{{plain}}}plain","coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10"}]},"subject":{"reference":"Patient/{{{one}}}"}}""");
            await PutAsync($$$"""{"resourceType":"Condition","id":"label-{{{one}}}","code":{"text":"{{{secret}}}","coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]},"subject":{"reference":"Patient/{{{one}}}"}}""");
            await PutAsync($$$"""{"resourceType":"Observation","id":"obs-{{{one}}}","status":"final","code":{"text":"{{{plain}}}plain","coding":[{"system":"http://loinc.org","code":"1-1"}]},"subject":{"reference":"Patient/{{{one}}}"},"effectiveDateTime":"2026-02-01T10:00:00Z","valueQuantity":{"value":1}}""");
            await PutAsync($$"""{"resourceType":"Task","id":"loop-{{one}}","status":"requested","intent":"order","description":"{{secret}}","for":{"reference":"Patient/{{one}}"},"focus":{"reference":"Condition/label-{{one}}"} }""");
        }

        await PutAsync("""{"resourceType":"RelatedPerson","id":"parent","patient":{"reference":"Patient/own"}}""");
    }

    private static string Versions(RecordStore record) => string.Join(
        ",", record.ReadLog(0, 100_000, AccessScope.System).Where(version => version.Type is "Patient" or "Condition").GroupBy(version => version.Reference).Select(group => $"{group.Key}:{group.Count()}").Order(StringComparer.Ordinal));

    private List<string> Routes() =>
    [
        .. hub.Services.GetServices<EndpointDataSource>().Concat(((IEndpointRouteBuilder)hub).DataSources).SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => "/" + (endpoint.RoutePattern.RawText ?? "").TrimStart('/')).Where(pattern => !pattern.StartsWith("/assets", StringComparison.Ordinal) && !pattern.StartsWith("/_framework", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private async Task<string> SignInAsync(Person person)
    {
        (await hub.Services.GetRequiredService<RecordStore>().WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                person.Write(session);
                return 0;
            },
            Cancel)).Succeeded(out _, out var refusal);
        Assert.Null(refusal);
        return (await hub.Services.GetRequiredService<Sessions>().BeginAsync(person.Id, SignInMeans.Passkey, Origin.None, Cancel)).Value;
    }

    private Task PutAsync(string json) => hub.Services.GetRequiredService<RecordStore>().WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            var root = FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
            session.Put(root["resourceType"u8].Text!, root["id"u8].Text!, root);
            return 0;
        },
        Cancel);

    private Task<(HttpStatusCode Status, string Text)> GetAsync(string path, string role) => SendAsync("GET", path, role, null);

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(string method, string path, string role, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Cookie", $"tandem-session={secrets[role]}");
        if (!path.StartsWith("/fhir", StringComparison.Ordinal))
            request.Headers.Accept.ParseAdd("text/html");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await client.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel) + response.Headers.Location);
    }
}
