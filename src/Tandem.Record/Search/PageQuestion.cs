using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A page of a search as one query, and the hits that its rows tell: whole entries of the log, or their places alone where the entries are kept.</summary>
/// <param name="statement">The query.</param>
/// <param name="place">Where the page begins.</param>
/// <param name="limit">Hits on the page; the query asks for one more.</param>
/// <param name="bytes">The page ends with the hit that brings it to so many.</param>
/// <param name="reach">For whom.</param>
/// <param name="entries">Where entries are kept; null for nowhere.</param>
internal sealed class PageQuestion(ReadyStatement statement, PagePlace place, int limit, long bytes, Reach reach, KeptEntries? entries) : DbQuestion
{
    private readonly List<(long Place, ResourceVersion? Entry, string[] Keys)> found = [];
    private readonly long connections = entries?.Connections ?? 0;
    private long most = place.Most;
    private long read;
    private bool isCut;

    /// <inheritdoc/>
    public override string Sql => statement.Sql;

    /// <inheritdoc/>
    public override DbValue[] Values => statement.Values;

    /// <inheritdoc cref="WalkText.Outdated"/>
    internal bool IsOutdated { get; private set; }

    private int Columns => statement.TellsPlaces ? 1 : LogTables.ColumnCount;

    /// <inheritdoc/>
    public override void Begin()
    {
        found.Clear();
        (most, read, isCut) = (place.Most, 0, false);
        IsOutdated = false;
    }

    /// <inheritdoc/>
    public override void Read(DbRow row)
    {
        var at = row.Integer(0);
        if (at == WalkText.Outdated)
        {
            IsOutdated = true;
            return;
        }

        if (found is [.., var last] && last.Place == at)
            return; // two arms may find one resource; their rows stand side by side
        if (read >= bytes)
        {
            isCut = true; // what comes now is read for the next page
            return;
        }

        if (place.AsksMost)
            most = row.Integer(Columns + statement.Order.Count);
        var entry = statement.TellsPlaces ? null : LogTables.Read(row);
        read += entry?.Bytes.Length ?? 0;
        found.Add((at, entry, KeysOf(row)));
    }

    /// <summary>The hits, after the last row; null when only places were told and they may be of a state that is lost.</summary>
    /// <param name="session">Where to read what is not kept; null to take one for it.</param>
    /// <param name="reading">When the reading of it is given up, where a session is taken; null for never.</param>
    internal Hits? Hits(DbSession? session, ReadLimit? reading = null)
    {
        if (Entries(found[..Math.Min(limit, found.Count)], session, reading) is not { } versions)
            return null;
        var hits = new List<Hit>(versions.Length);
        foreach (var version in versions)
            hits.Add(new Hit(version.ShownTo(reach), found[hits.Count].Keys));
        return new Hits(hits, isCut || found.Count > hits.Count ? place.After(hits[^1], statement.Driver) with { Most = most } : null);
    }

    /// <summary>The entries of the rows, up to the one that brings the page to its bytes.</summary>
    private ResourceVersion[]? Entries(List<(long Place, ResourceVersion? Entry, string[] Keys)> rows, DbSession? session, ReadLimit? reading)
    {
        if (statement.TellsPlaces)
        {
            var places = rows.ConvertAll(row => row.Place);
            return session is null ? entries!.Of(places, connections, reading, bytes) : entries!.Of(session, places, connections, bytes);
        }

        ResourceVersion[] read = [.. rows.Select(row => row.Entry!)];
        entries?.Keep(read, connections);
        if (isCut)
            entries?.NoteLarge(read[0].Type);
        return read;
    }

    private string[] KeysOf(DbRow row)
    {
        var keys = statement.Order.Count == 0 ? [] : new string[statement.Order.Count];
        for (var at = 0; at < keys.Length; at++)
            keys[at] = statement.Order[at].Read(row, Columns + at);
        return keys;
    }
}
