using System.Collections.Concurrent;

namespace Tandem.Record.Log;

/// <summary>
/// Where the current versions of resources lie, of those that were read or written lately, while nobody else can append to the log: then nobody has to be asked. That is always so on SQLite; on PostgreSQL
/// after <see cref="LoneNode"/> has taken the log for this process, and each time only for <see cref="Trust"/>. The writer notes what becomes of a resource before anybody hears of it. Thread-safe.
/// </summary>
/// <param name="entries">What lies there.</param>
/// <param name="isAlways">True where there can be no other process.</param>
/// <param name="most">Places of one generation; each takes some two hundred bytes.</param>
internal sealed class CurrentPlaces(KeptEntries entries, bool isAlways, int most = 100_000)
{
    /// <summary>
    /// For how long after a sign that the connection which has the log is alive nobody else has written. Who takes the log after somebody who did not give it back waits for longer (<see cref="Doubt"/>).
    /// </summary>
    internal static readonly TimeSpan Trust = TimeSpan.FromSeconds(1);

    /// <summary>How long a process that takes the log waits while another may not know that it has it no more.</summary>
    internal static readonly TimeSpan Doubt = TimeSpan.FromSeconds(1.3);

    private readonly Lock gate = new();
    private volatile Generations? here = isAlways ? new([], []) : null;
    private long until = isAlways ? long.MaxValue : 0;
    private long ends;

    /// <summary>The moment, for <see cref="Begin"/>: no clock that somebody sets.</summary>
    internal static long Moment => Environment.TickCount64;

    /// <summary>To be asked before the database is, for <see cref="Learn"/>; null while others may append.</summary>
    internal Generations? Now => Volatile.Read(ref until) > Moment ? here : null;

    /// <summary>The current version where it is known for sure and lies in memory; null says nothing.</summary>
    internal ResourceVersion? Find(string type, string id) => Find(Now, type, id);

    /// <summary>As <see cref="Find(string, string)"/>, for the writer while the connection that it writes over has the log.</summary>
    internal ResourceVersion? FindOwned(string type, string id) => Find(here, type, id);

    /// <summary>Notes where the database said that a version lies.</summary>
    /// <param name="since">What <see cref="Now"/> was before it was asked.</param>
    /// <param name="found">The current version, or null.</param>
    internal static void Learn(Generations? since, ResourceVersion? found)
    {
        if (found is not null)
            since?.Put((found.Type, found.Id), found.Seq);
    }

    /// <summary>Notes what was committed. On the writer's thread, before the next group begins and before the writes are answered.</summary>
    internal void Follow(IReadOnlyList<Change> committed)
    {
        while (here is { } now)
        {
            foreach (var change in committed)
                now.Put((change.After.Type, change.After.Id), change.After.Seq);
            if (!ReferenceEquals(here, now))
                continue; // somebody may have brought an earlier place along
            Turn(now);
            return;
        }
    }

    /// <summary>How often it came to an end: who found out that nobody else appends, and says so later, may come too late.</summary>
    internal long Ends => Interlocked.Read(ref ends);

    /// <summary>Nobody else appends from now on; or still nobody does.</summary>
    /// <param name="asked">The <see cref="Moment"/> before it was found out.</param>
    /// <param name="ended">What <see cref="Ends"/> was when it was found out, on the writer's thread.</param>
    internal void Begin(long asked, long ended)
    {
        lock (gate)
        {
            if (ended != ends)
                return;
            here ??= new([], []);
            Extend(asked);
        }
    }

    /// <summary>A sign that the connection is alive: nobody else has appended, if that was so before.</summary>
    internal void Confirm(long asked)
    {
        lock (gate)
        {
            if (here is not null)
                Extend(asked);
        }
    }

    /// <summary>Others may append, or what was committed may be gone: nothing is known any more.</summary>
    internal void End()
    {
        lock (gate)
        {
            Interlocked.Increment(ref ends);
            here = isAlways ? new([], []) : null;
            if (!isAlways)
                Volatile.Write(ref until, 0);
        }
    }

    private void Extend(long asked)
    {
        if (!isAlways)
            Volatile.Write(ref until, Math.Max(until, asked + (long)Trust.TotalMilliseconds));
    }

    private ResourceVersion? Find(Generations? now, string type, string id)
    {
        if (now?.Find((type, id)) is not { } place)
            return null;
        Turn(now);
        return entries.Kept(place) is { } entry && entry.Id == id && entry.Type == type ? entry : null;
    }

    private void Turn(Generations now)
    {
        if (now.Count < most)
            return;
        lock (gate)
        {
            if (ReferenceEquals(here, now))
                here = new([], now.Young);
        }
    }

    /// <summary>
    /// What was looked for since the last change of generations, and before it. A place only ever gives way to a later one, so who learns of one late does no harm; who learns of it after two changes
    /// notes it where nobody looks.
    /// </summary>
    internal sealed class Generations(ConcurrentDictionary<(string Type, string Id), long> young, ConcurrentDictionary<(string Type, string Id), long> old)
    {
        private int count;

        internal ConcurrentDictionary<(string Type, string Id), long> Young => young;

        internal int Count => Volatile.Read(ref count);

        internal long? Find((string Type, string Id) resource)
        {
            if (young.TryGetValue(resource, out var place))
                return place;
            if (!old.TryGetValue(resource, out place))
                return null;
            Put(resource, place);
            return place;
        }

        internal void Put((string Type, string Id) resource, long place)
        {
            while (true)
            {
                if (young.TryAdd(resource, place))
                {
                    Interlocked.Increment(ref count);
                    return;
                }

                if (young.TryGetValue(resource, out var there) && (there >= place || young.TryUpdate(resource, place, there)))
                    return;
            }
        }
    }
}
