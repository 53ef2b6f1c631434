using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search.FullText;

/// <summary>
/// Where the words of current resources are found: an FTS5 table on SQLite, a table of tsvectors with GIN indexes on PostgreSQL. Both get words that
/// were taken apart and folded here, so they answer alike. Kept apart from the projections: its rows follow the log a moment later.
/// </summary>
internal static class FullTextTables
{
    /// <summary>Raise it when a resource gives other words than before: everything is read anew.</summary>
    internal const long Version = 4;

    /// <summary>How far the log has been read.</summary>
    internal static readonly Table Cursor = new(
        "search_fulltext_cursor", TableKind.Rows, [new("id", DbKind.Integer)], [new("version", DbKind.Integer), new("seq", DbKind.Integer)], []);

    /// <summary>The words on PostgreSQL, those of many resources written in one statement.</summary>
    private static readonly Table Vectors = new(
        "search_fulltext", TableKind.Rows, [new("rid", DbKind.Integer)], [new("narrative", DbKind.Text) { Cast = "tsvector[]" }, new("content", DbKind.Text) { Cast = "tsvector[]" }], []);

    internal const string ReadCursor = "SELECT version, seq FROM search_fulltext_cursor WHERE id = 1";

    /// <summary>
    /// The functions let GIN be used (by bitmaps) where the statement around them forbids it.
    /// </summary>
    private static readonly string ForPostgres = string.Concat(
        "CREATE TABLE IF NOT EXISTS search_fulltext (rid BIGINT PRIMARY KEY, narrative TSVECTOR NOT NULL, content TSVECTOR NOT NULL);",
        "CREATE INDEX IF NOT EXISTS search_fulltext_narrative ON search_fulltext USING GIN (narrative);",
        "CREATE INDEX IF NOT EXISTS search_fulltext_content ON search_fulltext USING GIN (content);",
        string.Concat(((string[])["narrative", "content"]).Select(column =>
            $"CREATE OR REPLACE FUNCTION search_fulltext_{column}_of(words TEXT) RETURNS TABLE (rid BIGINT) LANGUAGE sql STABLE SET enable_bitmapscan = on SET enable_seqscan = off "
            + $"AS 'SELECT f.rid FROM search_fulltext f WHERE f.{column} @@ words::tsquery';")));

    private static readonly string ForSqlite =
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_fulltext USING fts5(narrative, content, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');";

    private const string PutSqlite = "INSERT OR REPLACE INTO search_fulltext (rowid, narrative, content) VALUES ($1, $2, $3)";

    private const string RemoveSqlite = "DELETE FROM search_fulltext WHERE rowid = $1";

    private const string RemoveContainedSqlite = "DELETE FROM search_fulltext WHERE rowid > $1 AND rowid <= $2";

    private const string RemoveContainedPostgres = "DELETE FROM search_fulltext WHERE rid > $1 AND rid <= $2";

    /// <summary>Most records have no words of contained resources, and then there are none to look for.</summary>
    private const string CountContainedSqlite = "SELECT COUNT(*) FROM (SELECT 1 FROM search_fulltext WHERE rowid < 0 LIMIT 1) c";

    private const string CountContainedPostgres = "SELECT COUNT(*) FROM (SELECT 1 FROM search_fulltext WHERE rid < 0 LIMIT 1) c";

    internal static void Ensure(DbSession session, Engine engine) => session.ExecuteScript(engine == Engine.Sqlite ? ForSqlite : ForPostgres);

    /// <summary>Empties it, to be read anew from the beginning of the log.</summary>
    internal static void Recreate(DbSession session, Engine engine)
    {
        session.ExecuteScript("DROP TABLE IF EXISTS search_fulltext");
        Ensure(session, engine);
        Move(session, 0);
    }

    /// <summary>Writes the words of resources and of what they contain in place of those they had.</summary>
    /// <param name="session">In a transaction.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="words">Each resource once.</param>
    internal static void Put(DbSession session, Engine engine, IReadOnlyList<ResourceWords> words)
    {
        var isSqlite = engine == Engine.Sqlite;
        var kept = words.SelectMany(one => one.Kept).OrderBy(one => one.Number).ToList();
        var gone = words.Where(one => !one.Kept.Any(own => own.Number == one.Rid)).Select(one => one.Rid).Order().ToList();
        if (words.Any(one => one.WasThere) && session.First(isSqlite ? CountContainedSqlite : CountContainedPostgres, row => row.Integer(0)) > 0)
        {
            foreach (var one in words.Where(one => one.WasThere))
                session.Execute(isSqlite ? RemoveContainedSqlite : RemoveContainedPostgres, ContainedTypes.Number(one.Rid + 1, 0), ContainedTypes.Number(one.Rid, 0));
        }

        if (!isSqlite)
        {
            session.Apply([new(Vectors, gone.ConvertAll(rid => new DbValue[] { rid }), kept.ConvertAll(VectorsOf), [])]);
            return;
        }

        foreach (var rid in gone)
            session.Execute(RemoveSqlite, rid);
        foreach (var (number, narrative, content) in kept)
            session.Execute(PutSqlite, number, narrative, content);
    }

    /// <summary>Writes the words of a resource that is kept with none, together with a write of the record.</summary>
    internal static void Add(WriteSession session, Engine engine, ResourceWords words)
    {
        if (engine == Engine.Sqlite)
        {
            Put(session.Reading, engine, [words]);
            return;
        }

        foreach (var one in words.Kept)
            session.Write(Vectors, VectorsOf(one));
    }

    /// <summary>Notes how far the log has been read.</summary>
    internal static void Move(DbSession session, long seq) => session.Execute(Cursor.InsertSql(Engine.Sqlite), 1, Version, seq);

    /// <summary>A query of one column rid: the resources of any type that have the words.</summary>
    internal static string Find(Engine engine, string column, string words) => engine == Engine.Sqlite
        ? $"SELECT f.rowid AS rid FROM search_fulltext f WHERE f.search_fulltext MATCH {words}"
        : $"SELECT f.rid FROM search_fulltext_{column}_of({words}) f";

    private static DbValue[] VectorsOf((long Number, string Narrative, string Content) kept) => [kept.Number, Vector(kept.Narrative), Vector(kept.Content)];

    /// <summary>Words are letters and digits alone, so they need no escapes.</summary>
    private static string Vector(string words) =>
        words.Length == 0 ? "" : string.Join(' ', words.Split(' ').Select((word, at) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"'{word}':{at + 1}")));
}
