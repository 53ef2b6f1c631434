using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Tandem.Hl7v2.Mllp;

namespace Tandem.Care.Intake;

/// <summary>
/// One line of a sending system, on Kestrel: <c>listen.UseConnectionHandler&lt;MllpConnection&gt;()</c>. A peer may send on without waiting; it is
/// answered in order. When the hub stops, what was received whole is kept and answered before the line is closed.
/// </summary>
internal sealed class MllpConnection(Reception reception, MllpLines lines, IntakeOptions options, TimeProvider clock, ILogger<MllpConnection> log)
    : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (!lines.TryOpen())
        {
            log.LogWarning("A line from {Remote} was closed at once: {Most} lines are open.", connection.RemoteEndPoint, options.MostConnections);
            return;
        }

        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        var answers = Channel.CreateBounded<Task<IReadOnlyList<byte[]>>>(new BoundedChannelOptions(options.MostUnanswered)
        {
            SingleReader = true,
            SingleWriter = true,
            AllowSynchronousContinuations = true, // who has an answer sends it
        });
        var answering = new AnswerWriter(connection, answers.Reader, options.SlowTimeout, clock).RunAsync();
        try
        {
            await ReadAsync(connection, answers.Writer, reading);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            MllpLines.Ended(connection.RemoteEndPoint, e, log);
        }
        finally
        {
            answers.Writer.Complete();
            await answering;
            lines.Close();
        }
    }

    private async Task ReadAsync(ConnectionContext connection, ChannelWriter<Task<IReadOnlyList<byte[]>>> answers, CancellationTokenSource reading)
    {
        var remote = connection.RemoteEndPoint?.ToString() ?? "";
        var frames = new MllpReader(connection.Transport.Input, options.MaxMessageBytes);
        await using var watch = new LineWatch(frames, options, clock, reading);
        Arrival? brokenOff = null;
        while (await frames.ReadAsync(reading.Token) is { } frame)
        {
            watch.FrameCame();
            if (frame.Junk > 0)
                log.LogWarning("{Count} bytes outside any frame came from {Remote} and were skipped.", frame.Junk, remote);
            // What the end of the line cuts off was never answered, so the peer still has it; what another frame cuts off is kept for a person to see.
            if (brokenOff is not null)
                await reception.ReceiveAsync(brokenOff, CancellationToken.None);
            brokenOff = null;
            var arrival = new Arrival(frame.Bytes, clock.GetUtcNow(), remote, ExtentOf(frame.Kind));
            if (frame.Kind == MllpFrameKind.Unfinished)
                brokenOff = arrival;
            else
                await answers.WriteAsync(reception.ReceiveAsync(arrival, CancellationToken.None, isAlone: !frames.HasMore), CancellationToken.None); // what is kept is answered, even while the hub stops
        }
    }

    private static Extent ExtentOf(MllpFrameKind kind) => kind switch
    {
        MllpFrameKind.TooLarge => Extent.TooLarge,
        MllpFrameKind.Unfinished => Extent.Unfinished,
        _ => Extent.Whole,
    };
}
