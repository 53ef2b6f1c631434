namespace Tandem.Record.Search;

/// <summary>One value searched for among rows that each stand for a range: what must be true of low and high, and where low can lie.</summary>
/// <param name="Test">On <c>t.low</c> and <c>t.high</c>.</param>
/// <param name="From">Place of the least low that a narrow row can have; null for no bound.</param>
/// <param name="To">Place of the greatest low; null for no bound.</param>
internal sealed record RangeTest(string Test, string? From, string? To);

/// <summary>
/// Dates, numbers and quantities alike. Nearly all rows are narrow (a point, a day): these are found between two places of the index by
/// low. The few wide ones (periods, ranges) are looked through by low alone.
/// </summary>
internal static class RangeCondition
{
    internal static Condition Of(string table, string param, IReadOnlyList<RangeTest> tests, int rank)
    {
        var found = tests.SelectMany(test => Rows(table, param, test, "low"));
        var any = string.Join(" OR ", tests.Select(test => test.Test));
        return new Condition(
            rank,
            $"({string.Join(" UNION ALL ", found)}) d",
            "",
            Condition.Exists($"{table} t", $"t.rid = d.rid AND t.param = {param} AND ({any})"));
    }

    /// <summary>The queries that together find the rows of a value: narrow ones and wide ones.</summary>
    internal static string[] Rows(string table, string param, RangeTest test, string low) =>
    [
        $"SELECT t.rid FROM {table} t WHERE t.param = {param} AND t.wide = 0{Bound(low, ">=", test.From)}{Bound(low, "<=", test.To)} AND ({test.Test})",
        $"SELECT t.rid FROM {table} t WHERE t.param = {param} AND t.wide = 1{Bound(low, "<=", test.To)} AND ({test.Test})",
    ];

    private static string Bound(string column, string comparison, string? place) => place is null ? "" : $" AND t.{column} {comparison} {place}";
}
