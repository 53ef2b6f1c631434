using Tandem.Kernel.Data;

namespace Tandem.Tests.Kernel.Data;

/// <summary>The session of a reading is free for the next only when no end is on its way to it.</summary>
public sealed class ReadWatchTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reading_is_left_when_the_end_that_is_under_way_for_it_is_over_and_not_before()
    {
        using var gone = new CancellationTokenSource();
        using ManualResetEventSlim ending = new(), left = new();
        var watch = new ReadWatch(() =>
        {
            ending.Set();
            return true;
        });
        var reading = Task.Run(
            () =>
            {
                Read(watch, new ReadLimit(TimeSpan.FromHours(1), gone.Token), () =>
                {
                    gone.Cancel();
                    ending.Wait(Cancel); // the answer was there before the end could do anything
                });
                left.Set();
            },
            Cancel);
        ending.Wait(Cancel);

        Assert.False(left.Wait(Moment, Cancel));
        watch.Ended();
        await reading;
        Assert.True(left.IsSet);
    }

    [Fact]
    public void After_an_end_no_statement_of_the_reading_begins_and_those_of_the_next_do()
    {
        using var gone = new CancellationTokenSource();
        using var ending = new ManualResetEventSlim();
        var watch = new ReadWatch(() =>
        {
            ending.Set();
            return false;
        });

        Assert.Throws<OperationCanceledException>(() => Read(watch, new ReadLimit(TimeSpan.FromHours(1), gone.Token), () =>
        {
            watch.GoOn();
            gone.Cancel();
            ending.Wait(Cancel);
            watch.GoOn();
        }));

        watch.GoOn();
        Read(watch, ReadLimit.Never, watch.GoOn);
    }

    private static void Read(ReadWatch watch, ReadLimit limit, Action read)
    {
        var held = HeldThreads.Begin();
        try
        {
            watch.Run<DbSession, int>(null!, limit, _ =>
            {
                read();
                return 0;
            });
        }
        finally
        {
            HeldThreads.End(held);
        }
    }
}
