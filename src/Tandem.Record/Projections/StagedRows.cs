using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>
/// Rows waiting to be written: per table the last word on each key, or the sum of what counters gain. Written sorted by key, so
/// that one group touches each page of an index once.
/// </summary>
internal sealed class StagedRows
{
    private readonly Dictionary<Table, SortedTable> tables = new(ReferenceEqualityComparer.Instance);

    internal bool IsEmpty => tables.Count == 0 || tables.Values.All(table => table.IsEmpty);

    /// <summary>From now on notes of a table which keys are touched, by their first columns.</summary>
    internal void Watch(Table table, int keys) => For(table).Touched ??= (keys, []);

    /// <summary>True when a row whose key begins so was staged, or its removal, since the table is watched.</summary>
    internal bool IsTouched(Table table, DbValue[] key) => For(table).Touched is { } touched && touched.Keys.Contains(new RowKey(key, touched.Count));

    /// <summary>Stages a row.</summary>
    /// <param name="table">Of which table.</param>
    /// <param name="row">Its values.</param>
    /// <param name="isNew">True when no row of the database has its key, which is then not looked for.</param>
    internal void Put(Table table, DbValue[] row, bool isNew = false)
    {
        var staged = For(table);
        staged.Touched?.Keys.Add(new RowKey(row, staged.Touched.Value.Count));
        if (isNew && table.Kind == TableKind.Rows && staged.Rows.Count == 0)
        {
            staged.New.Add(row);
            return;
        }

        staged.Look(table);
        var key = new RowKey(row, table.Key.Count);
        if (!staged.Rows.TryGetValue(key, out var before))
            staged.Rows.Add(key, new(row, isNew && table.Kind == TableKind.Rows));
        else if (table.Kind == TableKind.Counters)
            staged.Rows[key] = new(before.Row is null ? row : Sum(before.Row, row, table.Key.Count), IsNew: false);
        else if (table.Kind == TableKind.Rows)
            staged.Rows[key] = new(row, before.Row is not null && before.IsNew);
        else if (before.Row is null)
            staged.Rows[key] = new(row, IsNew: false);
    }

    internal void Remove(Table table, DbValue[] key)
    {
        var staged = For(table);
        staged.Touched?.Keys.Add(new RowKey(key, staged.Touched.Value.Count));
        staged.Look(table);
        staged.Rows[new RowKey(key, table.Key.Count)] = default;
    }

    /// <summary>Takes over what <paramref name="later"/> holds, as written after this.</summary>
    internal void Absorb(StagedRows later)
    {
        foreach (var (table, staged) in later.tables)
        {
            foreach (var row in staged.New)
                Put(table, row, isNew: true);
            foreach (var (key, row) in staged.Rows)
            {
                if (row.Row is null)
                    Remove(table, key.Values);
                else
                    Put(table, row.Row, row.IsNew);
            }
        }
    }

    /// <summary>Writes everything to the open transaction and forgets it; with <paramref name="named"/> only the tables that this text names.</summary>
    internal void Flush(DbSession session, string? named = null)
    {
        if (Take(named) is { Count: > 0 } changes)
            session.Apply(changes);
    }

    /// <summary>Gives what is to be written and forgets it.</summary>
    /// <param name="named">Only the tables that this text names; null for all.</param>
    /// <param name="trusts">False when rows said to be new may be there after all.</param>
    internal List<TableChange> Take(string? named = null, bool trusts = true)
    {
        var changes = new List<TableChange>(tables.Count);
        foreach (var (table, staged) in tables)
        {
            if (!staged.IsEmpty && named?.Contains(table.Name, StringComparison.Ordinal) != false)
                changes.Add(ChangeOf(table, staged, trusts));
        }

        return changes;
    }

    private static TableChange ChangeOf(Table table, SortedTable staged, bool trusts)
    {
        if (staged.New.Count > 0)
            return Added(table, staged, trusts);
        var (gone, put, added) = (new List<DbValue[]>(), new List<DbValue[]>(), new List<DbValue[]>(staged.Rows.Count));
        foreach (var (key, row) in staged.Rows)
            (row.Row is null ? gone : row.IsNew && trusts ? added : put).Add(row.Row ?? key.Values);
        staged.Rows.Clear();
        return new(table, Sorted(gone, table.Key.Count), Sorted(put, table.Key.Count), Sorted(added, table.Key.Count));
    }

    /// <summary>Only new rows: of equal keys the last row holds.</summary>
    private static TableChange Added(Table table, SortedTable staged, bool trusts)
    {
        var rows = BulkRows.Sorted(table, staged.New);
        staged.New.Clear();
        return trusts ? new(table, [], [], rows) : new(table, [], rows, []);
    }

    private static List<DbValue[]> Sorted(List<DbValue[]> rows, int keys)
    {
        if (rows.Count > 1)
            rows.Sort((a, b) => RowKey.Compare(a, b, keys));
        return rows;
    }

    internal static DbValue[] Sum(DbValue[] sum, DbValue[] more, int keys)
    {
        var total = (DbValue[])sum.Clone();
        for (var i = keys; i < total.Length; i++)
            total[i] = total[i].Integer + more[i].Integer;
        return total;
    }

    private SortedTable For(Table table)
    {
        if (!tables.TryGetValue(table, out var staged))
            tables[table] = staged = new SortedTable();
        return staged;
    }

    /// <summary>The last word on a key: a row, or none.</summary>
    private readonly record struct StagedRow(DbValue[]? Row, bool IsNew);

    /// <summary>As long as all rows are new they are only listed; the first that is not has them looked at by their keys.</summary>
    private sealed class SortedTable
    {
        internal readonly List<DbValue[]> New = [];
        internal readonly Dictionary<RowKey, StagedRow> Rows = [];

        internal (int Count, HashSet<RowKey> Keys)? Touched { get; set; }

        internal bool IsEmpty => New.Count == 0 && Rows.Count == 0;

        internal void Look(Table table)
        {
            foreach (var row in New)
                Rows[new RowKey(row, table.Key.Count)] = new(row, IsNew: true);
            New.Clear();
        }
    }
}

/// <summary>The first columns of a row, as a key.</summary>
internal readonly struct RowKey(DbValue[] values, int count) : IEquatable<RowKey>
{
    internal DbValue[] Values => values;

    public bool Equals(RowKey other) => Compare(values, other.Values, count) == 0;

    public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var i = 0; i < count; i++)
            hash.Add(values[i]);
        return hash.ToHashCode();
    }

    internal static int Compare(DbValue[] a, DbValue[] b, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var order = a[i].CompareTo(b[i]);
            if (order != 0)
                return order;
        }

        return 0;
    }
}
