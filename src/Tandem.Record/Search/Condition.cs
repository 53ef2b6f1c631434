using System.Globalization;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// One condition as SQL, in two forms. As the <em>driver</em> it finds resources: a source of rows named <c>d</c> with a column rid. As
/// a <em>filter</em> it is held against the resource <c>d.rid</c> that the driver found. Filters are scalar subqueries on purpose: neither
/// engine may turn them into joins, so the order is the one chosen here and never the planner's guess.
/// </summary>
/// <param name="Rank">How many resources it may find, roughly: the least becomes the driver. <see cref="NoDriver"/> when it cannot be one.</param>
/// <param name="Source">What the driver reads from, named <c>d</c>; null when it cannot drive.</param>
/// <param name="Where">The driver's own condition on <c>d</c>; empty when it has none.</param>
/// <param name="Filter">The filter on <c>d.rid</c>.</param>
internal sealed record Condition(int Rank, string? Source, string Where, string Filter)
{
    internal const int NoDriver = int.MaxValue;

    /// <summary>A condition that only filters.</summary>
    internal static Condition FilterOnly(string filter) => new(NoDriver, null, "", filter);

    /// <summary>A filter that holds when a row is there.</summary>
    internal static string Exists(string from, string where) => $"COALESCE((SELECT 1 FROM {from} WHERE {where} LIMIT 1), 0) = 1";

    /// <summary>A filter that holds when no row is there.</summary>
    internal static string NotExists(string from, string where) => $"COALESCE((SELECT 1 FROM {from} WHERE {where} LIMIT 1), 0) = 0";

    /// <summary>The resources of a type that it finds, as a query of one column rid.</summary>
    internal string Resources(string typeNumber) => Source is null
        ? $"SELECT d.rid FROM search_resources d WHERE d.type = {typeNumber} AND {Filter}"
        : $"SELECT d.rid FROM {Source}{(Where.Length > 0 ? " WHERE " + Where : "")}";
}

/// <summary>The values of a statement, in the order of their numbers.</summary>
internal sealed class SqlArguments
{
    private readonly List<DbValue> values = [];

    internal DbValue[] Values => [.. values];

    /// <summary>Takes a value and gives its place in the text.</summary>
    internal string Add(DbValue value)
    {
        // PostgreSQL keeps no NUL in a text; no stored value has one either.
        values.Add(value.Kind == DbKind.Text && value.Text.Contains('\0', StringComparison.Ordinal) ? value.Text.Replace('\0', '\uFFFD') : value);
        // PostgreSQL has to know a parameter's type where nothing around it says so.
        var type = value.Kind switch { DbKind.Integer => "BIGINT", DbKind.Real => "DOUBLE PRECISION", _ => "TEXT" };
        return string.Create(CultureInfo.InvariantCulture, $"CAST(${values.Count} AS {type})");
    }
}
