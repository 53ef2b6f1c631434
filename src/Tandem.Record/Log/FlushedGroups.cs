using System.Collections.Concurrent;
using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>A group whose transaction is committed and whose writers wait for the disk.</summary>
/// <param name="Flush">Makes it durable; null when it is.</param>
/// <param name="Jobs">Its writes.</param>
/// <param name="After">Where the log stood before it.</param>
/// <param name="Changes">What it appended.</param>
/// <param name="Told">The place in the log that other nodes are told of when it is durable; null for none.</param>
internal sealed record CommittedGroup(LogFlush? Flush, IReadOnlyList<WriteJob> Jobs, long After, IReadOnlyList<Change> Changes, long? Told);

/// <summary>
/// Brings committed groups to the disk and answers them, in order, while the writer makes the next one: one flush for all that wait (decision 33). A single write is
/// brought there by the writer itself, which has nothing else to do. Once a disk of its own has failed nobody knows what it holds: nothing is kept any more. A server that was lost ends
/// only what waited for it, and the writer goes on with the next.
/// </summary>
internal sealed class FlushedGroups : IDisposable
{
    private readonly BlockingCollection<CommittedGroup> waiting = new(64);
    private readonly Action<CommittedGroup> kept;
    private readonly Action<CommittedGroup, Exception> lost;
    private readonly Thread thread;
    private readonly object gate = new();
    private int under; // groups that wait or are being flushed
    private long flushes;
    private volatile DatabaseException? fault;

    /// <param name="kept">Answers a group that is durable; groups come in their order, one at a time.</param>
    /// <param name="lost">Answers a group of which nobody knows whether it is.</param>
    internal FlushedGroups(Action<CommittedGroup> kept, Action<CommittedGroup, Exception> lost)
    {
        (this.kept, this.lost) = (kept, lost);
        thread = new Thread(Run) { Name = "record flusher", IsBackground = true };
        thread.Start();
    }

    /// <summary>Flushes since the start.</summary>
    internal long Flushes => Interlocked.Read(ref flushes);

    /// <summary>Throws once a flush has failed.</summary>
    /// <exception cref="DatabaseUnavailableException">The process has to be started anew: what was cached of the log may be gone, and a flush that succeeds later would hide it.</exception>
    internal void ThrowIfFailed()
    {
        if (fault is not null)
            throw new DatabaseUnavailableException("The disk did not take what was written. Look after the disk, then start the hub anew.", fault);
    }

    /// <summary>True when every group that was given is answered.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (gate)
                return under == 0;
        }
    }

    /// <summary>Takes over a group that was committed after all that were given before.</summary>
    /// <param name="group">Committed.</param>
    /// <param name="isAlone">True when no other write waits or shares it, and no group that was given before.</param>
    internal void Take(CommittedGroup group, bool isAlone)
    {
        if (isAlone || group.Flush is null)
        {
            Flush([group]);
            return;
        }

        lock (gate)
            under++;
        waiting.Add(group);
    }

    /// <summary>Waits until every group that was given is answered.</summary>
    internal void Drain()
    {
        lock (gate)
        {
            while (under > 0)
                Monitor.Wait(gate);
        }
    }

    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
    }

    private void Run()
    {
        var groups = new List<CommittedGroup>();
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            groups.Clear();
            groups.Add(first);
            while (waiting.TryTake(out var next))
                groups.Add(next);
            foreach (var together in groups.GroupBy(group => group.Flush))
                Flush([.. together]);
            lock (gate)
            {
                under -= groups.Count;
                Monitor.Pulse(gate);
            }
        }
    }

    private void Flush(IReadOnlyList<CommittedGroup> groups)
    {
        try
        {
            if (fault is { } before)
                throw before;
            groups[^1].Flush?.Run(groups.LastOrDefault(group => group.Told is not null)?.Told);
            Interlocked.Increment(ref flushes);
        }
        catch (Exception e)
        {
            if (e is not CommitUnknownException)
                fault ??= e as DatabaseException ?? new DatabaseException("What was written could not be brought to the disk.", e);
            foreach (var group in groups)
                lost(group, e);
            return;
        }

        foreach (var group in groups)
            kept(group);
    }
}
