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

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) =>
        RunArrays(table.InsertSql(Engine.Postgres), table.Columns, rows);

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) =>
        RunArrays(table.DeleteSql(Engine.Postgres), table.Key, keys);

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

    private void RunArrays(string sql, IReadOnlyList<Column> columns, IReadOnlyList<DbValue[]> rows)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction);
        for (var column = 0; column < columns.Count; column++)
            command.Parameters.Add(new NpgsqlParameter { Value = ArrayOf(columns[column].Kind, column, rows) });
        Guarded(command, static command => command.ExecuteNonQuery());
    }

    private static Array ArrayOf(DbKind kind, int column, IReadOnlyList<DbValue[]> rows) => kind switch
    {
        DbKind.Integer => Fill(new long?[rows.Count], rows, column, value => value.Integer),
        DbKind.Real => Fill(new double?[rows.Count], rows, column, value => value.Real),
        DbKind.Text => Fill(new string?[rows.Count], rows, column, value => value.Text.Replace("\0", "", StringComparison.Ordinal)),
        _ => Fill(new byte[]?[rows.Count], rows, column, value => value.Bytes.ToArray()),
    };

    private static T?[] Fill<T>(T?[] array, IReadOnlyList<DbValue[]> rows, int column, Func<DbValue, T> read)
    {
        for (var i = 0; i < array.Length; i++)
            array[i] = rows[i][column].Kind == DbKind.Null ? default : read(rows[i][column]);
        return array;
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
