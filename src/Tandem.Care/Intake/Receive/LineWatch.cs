using Tandem.Hl7v2.Mllp;

namespace Tandem.Care.Intake;

/// <summary>Ends the reading of a line that is silent for too long or stays in the middle of a frame.</summary>
internal sealed class LineWatch : IAsyncDisposable
{
    private readonly MllpReader frames;
    private readonly IntakeOptions options;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource reading;
    private readonly ITimer timer;
    private long lastFrame;
    private long frameCount;
    private long watchedFrame = -1;
    private long watchedSince;

    internal LineWatch(MllpReader frames, IntakeOptions options, TimeProvider clock, CancellationTokenSource reading)
    {
        (this.frames, this.options, this.clock, this.reading) = (frames, options, clock, reading);
        lastFrame = clock.GetTimestamp();
        var period = TimeSpan.FromTicks(Math.Clamp(options.SlowTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond));
        timer = clock.CreateTimer(static watch => ((LineWatch)watch!).Look(), this, period, period);
    }

    /// <summary>A whole frame was read.</summary>
    internal void FrameCame()
    {
        Volatile.Write(ref lastFrame, clock.GetTimestamp());
        Interlocked.Increment(ref frameCount);
    }

    /// <summary>Waits for a look under way, so that the source is not cancelled after its owner let go of it.</summary>
    public ValueTask DisposeAsync() => timer.DisposeAsync();

    private void Look()
    {
        if (IsTooSlow() || clock.GetElapsedTime(Volatile.Read(ref lastFrame)) > options.IdleTimeout)
            reading.Cancel();
    }

    private bool IsTooSlow()
    {
        var count = Interlocked.Read(ref frameCount);
        if (!frames.IsInFrame)
            watchedFrame = -1;
        else if (watchedFrame != count)
            (watchedFrame, watchedSince) = (count, clock.GetTimestamp());
        else
            return clock.GetElapsedTime(watchedSince) > options.SlowTimeout;
        return false;
    }
}
