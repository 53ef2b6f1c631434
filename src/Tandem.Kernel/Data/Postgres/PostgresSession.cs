using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>One PostgreSQL connection; statements are prepared by the driver after their second use.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : DbSession
{
    private NpgsqlTransaction? transaction;

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments)
    {
        using var command = Command(sql, arguments);
        return Guarded(command, static command => command.ExecuteNonQuery());
    }

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        using var command = Command(sql, arguments);
        using var reader = Guarded(command, static command => command.ExecuteReader(CommandBehavior.SingleResult));
        var row = new PostgresRow(reader);
        while (reader.Read())
            read(row);
    }

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => Apply([new(table, [], rows)]);

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => Apply([new(table, keys, [])]);

    /// <summary>One statement for all keys and one for all rows of a table, as arrays; all statements in one exchange with the server.</summary>
    public override void Apply(IReadOnlyList<TableChange> changes)
    {
        Reopen();
        using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var change in changes)
        {
            if (change.Gone.Count > 0)
                batch.BatchCommands.Add(PostgresArrays.Command(change.Table.DeleteSql(Engine.Postgres), change.Table.Key, change.Gone));
            if (change.Put.Count > 0)
                batch.BatchCommands.Add(PostgresArrays.Command(change.Table.InsertSql(Engine.Postgres), change.Table.Columns, change.Put));
        }

        try
        {
            batch.ExecuteNonQuery();
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new DatabaseException($"{e.MessageText} in: {e.BatchCommand?.CommandText}", e);
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }

    public override void Prepare(string sql)
    {
        // The server infers the types of $n; the driver would want them named, so this goes by SQL.
        using var prepare = new NpgsqlCommand($"PREPARE checked AS {sql}", connection, transaction);
        prepare.ExecuteNonQuery();
        using var forget = new NpgsqlCommand("DEALLOCATE checked", connection, transaction);
        forget.ExecuteNonQuery();
    }

    public override void Begin()
    {
        Reopen();
        transaction = connection.BeginTransaction();
    }

    public override void Commit()
    {
        try
        {
            transaction!.Commit();
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
        {
            throw new DatabaseUnavailableException("The database did not confirm the commit.", e);
        }
        finally
        {
            transaction?.Dispose();
            transaction = null;
        }
    }

    public override void Rollback()
    {
        var open = transaction;
        transaction = null;
        if (open is null)
            return;
        try
        {
            open.Rollback();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            connection.Close(); // a broken connection has rolled back by itself; the next Begin opens anew
        }
        finally
        {
            open.Dispose();
        }
    }

    public override void ExecuteScript(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction);
        Guarded(command, static command => command.ExecuteNonQuery());
    }

    internal bool IsUsable => connection.State == ConnectionState.Open && transaction is null;

    internal void BeginSnapshot() => transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);

    protected override void Close() => connection.Dispose();

    private void Reopen()
    {
        if (connection.State == ConnectionState.Open)
            return;
        try
        {
            connection.Open();
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<DbValue> arguments)
    {
        Reopen();
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (ref readonly var value in arguments)
        {
            command.Parameters.Add(value.Kind switch
            {
                DbKind.Integer => new NpgsqlParameter<long> { TypedValue = value.Integer },
                DbKind.Real => new NpgsqlParameter<double> { TypedValue = value.Real },
                DbKind.Text => new NpgsqlParameter<string> { TypedValue = value.Text },
                DbKind.Bytes => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value.Bytes },
                _ => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown },
            });
        }

        return command;
    }

    private static T Guarded<T>(NpgsqlCommand command, Func<NpgsqlCommand, T> run)
    {
        try
        {
            return run(command);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new DatabaseException($"{e.MessageText} in: {command.CommandText}", e);
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }
}

/// <summary>The row a reader stands on.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : DbRow
{
    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override long Integer(int column) => reader.GetFieldType(column) == typeof(int) ? reader.GetInt32(column)
        : reader.GetFieldType(column) == typeof(decimal) ? (long)reader.GetDecimal(column)
        : reader.GetInt64(column);

    public override double Real(int column) => reader.GetDouble(column);

    public override string Text(int column) => reader.GetString(column);

    public override byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);
}
