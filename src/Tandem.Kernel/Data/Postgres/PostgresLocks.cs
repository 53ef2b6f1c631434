using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>The advisory locks that one connection holds beyond its transactions; they are lost with it.</summary>
/// <param name="connection">Open.</param>
/// <param name="wait">Of the connection.</param>
internal sealed class PostgresLocks(NpgsqlConnection connection, PostgresWait wait)
{
    /// <summary>For two seconds.</summary>
    private const string WaitForShare =
        """
        SELECT true FROM (SELECT set_config('lock_timeout', '2000', true) AS most OFFSET 0) t
        CROSS JOIN LATERAL (SELECT pg_advisory_lock_shared($1) WHERE t.most <> '' OFFSET 0) l
        """;

    /// <summary>
    /// Takes a lock until the end of the transaction, and waits for it no longer than so many milliseconds ($2). Who has it and says nothing for as many ($3) loses the transaction and with it the
    /// lock: a process that is paused would keep it for ever.
    /// </summary>
    internal const string TakeForTransaction =
        """
        SELECT set_config('lock_timeout', NULL, true) FROM (
          SELECT pg_advisory_xact_lock($1) FROM (
            SELECT set_config('lock_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true) OFFSET 0
          ) t OFFSET 0
        ) l
        """;

    private readonly HashSet<long> owned = [];
    private long? joined;

    /// <summary>Holds a lock, shared, on this connection and on each that is opened in its place. Who has it alone is given some time to share it.</summary>
    /// <exception cref="LogOwnedElsewhereException">It keeps it.</exception>
    internal void Join(long key)
    {
        joined = key;
        if (Ask("SELECT pg_try_advisory_lock_shared($1)", key))
            return;
        try
        {
            Ask(WaitForShare, key);
        }
        catch (DatabaseException)
        {
            connection.Close(); // the next transaction opens it anew and asks again
            throw;
        }
    }

    /// <summary>The connection is open again, and holds nothing.</summary>
    internal void JoinAgain()
    {
        owned.Clear();
        if (joined is { } key)
            Join(key);
    }

    /// <summary>Takes a lock alone, of <see cref="Join"/> or another; false while another connection holds it as well.</summary>
    internal bool TryOwn(long key)
    {
        if (!Owns(key) && !Ask("SELECT pg_try_advisory_lock($1)", key))
            return false;
        owned.Add(key);
        return true;
    }

    /// <summary>True since <see cref="TryOwn"/>, as long as it is the same connection.</summary>
    internal bool Owns(long key) => owned.Contains(key) && wait.IsOpen;

    /// <summary>Gives back what <see cref="TryOwn"/> took; what <see cref="Join"/> took stays.</summary>
    internal void Release(long key)
    {
        if (Owns(key))
            Ask("SELECT pg_advisory_unlock($1)", key);
        owned.Remove(key);
    }

    /// <summary>Gives back everything, before the connection goes to the pool, which would keep the locks with it.</summary>
    internal void Leave()
    {
        if ((joined is null && owned.Count == 0) || !wait.IsOpen)
            return;
        try
        {
            using var leave = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
            wait.Run(leave, static leave => leave.ExecuteNonQuery());
        }
        catch (DatabaseException)
        {
            NpgsqlConnection.ClearPool(connection); // whatever state it is in, it is closed instead of kept
        }
    }

    /// <summary>Asks at once, before what waits to go with the next statement of the session.</summary>
    private bool Ask(string sql, long key)
    {
        if (!wait.IsOpen)
            throw new DatabaseUnavailableException("The connection to the database was lost.");
        using var ask = new NpgsqlCommand(sql, connection);
        ask.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        return wait.Run(ask, static ask => (bool)ask.ExecuteScalar()!);
    }
}
