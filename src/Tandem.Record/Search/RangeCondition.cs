using Tandem.Kernel.Data;

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
    private const int MostInARow = 100;

    internal static Condition Of(string table, string param, IReadOnlyList<RangeTest> tests, int rank)
    {
        var any = Any([.. tests.Select(test => test.Test)]);
        var own = $"FROM {table} t WHERE t.rid = d.rid AND t.param = {param} AND ({any})";
        return new Condition(
            rank,
            new Drive([.. tests.SelectMany(test => Arms(table, param, test, "low"))], "d.low", table == "search_dates" ? DbKind.Integer : DbKind.Real, $"d.low = (SELECT MIN(t.low) {own})"),
            Condition.Exists($"{table} t", own[(own.IndexOf("WHERE ", StringComparison.Ordinal) + 6)..]));
    }

    /// <summary>Any of them. SQLite takes 1,000 in a row, so many stand in groups.</summary>
    private static string Any(IReadOnlyList<string> tests) =>
        string.Join(" OR ", tests.Count <= MostInARow ? tests : tests.Chunk(MostInARow).Select(some => $"({string.Join(" OR ", some)})"));

    /// <summary>The walks that together find the rows of a value: along the narrow ones and along the wide ones.</summary>
    internal static Arm[] Arms(string table, string param, RangeTest test, string low) =>
    [
        new($"{table} d", On($"t.param = {param} AND t.wide = 0 AND {Narrow(test, low)}")),
        new($"{table} d", On($"t.param = {param} AND t.wide = 1{Bound(low, "<=", test.To)} AND ({test.Test})")),
    ];

    /// <summary>What is true of a narrow row <c>t</c>: the test, and between which places of the index.</summary>
    internal static string Narrow(RangeTest test, string low) => $"({test.Test}){Bound(low, ">=", test.From)}{Bound(low, "<=", test.To)}";

    /// <summary>A test on rows <c>t</c> as one on rows <c>d</c>.</summary>
    internal static string On(string test) => test.Replace("t.", "d.", StringComparison.Ordinal);

    private static string Bound(string column, string comparison, string? place) => place is null ? "" : $" AND t.{column} {comparison} {place}";
}
