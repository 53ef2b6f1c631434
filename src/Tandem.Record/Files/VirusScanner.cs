using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Files;

/// <summary>Asks clamd by its INSTREAM command (clamd(8)): the file goes over the connection in parts with their length. Thread-safe; every scan has a connection of its own. The patience is for connecting, and for each step of the talk.</summary>
internal sealed class VirusScanner(string address, TimeSpan patience, ILogger log)
{
    private const int Part = 64 * 1024;
    private readonly int milliseconds = (int)patience.TotalMilliseconds;

    /// <returns>Null when nothing was found; Unprocessable for an infected file, Unavailable while the scanner does not answer.</returns>
    internal Refusal? Scan(ReadOnlySpan<byte> file)
    {
        try
        {
            var answer = Ask(file);
            if (answer.EndsWith("OK", StringComparison.Ordinal))
                return null;
            if (answer.EndsWith("FOUND", StringComparison.Ordinal))
                return Refusal.Unprocessable("", new RefusalDetail("security", "The virus scanner finds this file infected. It was not kept."));
            VirusScannerLog.Odd(log, answer.Length);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            VirusScannerLog.Silent(log, e);
        }

        return Refusal.Unavailable("The virus scanner does not answer, so no file is taken now. Try again in some minutes.");
    }

    private string Ask(ReadOnlySpan<byte> file)
    {
        using var socket = Connect();
        using var stream = new NetworkStream(socket) { ReadTimeout = milliseconds, WriteTimeout = milliseconds };
        stream.Write("zINSTREAM\0"u8);
        Span<byte> length = stackalloc byte[4];
        for (var at = 0; at < file.Length; at += Part)
        {
            var part = file.Slice(at, Math.Min(Part, file.Length - at));
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            stream.Write(length);
            stream.Write(part);
        }

        stream.Write([0, 0, 0, 0]);
        var answer = new byte[4096];
        var read = stream.ReadAtLeast(answer, answer.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(answer, 0, read).TrimEnd('\0', '\n');
    }

    private Socket Connect()
    {
        var colon = address.LastIndexOf(':');
        var isFile = address.StartsWith('/') || colon < 0;
        var socket = isFile ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Connect(socket, isFile
                ? new UnixDomainSocketEndPoint(address)
                : new DnsEndPoint(address[..colon], int.Parse(address[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Socket.Connect(EndPoint)"/>, which waits for minutes when a firewall answers nothing.</summary>
    private void Connect(Socket socket, EndPoint to)
    {
        using var done = new ManualResetEventSlim();
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = to };
        connecting.Completed += (_, _) => done.Set();
        if (socket.ConnectAsync(connecting) && !done.Wait(milliseconds))
        {
            Socket.CancelConnectAsync(connecting);
            done.Wait();
            throw new SocketException((int)SocketError.TimedOut);
        }

        if (connecting.SocketError != SocketError.Success)
            throw new SocketException((int)connecting.SocketError);
    }
}

internal static partial class VirusScannerLog
{
    [LoggerMessage(1, LogLevel.Error, "The virus scanner does not answer; files are not taken.")]
    internal static partial void Silent(ILogger log, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The virus scanner gave an answer of {Length} characters that is neither OK nor FOUND; files are not taken.")]
    internal static partial void Odd(ILogger log, int length);
}
