using System.Text;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Sealing;

/// <summary>
/// What a database knows of its sealing: a proof, closed with a field key at the first start, by which a hub with other keys is told apart; and whether
/// projections may still hold words of what was closed since.
/// </summary>
public static class SealingMarks
{
    internal static readonly Table Table = new("sealing_marks", TableKind.Append, [new("name", DbKind.Text)], [new("content", DbKind.Bytes)], []);

    internal const string ReadOne = "SELECT content FROM sealing_marks WHERE name = $1";
    internal const string Replace = "UPDATE sealing_marks SET content = $2 WHERE name = $1";
    internal const string HasClosedPages = "SELECT secret FROM rest_secrets WHERE name = 'pages'";

    private const string Proof = "proof";
    private const string Rebuild = "rebuild";

    /// <summary>True when something in the database was closed before, so that new keys could not open it. Makes the tables it needs.</summary>
    public static bool NeedsKeys(Database database)
    {
        database.Make(Table, Rest.PageKey.Secrets);
        using var session = database.OpenWriter();
        return session.First(ReadOne, row => row.Bytes(0), Proof) is not null
            || (session.First(HasClosedPages, row => row.Bytes(0)) is { } pages && FieldKeys.IsClosed(pages));
    }

    /// <summary>True when these keys are the database's; those of the first hub that asks become so.</summary>
    public static bool Fits(Database database, FieldKeys keys)
    {
        database.Make(Table);
        using var session = database.OpenWriter();
        if (session.First(ReadOne, row => row.Bytes(0), Proof) is null)
        {
            if (database.Engine == Engine.Sqlite)
                session.Begin();
            session.Write(Table, [[Proof, keys.Close(Encoding.UTF8.GetBytes("The keys of this database open this."))]]);
            if (database.Engine == Engine.Sqlite)
                session.Commit();
        }

        return keys.Opens(session.First(ReadOne, row => row.Bytes(0), Proof)); // of two hubs that start at once, the first's stays
    }

    internal static void Reseal(WriteSession session, FieldKeys keys)
    {
        if (session.Reading.First(ReadOne, row => row.Bytes(0), Proof) is { } proof && keys.Opens(proof) && !keys.IsOfFirst(proof))
            session.Reading.Execute(Replace, Proof, keys.Close(FieldKeys.Open(proof)));
    }

    internal static void OweRebuild(WriteSession session) => session.Write(Table, Rebuild, new byte[] { 1 });

    internal static void RebuildIsDone(WriteSession session) => session.Remove(Table, Rebuild);

    internal static bool IsRebuildOwed(DbSession session) => session.First(ReadOne, row => row.Bytes(0), Rebuild) is not null;
}
