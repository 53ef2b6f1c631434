using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tandem.Hl7v2.Mllp;

namespace Tandem.Tests.Crash;

/// <summary>Writers of every kind against one hub, each remembering only what was acknowledged.</summary>
internal sealed class MixedLoad(Uri address, int mllpPort)
{
    private const int AtFullSpeed = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly MediaTypeHeaderValue FhirJson = new("application/fhir+json");
    private readonly ConcurrentBag<string> created = [];
    private readonly ConcurrentDictionary<string, int> updated = new();
    private readonly ConcurrentBag<string> transacted = [];
    private readonly ConcurrentBag<string> admitted = [];
    private int number;

    /// <summary>Results, and what is done about the loops that they open.</summary>
    internal ResultLoad Results { get; } = new(address, mllpPort);

    /// <summary>References returned by a create.</summary>
    internal IReadOnlyCollection<string> Created => created;

    /// <summary>Resources by the highest version acknowledged.</summary>
    internal IReadOnlyDictionary<string, int> Updated => updated;

    /// <summary>Identifiers of patients that came in transactions of three.</summary>
    internal IReadOnlyCollection<string> Transacted => transacted;

    /// <summary>Medical record numbers of patients whose admission was answered AA.</summary>
    internal IReadOnlyCollection<string> Admitted => admitted;

    /// <summary>Writes until the hub is gone or the time is over.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var results = Task.WhenAll(Results.ReportAsync(gone.Token), Results.WorkAsync(gone.Token));
        await Task.WhenAll(
            LoopAsync(() => CreateAsync(client, stop), stop),
            LoopAsync(() => CreateAsync(client, stop), stop),
            LoopAsync(() => UpdateAsync(client, stop), stop),
            LoopAsync(() => TransactAsync(client, stop), stop),
            AdmitAsync(stop),
            AdmitAsync(stop));
        await gone.CancelAsync(); // who waits for work would not notice that the hub is gone
        await results;
    }

    /// <summary>Waits until writes of every kind were acknowledged since the call, and an act of one kind when one is asked for.</summary>
    internal async Task GotThroughAsync(string? act, CancellationToken cancel)
    {
        var waited = Stopwatch.StartNew();
        var before = Counts(act);
        while (Counts(act).Zip(before).Any(count => count.First == count.Second))
        {
            Assert.True(waited.Elapsed < Longest, $"of {string.Join(", ", before)} only {string.Join(", ", Counts(act))} got through");
            await Task.Delay(10, cancel);
        }
    }

    private int[] Counts(string? act) =>
        [created.Count, transacted.Count, admitted.Count, Results.Reported.Count, .. act is null ? Array.Empty<int>() : [Results.AcknowledgedOf(act)]];

    private static async Task LoopAsync(Func<Task> write, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                await write();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // the hub was killed: what was not acknowledged may or may not be there
        }
    }

    private async Task CreateAsync(HttpClient client, CancellationToken stop)
    {
        var value = Next("c");
        using var reply = await PostAsync(client, HttpMethod.Post, "fhir/Patient", Patient(value), stop);
        if (reply.StatusCode == HttpStatusCode.Created)
            created.Add(value);
    }

    private async Task UpdateAsync(HttpClient client, CancellationToken stop)
    {
        var id = $"u{Interlocked.Increment(ref number) % 5}";
        using var reply = await PostAsync(client, HttpMethod.Put, $"fhir/Patient/{id}", Patient(id, id), stop);
        if (reply.IsSuccessStatusCode && int.TryParse(reply.Headers.ETag!.Tag.Trim('"'), CultureInfo.InvariantCulture, out var version))
            updated.AddOrUpdate(id, version, (_, known) => Math.Max(known, version));
    }

    private async Task TransactAsync(HttpClient client, CancellationToken stop)
    {
        var value = Next("t");
        var entries = Enumerable.Range(0, 3).Select(i =>
            $$"""{"request":{"method":"POST","url":"Patient"},"resource":{{Patient($"{value}-{i}")}}}""");
        using var reply = await PostAsync(
            client, HttpMethod.Post, "fhir", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""", stop);
        if (reply.IsSuccessStatusCode)
            transacted.Add(value);
    }

    private async Task AdmitAsync(CancellationToken stop)
    {
        try
        {
            await using var client = await MllpClient.ConnectAsync("127.0.0.1", mllpPort, stop);
            for (var sent = 0; !stop.IsCancellationRequested; sent++)
            {
                if (sent > AtFullSpeed)
                    await Task.Delay(20, stop); // each is looked for at the end, and what waits behind them is to be worked before the kill
                var value = Next("M");
                var answer = await client.SendAsync(Admission(value), stop);
                if (answer.Succeeded(out var acknowledgement, out _) && acknowledgement.Text("MSA-1") == "AA")
                    admitted.Add(value);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // the hub was killed
        }
    }

    private string Next(string kind) => kind + Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);

    private static string Patient(string value, string? id = null) =>
        $$"""{"resourceType":"Patient",{{(id is null ? "" : $"\"id\":\"{id}\",")}}"identifier":[{"system":"urn:crash","value":"{{value}}"}],"name":[{"family":"Testperson","given":["{{value}}"]}]}""";

    private static byte[] Admission(string value) => Encoding.UTF8.GetBytes(string.Join('\r',
        $"MSH|^~\\&|ADT|CRASH|HUB|REGION|20260302100000||ADT^A01^ADT_A01|{value}|P|2.5.1",
        "EVN|A01|20260302100000",
        $"PID|1||{value}^^^CRASH^MR||Testperson^Crash||19500101|F",
        $"PV1|1|I|W^1^1||||||||||||||||V{value}^^^CRASH^VN|||||||||||||||||||||||||20260302100000") + "\r");

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, HttpMethod method, string path, string body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = FhirJson;
        return await client.SendAsync(request, stop);
    }

    /// <summary>How many patients carry an identifier.</summary>
    internal static Task<int> CountAsync(HttpClient client, string identifier, CancellationToken cancel) =>
        CountPatientsAsync(client, $"identifier={Uri.EscapeDataString(identifier)}&", cancel);

    /// <summary>How many patients there are.</summary>
    internal static Task<int> PeopleAsync(HttpClient client, CancellationToken cancel) => CountPatientsAsync(client, "", cancel);

    private static async Task<int> CountPatientsAsync(HttpClient client, string query, CancellationToken cancel)
    {
        using var bundle = JsonDocument.Parse(await client.GetStringAsync(new Uri($"fhir/Patient?{query}_summary=count", UriKind.Relative), cancel));
        return bundle.RootElement.GetProperty("total").GetInt32();
    }
}
