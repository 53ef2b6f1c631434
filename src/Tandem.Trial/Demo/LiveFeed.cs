using System.Net;
using System.Net.Sockets;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;

namespace Tandem.Trial.Demo;

/// <summary>
/// What the region's systems send while the demonstration runs: through the real MLLP port, a line for each, a message every second or three, and a
/// discharge or a critical result every ten to twenty seconds. After a quarter of an hour it goes on at a tenth of the pace, so that the list stays readable.
/// </summary>
internal sealed class LiveFeed(SyntheticRegion region, DateTimeOffset historyFrom, IPEndPoint address, TimeProvider clock, ILogger<LiveFeed> log)
{
    private static readonly TimeSpan Lively = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(3);
    private readonly Dictionary<string, MllpClient> lines = [];
    private readonly Dice dice = region.Dice.For("live", clock.GetUtcNow().ToUnixTimeMilliseconds());
    private readonly LiveEvents events = new(region, historyFrom, clock.GetUtcNow());

    /// <summary>How many messages were sent, and how many of them were not accepted.</summary>
    internal (int Sent, int NotAccepted) Count { get; private set; }

    /// <summary>Sends until told to stop.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        var began = clock.GetUtcNow();
        var nextStir = began + TimeSpan.FromSeconds(4);
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var now = clock.GetUtcNow();
                var slower = now - began > Lively ? 10 : 1;
                foreach (var message in events.Next(now, now >= nextStir))
                    await SendAsync(message, cancel);
                if (now >= nextStir)
                    nextStir = now + (TimeSpan.FromSeconds(dice.Between(10, 20)) * slower);
                await Task.Delay(TimeSpan.FromSeconds(dice.Between(1, 3)) * slower, clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the demonstration ends
        }
        finally
        {
            foreach (var line in lines.Values)
                await line.DisposeAsync();
        }
    }

    /// <summary>Sends one message over its system's line; a line that broke is opened again and the message sent again, as real systems do.</summary>
    private async Task SendAsync(RegionMessage message, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                if (!lines.TryGetValue(message.Feed, out var line))
                    lines[message.Feed] = line = await MllpClient.ConnectAsync(address.Address.ToString(), address.Port, cancel);
                var answer = await line.SendAsync(message.Bytes, cancel);
                var isAccepted = answer.Message is { } ack && new Msa(ack.First("MSA")).Code is "AA" or "CA";
                Count = (Count.Sent + 1, Count.NotAccepted + (isAccepted ? 0 : 1));
                return;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                log.LogWarning(e, "The line of {Feed} broke; it is opened again.", message.Feed);
                if (lines.Remove(message.Feed, out var broken))
                    await broken.DisposeAsync();
                await Task.Delay(Reconnect, clock, cancel);
            }
        }
    }
}
