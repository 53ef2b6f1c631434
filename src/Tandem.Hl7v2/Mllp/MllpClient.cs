using System.IO.Pipelines;
using System.Net.Sockets;

namespace Tandem.Hl7v2.Mllp;

/// <summary>Sends messages over one connection and waits for each acknowledgement. Not thread-safe.</summary>
public sealed class MllpClient : IAsyncDisposable
{
    private readonly TcpClient connection;
    private readonly PipeWriter output;
    private readonly MllpReader input;

    private MllpClient(TcpClient connection)
    {
        this.connection = connection;
        var stream = connection.GetStream();
        output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        input = new MllpReader(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)));
    }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<MllpClient> ConnectAsync(string host, int port, CancellationToken cancel = default)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(host, port, cancel).ConfigureAwait(false);
            return new MllpClient(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message and waits for its answer.</summary>
    /// <param name="message">The message without frame characters; line ends are sent as they are.</param>
    /// <param name="cancel">Ends the wait; the connection is of no more use then, because the answer may still come.</param>
    /// <returns>The answer as read; a fault when the peer answered with something that is no message.</returns>
    /// <exception cref="EndOfStreamException">The peer closed the line without an answer.</exception>
    public async Task<Hl7Reading> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel = default)
    {
        await PostAsync(message, cancel).ConfigureAwait(false);
        return await ReceiveAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Sends without waiting; <see cref="ReceiveAsync"/> gives the answers in order.</summary>
    public async Task PostAsync(ReadOnlyMemory<byte> message, CancellationToken cancel = default)
    {
        MllpFraming.Write(output, message.Span);
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The next answer.</summary>
    /// <exception cref="EndOfStreamException">The peer closed the line.</exception>
    public async Task<Hl7Reading> ReceiveAsync(CancellationToken cancel = default)
    {
        while (await input.ReadAsync(cancel).ConfigureAwait(false) is { } frame)
        {
            if (frame.Kind != MllpFrameKind.Unfinished)
                return Hl7Message.Parse(frame.Bytes);
        }

        throw new EndOfStreamException("The receiver closed the connection without an answer.");
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await output.CompleteAsync().ConfigureAwait(false);
        connection.Dispose();
    }
}
