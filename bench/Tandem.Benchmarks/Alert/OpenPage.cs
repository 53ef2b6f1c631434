using System.Diagnostics;
using System.Threading.Channels;

namespace Tandem.Benchmarks.Alert;

/// <summary>An open page's stream of changes, as a page follows it; notes when each change was heard.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly Channel<long> heard = Channel.CreateUnbounded<long>();
    private readonly CancellationTokenSource stop = new();
    private readonly HttpResponseMessage response;
    private readonly Task reading;

    private OpenPage(HttpResponseMessage response)
    {
        this.response = response;
        reading = ReadAsync();
    }

    internal static async Task<OpenPage> FollowAsync(HttpClient client, string topics)
    {
        var response = await client.GetAsync(new Uri("/live?topics=" + topics, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new OpenPage(response);
    }

    /// <summary>Forgets what was heard so far.</summary>
    internal void Forget()
    {
        while (heard.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>The timestamp (<see cref="Stopwatch"/>) of the next change.</summary>
    internal async Task<long> NextAsync() => await heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading;
        response.Dispose();
        stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
            while (await lines.ReadLineAsync(stop.Token) is { } line)
            {
                if (line == "event: changed")
                    await heard.Writer.WriteAsync(Stopwatch.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the page was closed: that is how a stream ends
        }

        heard.Writer.TryComplete();
    }
}
