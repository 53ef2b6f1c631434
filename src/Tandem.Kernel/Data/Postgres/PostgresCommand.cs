using Npgsql;
using NpgsqlTypes;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>A statement with its values.</summary>
internal static class PostgresCommand
{
    internal static NpgsqlBatchCommand Of(string sql, ReadOnlySpan<DbValue> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
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
}
