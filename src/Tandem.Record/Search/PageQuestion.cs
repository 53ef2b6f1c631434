using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A page of a search as one query, and the hits that its rows tell.</summary>
/// <param name="statement">The query.</param>
/// <param name="place">Where the page begins.</param>
/// <param name="limit">Hits on the page; the query asks for one more.</param>
/// <param name="reach">For whom.</param>
internal sealed class PageQuestion(ReadyStatement statement, PagePlace place, int limit, Reach reach) : DbQuestion
{
    private readonly List<Hit> found = [];
    private long most = place.Most;

    /// <inheritdoc/>
    public override string Sql => statement.Sql;

    /// <inheritdoc/>
    public override DbValue[] Values => statement.Values;

    /// <inheritdoc/>
    public override void Begin()
    {
        found.Clear();
        most = place.Most;
    }

    /// <inheritdoc/>
    public override void Read(DbRow row)
    {
        if (place.AsksMost)
            most = row.Integer(LogTables.ColumnCount + statement.Order.Count);
        found.Add(new Hit(LogTables.Read(row).ShownTo(reach), KeysOf(row)));
    }

    /// <summary>The hits, after the last row.</summary>
    internal Hits Hits()
    {
        for (var at = found.Count - 1; at > 0; at--)
        {
            // Two arms may find one resource; their rows stand side by side.
            if (found[at].Version.Rid == found[at - 1].Version.Rid)
                found.RemoveAt(at);
        }

        return Search.Hits.UpTo(limit, found, last => place.After(last, statement.Driver) with { Most = most });
    }

    private string[] KeysOf(DbRow row)
    {
        var keys = statement.Order.Count == 0 ? [] : new string[statement.Order.Count];
        for (var at = 0; at < keys.Length; at++)
            keys[at] = statement.Order[at].Read(row, LogTables.ColumnCount + at);
        return keys;
    }
}
