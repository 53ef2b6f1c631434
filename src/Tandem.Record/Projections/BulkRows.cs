using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>Many rows of many resources, sorted for writing without a look at each key in between.</summary>
internal static class BulkRows
{
    /// <summary>The rows of each table by key, each key once: of equal keys the last row of a table of rows, the first of one that only appends, the sum of counters.</summary>
    internal static IEnumerable<(Table Table, List<DbValue[]> Rows)> Sorted(IReadOnlyList<(Table Table, DbValue[] Row)> rows)
    {
        var byTable = new Dictionary<Table, List<DbValue[]>>(ReferenceEqualityComparer.Instance);
        foreach (var (table, row) in rows)
        {
            if (!byTable.TryGetValue(table, out var of))
                byTable[table] = of = [];
            of.Add(row);
        }

        return byTable.Select(pair => (pair.Key, Sorted(pair.Key, pair.Value)));
    }

    /// <summary>As the other, for one table.</summary>
    internal static List<DbValue[]> Sorted(Table table, List<DbValue[]> rows)
    {
        var keys = table.Key.Count;
        var order = Enumerable.Range(0, rows.Count).ToArray();
        Array.Sort(order, (a, b) => RowKey.Compare(rows[a], rows[b], keys) is var compared and not 0 ? compared : a.CompareTo(b));
        var sorted = new List<DbValue[]>(rows.Count);
        foreach (var at in order)
        {
            var row = rows[at];
            if (sorted.Count == 0 || RowKey.Compare(sorted[^1], row, keys) != 0)
                sorted.Add(row);
            else if (table.Kind == TableKind.Counters)
                sorted[^1] = StagedRows.Sum(sorted[^1], row, keys);
            else if (table.Kind == TableKind.Rows)
                sorted[^1] = row;
        }

        return sorted;
    }
}
