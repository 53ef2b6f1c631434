using System.Diagnostics;
using Tandem.Benchmarks.Mllp;

namespace Tandem.Benchmarks.Alert;

/// <summary>Reports without any critical value at a steady pace on four connections, until disposed.</summary>
internal sealed class BackgroundReports : IAsyncDisposable
{
    private const int Connections = 4;
    private readonly CancellationTokenSource stop = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly MllpLines lines;
    private readonly Task sending;
    private int sent;

    private BackgroundReports(MllpLines lines, int perSecond)
    {
        this.lines = lines;
        var pace = TimeSpan.FromSeconds(Connections / (double)perSecond);
        sending = Task.WhenAll(Enumerable.Range(0, Connections).Select(line => Task.Run(() => SendAsync(line, pace))));
    }

    /// <summary>What the sender reached.</summary>
    internal double PerSecond => sent / watch.Elapsed.TotalSeconds;

    internal static async Task<BackgroundReports> StartAsync(int port, int perSecond) => new(await MllpLines.OpenAsync(port, Connections), perSecond);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        await lines.DisposeAsync();
        stop.Dispose();
    }

    private async Task SendAsync(int line, TimeSpan pace)
    {
        using var timer = new PeriodicTimer(pace);
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref sent);
            await lines.SendAsync(line, SampleMessages.Oru($"B{number}", $"M{number % 1000}", $"Case{number % 1000}", TimeProvider.System.GetUtcNow(), critical: false));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
