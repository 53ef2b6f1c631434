using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>
/// A pure function from a resource to rows. The record calls it with the version before and the version after a change, writes the
/// difference in the same transaction as the change, and can rebuild its tables from the log while serving.
/// </summary>
public interface IProjection
{
    /// <summary>A name that stays, such as <c>loops</c>.</summary>
    string Name { get; }

    /// <summary>Raise it when <see cref="Project"/> gives other rows than before: the tables are rebuilt at the next start.</summary>
    int Version { get; }

    /// <summary>
    /// The tables it owns. Keys of <see cref="TableKind.Rows"/> must hold something of the resource (its rid or id); rows of
    /// <see cref="TableKind.Append"/> are shared, so they stay when a resource that gave them changes, until the next rebuild.
    /// </summary>
    IReadOnlyList<Table> Tables { get; }

    /// <summary>True for the resource types it looks at.</summary>
    bool Wants(string type);

    /// <summary>True when it makes rows of versions that lie closed in the log, without anything of their words.</summary>
    bool TakesSealed => false;

    /// <summary>
    /// Where several nodes write: how the settings that it projects by stand in the database (<see cref="RebuildRows.Settings"/>). Told on the writer's thread at the
    /// beginning of a transaction that nobody writes beside, so that no node writes by settings that another has changed.
    /// </summary>
    void Follow(long standing)
    {
    }

    /// <summary>A transaction was undone: settings that it put in force do not hold. On the writer's thread.</summary>
    void RolledBack()
    {
    }

    /// <summary>Adds the rows that this version stands for. Never called with a deletion.</summary>
    void Project(ResourceVersion version, RowSink rows);
}

/// <summary>Where a projection puts its rows.</summary>
public sealed class RowSink
{
    private readonly List<(Table Table, DbValue[] Row)> rows = [];

    internal IReadOnlyList<(Table Table, DbValue[] Row)> Rows => rows;

    /// <summary>Adds a row: values in the order of <see cref="Table.Columns"/>; for counters the amounts to add.</summary>
    public void Add(Table table, params DbValue[] row) => rows.Add((table, row));

    internal void Clear() => rows.Clear();
}
