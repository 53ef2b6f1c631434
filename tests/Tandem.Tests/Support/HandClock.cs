namespace Tandem.Tests.Support;

/// <summary>A clock that goes only as far as it is moved by hand: what waits goes on when its time has come on it, and when what waited for how long can be looked up. Thread-safe.</summary>
internal sealed class HandClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);
    private readonly Lock gate = new();
    private readonly List<Waiting> waiting = [];
    private readonly List<(TimeSpan At, TimeSpan For)> waits = [];
    private TimeSpan elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Every wait so far: when it began, counted from the start of the clock, and for how long.</summary>
    internal IReadOnlyList<(TimeSpan At, TimeSpan For)> Waits
    {
        get
        {
            lock (gate)
                return [.. waits];
        }
    }

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            var one = new Waiting(this, () => callback(state), elapsed + dueTime);
            waiting.Add(one);
            waits.Add((elapsed, dueTime));
            return one;
        }
    }

    internal void Advance(TimeSpan time)
    {
        List<Waiting> due;
        lock (gate)
        {
            elapsed += time;
            due = waiting.FindAll(one => one.Due <= elapsed);
            waiting.RemoveAll(due.Contains);
        }

        foreach (var one in due)
            one.Ring();
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (gate)
                return elapsed;
        }
    }

    private sealed class Waiting(HandClock clock, Action ring, TimeSpan due) : ITimer
    {
        internal TimeSpan Due => due;

        internal void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Who waits on this clock makes a timer for each wait.");

        public void Dispose()
        {
            lock (clock.gate)
                clock.waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
