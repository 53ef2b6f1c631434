namespace Tandem.Kernel.Data;

/// <summary>
/// Makes up for threads of the pool that databases hold. Who reads a database holds its thread until the answer is there (decision 5); the pool has as many threads as there are cores, and adds
/// one or two a second. Without this a few slow queries hold up every other request for seconds, also one that asks the database nothing. A query that takes its usual milliseconds changes nothing. The same thread ends readings whose
/// limit is over (<see cref="ReadLimit"/>): it looks at each anyway. Thread-safe.
/// </summary>
internal static class HeldThreads
{
    private const int Patience = 20; // milliseconds that a query may take before its thread is made up for
    private const int Most = 100; // as many sessions as a connection string allows that says nothing of it
    private const int Calm = 50; // times without more to do until there are fewer threads again, or the watch sleeps
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<Slot>> Slots = [];
    private static readonly AutoResetEvent Woken = new(false);
    private static bool isWatched;
    private static volatile bool isAsleep;

    [ThreadStatic]
    private static Slot? own;

    /// <summary>From now on this thread waits for a database.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    internal static long Begin()
    {
        var slot = own ??= Enrol();
        var before = slot.Since;
        if (before != 0)
            return before;
        Interlocked.Exchange(ref slot.Since, Environment.TickCount64); // seen before it is asked whether the watch is asleep
        if (isAsleep)
            Woken.Set();
        return 0;
    }

    /// <summary>It no longer does; or it goes on with the reading within which it began.</summary>
    internal static void End(long before) => Volatile.Write(ref own!.Since, before);

    /// <summary>From now on it waits for a reading that may be ended, or for none. Between <see cref="Begin"/> and <see cref="End"/>.</summary>
    /// <returns>The one before, to which it goes back.</returns>
    internal static ReadWatch? Follow(ReadWatch? reading)
    {
        var slot = own!;
        var before = slot.Reading;
        Volatile.Write(ref slot.Reading, reading);
        return before;
    }

    private static Slot Enrol()
    {
        var slot = new Slot(isOfPool: Thread.CurrentThread.IsThreadPoolThread); // nobody else needs another one
        lock (Gate)
        {
            Slots.Add(new(slot));
            if (!isWatched)
                new Thread(Watch) { IsBackground = true, Name = "database waits" }.Start();
            isWatched = true;
        }

        return slot;
    }

    private static void Watch()
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        var (enough, calm) = (usual, 0);
        while (true)
        {
            Woken.WaitOne(Patience);
            var wanted = usual + Math.Min(Most, Look(Patience));
            calm = wanted > usual && wanted >= enough ? 0 : calm + 1;
            if (wanted <= enough && calm < Calm)
                continue;
            if (wanted != enough)
                ThreadPool.SetMinThreads(enough = wanted, ports);
            else
                Sleep();
            calm = 0;
        }
    }

    /// <summary>Until somebody waits for a database.</summary>
    private static void Sleep()
    {
        isAsleep = true;
        if (!IsAnyHeld())
            Woken.WaitOne();
        isAsleep = false;
    }

    private static bool IsAnyHeld()
    {
        lock (Gate)
            return Slots.Exists(one => one.TryGetTarget(out var slot) && Volatile.Read(ref slot.Since) != 0);
    }

    /// <summary>Ends readings whose limit is over.</summary>
    /// <returns>How many threads of the pool have waited for so many milliseconds.</returns>
    private static int Look(long patience)
    {
        var (held, now) = (0, Environment.TickCount64);
        lock (Gate)
        {
            for (var at = Slots.Count - 1; at >= 0; at--)
            {
                if (!Slots[at].TryGetTarget(out var slot))
                {
                    Slots.RemoveAt(at);
                    continue;
                }

                if (slot.IsOfPool && Volatile.Read(ref slot.Since) is not 0 and var since && since <= now - patience)
                    held++;
                Volatile.Read(ref slot.Reading)?.EndIfOver(now);
            }
        }

        return held;
    }

    /// <summary>Belongs to a thread and goes with it.</summary>
    private sealed class Slot(bool isOfPool)
    {
        internal long Since; // Environment.TickCount64, or 0
        internal ReadWatch? Reading;

        internal bool IsOfPool => isOfPool;
    }
}
