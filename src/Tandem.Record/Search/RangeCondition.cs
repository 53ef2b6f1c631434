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
        var found = tests.Select(test => $"{Narrow(table, param, test)} UNION ALL {Wide(table, param, test)}");
        var any = string.Join(" OR ", tests.Select(test => test.Test));
        return new Condition(
            rank,
            $"({string.Join(" UNION ALL ", found)}) d",
            "",
            Condition.Exists($"{table} t", $"t.rid = d.rid AND t.param = {param} AND ({any})"));
    }

    private static string Narrow(string table, string param, RangeTest test) =>
        $"SELECT t.rid FROM {table} t WHERE t.param = {param} AND t.wide = 0{Bound("low >=", test.From)}{Bound("low <=", test.To)} AND ({test.Test})";

    private static string Wide(string table, string param, RangeTest test) =>
        $"SELECT t.rid FROM {table} t WHERE t.param = {param} AND t.wide = 1{Bound("low <=", test.To)} AND ({test.Test})";

    private static string Bound(string comparison, string? place) => place is null ? "" : $" AND t.{comparison} {place}";
}
