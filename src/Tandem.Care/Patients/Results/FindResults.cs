using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>The latest values of each analyte in one unit, the newest first.</summary>
/// <param name="Code">The analyte in addresses.</param>
/// <param name="Values">At least one.</param>
public sealed record ResultSeries(string Code, IReadOnlyList<ResultRow> Values)
{
    /// <summary>The newest value, whatever became of it.</summary>
    public ResultRow Newest => Values[0];

    /// <summary>The newest value that stands, or null when all were cancelled.</summary>
    public ResultRow? Latest { get; } = Values.FirstOrDefault(value => value.Stands);

    /// <summary>The values that stand and can be drawn, oldest first.</summary>
    public IReadOnlyList<ResultRow> Drawn { get; } = [.. Values.Where(value => value is { Stands: true, Number: not null }).Reverse()];
}

/// <summary>Results of one patient.</summary>
internal static class FindResults
{
    internal const int MostOfOne = 1000;

    internal const string ReadLatest =
        $"""
        SELECT {ResultProjection.Columns} FROM (
            SELECT {ResultProjection.Columns}, ROW_NUMBER() OVER (PARTITION BY code, unit ORDER BY at DESC, id DESC) AS place_in_series
            FROM patients_results r WHERE r.patient = $1 /*reach seq:r.seq*/) s
        WHERE place_in_series <= $2 ORDER BY code, unit, at DESC, id DESC
        """;

    internal const string ReadOne =
        $"SELECT {ResultProjection.Columns} FROM patients_results r WHERE r.patient = $1 AND r.code = $2 /*reach seq:r.seq*/ ORDER BY unit, at DESC, id DESC LIMIT $3";

    internal const string ReadBefore =
        "SELECT l.seq, l.id, l.version, l.at, l.lane, l.body FROM log c CROSS JOIN log l WHERE c.seq = $1 AND l.seq = c.previous AND l.deleted = 0";

    /// <summary>All series with their newest values; those to be looked at first come first.</summary>
    internal static IReadOnlyList<ResultSeries> Latest(DbSession session, string patient, int most, AccessScope scope) =>
        [.. Series(session.QueryWithin(scope, ReadLatest, ResultProjection.Read, patient, most))
            .OrderByDescending(series => ResultFlags.Weight(series.Latest?.Flag))
            .ThenByDescending(series => series.Newest.At)
            .ThenBy(series => series.Newest.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>All values of one analyte, a series for each unit; at most <see cref="MostOfOne"/> values.</summary>
    internal static IReadOnlyList<ResultSeries> One(DbSession session, string patient, string code, AccessScope scope) =>
        [.. Series(session.QueryWithin(scope, ReadOne, ResultProjection.Read, patient, code, MostOfOne)).OrderByDescending(series => series.Newest.At)];

    /// <summary>The value that stood before this one was corrected or cancelled; null when there was none.</summary>
    internal static string? ValueBefore(DbSession session, ResultRow now)
    {
        var seq = now.Seq;
        for (var step = 0; step < 10; step++)
        {
            if (session.First(ReadBefore, Version, seq) is not { } before)
                return null;
            var old = ResultReading.Read(before).FirstOrDefault(row => row.Id == now.Id);
            if (old?.Value is { } value && (value != now.Value || old.Unit != now.Unit || !now.Stands))
                return string.Join(' ', new[] { value, old.UnitText }.Where(part => part.Length > 0));
            seq = before.Seq;
        }

        return null;
    }

    private static ResourceVersion Version(DbRow row) => new()
    {
        Seq = row.Integer(0),
        Rid = 0,
        Type = "Observation",
        Id = row.Text(1),
        Version = (int)row.Integer(2),
        At = row.Instant(3),
        Actor = "",
        Lane = (int)row.Integer(4),
        Bytes = row.Bytes(5),
    };

    private static IEnumerable<ResultSeries> Series(IEnumerable<ResultRow> rows) =>
        rows.GroupBy(row => (row.Code, row.Unit)).Select(group => new ResultSeries(group.Key.Code, [.. group]));
}
