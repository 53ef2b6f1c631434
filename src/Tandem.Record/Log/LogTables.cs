using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>The log, and where each resource stands in it.</summary>
internal static class LogTables
{
    internal static readonly Table Log = new(
        "log",
        TableKind.Ledger,
        [new("seq", DbKind.Integer)],
        [
            new("rid", DbKind.Integer), new("type", DbKind.Text), new("id", DbKind.Text), new("version", DbKind.Integer),
            new("at", DbKind.Integer), new("actor", DbKind.Text), new("source", DbKind.Text, Nullable: true),
            new("patient", DbKind.Text, Nullable: true), new("lane", DbKind.Integer), new("deleted", DbKind.Integer),
            new("previous", DbKind.Integer), new("body", DbKind.Bytes),
        ],
        [new("rid", "rid, version"), new("type", "type, seq")]) { Heap = true };

    internal static readonly Table Resources = new(
        "resources",
        TableKind.Rows,
        [new("type", DbKind.Text), new("id", DbKind.Text)],
        [
            new("rid", DbKind.Integer), new("seq", DbKind.Integer), new("version", DbKind.Integer), new("deleted", DbKind.Integer),
            new("patient", DbKind.Text, Nullable: true),
        ],
        [new("rid", "rid, seq, deleted"), new("patient", "patient, type, rid", "patient IS NOT NULL")]);

    /// <summary>Which process has the log for itself: one row, from before it relies on that until it has given the log back.</summary>
    internal static readonly Table Owner = new("log_owner", TableKind.Rows, [new("one", DbKind.Integer)], [new("node", DbKind.Text)], []);

    internal const string ReadOwner = "SELECT node FROM log_owner WHERE one = 1";

    internal const string ForgetOwner = "DELETE FROM log_owner WHERE one = 1 AND node = $1";

    internal const string Columns =
        "l.seq, l.rid, l.type, l.id, l.version, l.at, l.actor, l.source, l.patient, l.lane, l.deleted, l.previous, l.body";

    internal const int ColumnCount = 13;

    internal const string ReadCurrent =
        $"SELECT {Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.id = $2";

    /// <summary>How many resources <see cref="ReadCurrentOfManyPostgres"/> asks for: type and id of each.</summary>
    internal const int CurrentAtOnce = 32;

    private const int CurrentOfFew = 8;

    /// <summary>How many places <see cref="ReadEntriesPostgres"/> asks for.</summary>
    internal const int FewEntries = 8;

    /// <summary>How many places <see cref="ReadManyEntriesPostgres"/> asks for.</summary>
    internal const int ManyEntries = 64;

    private const string ManyPairs = "(VALUES ($1, $2), " + MorePairs;

    private const string ManyNumbers = "(VALUES ($1::bigint, $2::bigint), " + MorePairs;

    private const string MorePairs =
        """
        ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16),
          ($17, $18), ($19, $20), ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32),
          ($33, $34), ($35, $36), ($37, $38), ($39, $40), ($41, $42), ($43, $44), ($45, $46), ($47, $48),
          ($49, $50), ($51, $52), ($53, $54), ($55, $56), ($57, $58), ($59, $60), ($61, $62), ($63, $64)) w
        """;

    /// <summary>As <see cref="ManyPairs"/>, for a few: the server looks for empty ones too.</summary>
    private const string FewPairs = "(VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16)) w";

    /// <summary>Only ever looked up, whatever the server believes of the tables (see <see cref="Search.LedJoin"/>).</summary>
    private const string PlaceOfPairPostgres = "CROSS JOIN LATERAL (SELECT * FROM resources r WHERE r.type = w.column1 AND r.id = w.column2 OFFSET 0) r";

    private const string AtPlacePostgres = "CROSS JOIN LATERAL (SELECT * FROM log l WHERE l.seq = r.seq OFFSET 0) l";

    internal const string ReadCurrentOfManyPostgres = $"SELECT {Columns} FROM {ManyPairs} {PlaceOfPairPostgres} {AtPlacePostgres}";

    internal const string ReadCurrentOfFewPostgres = $"SELECT {Columns} FROM {FewPairs} {PlaceOfPairPostgres} {AtPlacePostgres}";

    /// <summary>Where the current version stands.</summary>
    internal const string ReadPlace = "SELECT r.seq FROM resources r WHERE r.type = $1 AND r.id = $2";

    internal const string ReadPlacesOfManyPostgres = $"SELECT r.seq FROM {ManyPairs} {PlaceOfPairPostgres}";

    internal const string ReadPlacesOfFewPostgres = $"SELECT r.seq FROM {FewPairs} {PlaceOfPairPostgres}";

    /// <summary>Which versions of some resources: the resource's number and the version of each.</summary>
    internal const string ReadVersionsOfManyPostgres =
        $"SELECT {Columns} FROM {ManyNumbers} CROSS JOIN LATERAL (SELECT * FROM log l WHERE l.rid = w.column1 AND l.version = w.column2 OFFSET 0) l";

    internal const string ReadVersionOfRid = $"SELECT {Columns} FROM log l WHERE l.rid = $1 AND l.version = $2";

    internal const string ReadEntriesPostgres =
        $"SELECT {Columns} FROM (VALUES ($1::bigint), ($2), ($3), ($4), ($5), ($6), ($7), ($8)) r(seq) {AtPlacePostgres}";

    internal const string ReadManyEntriesPostgres =
        $"""
        SELECT {Columns} FROM (VALUES ($1::bigint), ($2), ($3), ($4), ($5), ($6), ($7), ($8), ($9), ($10), ($11), ($12), ($13), ($14), ($15), ($16),
          ($17), ($18), ($19), ($20), ($21), ($22), ($23), ($24), ($25), ($26), ($27), ($28), ($29), ($30), ($31), ($32),
          ($33), ($34), ($35), ($36), ($37), ($38), ($39), ($40), ($41), ($42), ($43), ($44), ($45), ($46), ($47), ($48),
          ($49), ($50), ($51), ($52), ($53), ($54), ($55), ($56), ($57), ($58), ($59), ($60), ($61), ($62), ($63), ($64)) r(seq) {AtPlacePostgres}
        """;

    internal const string ReadSeq = $"SELECT {Columns} FROM log l WHERE l.seq = $1";

    internal const string ReadAfter = $"SELECT {Columns} FROM log l WHERE l.seq > $1 /*reach seq:l.seq*/ ORDER BY l.seq LIMIT $2";

    internal const string LastNumber = "SELECT COALESCE((SELECT seq FROM log ORDER BY seq DESC LIMIT 1), 0)"; // a MAX takes PostgreSQL twice as many steps, in each first page of a search

    internal const string LastSeq = "SELECT COALESCE(MAX(seq), 0), COALESCE((SELECT at FROM log ORDER BY seq DESC LIMIT 1), 0) FROM log";

    internal static ResourceVersion Read(DbRow row) => new()
    {
        Seq = row.Integer(0),
        Rid = row.Integer(1),
        Type = row.Text(2),
        Id = row.Text(3),
        Version = (int)row.Integer(4),
        At = row.Instant(5),
        Actor = row.Text(6),
        Source = row.TextOrNull(7),
        Patient = row.TextOrNull(8),
        Lane = (int)row.Integer(9),
        Deleted = row.Integer(10) != 0,
        Previous = row.Integer(11),
        Bytes = row.Bytes(12),
    };

    /// <summary>The current versions of several resources, without those that there never were; together where the engine is far away.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="resources">Which.</param>
    /// <param name="entries">Where their entries may be already; null for a session of the writer, which sees what others may not keep.</param>
    internal static Dictionary<(string Type, string Id), ResourceVersion> ReadMany(DbSession session, IReadOnlyList<(string Type, string Id)> resources, KeptEntries? entries = null)
    {
        var connections = entries?.Connections ?? 0;
        if (entries is { ArePlacesEnough: true } && entries.Of(session, Ask(session, Places, row => row.Integer(0), resources), connections) is { } kept)
            return ById(kept);
        var found = Ask(session, Current, Read, resources);
        entries?.Keep(found, connections);
        return ById(found);
    }

    /// <summary>The current version of one resource; null when there never was one.</summary>
    internal static ResourceVersion? ReadOne(DbSession session, string type, string id, KeptEntries entries)
    {
        var connections = entries.Connections;
        if (entries.ArePlacesEnough)
        {
            var place = session.First(ReadPlace, row => row.Integer(0), type, id);
            if (place == 0)
                return null;
            if (entries.Of(session, [place], connections) is [var kept])
                return kept;
        }

        var found = session.First(ReadCurrent, Read, type, id);
        if (found is not null)
            entries.Keep([found], connections);
        return found;
    }

    /// <summary>Some versions, without those that there never were; together where the engine is far away.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="versions">By the resource's number.</param>
    internal static Dictionary<(long Rid, int Version), ResourceVersion> ReadVersions(DbSession session, IReadOnlyList<(long Rid, int Version)> versions)
    {
        var found = new Dictionary<(long, int), ResourceVersion>(versions.Count);
        if (!session.IsFarAway || versions.Count == 1)
        {
            foreach (var (rid, version) in versions)
                session.ForEach(ReadVersionOfRid, Take, rid, version);
            return found;
        }

        foreach (var some in versions.Chunk(CurrentAtOnce))
        {
            var arguments = new DbValue[CurrentAtOnce * 2];
            for (var i = 0; i < CurrentAtOnce; i++)
                (arguments[i * 2], arguments[(i * 2) + 1]) = i < some.Length ? some[i] : (0, 0); // there are no such numbers
            session.ForEach(ReadVersionsOfManyPostgres, Take, arguments);
        }

        return found;

        void Take(DbRow row)
        {
            var version = Read(row);
            found[(version.Rid, version.Version)] = version;
        }
    }

    /// <summary>The entries at some places, at most <see cref="ManyEntries"/>, of which the first is there; others only until there are so many bytes.</summary>
    internal static List<ResourceVersion> ReadEntries(DbSession session, IReadOnlyList<long> places, long bytes)
    {
        var (found, size) = (new List<ResourceVersion>(places.Count), 0L);
        if (!session.IsFarAway || places.Count == 1)
        {
            for (var at = 0; at < places.Count && size < bytes; at++)
                session.ForEach(ReadSeq, Take, places[at]);
            return found;
        }

        var (text, atOnce) = places.Count <= FewEntries ? (ReadEntriesPostgres, FewEntries) : (ReadManyEntriesPostgres, ManyEntries);
        var arguments = new DbValue[atOnce];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = i < places.Count ? places[i] : 0; // nothing stands there
        session.ForEach(text, Take, arguments);
        return found;

        void Take(DbRow row)
        {
            if (size >= bytes && row.Integer(0) != places[0])
                return;
            found.Add(Read(row));
            size += found[^1].Bytes.Length;
        }
    }

    /// <summary>Several may have asked for one.</summary>
    private static Dictionary<(string Type, string Id), ResourceVersion> ById(IReadOnlyList<ResourceVersion> versions)
    {
        var found = new Dictionary<(string Type, string Id), ResourceVersion>(versions.Count);
        foreach (var version in versions)
            found[(version.Type, version.Id)] = version;
        return found;
    }

    private static readonly (string One, string Few, string Many) Current = (ReadCurrent, ReadCurrentOfFewPostgres, ReadCurrentOfManyPostgres);

    private static readonly (string One, string Few, string Many) Places = (ReadPlace, ReadPlacesOfFewPostgres, ReadPlacesOfManyPostgres);

    private static List<T> Ask<T>(DbSession session, (string One, string Few, string Many) sql, Func<DbRow, T> read, IReadOnlyList<(string Type, string Id)> resources)
    {
        var found = new List<T>(resources.Count);
        if (!session.IsFarAway || resources.Count == 1)
        {
            foreach (var (type, id) in resources)
                session.ForEach(sql.One, row => found.Add(read(row)), type, id);
            return found;
        }

        foreach (var some in resources.Chunk(CurrentAtOnce))
        {
            var (text, places) = some.Length <= CurrentOfFew ? (sql.Few, CurrentOfFew) : (sql.Many, CurrentAtOnce);
            var arguments = new DbValue[places * 2];
            for (var i = 0; i < places; i++)
                (arguments[i * 2], arguments[(i * 2) + 1]) = i < some.Length ? some[i] : ("", ""); // of nothing, so that no row comes twice
            session.ForEach(text, row => found.Add(read(row)), arguments);
        }

        return found;
    }

    /// <summary>The row of a version, with its body as it lies.</summary>
    internal static DbValue[] LogRow(ResourceVersion v, ReadOnlyMemory<byte> body) =>
    [
        v.Seq, v.Rid, v.Type, v.Id, v.Version, v.At, v.Actor, v.Source, v.Patient, v.Lane, v.Deleted, v.Previous, body,
    ];

    internal static DbValue[] ResourceRow(ResourceVersion v) => [v.Type, v.Id, v.Rid, v.Seq, v.Version, v.Deleted, v.Patient];
}
