using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Tandem.Hl7v2.Mllp;

namespace Tandem.Care.Intake;

/// <summary>Sends a line's answers in the order of its messages, as many at once as are ready. A peer that does not take them is cut off.</summary>
internal sealed class AnswerWriter(
    ConnectionContext connection, ChannelReader<Task<IReadOnlyList<byte[]>>> answers, TimeSpan slowTimeout, TimeProvider clock)
{
    /// <summary>Runs until the last answer is sent. Never throws: once the peer is gone the answers are of no use, but each message is still waited for.</summary>
    internal async Task RunAsync()
    {
        var isGone = false;
        await foreach (var answer in answers.ReadAllAsync())
        {
            if (isGone)
            {
                await answer;
                continue;
            }

            isGone = !await SendAsync(await answer);
        }
    }

    private async Task<bool> SendAsync(IReadOnlyList<byte[]> answer)
    {
        var output = connection.Transport.Output;
        try
        {
            foreach (var bytes in answer)
                MllpFraming.Write(output, bytes);
            if (answers.TryPeek(out var next) && next.IsCompletedSuccessfully)
                return true; // goes out with the next one
            using var slow = new CancellationTokenSource(slowTimeout, clock);
            var flushed = await output.FlushAsync(slow.Token);
            return !flushed.IsCompleted;
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort(new ConnectionAbortedException("The peer does not take its answers."));
            return false;
        }
    }
}
