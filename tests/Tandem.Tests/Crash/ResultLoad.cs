using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tandem.Hl7v2.Mllp;

namespace Tandem.Tests.Crash;

/// <summary>
/// A laboratory that reports critical results, and a coordinator who works what they open: takes it and notes an attempt by post, closes it by the page's form.
/// Both remember only what was acknowledged.
/// </summary>
internal sealed class ResultLoad(Uri address, int mllpPort)
{
    private const int MostWaiting = 3;
    private readonly ConcurrentBag<string> reported = [];
    private readonly ConcurrentQueue<string> waiting = new();
    private readonly ConcurrentDictionary<(string Loop, string Act), bool> acts = new();
    private int number;

    /// <summary>Medical record numbers of patients whose result was answered AA; each has one result.</summary>
    internal IReadOnlyCollection<string> Reported => reported;

    /// <summary>What was done about loops, by the code of the step; true when it was acknowledged.</summary>
    internal IReadOnlyDictionary<(string Loop, string Act), bool> Acts => acts;

    internal int Acknowledged => acts.Count(act => act.Value);

    /// <summary>What is done about each loop, in this order.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = ["claim", "attempt", "close"];

    internal int AcknowledgedOf(string kind) => acts.Count(act => act.Value && act.Key.Act == kind);

    /// <summary>Reports until the hub is gone.</summary>
    internal async Task ReportAsync(CancellationToken stop)
    {
        try
        {
            await using var client = await MllpClient.ConnectAsync("127.0.0.1", mllpPort, stop);
            while (!stop.IsCancellationRequested)
            {
                if (waiting.Count >= MostWaiting)
                {
                    await Task.Delay(10, stop);
                    continue;
                }

                var value = "R" + Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);
                var answer = await client.SendAsync(Report(value, TimeProvider.System.GetUtcNow()), stop);
                if (!answer.Succeeded(out var acknowledgement, out _) || acknowledgement.Text("MSA-1") != "AA")
                    continue;
                reported.Add(value);
                waiting.Enqueue(value);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the hub was killed
        }
    }

    /// <summary>Works what the results have opened until the hub is gone.</summary>
    internal async Task WorkAsync(CancellationToken stop)
    {
        using var browser = new HttpClient { BaseAddress = address }; // follows redirects and keeps cookies
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (!waiting.TryPeek(out var value) || await FindLoopAsync(browser, value, stop) is not { } loop)
                {
                    await Task.Delay(10, stop);
                    continue;
                }

                waiting.TryDequeue(out _);
                await ActAsync(browser, loop, stop);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // the hub was killed: what was not acknowledged may or may not be there
        }
    }

    private async Task ActAsync(HttpClient browser, string loop, CancellationToken stop)
    {
        var page = await browser.GetStringAsync(new Uri($"/loops/{loop}?act=close", UriKind.Relative), stop);
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await TryAsync("claim", $"/loops/{loop}/claim", []);
        await TryAsync("attempt", $"/loops/{loop}/attempt", [("occurred", now), ("outcome", "no-answer"), ("medium", "phone")]);
        page = await browser.GetStringAsync(new Uri($"/loops/{loop}?act=close", UriKind.Relative), stop);
        await TryAsync("close", $"/loops/{loop}?act=close&back=%2Floops%2F{loop}",
            [("_handler", "act"), ("occurred", now), ("whom", "Dr. Testperson"), ("role", "physician"), ("readBack", "yes"), ("medium", "phone"), ("note", "Told.")]);

        async Task TryAsync(string act, string to, (string Name, string Value)[] fields)
        {
            acts[(loop, act)] = false;
            (string Name, string Value)[] all = [.. fields, ("back", $"/loops/{loop}"), ("form-token", Field(page, "form-token"))];
            using var form = new FormUrlEncodedContent(all.Select(field => KeyValuePair.Create(field.Name, field.Value)));
            using var answer = await browser.PostAsync(new Uri(to, UriKind.Relative), form, stop);
            var body = await answer.Content.ReadAsStringAsync(stop);
            acts[(loop, act)] = answer.StatusCode == HttpStatusCode.OK && body.Contains("/undo?version=", StringComparison.Ordinal); // the page offers to take it back
        }
    }

    private static string Field(string page, string name) => HiddenField(name).Match(page).Groups[1].Value;

    private static Regex HiddenField(string name) => new($"name=\"{name}\"[^>]*value=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(5));

    /// <summary>The loop that a patient's result has opened, or null.</summary>
    internal static async Task<string?> FindLoopAsync(HttpClient client, string value, CancellationToken cancel)
    {
        using var bundle = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/fhir/Task?patient.identifier={value}", UriKind.Relative), cancel));
        return bundle.RootElement.TryGetProperty("entry", out var entries) ? entries[0].GetProperty("resource").GetProperty("id").GetString() : null;
    }

    /// <summary>What is not there once: results, loops and acknowledged acts.</summary>
    internal async Task<List<string>> WrongAsync(HttpClient client, CancellationToken cancel)
    {
        var wrong = new List<string>();
        foreach (var value in reported)
        {
            foreach (var type in new[] { "Observation", "Task" })
            {
                var count = await CountAsync(client, $"{type}?patient.identifier={value}", cancel);
                if (count != 1)
                    wrong.Add($"{type} of {value}: {count}");
            }
        }

        foreach (var loop in acts.GroupBy(act => act.Key.Loop))
        {
            var steps = await StepsAsync(client, loop.Key, cancel);
            foreach (var ((_, act), isAcknowledged) in loop)
            {
                var count = steps.Count(step => step == act);
                if (count > 1 || (isAcknowledged && count == 0))
                    wrong.Add($"{act} of {loop.Key}: {count}{(isAcknowledged ? ", acknowledged" : "")}");
            }
        }

        return wrong;
    }

    /// <summary>How many loops there are.</summary>
    internal static Task<int> LoopsAsync(HttpClient client, CancellationToken cancel) => CountAsync(client, "Task?", cancel);

    private static async Task<List<string?>> StepsAsync(HttpClient client, string loop, CancellationToken cancel)
    {
        using var bundle = JsonDocument.Parse(await client.GetStringAsync(new Uri($"fhir/Provenance?target=Task/{loop}&_count=100", UriKind.Relative), cancel));
        return [.. bundle.RootElement.GetProperty("entry").EnumerateArray().Select(entry =>
            entry.GetProperty("resource").GetProperty("activity").GetProperty("coding")[0].GetProperty("code").GetString())];
    }

    private static async Task<int> CountAsync(HttpClient client, string query, CancellationToken cancel)
    {
        using var bundle = JsonDocument.Parse(await client.GetStringAsync(new Uri($"fhir/{query}&_summary=count", UriKind.Relative), cancel));
        return bundle.RootElement.GetProperty("total").GetInt32();
    }

    private static byte[] Report(string value, DateTimeOffset now)
    {
        var time = now.ToString("yyyyMMddHHmmss'+0000'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(string.Join('\r',
            $"MSH|^~\\&|LAB|CRASH|HUB|REGION|{time}||ORU^R01^ORU_R01|{value}|P|2.5.1",
            $"PID|1||{value}^^^CRASH^MR||Testperson^Result||19500101|F",
            $"OBR|1||{value}^LAB|2823-3^Potassium^LN|||{time}|||||||||||||||{time}|||F",
            $"OBX|1|NM|2823-3^Potassium^LN||7.9|mmol/L|3.5-5.1|HH|||F|||{time}") + "\r");
    }
}
