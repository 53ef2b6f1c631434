using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// Ends statements of other sessions, over a connection of its own that is opened for the first; all that are to end at one time by one question. The server has signalled a session when it answers, and drops what a session is
/// signalled between two statements: who waits for the answer before it sends another statement is not hit by a late end. Thread-safe.
/// </summary>
/// <param name="connectionString">Of the server.</param>
internal sealed class PostgresEnds(string connectionString) : IDisposable
{
    private const string End = "SELECT pg_cancel_backend(one) FROM unnest(CAST($1 AS INT[])) one";
    private const int Patience = 5; // seconds
    private readonly NpgsqlDataSource source = PostgresDatabase.Source(Settings(connectionString));
    private readonly Lock gate = new();
    private List<PostgresSession> waiting = [];
    private NpgsqlConnection? connection;
    private bool isRunning;
    private bool isClosed;

    /// <summary>Ends the statement of a session and tells it so (<see cref="PostgresSession.Ended"/>).</summary>
    internal void Add(PostgresSession session)
    {
        lock (gate)
        {
            waiting.Add(session);
            if (isRunning)
                return;
            isRunning = true;
        }

        new Thread(Run) { IsBackground = true, Name = "database ends" }.UnsafeStart(); // threads of the pool may all wait for what is to end
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            if (!isRunning)
                Close();
        }
    }

    private void Run()
    {
        while (Next() is { } some)
        {
            var isKnown = TryEnd([.. some.Select(session => session.Backend)]);
            foreach (var session in some)
                session.Ended(isKnown);
        }
    }

    private List<PostgresSession>? Next()
    {
        lock (gate)
        {
            if (waiting.Count > 0)
            {
                var some = waiting;
                waiting = [];
                return some;
            }

            isRunning = false;
            if (isClosed)
                Close();
            return null;
        }
    }

    /// <returns>False when nobody knows what becomes of it: then the sessions are of no use any more, whatever went wrong.</returns>
    private bool TryEnd(int[] backends)
    {
        try
        {
            connection ??= Open();
            using var end = new NpgsqlCommand(End, connection);
            end.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = backends });
            end.ExecuteNonQuery();
            return true;
        }
        catch (Exception)
        {
            connection?.Dispose();
            connection = null;
            return false;
        }
    }

    private void Close()
    {
        connection?.Dispose();
        source.Dispose();
    }

    private NpgsqlConnection Open()
    {
        var opened = source.CreateConnection();
        try
        {
            opened.Open();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        var settings = PostgresDatabase.Settings(connectionString);
        (settings.Pooling, settings.MaxAutoPrepare, settings.Timeout, settings.CommandTimeout, settings.ApplicationName) = (false, 0, Patience, Patience, "tandem ends");
        return settings;
    }
}
