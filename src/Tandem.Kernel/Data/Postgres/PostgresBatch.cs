using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// Sends several statements from the thread that asks. Called to block, the driver sends the first so and hands the others to a task, since a server that
/// still sends its first answers may not read on. Its tasks take turns, one at a time for each two processors, on threads of the pool; and threads of the pool are what those who wait for answers hold: when all
/// of them do, nothing is sent any more. Called asynchronously, it sends all where it was called; and a socket that blocks (<see cref="BlockingSocket"/>) does at once what it is asked to do.
/// </summary>
internal static class PostgresBatch
{
    private const int Small = 64 * 1024; // in bytes; the send buffer of one side and the receive buffer of the other hold more

    /// <summary>Runs a batch that has rows.</summary>
    /// <param name="batch">Its statements.</param>
    /// <param name="blocks">Whether the socket of its connection does.</param>
    internal static NpgsqlDataReader Read(NpgsqlBatch batch, bool blocks) =>
        blocks && batch.BatchCommands.Count > 1 && Size(batch) < Small ? batch.ExecuteReaderAsync().GetAwaiter().GetResult() : batch.ExecuteReader();

    /// <summary>Runs a batch whose answers nobody needs: short ones, so the server reads on whatever is sent.</summary>
    internal static int Run(NpgsqlBatch batch, bool blocks) =>
        blocks && batch.BatchCommands.Count > 1 ? batch.ExecuteNonQueryAsync().GetAwaiter().GetResult() : batch.ExecuteNonQuery();

    /// <summary>At most so many bytes.</summary>
    private static long Size(NpgsqlBatch batch)
    {
        long size = 0;
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            size += command.CommandText.Length;
            foreach (NpgsqlParameter parameter in command.Parameters)
                size += Size(parameter);
        }

        return size;
    }

    private static long Size(NpgsqlParameter parameter) => parameter switch
    {
        NpgsqlParameter<long> or NpgsqlParameter<double> => 12,
        NpgsqlParameter<string> text => Size(text.TypedValue),
        NpgsqlParameter<ReadOnlyMemory<byte>> bytes => bytes.TypedValue.Length,
        NpgsqlParameter<string?[]> texts => texts.TypedValue!.Sum(Size),
        NpgsqlParameter<byte[]?[]> several => several.TypedValue!.Sum(bytes => 4L + (bytes?.Length ?? 0)),
        { Value: Array numbers } => 12L * numbers.Length,
        _ => 12,
    };

    private static long Size(string? text) => 4 + (3L * (text?.Length ?? 0));
}
