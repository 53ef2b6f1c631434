namespace Tandem.Tests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
internal class ManualClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    internal ManualClock()
        : this(new DateTimeOffset(2026, 3, 2, 15, 0, 0, TimeSpan.Zero))
    {
    }

    public override DateTimeOffset GetUtcNow() => now;

    internal void Advance(TimeSpan time) => now += time;

    internal void Set(DateTimeOffset time) => now = time;
}

/// <summary>A clock on which no wait ever comes to its end: what goes on goes on because it was woken.</summary>
internal sealed class ClockWithoutTimers : ManualClock
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
