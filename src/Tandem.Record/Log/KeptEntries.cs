using System.Collections.Concurrent;
using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>
/// Entries of the log that were asked for lately, by their places. An entry never changes: who looks for the current version of a resource needs to be told its place, and the rest is here. As many as
/// fit; what was not asked for longest goes first. Thread-safe.
/// </summary>
/// <remarks>
/// Only what others may read is kept, not what a transaction of the writer sees, and nothing that lies closed. A server that is lost may lose what it showed and had not made durable (decision 34), and give its place to something
/// else: with each connection that is opened all is forgotten.
/// </remarks>
/// <param name="database">Where they are read.</param>
/// <param name="most">Bytes that they may take.</param>
public sealed class KeptEntries(Database database, long most)
{
    private const double Nearly = 0.9;
    private const int Lately = 64; // questions
    private const int OrdinaryPage = 100; // hits
    private const int BesideBody = 400; // bytes of what else there is to an entry
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, bool> large = new(StringComparer.Ordinal);
    private volatile Generations kept = new([], [], 0);
    private double share;

    /// <summary>Up to half a gigabyte, and a sixteenth of what the process may take.</summary>
    public KeptEntries(Database database)
        : this(database, Math.Min(512L * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16))
    {
    }

    /// <summary>True while nearly everything that was asked for lately was here, so that it is better to ask for places and then for the few entries that are not.</summary>
    internal bool ArePlacesEnough => Volatile.Read(ref share) > Nearly;

    /// <summary>
    /// True when a page of a search is better asked for by places: nearly everything is here, or the resources may be more than one page takes, so that they are read only as far as the page goes.
    /// </summary>
    /// <param name="type">Resource type.</param>
    /// <param name="limit">Hits on the page.</param>
    internal bool ArePlacesBetter(string type, int limit) => ArePlacesEnough || limit > OrdinaryPage || (!large.IsEmpty && large.ContainsKey(type));

    /// <summary>Says that a page of a type ended before its number of hits was reached.</summary>
    internal void NoteLarge(string type) => large[type] = true;

    /// <summary>What a session may use: one that reads in the middle of a write sees what others may never see, and nothing of that is kept.</summary>
    internal KeptEntries? For(DbSession session) => session is GroupReading ? null : this;

    /// <summary>To be asked before places are read that are looked up here.</summary>
    internal long Connections => database.Connections;

    /// <summary>
    /// The entries at some places, in their order, read where they are not here, up to the one that brings them to a number of bytes; null when a connection was opened since the places were read: they may be of a
    /// state that is lost.
    /// </summary>
    /// <param name="session">Where to read; of those who only read.</param>
    /// <param name="places">Of entries that are there.</param>
    /// <param name="connections">What <see cref="Connections"/> told before the places were read.</param>
    /// <param name="bytes">Where it ends.</param>
    internal ResourceVersion[]? Of(DbSession session, IReadOnlyList<long> places, long connections, long bytes = long.MaxValue) => Of(places, connections, bytes, read => read(session));

    /// <summary>As the other, with a session of its own for what is not here.</summary>
    internal ResourceVersion[]? Of(IReadOnlyList<long> places, long connections, ReadLimit? limit, long bytes = long.MaxValue) => Of(places, connections, bytes, read => database.Read(read, limit));

    /// <summary>The entry at a place, if it is here.</summary>
    internal ResourceVersion? Kept(long place)
    {
        if (Find(Current(), place) is not { } entry)
            return null;
        Note(1, 1);
        return entry;
    }

    /// <summary>Keeps what was read whole.</summary>
    /// <param name="read">Entries.</param>
    /// <param name="connections">What <see cref="Connections"/> told before they were read.</param>
    internal void Keep(IReadOnlyCollection<ResourceVersion> read, long connections)
    {
        if (Current() is var now && now.Connections != connections)
            return;
        var here = 0;
        foreach (var entry in read)
        {
            if (Find(now, entry.Seq) is not null)
                here++;
            else
                Add(now, entry);
        }

        Note(here, read.Count);
    }

    /// <summary>Keeps what became of resources whose entries are here.</summary>
    internal void Follow(IReadOnlyList<Change> committed)
    {
        var now = Current();
        foreach (var change in committed)
        {
            if (change is not { Before: { } before, After.Deleted: false } || !now.Young.TryRemove(before.Seq, out var replaced))
                continue;
            Interlocked.Add(ref now.Bytes, -Weight(replaced));
            Add(now, change.After.With(change.After.Bytes)); // without what it was taken apart into
        }
    }

    private ResourceVersion[]? Of(IReadOnlyList<long> places, long connections, long bytes, Func<Func<DbSession, ResourceVersion[]?>, ResourceVersion[]?> reading)
    {
        var now = Current();
        if (now.Connections != connections)
            return null;
        var (found, here) = (new ResourceVersion?[places.Count], 0);
        for (var at = 0; at < found.Length; at++)
        {
            found[at] = Find(now, places[at]);
            here += found[at] is null ? 0 : 1;
        }

        Note(here, found.Length);
        var (shown, size) = Shown(found, 0, 0, bytes);
        if (shown == found.Length || size >= bytes)
            return UpTo(found, shown);
        return reading(session => Read(session, now, places, found, bytes));
    }

    /// <summary>Some at a time: the first few tell how many the rest may be.</summary>
    private ResourceVersion[]? Read(DbSession session, Generations now, IReadOnlyList<long> places, ResourceVersion?[] found, long bytes)
    {
        var (atOnce, read, readBytes) = (LogTables.FewEntries, 0L, 0L);
        for (var (shown, size) = Shown(found, 0, 0, bytes); ; (shown, size) = Shown(found, shown, size, bytes))
        {
            if (shown == found.Length || size >= bytes)
                return UpTo(found, shown);
            var missing = new List<int>(atOnce);
            for (var at = shown; at < found.Length && missing.Count < atOnce; at++)
            {
                if (found[at] is null)
                    missing.Add(at);
            }

            var there = LogTables.ReadEntries(session, missing.ConvertAll(at => places[at]), bytes - size).DistinctBy(entry => entry.Seq).ToDictionary(entry => entry.Seq);
            if (database.Connections != now.Connections)
                return null;
            Add(now, found[shown] = there[places[shown]]);
            foreach (var at in missing)
            {
                if (found[at] is null && there.TryGetValue(places[at], out var entry))
                    Add(now, found[at] = entry);
            }

            (read, readBytes) = (read + there.Count, readBytes + there.Values.Sum(entry => (long)entry.Bytes.Length));
            atOnce = (int)Math.Clamp((bytes - size) / Math.Max(1, readBytes / read), LogTables.FewEntries, LogTables.ManyEntries);
        }
    }

    private static ResourceVersion[] UpTo(ResourceVersion?[] found, int count) => (count == found.Length ? found : found[..count])!;

    /// <summary>How many of those that are there follow each other from the first on, up to the one that brings them to a number of bytes, and how large they are.</summary>
    private static (int Count, long Bytes) Shown(ResourceVersion?[] found, int from, long size, long bytes)
    {
        for (; from < found.Length && size < bytes && found[from] is { } entry; from++)
            size += entry.Bytes.Length;
        return (from, size);
    }

    private ResourceVersion? Find(Generations now, long place)
    {
        if (now.Young.TryGetValue(place, out var entry))
            return entry;
        if (now.Old.TryGetValue(place, out entry))
            Add(now, entry);
        return entry;
    }

    private void Add(Generations now, ResourceVersion entry)
    {
        if (entry.IsSealed || !now.Young.TryAdd(entry.Seq, entry) || Interlocked.Add(ref now.Bytes, Weight(entry)) < most / 2)
            return;
        lock (gate)
        {
            if (ReferenceEquals(kept, now))
                kept = new([], now.Young, now.Connections);
        }
    }

    private static int Weight(ResourceVersion entry) => entry.Bytes.Length + BesideBody;

    /// <summary>What is kept; nothing any more when a connection was opened.</summary>
    private Generations Current()
    {
        var connections = database.Connections;
        if (kept is var now && now.Connections == connections)
            return now;
        lock (gate)
        {
            return kept.Connections == connections ? kept : kept = new([], [], connections);
        }
    }

    /// <summary>How much of what is asked for is here; a count that is lost beside another's does no harm.</summary>
    private void Note(int here, int asked)
    {
        if (asked > 0)
            Volatile.Write(ref share, share + ((((double)here / asked) - share) / Lately));
    }

    /// <summary>What was asked for since the last change of generations, and before it.</summary>
    private sealed class Generations(ConcurrentDictionary<long, ResourceVersion> young, ConcurrentDictionary<long, ResourceVersion> old, long connections)
    {
        internal long Bytes;

        internal ConcurrentDictionary<long, ResourceVersion> Young => young;

        internal ConcurrentDictionary<long, ResourceVersion> Old => old;

        internal long Connections => connections;
    }
}
