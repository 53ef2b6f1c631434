using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Sealing;

/// <summary>What a sealing run did.</summary>
/// <param name="Read">Entries of the log that were looked at.</param>
/// <param name="Closed">Entries that lay open and are closed now.</param>
/// <param name="Renewed">Entries that were closed with an older key and are closed with the first now.</param>
public sealed record ResealCount(long Read, long Closed, long Renewed);

/// <summary>
/// Goes through the log and closes what rules name and what lies open: entries from before there were keys, earlier versions of what was labelled later, and entries closed with an older key. Content and
/// numbers of the log stay. Can be run again at any time. With the hub stopped.
/// </summary>
public sealed class Reseal(RecordStore record, FieldKeys keys, IEnumerable<ISealRule> rules)
{
    private const int PerTurn = 200;

    /// <summary>Bodies as they lie, with the current one of the same resource.</summary>
    internal const string ReadNext =
        $"SELECT {LogTables.Columns}, c.body FROM log l JOIN resources r ON r.type = l.type AND r.id = l.id JOIN log c ON c.seq = r.seq "
        + "WHERE l.seq > $1 AND l.deleted = 0 ORDER BY l.seq LIMIT $2";

    internal const string WriteBody = "UPDATE log SET body = $2 WHERE seq = $1";

    private readonly SealedContent content = new(keys, rules);

    /// <param name="cancel">Stops between turns; what was done stays.</param>
    public async Task<ResealCount> RunAsync(CancellationToken cancel)
    {
        var (after, read, closed, renewed) = (0L, 0L, 0L, 0L);
        while (true)
        {
            var turn = await record.WithWriterAsync<(long Last, int Read, int Closed, int Renewed)>(session => Turn(session, after), cancel);
            if (!turn.Succeeded(out var done, out var refusal))
                throw new DatabaseUnavailableException(refusal.Text);
            (read, closed, renewed) = (read + done.Read, closed + done.Closed, renewed + done.Renewed);
            if (done.Read == 0)
                break;
            after = done.Last;
        }

        return new ResealCount(read, closed, renewed);
    }

    private (long Last, int Read, int Closed, int Renewed) Turn(WriteSession session, long after)
    {
        var entries = session.Reading.Query(ReadNext, row => (Version: LogTables.Read(row), Body: row.Bytes(12), Current: row.Bytes(13)), after, PerTurn);
        var (closed, renewed) = (0, 0);
        foreach (var (version, body, current) in entries)
        {
            var isClosed = FieldKeys.IsClosed(body);
            if (isClosed ? keys.IsOfFirst(body) : !FieldKeys.IsClosed(current) && !content.Seals(version))
                continue;
            session.Reading.Execute(WriteBody, version.Seq, keys.Close(version.Bytes.Span));
            (closed, renewed) = isClosed ? (closed, renewed + 1) : (closed + 1, renewed);
        }

        return (entries.Count > 0 ? entries[^1].Version.Seq : after, entries.Count, closed, renewed);
    }
}
