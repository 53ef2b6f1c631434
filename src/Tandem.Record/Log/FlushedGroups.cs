using System.Collections.Concurrent;
using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>A group whose transaction is committed and whose writers wait for the disk.</summary>
/// <param name="Writer">Committed it.</param>
/// <param name="Jobs">Its writes.</param>
/// <param name="After">Where the log stood before it.</param>
/// <param name="Changes">What it appended.</param>
internal sealed record CommittedGroup(DbSession Writer, IReadOnlyList<WriteJob> Jobs, long After, IReadOnlyList<Change> Changes);

/// <summary>
/// Brings committed groups to the disk and answers them, in order, while the writer makes the next one: one flush for all that wait (decision 33). A single write is
/// brought there by the writer itself, which has nothing else to do. Once a flush has failed nobody knows what the disk holds: nothing is kept any more.
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

    /// <summary>Takes over a group that was committed after all that were given before.</summary>
    /// <param name="group">Committed.</param>
    /// <param name="isAlone">True when no other write waits or shares it.</param>
    internal void Take(CommittedGroup group, bool isAlone)
    {
        bool isApart;
        lock (gate)
        {
            isApart = group.Writer.IsFlushedApart && !(isAlone && under == 0);
            if (isApart)
                under++;
        }

        if (isApart)
            waiting.Add(group);
        else
            Flush([group]);
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
            Flush(groups);
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
            ThrowIfFailed();
            groups[^1].Writer.Flush();
            Interlocked.Increment(ref flushes);
        }
        catch (DatabaseException e)
        {
            fault ??= e;
            foreach (var group in groups)
                lost(group, e);
            return;
        }

        foreach (var group in groups)
            kept(group);
    }
}
