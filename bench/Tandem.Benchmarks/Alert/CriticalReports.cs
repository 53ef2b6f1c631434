using System.Diagnostics;
using Tandem.Benchmarks.Mllp;

namespace Tandem.Benchmarks.Alert;

/// <summary>
/// One critical report after another, each of a patient of its own and a second older than the one before, so that each comes to stand
/// at the top of the list.
/// </summary>
internal sealed class CriticalReports(BenchHub hub, MllpLines line, HttpClient client)
{
    internal const string Worklist = "/worklist?view=all";
    private static readonly DateTimeOffset Newest = TimeProvider.System.GetUtcNow();
    private static int number;

    /// <summary>The bytes of the page as last read.</summary>
    internal byte[] Page { get; private set; } = [];

    /// <summary>The next report and the name by which its row is known.</summary>
    internal static (byte[] Message, string Name) Next()
    {
        var one = Interlocked.Increment(ref number);
        var name = $"Case{(char)('a' + (one / 676 % 26))}{(char)('a' + (one / 26 % 26))}{(char)('a' + (one % 26))}";
        return (SampleMessages.Oru($"C{one}", $"C{one}", name, Newest - TimeSpan.FromSeconds(one), critical: true), name);
    }

    /// <summary>Milliseconds from sending to the acknowledgement, to the event on the open page, and to the page with the row in it.</summary>
    internal async Task<(double Ack, double Event, double Row)> TakeAsync(OpenPage page)
    {
        var (message, name) = Next();
        page.Forget();
        var sent = Stopwatch.GetTimestamp();
        await line.SendAsync(0, message);
        var ack = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        while (true)
        {
            var heard = Stopwatch.GetElapsedTime(sent, await page.NextAsync()).TotalMilliseconds;
            if (await IsListedAsync(name))
                return (ack, heard, Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
    }

    /// <summary>Waits until everything sent is applied.</summary>
    internal async Task SettleAsync()
    {
        while (hub.Waiting > 0)
            await Task.Delay(20);
    }

    private async Task<bool> IsListedAsync(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Worklist, UriKind.Relative)) { Headers = { { "X-Tandem-Live", "1" } } };
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        Page = await response.Content.ReadAsByteArrayAsync();
        return Page.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) >= 0;
    }
}
