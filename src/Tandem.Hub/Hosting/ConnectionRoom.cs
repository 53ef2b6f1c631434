using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tandem.Hub.Hosting;

/// <summary>
/// Holds the connections of all listeners together below what may be open at once: who comes beyond is closed without a word. Each takes one of the files that the machine lets the process
/// have open, and a process that has none left cannot read its database and ends when its runtime needs one. Thread-safe.
/// </summary>
/// <param name="most">How many may be open.</param>
/// <param name="whole">The room that this is a part of; null where it is one of its own.</param>
internal sealed partial class ConnectionRoom(int most, ConnectionRoom? whole = null)
{
    private const int OtherFiles = 640; // the program's own are 350; the rest is for sessions of the database, spool, journal, bulk files and what the hub calls
    private const int Least = 512; // beside its own it has to open its database
    private const int LeastConnections = 16;
    private const int OfMessages = 64;
    private int open;

    /// <summary>How many files the machine lets this process have open; null where it does not say (outside of Linux) or sets no limit.</summary>
    internal static long? Files() => OperatingSystem.IsLinux() ? FilesBy("/proc/self/limits") : null;

    /// <summary>As the other, by a file of limits, see proc(5); null where it is not there or may not be read, as in some sandboxes.</summary>
    internal static long? FilesBy(string path)
    {
        try
        {
            return Files(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As the other, of its lines.</summary>
    internal static long? Files(IEnumerable<string> limits)
    {
        var words = limits.FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [_, _, _, var most, ..] && long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : null;
    }

    /// <summary>How many connections may be open: as many as the installation wants, or as leave room for the other files.</summary>
    internal static int For(WallSettings wall, long? files) => files is { } all ? (int)Math.Min(wall.MostConnections, Math.Max(LeastConnections, all - OtherFiles)) : wall.MostConnections;

    /// <summary>Why the hub cannot run with so many files, as a sentence; null when it can.</summary>
    internal static string? Problem(long? files) => files < Least
        ? $"The machine lets this process have {files} files open; the hub needs {Least} or more. Raise the limit (ulimit -n, LimitNOFILE of systemd, --ulimit nofile of containers)."
        : null;

    /// <summary>Tells who reads the log when fewer connections are taken than the installation wants.</summary>
    internal static void Tell(ILogger log, WallSettings wall, long? files)
    {
        if (files is { } all && For(wall, files) is var most && most < wall.MostConnections)
            TellOf(log, most, all, wall.MostConnections);
    }

    /// <summary>Counts the connections of a listener. To be called before anything else is said of it, so that who is too many costs no handshake.</summary>
    internal void Guard(ListenOptions listen)
    {
        listen.Use(next => connection => HoldAsync(next, connection));
        whole?.Guard(listen); // behind it: who is too many here takes nothing of the whole
    }

    /// <summary>The part that requests may take where messages come too: anybody may open a connection for requests, and who opens all that there are shuts out no feed.</summary>
    internal ConnectionRoom ForRequests() => new(most - Math.Min(OfMessages, most / 4), this);

    private async Task HoldAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref open) <= most)
                await next(connection);
            else
                connection.Abort(new ConnectionAbortedException("Too many connections are open."));
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    [LoggerMessage(EventId = 523, Level = LogLevel.Warning, Message = "{Most} connections are taken at once instead of {Wanted} (Wall:MostConnections): the machine lets this process have {Files} files open (ulimit -n, LimitNOFILE of systemd)")]
    private static partial void TellOf(ILogger log, int most, long files, int wanted);
}
