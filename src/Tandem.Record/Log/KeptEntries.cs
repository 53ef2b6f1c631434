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
    private const int BesideBody = 400; // bytes of what else there is to an entry
    private readonly Lock gate = new();
    private volatile Generations kept = new([], [], 0);
    private double share;

    /// <summary>Up to half a gigabyte, and a sixteenth of what the process may take.</summary>
    public KeptEntries(Database database)
        : this(database, Math.Min(512L * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16))
    {
    }

    /// <summary>True while nearly everything that was asked for lately was here, so that it is better to ask for places and then for the few entries that are not.</summary>
    internal bool ArePlacesEnough => Volatile.Read(ref share) > Nearly;

    /// <summary>What a session may use: one that reads in the middle of a write sees what others may never see, and nothing of that is kept.</summary>
    internal KeptEntries? For(DbSession session) => session is GroupReading ? null : this;

    /// <summary>To be asked before places are read that are looked up here.</summary>
    internal long Connections => database.Connections;

    /// <summary>The entries at some places, in their order, read where they are not here; null when a connection was opened since the places were read: they may be of a state that is lost.</summary>
    /// <param name="session">Where to read; of those who only read.</param>
    /// <param name="places">Of entries that are there.</param>
    /// <param name="connections">What <see cref="Connections"/> told before the places were read.</param>
    internal ResourceVersion[]? Of(DbSession session, IReadOnlyList<long> places, long connections) => Of(places, connections, missing => LogTables.ReadEntries(session, missing));

    /// <summary>As the other, with a session of its own for what is not here.</summary>
    internal ResourceVersion[]? Of(IReadOnlyList<long> places, long connections, ReadLimit? limit) => Of(places, connections, missing => database.Read(session => LogTables.ReadEntries(session, missing), limit));

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

    private ResourceVersion[]? Of(IReadOnlyList<long> places, long connections, Func<List<long>, List<ResourceVersion>> read)
    {
        var now = Current();
        if (now.Connections != connections)
            return null;
        var found = new ResourceVersion[places.Count];
        List<long>? missing = null;
        for (var at = 0; at < found.Length; at++)
        {
            if (Find(now, places[at]) is { } entry)
                found[at] = entry;
            else
                (missing ??= []).Add(places[at]);
        }

        Note(places.Count - (missing?.Count ?? 0), places.Count);
        if (missing is null)
            return found;
        var there = new Dictionary<long, ResourceVersion>(missing.Count);
        foreach (var entry in read(missing))
            there[entry.Seq] = entry;
        if (database.Connections != connections)
            return null;
        for (var at = 0; at < found.Length; at++)
        {
            if (found[at] is null)
                Add(now, found[at] = there[places[at]]);
        }

        return found;
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
