namespace Tandem.Record.Log;

/// <summary>Tells within this process that the log has grown, whichever process has appended to it. Thread-safe.</summary>
public sealed class CommitSignal
{
    private readonly Lock gate = new();
    private readonly Lock telling = new();
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ToldPlaces told = new(0);
    private readonly SortedSet<long> claimedAfter = [];

    /// <summary>
    /// What was committed, right after the commit for what this process has committed, a moment later for what others have: a group in its order, each change
    /// once. Groups of other nodes may come after later ones of this. Handlers must be quick and must not throw; they are called one at a time.
    /// </summary>
    public event Action<IReadOnlyList<Change>>? Committed;

    /// <summary>The newest place in the log that this process knows of.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Everything up to this place in the log was told here.</summary>
    public long ToldSeq
    {
        get
        {
            lock (gate)
                return told.End;
        }
    }

    /// <summary>Completes when the log goes beyond <paramref name="seq"/>.</summary>
    public Task BeyondAsync(long seq)
    {
        lock (gate)
            return LastSeq > seq ? Task.CompletedTask : grown.Task;
    }

    /// <summary>The log goes up to here at the start: nothing of it is told.</summary>
    internal void Begin(long seq)
    {
        lock (gate)
            (LastSeq, told) = (seq, new ToldPlaces(seq));
    }

    /// <summary>This process is about to commit what follows a place in the log, and tells of it by itself.</summary>
    internal void Claim(long after)
    {
        lock (gate)
            claimedAfter.Add(after);
    }

    /// <summary>The commit did not come to pass, or nobody knows: what is in the log is told like what others have appended.</summary>
    internal void Disclaim(long after)
    {
        lock (gate)
            claimedAfter.Remove(after);
    }

    /// <summary>The first places up to one (inclusive) that have to be told here, or null: after one, up to another.</summary>
    internal (long After, long Last)? Gap(long last)
    {
        lock (gate)
            return told.Gap(claimedAfter.Count > 0 ? Math.Min(claimedAfter.Min, last) : last);
    }

    /// <summary>Tells what this process has committed.</summary>
    internal void Announce(long after, IReadOnlyList<Change> changes) => Tell(after, changes, isOwn: true);

    /// <summary>Tells what others have committed: the changes of a <see cref="Gap"/> from its beginning.</summary>
    internal void Pass(long after, IReadOnlyList<Change> changes) => Tell(after, changes, isOwn: false);

    private void Tell(long after, IReadOnlyList<Change> changes, bool isOwn)
    {
        TaskCompletionSource woken;
        var seq = changes[^1].After.Seq;
        lock (gate)
        {
            LastSeq = Math.Max(LastSeq, seq);
            told.Add(after, seq);
            if (isOwn)
                claimedAfter.Remove(after);
            (woken, grown) = (grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        woken.TrySetResult();
        lock (telling)
            Committed?.Invoke(changes);
    }
}
