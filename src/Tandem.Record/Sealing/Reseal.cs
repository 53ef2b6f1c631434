using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Sealing;

/// <summary>What a sealing run did.</summary>
/// <param name="Read">Entries of the log that were looked at.</param>
/// <param name="Closed">Entries that lay open and are closed now.</param>
/// <param name="Renewed">Entries that were closed with an older key and are closed with the first now.</param>
/// <param name="IsRebuildOwed">True when projections may hold words of what was closed, now or by a run that was cut off: <see cref="Reseal.RebuildAsync"/>.</param>
public sealed record ResealCount(long Read, long Closed, long Renewed, bool IsRebuildOwed);

/// <summary>
/// Goes through the log and closes what rules name and what lies open: entries from before there were keys, other versions of what is closed, and entries closed with an older key. What was opened
/// again (its current version lies open) stays open; of a deleted resource all is closed when one version is. Content and numbers of the log stay. Can be run again at any time. With the hub stopped.
/// </summary>
public sealed class Reseal(RecordStore record, FieldKeys keys, IEnumerable<ISealRule> rules)
{
    private const int PerTurn = 200;

    /// <summary>Entries as they lie, with the place of the current one of the same resource and whether that is its deletion.</summary>
    internal const string ReadNext =
        $"SELECT {LogTables.Columns}, r.seq, r.deleted FROM log l JOIN resources r ON r.type = l.type AND r.id = l.id "
        + "WHERE l.seq > $1 AND l.deleted = 0 ORDER BY l.seq LIMIT $2";

    internal const string ReadVersions = $"SELECT {LogTables.Columns} FROM log l WHERE l.rid = $1 AND l.deleted = 0";
    internal const string WriteBody = "UPDATE log SET body = $2 WHERE seq = $1";

    private readonly SealedContent content = new(keys, rules);
    private int atOnce = PerTurn; // fewer behind large entries
    private readonly HashSet<long> withOthers = []; // resources whose other versions are to be closed as well

    /// <param name="cancel">Stops between turns; what was done stays.</param>
    public async Task<ResealCount> RunAsync(CancellationToken cancel)
    {
        var (after, read, closed, renewed) = (0L, 0L, 0L, 0L);
        while (true)
        {
            var done = await WriteAsync(session => Turn(session, after), cancel);
            (read, closed, renewed) = (read + done.Read, closed + done.Closed, renewed + done.Renewed);
            if (done.Read == 0)
                break;
            after = done.Last;
        }

        foreach (var some in withOthers.Chunk(PerTurn))
            closed += await WriteAsync(session => CloseOthers(session, some), cancel);
        await WriteAsync(
            session =>
            {
                Rest.PageKey.Reseal(session, keys);
                SealingMarks.Reseal(session, keys);
                return 0;
            },
            cancel);
        return new ResealCount(read, closed, renewed, record.Database.Read(SealingMarks.IsRebuildOwed));
    }

    /// <summary>Makes everything anew that is found by words: its rows may hold words of what is closed now.</summary>
    public async Task RebuildAsync(IEnumerable<IProjection> projections, CancellationToken cancel)
    {
        foreach (var projection in projections)
            await record.RebuildAsync(projection.Name, cancel);
        await Search.FullText.ReadWordsAnew.RunAsync(record, cancel);
        await WriteAsync(
            session =>
            {
                SealingMarks.RebuildIsDone(session);
                return 0;
            },
            cancel);
    }

    private async Task<T> WriteAsync<T>(Func<WriteSession, T> write, CancellationToken cancel) =>
        (await record.WithWriterAsync<T>(session => write(session), cancel)).Succeeded(out var done, out var refusal) ? done : throw new DatabaseUnavailableException(refusal.Text);

    private (long Last, int Read, int Closed, int Renewed) Turn(WriteSession session, long after)
    {
        var entries = Next(session.Reading, after);
        var (closed, renewed) = (0, 0);
        foreach (var (version, body, isCurrent, isGone) in entries)
        {
            var isClosed = FieldKeys.IsClosed(body);
            var seals = isClosed || content.Seals(version);
            if (seals && (isGone || (isCurrent && version.Version > 1)))
                withOthers.Add(version.Rid);
            if (isClosed ? keys.IsOfFirst(body) : !seals)
                continue;
            session.Reading.Execute(WriteBody, version.Seq, keys.Close(version.Bytes.Span));
            (closed, renewed) = isClosed ? (closed, renewed + 1) : (closed + 1, renewed);
        }

        if (closed > 0)
            SealingMarks.OweRebuild(session);
        return (entries.Count > 0 ? entries[^1].Version.Seq : after, entries.Count, closed, renewed);
    }

    /// <summary>The next entries, until they have <see cref="TakenVersions.UsualBytes"/>.</summary>
    private List<(ResourceVersion Version, byte[] Body, bool IsCurrent, bool IsGone)> Next(DbSession session, long after)
    {
        var entries = new List<(ResourceVersion, byte[], bool, bool)>();
        var (bytes, isCut) = (0L, false);
        session.ForEach(ReadNext, Take, after, atOnce);
        atOnce = isCut ? entries.Count : Math.Min(PerTurn, atOnce * 2);
        return entries;

        void Take(DbRow row)
        {
            isCut = bytes >= TakenVersions.UsualBytes;
            if (isCut)
                return;
            var body = row.Bytes(12);
            entries.Add((LogTables.Read(row), body, row.Integer(13) == row.Integer(0), row.Integer(14) != 0));
            bytes += body.Length;
        }
    }

    private int CloseOthers(WriteSession session, IReadOnlyList<long> resources)
    {
        var closed = 0;
        foreach (var version in resources.SelectMany(resource => session.Reading.Query(ReadVersions, LogTables.Read, resource)).Where(version => !version.IsSealed))
        {
            session.Reading.Execute(WriteBody, version.Seq, keys.Close(version.Bytes.Span));
            closed++;
        }

        if (closed > 0)
            SealingMarks.OweRebuild(session);
        return closed;
    }
}
