namespace Tandem.Record.Log;

/// <summary>
/// The newest changes as they were committed here, for who follows the log closely: nothing is read or parsed a second time. What is not
/// here any more, or was committed by another node, is in the log. Thread-safe.
/// </summary>
internal sealed class RecentLog
{
    private const int Most = 4096;
    private const long MostBytes = 16 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly Change?[] changes = new Change?[Most];
    private long oldest;
    private long newest = -1;
    private long bytes;

    /// <summary>Takes what was committed, in order.</summary>
    internal void Add(IReadOnlyList<Change> committed)
    {
        lock (gate)
        {
            foreach (var change in committed)
                Add(change);
        }
    }

    /// <summary>The changes right after a place, none left out; empty when the first of them is not here.</summary>
    internal List<Change> After(long seq, int limit)
    {
        var found = new List<Change>();
        lock (gate)
        {
            while (found.Count < limit && changes[++seq % Most] is { } change && change.After.Seq == seq)
                found.Add(change);
        }

        return found;
    }

    private void Add(Change change)
    {
        var seq = change.After.Seq;
        if (seq != newest + 1)
            Forget(seq);
        bytes += change.After.Bytes.Length;
        while (oldest < seq && (seq - oldest >= Most || bytes > MostBytes))
            Drop(oldest++);
        changes[seq % Most] = change;
        newest = seq;
    }

    /// <summary>Another node has written in between: begins anew.</summary>
    private void Forget(long seq)
    {
        Array.Clear(changes);
        bytes = 0;
        oldest = seq;
    }

    private void Drop(long seq)
    {
        bytes -= changes[seq % Most]!.After.Bytes.Length;
        changes[seq % Most] = null;
    }
}
