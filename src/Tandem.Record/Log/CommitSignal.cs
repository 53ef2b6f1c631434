namespace Tandem.Record.Log;

/// <summary>Tells within this process that the log has grown. Thread-safe.</summary>
public sealed class CommitSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was committed, in order, right after the commit. Handlers must be quick and must not throw.</summary>
    public event Action<IReadOnlyList<Change>>? Committed;

    /// <summary>The newest place in the log that this process knows of.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Completes when the log goes beyond <paramref name="seq"/>.</summary>
    public Task BeyondAsync(long seq)
    {
        lock (gate)
            return LastSeq > seq ? Task.CompletedTask : grown.Task;
    }

    internal void Announce(long seq, IReadOnlyList<Change> changes)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            LastSeq = seq;
            (woken, grown) = (grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        woken.TrySetResult();
        Committed?.Invoke(changes);
    }
}
