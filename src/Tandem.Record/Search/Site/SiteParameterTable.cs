using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>Where a parameter of the site's own is on its way.</summary>
internal enum SiteParameterState
{
    /// <summary>Resources that were there before it are being read.</summary>
    Indexing,

    /// <summary>Searches may use it.</summary>
    Ready,

    /// <summary>It was withdrawn or replaced; its rows are being removed.</summary>
    Leaving,

    /// <summary>Nothing of it is left but its number, which no other gets before all were given out.</summary>
    Gone,
}

/// <summary>How far a parameter of the site's own is.</summary>
/// <param name="Number">Its number in the index.</param>
/// <param name="Resource">Id of the SearchParameter resource.</param>
/// <param name="Seq">Entry of the log that defines it.</param>
/// <param name="State">Where it is.</param>
/// <param name="Type">Number of the resource type that is being read.</param>
/// <param name="Rid">Up to which resource.</param>
/// <param name="Done">Resources read.</param>
/// <param name="Total">Resources there were to read when it began.</param>
/// <param name="Parts">How the parts of a composite compare by it (<see cref="SiteSearchParameter.PartTypes"/>); null for any other, and where that was not kept yet.</param>
internal sealed record SiteParameterProgress(ushort Number, string Resource, long Seq, SiteParameterState State, long Type = 0, long Rid = 0, long Done = 0, long Total = 0, string? Parts = null)
{
    /// <summary>A number for how all of them stand. It grows with every change of what is in force, for entries and states only grow, no row is ever removed, and a number is given once more to a later entry only.</summary>
    internal static long Standing(IEnumerable<SiteParameterProgress> all) => all.Sum(row => (row.Seq * 4) + (long)row.State + 1);

    internal DbValue[] Row => [Number, Resource, Seq, (long)State, Type, Rid, Done, Total, Parts];
}

/// <summary>The site's own parameters as they stand in the database.</summary>
internal static class SiteParameterTable
{
    internal static readonly Table Table = new(
        "search_site_parameters",
        TableKind.Rows,
        [new("number", DbKind.Integer)],
        [
            new("resource", DbKind.Text), new("seq", DbKind.Integer), new("state", DbKind.Integer), new("type", DbKind.Integer), new("rid", DbKind.Integer),
            new("done", DbKind.Integer), new("total", DbKind.Integer), new("parts", DbKind.Text, Nullable: true),
        ],
        []);

    internal const string ReadAll = "SELECT number, resource, seq, state, type, rid, done, total, parts FROM search_site_parameters ORDER BY number";

    /// <summary>The SearchParameter resources there are, the oldest first.</summary>
    internal const string Defined =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = 'SearchParameter' AND r.deleted = 0 ORDER BY r.rid";

    internal const string CountOfType = "SELECT COUNT(*) FROM search_resources WHERE type = $1";

    /// <summary>The next numbers of a type, below zero those of contained resources.</summary>
    internal const string NextOfType = "SELECT s.rid FROM search_resources s WHERE s.type = $1 AND s.rid > $2 ORDER BY s.rid LIMIT $3";

    /// <summary>The resources of these numbers, one around several contained ones once, in the order of the numbers.</summary>
    internal const string ReadNext =
        $"SELECT {LogTables.Columns} FROM (SELECT {Around} AS around, MIN(n.rid) AS first FROM ({NextOfType}) n GROUP BY 1) a "
        + "CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = a.around AND r.deleted = 0 AND l.seq = r.seq ORDER BY a.first";

    private const string Around = "(CASE WHEN n.rid < 0 THEN (0 - n.rid) >> 20 ELSE n.rid END)"; // as ContainedTypes.AroundAny

    internal static SiteParameterProgress Read(DbRow row) => new(
        (ushort)row.Integer(0), row.Text(1), row.Integer(2), (SiteParameterState)row.Integer(3), row.Integer(4), row.Integer(5), row.Integer(6), row.Integer(7), row.TextOrNull(8));
}
