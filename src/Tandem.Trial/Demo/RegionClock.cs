namespace Tandem.Trial.Demo;

/// <summary>A clock that stands where it is set, until it is let go and tells real time. Thread-safe.</summary>
internal sealed class RegionClock(DateTimeOffset start) : TimeProvider
{
    private long? ticks = start.UtcTicks;
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return ticks is { } standing ? new DateTimeOffset(standing, TimeSpan.Zero) : System.GetUtcNow();
    }

    /// <summary>Moves the clock forward; an earlier time leaves it where it is.</summary>
    internal void MoveTo(DateTimeOffset time)
    {
        lock (gate)
            ticks = Math.Max(ticks ?? throw new InvalidOperationException("The clock tells real time already."), time.UtcTicks);
    }

    /// <summary>From now on it tells real time.</summary>
    internal void LetGo()
    {
        lock (gate)
            ticks = null;
    }
}
