using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>
/// The rows of one version, asked for those of another: few are compared one by one, many are looked up, so that an update of a resource with very many values takes no longer than they are many.
/// </summary>
internal readonly struct HeldRows
{
    private const int Few = 64;
    private readonly IReadOnlyList<(Table Table, DbValue[] Row)> rows;
    private readonly Dictionary<Table, (HashSet<RowKey> Keys, HashSet<RowKey> Whole)>? found;

    /// <param name="rows">What is held.</param>
    /// <param name="asked">How many rows will be asked for.</param>
    internal HeldRows(IReadOnlyList<(Table Table, DbValue[] Row)> rows, int asked)
    {
        this.rows = rows;
        if (rows.Count <= Few || asked <= Few)
            return;
        found = new(ReferenceEqualityComparer.Instance);
        foreach (var (table, row) in rows)
        {
            if (!found.TryGetValue(table, out var of))
                found[table] = of = ([], []);
            of.Keys.Add(new RowKey(row, table.Key.Count));
            of.Whole.Add(new RowKey(row, row.Length));
        }
    }

    /// <summary>True when there is a row with the same key.</summary>
    internal bool HasKeyOf(Table table, DbValue[] row) =>
        found is null ? Any(table, row, table.Key.Count) : found.TryGetValue(table, out var of) && of.Keys.Contains(new RowKey(row, table.Key.Count));

    /// <summary>True when the same row is there.</summary>
    internal bool Has(Table table, DbValue[] row) =>
        found is null ? Any(table, row, row.Length) : found.TryGetValue(table, out var of) && of.Whole.Contains(new RowKey(row, row.Length));

    private bool Any(Table table, DbValue[] row, int columns)
    {
        foreach (var (other, values) in rows)
        {
            if (ReferenceEquals(other, table) && RowKey.Compare(values, row, columns) == 0)
                return true;
        }

        return false;
    }
}
