using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>Rows as one array for each column.</summary>
internal static class PostgresArrays
{
    /// <summary>A statement over <c>unnest</c> with its arrays.</summary>
    internal static NpgsqlBatchCommand Command(string sql, IReadOnlyList<Column> columns, IReadOnlyList<DbValue[]> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var at = 0; at < columns.Count; at++)
            command.Parameters.Add(Of(columns[at], at, rows));
        return command;
    }

    private static NpgsqlParameter Of(Column column, int at, IReadOnlyList<DbValue[]> rows) => column.Kind switch
    {
        DbKind.Integer when !column.Nullable => new NpgsqlParameter<long[]> { TypedValue = Fill(new long[rows.Count], rows, at, static value => value.Integer) },
        DbKind.Integer => new NpgsqlParameter<long?[]> { TypedValue = Fill(new long?[rows.Count], rows, at, static value => value.Integer) },
        DbKind.Real when !column.Nullable => new NpgsqlParameter<double[]> { TypedValue = Fill(new double[rows.Count], rows, at, static value => value.Real) },
        DbKind.Real => new NpgsqlParameter<double?[]> { TypedValue = Fill(new double?[rows.Count], rows, at, static value => value.Real) },
        DbKind.Text => new NpgsqlParameter<string?[]> { TypedValue = Fill(new string?[rows.Count], rows, at, static value => WithoutNul(value.Text)) },
        _ => new NpgsqlParameter<byte[]?[]> { TypedValue = Fill(new byte[]?[rows.Count], rows, at, static value => value.Bytes.ToArray()) },
    };

    private static T?[] Fill<T>(T?[] array, IReadOnlyList<DbValue[]> rows, int column, Func<DbValue, T> read)
    {
        for (var i = 0; i < array.Length; i++)
            array[i] = rows[i][column].Kind == DbKind.Null ? default : read(rows[i][column]);
        return array;
    }

    /// <summary>PostgreSQL keeps no NUL in a text.</summary>
    private static string WithoutNul(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}
