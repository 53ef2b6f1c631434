using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>
/// Some thousand resources of a rebuild as rows: read and projected beside the writer, written in its turns, sorted, so that each page of the twins' trees is
/// touched once for many resources. What changed between is put right in the part's last turn.
/// </summary>
internal sealed class RebuildPart
{
    private const int MostAtOnce = 500;

    private const string ReadNext =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.rid > $1 AND r.rid <= $2 AND r.deleted = 0 ORDER BY r.rid LIMIT $3";

    private const string ReadStanding = "SELECT rid, seq, deleted FROM resources WHERE rid > $1 AND rid <= $2";

    private readonly Dictionary<long, ResourceVersion> versions = [];
    private readonly RebuildState state;
    private readonly long after;

    private RebuildPart(RebuildState state, long after) => (this.state, this.after, Last) = (state, after, after);

    /// <summary>The rid up to which it reaches.</summary>
    internal long Last { get; private set; }

    internal int Count => versions.Count;

    /// <summary>True when nothing is left to read after it.</summary>
    internal bool IsLast => Last >= state.Edge;

    /// <summary>The rows, in parts that take little of the writer's time each.</summary>
    internal List<TableChange> Slices { get; } = [];

    /// <summary>Reads the resources after a place and makes their rows. On any thread.</summary>
    internal static RebuildPart Read(Database database, RebuildState state, long after, RebuildPace pace)
    {
        var part = new RebuildPart(state, after);
        var bytes = 0L;
        while (part.Count < pace.Resources && bytes < pace.Bytes)
        {
            var asked = Math.Min(state.ReadAtOnce, pace.Resources - part.Count);
            var left = pace.Bytes - bytes;
            var taken = database.Read(session => TakenVersions.Read(session, left, ReadNext, part.Last, state.Edge, asked));
            if (taken.All.Count == 0)
            {
                part.Last = state.Edge;
                break;
            }

            foreach (var version in taken.All)
                part.versions.Add(version.Rid, version);
            bytes += taken.Bytes;
            part.Last = taken.All[^1].Rid;
            state.ReadAtOnce = taken.NextCount(state.ReadAtOnce, MostAtOnce);
        }

        part.Project(pace);
        return part;
    }

    /// <summary>Stages what changed since the part was read; with it the twins are complete up to <see cref="Last"/>. In the writer's turn.</summary>
    internal void Settle(WriteSession session)
    {
        var standing = session.Query(ReadStanding, row => (Rid: row.Integer(0), Seq: row.Integer(1), Deleted: row.Integer(2) != 0), after, Last);
        foreach (var (rid, seq, deleted) in standing)
        {
            var read = versions.GetValueOrDefault(rid);
            if (deleted ? read is null : read?.Seq == seq)
                continue;
            var now = deleted ? null : session.Query(LogTables.ReadSeq, LogTables.Read, seq)[0];
            state.Stage(read, now, session.Rows);
        }
    }

    private void Project(RebuildPace pace)
    {
        var rows = new RowSink();
        foreach (var version in versions.Values)
            state.Project(version, rows);
        foreach (var (table, sorted) in BulkRows.Sorted(rows.Rows))
        {
            foreach (var some in sorted.Chunk(pace.Rows))
                Slices.Add(table.Kind == TableKind.Rows ? new(state.Shadow(table), [], [], some) : new(state.Shadow(table), [], some, []));
        }
    }
}

/// <summary>How much of a rebuild goes together.</summary>
/// <param name="Resources">Read and sorted together: the more, the fewer pages are touched twice.</param>
/// <param name="Rows">Written in one turn: the fewer, the shorter others wait.</param>
/// <param name="Bytes">The resources read together end with the one that makes them as large as this: two such parts are in memory.</param>
internal sealed record RebuildPace(int Resources, int Rows, long Bytes = TakenVersions.UsualBytes)
{
    internal static readonly RebuildPace Usual = new(8_192, 8_192);
}
