using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// Notices a server that answers nobody any more, stopped or cut off, and ends what waits for it. How long a statement may take nobody knows (a table is made anew for minutes), so time alone does
/// not tell: when somebody has waited for a while, the server is asked for nothing, over a connection of its own; it is silent when it answers neither that nor, meanwhile,
/// anybody else. Who comes while it is silent is refused at once, until it answers. Thread-safe.
/// </summary>
/// <param name="connectionString">Of the server.</param>
/// <param name="suspicion">How long somebody waits until the server is asked.</param>
/// <param name="patience">How long it may take to answer.</param>
/// <param name="silenced">Is told after all connections were ended.</param>
internal sealed class PostgresPulse(string connectionString, TimeSpan suspicion, TimeSpan patience, Action silenced) : IDisposable
{
    /// <summary>How long somebody waits until the server is asked.</summary>
    internal static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to answer: one that is busy with everything else does it late.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly List<PostgresWait> waits = [];
    private readonly object closing = new();
    private readonly TimeSpan often = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond, suspicion.Ticks / 2));
    private Thread? thread;
    private bool isClosed;
    private long answered; // Environment.TickCount64
    private PostgresWait? silent; // by which it was noticed
    private volatile bool isSilent;

    /// <summary>Looks after what waits for a connection that was opened, until it is left.</summary>
    internal PostgresWait Enrol(NpgsqlConnection connection)
    {
        var wait = new PostgresWait(this, connection);
        lock (gate)
        {
            waits.Add(wait);
            if (thread is null)
            {
                thread = new Thread(Watch) { IsBackground = true, Name = "database pulse" }; // threads of the pool may all wait
                thread.UnsafeStart();
            }
        }

        return wait;
    }

    internal void Leave(PostgresWait wait)
    {
        lock (gate)
            waits.Remove(wait);
    }

    /// <exception cref="DatabaseUnavailableException">The server does not answer.</exception>
    internal void ThrowIfSilent()
    {
        if (isSilent)
            throw new DatabaseUnavailableException("The database does not answer.");
    }

    public void Dispose()
    {
        lock (closing)
        {
            isClosed = true;
            Monitor.Pulse(closing); // the thread ends by itself: it may be asking
        }
    }

    private void Watch()
    {
        while (IsWanted())
        {
            if (!IsSuspect(Environment.TickCount64, out var one))
                continue;
            var asked = Environment.TickCount64;
            var answers = IsAnswered(one.Host, one.Port);
            if (IsHeardSince(asked, one))
                answers = true;
            Volatile.Write(ref answered, Environment.TickCount64);
            if (answers == true)
                isSilent = false;
            else if (answers == false)
                End(one);
        }
    }

    private bool IsWanted()
    {
        lock (closing)
        {
            if (!isClosed)
                Monitor.Wait(closing, often);
            return !isClosed;
        }
    }

    /// <summary>Somebody has waited for long, and as long ago the server was asked; or it did not answer.</summary>
    private bool IsSuspect(long now, [NotNullWhen(true)] out PostgresWait? suspect)
    {
        lock (gate)
        {
            suspect = isSilent ? silent : now - answered < suspicion.TotalMilliseconds ? null : waits.Find(wait => wait.IsLongerThan(suspicion, now));
            return suspect is not null;
        }
    }

    /// <summary>A new connection is what a server or a pool before it refuses first: while others get answers, it is not silent.</summary>
    private bool IsHeardSince(long asked, PostgresWait one)
    {
        lock (gate)
            return waits.Exists(wait => wait.IsBeside(one) && wait.HasHeardSince(asked));
    }

    /// <summary>Ends all connections to the machine of one, and refuses others where there is no other machine.</summary>
    private void End(PostgresWait one)
    {
        var isFirst = !isSilent;
        lock (gate)
        {
            silent = one;
            isSilent = !HasOthers;
            foreach (var wait in waits.Where(wait => wait.IsBeside(one)))
                wait.Cut();
        }

        if (!isFirst)
            return;
        try
        {
            silenced();
        }
        catch (Exception)
        {
            // who comes next finds those lost that are left; a fault of this thread would end the process
        }
    }

    private bool HasOthers => new NpgsqlConnectionStringBuilder(connectionString).Host?.Contains(',', StringComparison.Ordinal) == true;

    /// <returns>True when it says anything, be it that it has no place for one more; null when that is not known, as nothing was asked: no file is left, a certificate is not there, its name is not found.</returns>
    private bool? IsAnswered(string? host, int port)
    {
        try
        {
            Ask(host, port);
            return true;
        }
        catch (Exception e) // whatever it is, it would end the process
        {
            return e is PostgresException ? true : IsSilence(e) ? false : null;
        }
    }

    private void Ask(string? host, int port)
    {
        var seconds = Math.Max(1, (int)patience.TotalSeconds);
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = host, Port = port, Pooling = false, Enlist = false, Timeout = seconds, CommandTimeout = seconds, TargetSessionAttributes = null, ApplicationName = "tandem pulse",
        };
        using var source = PostgresDatabase.Source(settings);
        using var connection = source.CreateConnection();
        connection.Open();
        using var ask = new NpgsqlCommand("SELECT 1", connection);
        ask.ExecuteScalar();
    }

    /// <summary>Nothing came from the other side, or nobody is there.</summary>
    private static bool IsSilence(Exception e) => e switch
    {
        TimeoutException => true,
        NpgsqlException { InnerException: IOException } => true,
        NpgsqlException { InnerException: SocketException socket } => socket.SocketErrorCode
            is SocketError.TimedOut or SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.HostDown or SocketError.HostUnreachable
            or SocketError.NetworkDown or SocketError.NetworkUnreachable,
        NpgsqlException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
