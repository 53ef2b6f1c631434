using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// Sessions that read, kept for whoever reads next. A connection costs the server a process, and takes longer to open than most reads: who finds none of the kind takes one of the other and
/// tells it what it has to know, or waits a moment for one to come back. So a hub that starts, and one that few use, has one of each; and one that many use soon has as many as read at once, for every
/// <see cref="Often"/>th who finds none opens one. Thread-safe.
/// </summary>
/// <param name="open">Opens one; what it throws reaches who asks.</param>
/// <param name="few">How many are opened of each kind while there are free ones of the other; 0 where there is no room for one of each.</param>
internal sealed class PostgresReaders(Func<PostgresSession> open, int few)
{
    private const int Often = 64;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(25);
    private readonly ConcurrentStack<PostgresSession> plain = []; // the last one used goes out first: what it reads is still in its server's and its processor's memory
    private readonly ConcurrentStack<PostgresSession> searchers = []; // by what their server was told last
    private readonly object gate = new();
    private int reading;
    private int searching;
    private int missed;
    private int waiting;

    /// <summary>One that nobody uses, if there is one whose server was told the same before; else the next that comes back, else a new one.</summary>
    /// <param name="isSearcher">Whether it is for statements that are run as they are written.</param>
    internal PostgresSession Take(bool isSearcher)
    {
        var (same, others) = isSearcher ? (searchers, plain) : (plain, searchers);
        if (same.TryPop(out var session))
            return session;
        ref var opened = ref isSearcher ? ref searching : ref reading;
        var isMore = Interlocked.Increment(ref missed) % Often == 0;
        var some = few == 0 ? Volatile.Read(ref reading) + Volatile.Read(ref searching) : Volatile.Read(ref opened);
        if (some > 0 && !(isMore && some < few) && others.TryPop(out session))
            return session;
        if (some > 0 && !isMore && TryWait(same, others) is { } next)
            return next;
        Interlocked.Increment(ref opened);
        return open();
    }

    /// <summary>Keeps one for who reads next.</summary>
    internal void GiveBack(PostgresSession session)
    {
        (session.Settings is null ? plain : searchers).Push(session);
        if (Volatile.Read(ref waiting) == 0) // who begins to wait looks once more after it is counted
            return;
        lock (gate)
            Monitor.Pulse(gate);
    }

    /// <summary>Closes those that nobody uses.</summary>
    internal void Forget()
    {
        reading = searching = 0;
        while (plain.TryPop(out var reader) || searchers.TryPop(out reader))
            reader.Dispose();
    }

    private PostgresSession? TryWait(ConcurrentStack<PostgresSession> same, ConcurrentStack<PostgresSession> others)
    {
        var began = Stopwatch.GetTimestamp();
        lock (gate)
        {
            Interlocked.Increment(ref waiting);
            try
            {
                while (true)
                {
                    if (same.TryPop(out var session) || others.TryPop(out session))
                        return session;
                    var left = Moment - Stopwatch.GetElapsedTime(began);
                    if (left <= TimeSpan.Zero)
                        return null;
                    Monitor.Wait(gate, left);
                }
            }
            finally
            {
                Interlocked.Decrement(ref waiting);
            }
        }
    }
}
