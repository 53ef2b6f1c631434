using System.Text;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;

namespace Tandem.Benchmarks.Mllp;

/// <summary>Several connections to one receiver; every answer must be an acceptance.</summary>
internal sealed class MllpLines : IAsyncDisposable
{
    private readonly List<MllpClient> clients = [];

    internal static async Task<MllpLines> OpenAsync(int port, int count)
    {
        var lines = new MllpLines();
        for (var i = 0; i < count; i++)
            lines.clients.Add(await MllpClient.ConnectAsync("127.0.0.1", port));
        return lines;
    }

    internal async Task SendAsync(int line, byte[] message)
    {
        var answer = await clients[line].SendAsync(message);
        var code = answer.Message is { } acknowledgement ? Msa.In(acknowledgement).Code : null;
        if (code is not ("AA" or "CA"))
            throw new InvalidOperationException($"The receiver answered {code ?? "with no message"} to {Encoding.UTF8.GetString(message)[..80]}");
    }

    /// <summary>Sends all in order of their numbers, each line its next when the last one is acknowledged.</summary>
    internal async Task SendAllAsync(int first, int count, Func<int, byte[]> message)
    {
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, clients.Count).Select(line => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < first + count;)
                await SendAsync(line, message(number));
        })));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
    }
}
