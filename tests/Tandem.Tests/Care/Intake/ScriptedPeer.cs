using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;

namespace Tandem.Tests.Care.Intake;

/// <summary>A sending system under a test's control down to the byte.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly MllpReader answers;

    private ScriptedPeer(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
        answers = new MllpReader(PipeReader.Create(stream));
    }

    internal static async Task<ScriptedPeer> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return new ScriptedPeer(socket);
    }

    internal static byte[] Frame(string message) => [0x0B, .. Encoding.UTF8.GetBytes(message), 0x1C, 0x0D];

    internal async Task SendAsync(params byte[] bytes) => await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>The next answer; null when the hub closed the line.</summary>
    internal async Task<Hl7Message?> AnswerAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            return await answers.ReadAsync(limit.Token) is { } frame ? Hl7Message.Parse(frame.Bytes).Message! : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>MSA-1 and MSA-2 of the next answer.</summary>
    internal async Task<(string? Code, string? ControlId)> VerdictAsync()
    {
        var answer = await AnswerAsync() ?? throw new EndOfStreamException("The hub closed the line without an answer.");
        return (Msa.In(answer).Code, Msa.In(answer).ControlId);
    }

    internal async Task<(string? Code, string? ControlId)> AskAsync(string message)
    {
        await SendAsync(Frame(message));
        return await VerdictAsync();
    }

    /// <summary>Says that nothing more will come, and still listens.</summary>
    internal void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the line without good-bye.</summary>
    internal void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => stream.Dispose();
}
