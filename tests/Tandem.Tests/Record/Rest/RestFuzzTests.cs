using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

/// <summary>
/// Bodies and addresses that somebody bent: every one is answered, none by an incident, none at great cost. The same seed gives the same
/// requests; TANDEM_FUZZ sets their number (10,000 in the suite, 200,000 for the long form, which holds them to 50 ms too), TANDEM_FUZZ_SEED other ones.
/// What is counted is what the whole process allocates, tests beside this one too, so what seems dear is sent again, a moment later each time and for a minute, and the least counts.
/// </summary>
public sealed class RestFuzzTests
{
    private const long MostBytes = 10 * 1024 * 1024;
    private const int Tries = 300;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);
    private static readonly int? Asked = Setting("TANDEM_FUZZ");
    private static readonly int Requests = Asked ?? 10_000;

    private static readonly string[] Bodies =
    [
        """{"resourceType":"Patient","id":"a","active":true,"name":[{"given":["A",null],"_given":[null,{"id":"x"}]}],"birthDate":"1990-01-01","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}}""",
        """{"resourceType":"Observation","id":"a","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":1.50,"code":"mm[Hg]"},"effectiveDateTime":"2026-01-01T10:00:00Z"}""",
        """{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","active":true},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=a|b"}},{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=a|b"}},"request":{"method":"POST","url":"Observation"}}]}""",
        """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient?name=a&_sort=-birthdate"}},{"request":{"method":"DELETE","url":"Patient?identifier=a"}},{"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.name[0]"}]}]},"request":{"method":"PATCH","url":"Patient/a"}}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient.name.where(given.exists())"},{"name":"name","valueString":"family"},{"name":"value","valueString":"x"}]},{"name":"operation","part":[{"name":"type","valueCode":"move"},{"name":"path","valueString":"Patient.name"},{"name":"source","valueInteger":0},{"name":"destination","valueInteger":1}]}]}""",
        """[{"op":"add","path":"/name/0/family","value":"x"},{"op":"copy","from":"/name","path":"/contact"},{"op":"test","path":"/active","value":true},{"op":"move","from":"/name/0","path":"/name/-"}]""",
        """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"s","code":"c"}]}},{"name":"resource","resource":{"resourceType":"Patient","identifier":[{"system":"a","value":"b"}]}},{"name":"statistic","valueCode":"count"}]}""",
    ];

    private static readonly string[] Addresses =
    [
        "Patient", "Patient/a", "Observation/a", "", "Patient/a/$everything?_type=Observation&start=2020", "Patient/a/_history?_at=2026&_count=3", "Patient/a/Observation?code=x&_sort=-date",
        "Patient?identifier=a|b&name:exact=x&_has:Observation:patient:code=1&_include=*&_elements=name&_summary=true", "Observation?value-quantity=gt5.4||mg&date=ge2026-01&subject:Patient.name=x",
        "Observation/$lastn?patient=a&code=x&max=2", "Observation/$stats?subject=Patient/a&code=x&statistic=count", "Patient/$match", "Patient/a/$meta-add", "Patient/a/*?_count=2", "_history?_since=2020-01-01",
        "Patient?_filter=name co \"e\" and not (gender eq male or birthdate ge 2014)", "Observation?_filter=subject.name sw x or value-quantity gt 5|http://unitsofmeasure.org|mg", "Patient?phonetic=a",
        "Patient?_cursor=AAAA&_count=1&_format=xml", "Patient/a/_history/1?_pretty=true", "metadata?_summary=true",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "{", "}", "[", "]", ",", ":", "null", "1e999", "-0", "\\u0000", "\\ud800", "\u00e9", "𐍈", "%00", "%", "&", "=", "|", "$", "\\", "/", "..", "'", ";--", "<!DOCTYPE x [<!ENTITY e 'e'>]>", "&e;", "<", ">", "/>",
        "<div>", "99999999999999999999", "9999-99-99", "_", "*", "true", "Patient", "Bundle", "urn:uuid:1", "(", ")", " or ", ".repeat(children())", "~2", "-", "\t", "\0",
    ];

    [Fact]
    public async Task Whatever_is_sent_is_answered_and_costs_little()
    {
        await using var server = new FhirServer(Engine.Sqlite, RestLimits.Default with { ResourceBytes = 200_000, BundleBytes = 400_000 });
        await server.PutAsync("Patient/a", Bodies[0]);
        var random = new Random(Setting("TANDEM_FUZZ_SEED") ?? 20260302);
        var faults = new List<string>();
        var (sent, dearest, slowest) = (0, 0L, TimeSpan.Zero);
        for (var i = 0; i < Requests && faults.Count < 10; i++)
        {
            var request = Next(random);
            if (await SendAsync(server, request) is not { } first)
                continue; // an address that the client itself does not send
            sent++;
            var (answer, cost, took) = first;
            for (var again = 1; again < Tries && (cost > MostBytes || (Asked is not null && took > Longest)); again++)
            {
                await Task.Delay(Moment, TestContext.Current.CancellationToken);
                var next = (await SendAsync(server, request))!.Value;
                (cost, took) = (Math.Min(cost, next.Cost), next.Took < took ? next.Took : took);
            }

            if ((int)answer.Status >= 500 || cost > MostBytes || (Asked is not null && took > Longest))
                faults.Add($"{(int)answer.Status}, {cost:N0} bytes, {took.TotalMilliseconds:N1} ms: {request}\n{answer.Text}");
            (dearest, slowest) = (Math.Max(dearest, cost), took > slowest ? took : slowest);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{sent:N0} requests, at most {dearest:N0} bytes and {slowest.TotalMilliseconds:N1} ms");
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : null;

    private static async Task<(FhirAnswer Answer, long Cost, TimeSpan Took)?> SendAsync(FhirServer server, (string Method, string Path, string? Body, string? Type) request)
    {
        var (before, start) = (GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        try
        {
            // whatever the path looks like, it stays on this server
            var answer = await server.SendAsync(request.Method, "./" + request.Path, request.Body, request.Type is null ? [] : [("Content-Type", request.Type)]);
            return (answer, GC.GetTotalAllocatedBytes() - before, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception e) when (e is UriFormatException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static (string Method, string Path, string? Body, string? Type) Next(Random random)
    {
        var method = new[] { "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "POST", "PUT" }[random.Next(9)];
        var address = Addresses[random.Next(Addresses.Length)];
        var path = random.Next(3) == 0 ? Bent(address, random, 2) : address;
        if (method is "GET" or "HEAD" or "DELETE")
            return (method, path, null, null);
        var body = Bodies[random.Next(Bodies.Length)];
        var isXml = random.Next(4) == 0 && body[0] == '{';
        if (isXml)
            body = Encoding.UTF8.GetString(FhirXmlWriter.ToXml(FhirJson.ParseStored(Encoding.UTF8.GetBytes(body)).Root));
        var type = isXml ? "application/fhir+xml" : method == "PATCH" && random.Next(2) == 0 ? "application/json-patch+json" : "application/fhir+json";
        return (method, path, random.Next(8) == 0 ? body : Bent(body, random, 1 + random.Next(4)), type);
    }

    /// <summary>Cuts, doubles, swaps or puts in pieces at random places.</summary>
    private static string Bent(string text, Random random, int times)
    {
        for (; times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(Math.Min(12, text.Length - at + 1));
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
            };
        }

        return text;
    }
}
