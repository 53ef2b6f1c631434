using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>All projections, as the writer applies them to a change. Used by the writer's thread alone.</summary>
internal sealed class ProjectionSet(IReadOnlyList<IProjection> projections)
{
    private readonly RowSink before = new();
    private readonly RowSink after = new();
    private readonly Dictionary<string, IProjection[]> byType = [];
    private readonly List<RebuildState> rebuilding = [];
    private List<(RebuildState State, long Watermark)> committed = [];

    private volatile bool areStale;
    private int runs;
    private int runsAlone;

    internal IReadOnlyList<IProjection> All => projections;

    /// <summary>True while some tables hold rows that another version of the program made: then a row may be there that should not be.</summary>
    internal bool AreStale
    {
        get => areStale;
        set => areStale = value;
    }

    /// <summary>Stages the difference that a change makes to all projections' rows.</summary>
    internal void Apply(ResourceVersion? old, ResourceVersion? now, StagedRows staged)
    {
        var type = (now ?? old)!.Type;
        if (!byType.TryGetValue(type, out var wanting))
            byType[type] = wanting = [.. projections.Where(projection => projection.Wants(type))];

        foreach (var projection in wanting)
        {
            Rows(projection, old, before);
            Rows(projection, now, after);
            Stage(staged, before.Rows, after.Rows, shadow: null);
            if (rebuilding.Find(state => state.Projection == projection) is { } state && state.Covers((now ?? old)!.Rid))
                Stage(staged, before.Rows, after.Rows, state.Shadow);
        }
    }

    /// <summary>Stages what one projection would change for a version that is not there yet.</summary>
    internal void Provisional(string name, ResourceVersion? old, ResourceVersion version, StagedRows staged)
    {
        foreach (var projection in projections.Where(projection => projection.Name == name && projection.Wants(version.Type)))
        {
            Rows(projection, old, before);
            Rows(projection, version, after);
            Stage(staged, before.Rows, after.Rows, shadow: null);
        }
    }

    /// <summary>Begins a rebuild. One of the same projection that an outage broke off ends with it: its twin tables are this one's now.</summary>
    internal void Begin(RebuildState state)
    {
        rebuilding.RemoveAll(other => other.Projection == state.Projection);
        rebuilding.Add(state);
    }

    /// <summary>
    /// Takes over how far rebuilds are and how settings stand by the database, at the beginning of a transaction that nobody writes beside: another node may rebuild, and this one's changes
    /// go to its twins as well.
    /// </summary>
    internal void Follow(IReadOnlyList<(string Name, long Watermark, long Edge)> running)
    {
        rebuilding.RemoveAll(state => !running.Any(one => one.Name == state.Projection.Name));
        foreach (var (name, watermark, edge) in running)
        {
            if (projections.FirstOrDefault(projection => RebuildRows.IsSettingsOf(projection.Name, name)) is { } settled)
                settled.Follow(watermark);
            if (projections.FirstOrDefault(projection => projection.Name == name) is not { } projection)
                continue;
            var state = rebuilding.Find(state => state.Projection == projection);
            if (state is null)
                rebuilding.Add(state = new RebuildState(projection));
            (state.Watermark, state.Edge) = (watermark, edge);
        }
    }

    internal bool IsRebuilding(string name) => rebuilding.Exists(state => state.Projection.Name == name);

    /// <summary>True while this process rebuilds. On any thread.</summary>
    internal bool IsAnyRunning => Volatile.Read(ref runs) > 0;

    /// <summary>True while it rebuilds with nobody beside. On any thread.</summary>
    internal bool IsAnyRunningAlone => Volatile.Read(ref runsAlone) > 0;

    /// <summary>Notes that this process begins a rebuild with nobody beside. On any thread.</summary>
    internal void Enter()
    {
        Interlocked.Increment(ref runs);
        Interlocked.Increment(ref runsAlone);
    }

    /// <summary>As <see cref="Enter"/>, beside others, unless it is at one already: a request that it is answering must not be taken for one that was cut off.</summary>
    internal bool TryEnterBeside() => Interlocked.CompareExchange(ref runs, 1, 0) == 0;

    internal void Leave(bool isAlone)
    {
        Interlocked.Decrement(ref runs);
        if (isAlone)
            Interlocked.Decrement(ref runsAlone);
    }

    internal void End(RebuildState state) => rebuilding.Remove(state);

    /// <summary>The transaction is durable: rebuilds stand where they stand now.</summary>
    internal void Committed() => committed = [.. rebuilding.Select(state => (state, state.Watermark))];

    /// <summary>The transaction was undone: rebuilds stand where they stood before it.</summary>
    internal void RolledBack()
    {
        foreach (var projection in projections)
            projection.RolledBack();
        rebuilding.Clear();
        foreach (var (state, watermark) in committed)
        {
            state.Watermark = watermark;
            rebuilding.Add(state);
        }
    }

    internal static void Rows(IProjection projection, ResourceVersion? version, RowSink sink)
    {
        sink.Clear();
        AddRows(projection, version, sink);
    }

    internal static void AddRows(IProjection projection, ResourceVersion? version, RowSink sink)
    {
        if (version is { Deleted: false } && (!version.IsSealed || projection.TakesSealed))
            projection.Project(version, sink);
    }

    internal static void Stage(
        StagedRows staged,
        IReadOnlyList<(Table Table, DbValue[] Row)> old,
        IReadOnlyList<(Table Table, DbValue[] Row)> now,
        Func<Table, Table>? shadow)
    {
        var (before, after) = (new HeldRows(old, now.Count), new HeldRows(now, old.Count));
        foreach (var (table, row) in old)
        {
            var target = shadow is null ? table : shadow(table);
            if (table.Kind == TableKind.Counters)
                staged.Put(target, Negative(row, table.Key.Count));
            else if (table.Kind != TableKind.Append && !after.HasKeyOf(table, row))
                staged.Remove(target, row);
        }

        foreach (var (table, row) in now)
        {
            if (table.Kind == TableKind.Counters || !before.Has(table, row))
                staged.Put(shadow is null ? table : shadow(table), row, isNew: !before.HasKeyOf(table, row));
        }
    }

    private static DbValue[] Negative(DbValue[] row, int keys)
    {
        var negative = (DbValue[])row.Clone();
        for (var i = keys; i < negative.Length; i++)
            negative[i] = -negative[i].Integer;
        return negative;
    }
}

/// <summary>A rebuild under way: the twin tables hold everything up to the watermark and everything after the edge.</summary>
internal sealed class RebuildState(IProjection projection)
{
    private readonly Dictionary<Table, Table> twins =
        projection.Tables.ToDictionary(table => table, table => table.Named(table.Name + "_next"), (IEqualityComparer<Table>)ReferenceEqualityComparer.Instance);

    internal IProjection Projection => projection;

    /// <summary>The rid up to which the twins are complete.</summary>
    internal long Watermark { get; set; }

    /// <summary>The last rid there was when the rebuild began: what came after goes to the twins at once.</summary>
    internal long Edge { get; set; }

    /// <summary>Resources read so far.</summary>
    internal long Read { get; set; }

    /// <summary>How many resources are asked for at once: few behind large ones. Used by whoever reads alone.</summary>
    internal int ReadAtOnce { get; set; } = 500;

    /// <summary>True for a resource whose changes go to the twins as well; the others will be read.</summary>
    internal bool Covers(long rid) => rid <= Watermark || rid > Edge;

    internal IReadOnlyCollection<Table> Twins => twins.Values;

    internal Table Shadow(Table table) => twins[table];

    /// <summary>Adds the rows of a version, named by the projection's own tables.</summary>
    internal void Project(ResourceVersion version, RowSink rows)
    {
        if (projection.Wants(version.Type))
            ProjectionSet.AddRows(projection, version, rows);
    }

    /// <summary>Stages for the twins the difference between two versions of a resource, either of which may be none.</summary>
    internal void Stage(ResourceVersion? old, ResourceVersion? now, StagedRows staged)
    {
        if (!projection.Wants((now ?? old)!.Type))
            return;
        var (before, after) = (new RowSink(), new RowSink());
        ProjectionSet.Rows(projection, old, before);
        ProjectionSet.Rows(projection, now, after);
        ProjectionSet.Stage(staged, before.Rows, after.Rows, Shadow);
    }
}
