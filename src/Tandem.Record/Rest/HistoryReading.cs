using System.Globalization;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>Where a page of a history begins: at the versions before a place in the log, or at those after it.</summary>
/// <param name="Seq">The place; not on the page itself.</param>
/// <param name="IsNewer">True for the versions after the place, read from the oldest on.</param>
internal readonly record struct HistoryPlace(long Seq, bool IsNewer)
{
    internal static HistoryPlace First(bool isOldestFirst) => isOldestFirst ? new(0, true) : new(long.MaxValue, false);

    internal static HistoryPlace Read(string text) => new(long.Parse(text.AsSpan(1), CultureInfo.InvariantCulture), text[0] == 'a');

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsNewer ? 'a' : 'b')}{Seq}");
}

/// <summary>Reads versions from the log, for one resource, a type or all.</summary>
/// <param name="Type">Resource type; empty for all.</param>
/// <param name="Id">Logical id; empty for all of the type.</param>
/// <param name="Since">Only versions recorded at or after this time; null for all.</param>
/// <param name="Own">The record's own addresses.</param>
/// <param name="At">Only versions that were current at some time of this span (end exclusive); null for all.</param>
internal sealed record HistoryReading(string Type, string Id, OwnAddresses Own, DateTimeOffset? Since, (DateTimeOffset Low, DateTimeOffset High)? At)
{
    /// <summary>Only versions that Lists name; null for all.</summary>
    internal ListedVersions? Listed { get; init; }

    private const string BringsBack = "COALESCE((SELECT p.deleted FROM log p WHERE p.seq = l.previous), 0)";

    private const string TimeAt = "SELECT at FROM log WHERE seq >= $1 ORDER BY seq LIMIT 1";

    /// <summary>The versions of a page in the direction of reading: at most <paramref name="limit"/>, and none once there are <paramref name="bytes"/> of them.</summary>
    internal Outcome<PastPage> Page(DbSession session, HistoryPlace place, int limit, long bytes, AccessScope scope)
    {
        var arguments = new SqlArguments();
        if (!Where(session, place.IsNewer ? long.MaxValue : place.Seq, place.IsNewer ? place.Seq : 0, scope, arguments).Succeeded(out var where, out var refusal))
            return refusal;
        var order = Id.Length > 0 ? "l.version" : "l.seq";
        var sql = $"SELECT {LogTables.Columns}, {BringsBack} FROM {where}{Reached(session, scope, arguments)} ORDER BY {order}{(place.IsNewer ? "" : " DESC")} LIMIT {arguments.Add(limit + 1)}";
        var (versions, left, isMore) = (new List<PastVersion>(), bytes, false);
        session.ForEach(sql, Take, arguments.Values);
        return new PastPage(versions, isMore);

        void Take(DbRow row)
        {
            isMore = isMore || versions.Count == limit || left <= 0;
            if (isMore)
                return; // read by the engine all the same, and not kept
            var version = LogTables.Read(row);
            left -= version.Bytes.Length;
            versions.Add(new PastVersion(version.ShownTo(scope.Reach), row.Integer(LogTables.ColumnCount) == 1));
        }
    }

    /// <summary>How many versions there are that the scope reaches.</summary>
    internal Outcome<long> Count(DbSession session, AccessScope scope)
    {
        var arguments = new SqlArguments();
        return Where(session, long.MaxValue, 0, scope, arguments).Then<long>(where =>
            session.First($"SELECT COUNT(*) FROM {where}{Reached(session, scope, arguments)}", row => row.Integer(0), arguments.Values));
    }

    private Outcome<string> Where(DbSession session, long before, long after, AccessScope scope, SqlArguments arguments)
    {
        if (Listed is null)
            return Where(session, Of(arguments), before, after, arguments);
        return Listed.Places(session, scope, Own, arguments).Then<string>(places =>
            Where(session, $"({places}) k CROSS JOIN log l WHERE l.seq = k.seq{Equal("type", Type)}{Equal("id", Id)}", before, after, arguments));

        string Equal(string column, string value) => value.Length == 0 ? "" : $" AND l.{column} = {arguments.Add(value)}";
    }

    private string Of(SqlArguments arguments) => Id.Length > 0 ? $"resources r JOIN log l ON l.rid = r.rid WHERE r.type = {arguments.Add(Type)} AND r.id = {arguments.Add(Id)}"
        : Type.Length > 0 ? $"log l WHERE l.type = {arguments.Add(Type)}" : "log l WHERE 1 = 1";

    private string Where(DbSession session, string of, long before, long after, SqlArguments arguments)
    {
        var first = Since is { } since ? FirstSince(session, since) - 1 : 0;
        of += $" AND l.seq < {arguments.Add(before)} AND l.seq > {arguments.Add(Math.Max(first, after))}";
        if (At is not { } span)
            return of;
        // current at some time of the span: begun before its end, and not followed by another version before it began (R4 3.1.0.12)
        return of + $" AND l.at < {arguments.Add(span.High)} AND NOT EXISTS (SELECT 1 FROM log n WHERE n.rid = l.rid AND n.version = l.version + 1 AND n.at <= {arguments.Add(span.Low)})";
    }

    /// <summary>
    /// What a limited scope reaches: by the patient that a version names itself and the labels its resource bears now, under a query current versions alone. Of what was deleted only the deletion
    /// itself is told, to who was shown what was there.
    /// </summary>
    private string Reached(DbSession session, AccessScope scope, SqlArguments arguments)
    {
        if (scope.Reach == Reach.Everyone)
            return "";
        var interaction = Id.Length > 0 ? Interactions.Read : Interactions.Search;
        var condition = ReachCondition.Of(scope.Reach, interaction, Type.Length > 0 ? Type : null, SearchContext.Plain(session, arguments), RowKind.MayBeGone);
        var there = Condition.Exists("resources y", "y.rid = l.rid AND y.deleted = 0");
        return $" AND (l.deleted = 1 OR {there}) AND {ReachCondition.Among("SELECT l.rid, l.type, l.patient, l.seq", condition)}";
    }

    /// <summary>The first place in the log at or after a time: times never fall along the log, so halving finds it.</summary>
    private static long FirstSince(DbSession session, DateTimeOffset since)
    {
        long low = 0, high = session.First(LogTables.LastSeq, row => row.Integer(0)) + 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var at = session.First(TimeAt, row => (long?)row.Integer(0), middle);
            if (at is null || at >= since.ToUnixTimeMilliseconds())
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}

/// <summary>Versions of a history in the direction of reading, and whether there are more.</summary>
internal sealed record PastPage(List<PastVersion> Versions, bool IsMore);

/// <summary>A version in a history.</summary>
/// <param name="Version">The version.</param>
/// <param name="BringsBack">True when the one before it was a deletion.</param>
internal sealed record PastVersion(ResourceVersion Version, bool BringsBack);
