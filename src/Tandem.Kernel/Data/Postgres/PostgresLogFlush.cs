using System.Globalization;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// A second connection beside a writer's, to the same server process: a small commit on it that waits for the disk takes with it all that the writer committed before without waiting,
/// since the server's log is brought to the disk in its order. It is never opened anew: one that holds was there before what it confirms, so the server has not lost it in between.
/// </summary>
internal sealed class PostgresLogFlush : LogFlush, IDisposable
{
    /// <summary>Something of its own in the server's log: a transaction that leaves nothing there does not wait for the disk.</summary>
    private const string Entry = "pg_logical_emit_message(true, 'tandem', ''::text)";

    /// <summary>A commit that waits for the disk and writes nothing else.</summary>
    internal const string Durable = $"SELECT {Entry}";

    private const string DurableAndHeard = $"SELECT {Entry}, {PostgresNotices.Notify}";
    private readonly NpgsqlConnection connection;
    private readonly PostgresWait wait;
    private readonly NpgsqlCommand quiet;
    private readonly NpgsqlCommand heard;
    private readonly NpgsqlParameter<string> place = new();
    private CommitUnknownException? fault;

    /// <param name="connection">Open, and used for nothing else.</param>
    /// <param name="wait">Of the connection.</param>
    private PostgresLogFlush(NpgsqlConnection connection, PostgresWait wait)
    {
        (this.connection, this.wait) = (connection, wait);
        quiet = new NpgsqlCommand(Durable, connection);
        heard = new NpgsqlCommand(DurableAndHeard, connection) { Parameters = { place } };
    }

    /// <summary>Opens one before a writer commits what it confirms.</summary>
    /// <param name="writer">The writer's connection.</param>
    /// <param name="writerWait">Of the writer's connection.</param>
    /// <param name="connect">Opens another to the same server.</param>
    /// <param name="pulse">Ends it when the server answers nobody.</param>
    /// <exception cref="DatabaseUnavailableException">There is none, or it leads to another server than the writer's.</exception>
    internal static PostgresLogFlush Open(NpgsqlConnection writer, PostgresWait writerWait, Func<NpgsqlConnection> connect, PostgresPulse pulse)
    {
        var beside = connect();
        var wait = pulse.Enrol(beside);
        try
        {
            if (wait.Run(beside, Started) != writerWait.Run(writer, Started))
                throw new DatabaseUnavailableException("The connections to the database lead to different servers.");
            return new PostgresLogFlush(beside, wait);
        }
        catch (Exception e)
        {
            wait.Dispose();
            beside.Dispose();
            if (e is DatabaseException)
                throw;
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }

    /// <summary>When the server process of a connection was started: another one, or one that has begun anew, has another time.</summary>
    private static string Started(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand("SELECT pg_postmaster_start_time()::text", connection);
        return (string)ask.ExecuteScalar()!;
    }

    /// <summary>False once it has failed.</summary>
    internal bool Holds => Volatile.Read(ref fault) is null;

    /// <inheritdoc/>
    public override void Run(long? seq)
    {
        if (fault is not null)
            throw fault;
        place.TypedValue = seq?.ToString(CultureInfo.InvariantCulture);
        try
        {
            wait.Run(seq is null ? quiet : heard, static flush => flush.ExecuteNonQuery());
        }
        catch (Exception e) // of the server, or of a connection that was closed under it
        {
            Volatile.Write(ref fault, new CommitUnknownException(e));
            throw fault!;
        }
    }

    public void Dispose()
    {
        quiet.Dispose();
        heard.Dispose();
        wait.Dispose();
        connection.Dispose();
    }
}
