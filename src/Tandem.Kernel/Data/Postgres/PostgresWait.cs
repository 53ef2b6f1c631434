using System.Data;
using System.Net.Sockets;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>Since when the user of a connection waits for the server, seen by <see cref="PostgresPulse"/>, which ends it when the server answers nobody.</summary>
internal sealed class PostgresWait : IDisposable
{
    private const int Tcp = 6; // IPPROTO_TCP
    private const int UserTimeout = 18; // TCP_USER_TIMEOUT, see tcp(7)

    /// <summary>Milliseconds after which the other machine has to have taken what was sent. Longer than a server is busy with the first of many statements, which takes the others only then.</summary>
    private const int Untaken = 300_000;

    private readonly PostgresPulse pulse;
    private readonly NpgsqlConnection connection;
    private volatile Socket? socket;
    private long since; // Environment.TickCount64, or 0
    private long heard; // Environment.TickCount64 of the last answer
    private volatile bool isCut;

    /// <param name="pulse">Sees it.</param>
    /// <param name="connection">Open.</param>
    internal PostgresWait(PostgresPulse pulse, NpgsqlConnection connection)
    {
        (this.pulse, this.connection) = (pulse, connection);
        Follow();
    }

    /// <summary>The machine that the connection leads to.</summary>
    internal string? Host { get; private set; }

    /// <inheritdoc cref="Host"/>
    internal int Port { get; private set; }

    /// <summary>True when both lead to the same machine.</summary>
    internal bool IsBeside(PostgresWait other) => Host == other.Host && Port == other.Port;

    /// <summary>True until the connection is lost or was ended.</summary>
    internal bool IsOpen => connection.State == ConnectionState.Open && !isCut;

    /// <summary>The connection was opened anew.</summary>
    internal void Follow()
    {
        (Host, Port) = (connection.Host, connection.Port);
        socket = BlockingSocket.Of(connection);
        isCut = false;
        if (OperatingSystem.IsLinux() && socket is { ProtocolType: ProtocolType.Tcp })
            socket.SetRawSocketOption(Tcp, UserTimeout, BitConverter.GetBytes(Untaken));
    }

    /// <summary>Asks the server and waits for what it says.</summary>
    /// <exception cref="DatabaseUnavailableException">It does not answer, or the connection was lost.</exception>
    /// <exception cref="LogOwnedElsewhereException">What it takes was locked for longer than it was to wait.</exception>
    /// <exception cref="DatabaseException">It refused.</exception>
    internal TResult Run<T, TResult>(T what, Func<T, TResult> run)
    {
        Volatile.Write(ref since, Environment.TickCount64);
        try
        {
            var answer = run(what);
            Volatile.Write(ref heard, Environment.TickCount64);
            return answer;
        }
        catch (PostgresException e)
        {
            Volatile.Write(ref heard, Environment.TickCount64);
            throw Refused(e, what as NpgsqlCommand);
        }
        catch (NpgsqlException e)
        {
            throw Lost(e);
        }
        finally
        {
            Volatile.Write(ref since, 0);
        }
    }

    internal bool IsLongerThan(TimeSpan span, long now) => Volatile.Read(ref since) is not 0 and var begun && now - begun >= span.TotalMilliseconds;

    /// <summary>True when the server has answered since then.</summary>
    internal bool HasHeardSince(long then) => Volatile.Read(ref heard) > then;

    /// <summary>Ends the connection under its user, who finds it lost.</summary>
    internal void Cut()
    {
        isCut = true;
        try
        {
            socket?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket = null; // it was lost by itself
        }
    }

    /// <summary>Closes the connection, in whatever state it is.</summary>
    internal void Close()
    {
        try
        {
            connection.Close();
        }
        catch (NpgsqlException) when (!IsOpen)
        {
            // it was ended in a transaction, which the driver wants to roll back first; the driver has dropped it
        }
    }

    public void Dispose() => pulse.Leave(this);

    private static DatabaseException Refused(PostgresException e, NpgsqlCommand? asked) => e switch
    {
        { SqlState: PostgresErrorCodes.LockNotAvailable } => new LogOwnedElsewhereException(e),
        { IsTransient: true } or { InvariantSeverity: "FATAL" or "PANIC" } => Lost(e), // those end the connection
        _ => new DatabaseException($"{e.MessageText} in: {e.BatchCommand?.CommandText ?? asked?.CommandText}", e),
    };

    private static DatabaseUnavailableException Lost(NpgsqlException e) => new("The database cannot be reached or did not confirm the commit.", e);
}
