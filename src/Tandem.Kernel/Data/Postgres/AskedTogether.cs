using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// One query for several sets of values as one statement. The server sets up the plan of a statement and takes it down again for each time that it is asked; for a query of few rows this is most of what it costs.
/// </summary>
/// <param name="Sql">The statement. It takes the values of each parameter as an array; after the columns of the query each row has the number, from 1, of the set that it belongs to.</param>
/// <param name="Kinds">What each parameter is.</param>
internal sealed partial record AskedTogether(string Sql, DbKind[] Kinds)
{
    private const string Values = "asked_together"; // what no query names a table of its own
    private static readonly ConditionalWeakTable<string, AskedTogether?> Known = [];

    /// <summary>Questions that one statement can answer stand together, each other one alone.</summary>
    internal static List<DbQuestion[]> Group(IReadOnlyList<DbQuestion> questions)
    {
        if (questions.Count == 1)
            return [[questions[0]]];
        var groups = new List<DbQuestion[]>();
        foreach (var alike in questions.GroupBy(question => question.Sql, StringComparer.Ordinal))
        {
            DbQuestion[] all = [.. alike];
            if (all.Length > 1 && Of(alike.Key) is { } one && Array.TrueForAll(all, one.Takes))
                groups.Add(all);
            else
                groups.AddRange(all.Select(question => new[] { question }));
        }

        return groups;
    }

    /// <summary>The statement for the questions of a group of several.</summary>
    internal static NpgsqlBatchCommand Command(DbQuestion[] group)
    {
        var one = Of(group[0].Sql)!;
        var values = Array.ConvertAll(group, question => question.Values);
        var command = new NpgsqlBatchCommand(one.Sql);
        for (var at = 0; at < one.Kinds.Length; at++)
        {
            var parameter = at;
            command.Parameters.Add(one.Kinds[at] switch
            {
                DbKind.Text => new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(values, set => set[parameter].Text) },
                DbKind.Real => new NpgsqlParameter<double[]> { TypedValue = Array.ConvertAll(values, set => set[parameter].Real) },
                _ => new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(values, set => set[parameter].Integer) },
            });
        }

        return command;
    }

    /// <summary>The statement for a query; null for a query that has no values, or does not say of each what it is (<c>CAST($1 AS BIGINT)</c>).</summary>
    private static AskedTogether? Of(string sql) => Known.GetValue(sql, Compose);

    private static AskedTogether? Compose(string sql)
    {
        var kinds = new SortedDictionary<int, DbKind>();
        var query = Parameter().Replace(sql, match =>
        {
            kinds[int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)] = match.Groups[2].ValueSpan switch { "TEXT" => DbKind.Text, "BIGINT" => DbKind.Integer, _ => DbKind.Real };
            return $"{Values}.v{match.Groups[1].ValueSpan}";
        });
        if (kinds.Count == 0 || kinds.Keys.Last() != kinds.Count || query.Contains('$', StringComparison.Ordinal))
            return null;
        var arrays = string.Join(", ", kinds.Select(one => string.Create(CultureInfo.InvariantCulture, $"CAST(${one.Key} AS {TypeOf(one.Value)}[])")));
        var names = string.Join(", ", kinds.Keys.Select(number => string.Create(CultureInfo.InvariantCulture, $"v{number}")));
        // The rows of a set come as the query orders them: it runs anew for each, in turn.
        return new($"SELECT q.*, {Values}.n FROM unnest({arrays}) WITH ORDINALITY {Values}({names}, n) CROSS JOIN LATERAL ({query}) q", [.. kinds.Values]);
    }

    private static string TypeOf(DbKind kind) => kind switch { DbKind.Text => "TEXT", DbKind.Integer => "BIGINT", _ => "DOUBLE PRECISION" };

    private bool Takes(DbQuestion question) => question.Values.Length == Kinds.Length && question.Values.Select(value => value.Kind).SequenceEqual(Kinds);

    [GeneratedRegex(@"CAST\(\$([0-9]+) AS (BIGINT|TEXT|DOUBLE PRECISION)\)")]
    private static partial Regex Parameter();
}
