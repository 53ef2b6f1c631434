using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>How far the last rebuild of each projection is, in the transaction of its rows: what other nodes follow and what a command asks and waits for.</summary>
internal static class RebuildRows
{
    internal const string Asked = "asked";
    internal const string Running = "running";
    internal const string Done = "done";
    internal const string Failed = "failed";

    /// <summary>No rebuild: how the settings stand that a projection projects by.</summary>
    internal const string Standing = "standing";

    private const string OfSettings = ":settings";

    internal static readonly Table Table = new(
        "projection_rebuilds",
        TableKind.Rows,
        [new("projection", DbKind.Text)],
        [
            new("stage", DbKind.Text), new("asked", DbKind.Integer), new("watermark", DbKind.Integer), new("edge", DbKind.Integer), new("resources", DbKind.Integer),
            new("fault", DbKind.Text, Nullable: true),
        ],
        []);

    /// <summary>The end of the log, once for each rebuild that runs and for each projection with settings, or once without any.</summary>
    internal const string ReadStanding =
        """
        SELECT l.seq, l.at, r.projection, r.watermark, r.edge
        FROM (SELECT COALESCE(MAX(seq), 0) AS seq, COALESCE((SELECT at FROM log ORDER BY seq DESC LIMIT 1), 0) AS at FROM log) l
        LEFT JOIN projection_rebuilds r ON r.stage IN ('running', 'standing')
        """;

    internal const string ReadEdge = "SELECT COALESCE(MAX(rid), 0) FROM resources";

    /// <summary>Those that are asked for, or were cut off.</summary>
    internal const string ReadOpen = "SELECT projection FROM projection_rebuilds WHERE stage IN ('asked', 'running') ORDER BY asked, projection";

    internal const string ReadOne = "SELECT stage, resources, fault FROM projection_rebuilds WHERE projection = $1";

    /// <summary>Asks for one, unless it is asked for or runs already.</summary>
    internal const string Ask =
        """
        INSERT INTO projection_rebuilds (projection, stage, asked, watermark, edge, resources, fault) VALUES ($1, 'asked', $2, 0, 0, 0, NULL)
        ON CONFLICT (projection) DO UPDATE SET stage = 'asked', asked = excluded.asked, watermark = 0, edge = 0, resources = 0, fault = NULL
        WHERE projection_rebuilds.stage IN ('done', 'failed')
        """;

    internal const string ReadSettings = "SELECT watermark FROM projection_rebuilds WHERE projection = $1";

    /// <summary>The name under which a projection's settings stand.</summary>
    internal static string NameOfSettings(string projection) => projection + OfSettings;

    /// <summary>How a projection's settings stand: a number that grows whenever they change.</summary>
    internal static DbValue[] Settings(string projection, long standing, DateTimeOffset at) => [NameOfSettings(projection), Standing, at, standing, 0, 0, DbValue.Null];

    /// <summary>True for the settings of the projection.</summary>
    internal static bool IsSettingsOf(string projection, string name) =>
        name.Length == projection.Length + OfSettings.Length && name.StartsWith(projection, StringComparison.Ordinal) && name.EndsWith(OfSettings, StringComparison.Ordinal);

    internal static DbValue[] Row(RebuildState state, string stage, DateTimeOffset at, string? fault = null) =>
        [state.Projection.Name, stage, at, state.Watermark, state.Edge, state.Read, fault];
}
