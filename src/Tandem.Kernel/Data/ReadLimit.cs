namespace Tandem.Kernel.Data;

/// <summary>
/// When the statements of a read are ended before they have their answer: when nobody waits for it any more, and when they have taken too long, all of them together. Time runs while a statement does, not while it waits for its
/// turn. For one request; its readings come one after the other, or within each other.
/// </summary>
/// <param name="longest">How long the statements may take together.</param>
/// <param name="gone">Cancelled when nobody waits any more.</param>
public class ReadLimit(TimeSpan longest, CancellationToken gone)
{
    /// <summary>Never ends anything.</summary>
    public static readonly ReadLimit Never = new(TimeSpan.MaxValue, CancellationToken.None);

    private long left = (long)longest.TotalMilliseconds;

    /// <summary>How long the statements may take together.</summary>
    public TimeSpan Longest => longest;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Gone => gone;

    /// <summary>True when nobody waits any more.</summary>
    internal virtual bool HasGone => gone.IsCancellationRequested;

    /// <summary>Milliseconds that are left.</summary>
    internal long Left => Volatile.Read(ref left);

    /// <summary>True when what has run for so many milliseconds is to end.</summary>
    internal bool IsOver(long taken) => HasGone || taken >= Left;

    /// <summary>A statement has ended after so many milliseconds.</summary>
    internal void Spend(long taken) => Interlocked.Add(ref left, -taken);

    /// <summary>What who asked is told, after an end.</summary>
    internal Exception Ended(Exception? inner) => HasGone ? new OperationCanceledException("Nobody waits for what was read.", inner, gone) : new ReadTooLongException(inner);
}
