using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Tests.Record.Rest;

namespace Tandem.Tests.Kernel.Data;

/// <summary>Slow queries hold up nobody who does not ask for them.</summary>
[Collection(CountedAlone.Name)] // all threads of the process are held
public sealed class HeldThreadsTests : IDisposable
{
    private const int Many = 120; // the pool by itself would take a minute for as many threads, however fast the machine is
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-held-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_thread_that_waits_for_a_database_is_made_up_for()
    {
        using var database = new SqliteDatabase(Path.Combine(folder, "held.db"));
        database.OpenWriter().Dispose(); // there is a file to read
        using var over = new ManualResetEventSlim();
        using var ended = new CountdownEvent(Many);
        using var ran = new ManualResetEventSlim();
        for (var at = 0; at < Many; at++)
            ThreadPool.UnsafeQueueUserWorkItem(Slow, 0, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(static ran => ran.Set(), ran, preferLocal: false);

        var isHeldUp = !ran.Wait(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);

        over.Set();
        ended.Wait(TestContext.Current.CancellationToken);
        ran.Wait(TestContext.Current.CancellationToken);
        Assert.False(isHeldUp);

        void Slow(int _)
        {
            try
            {
                database.Read(session =>
                {
                    over.Wait();
                    return 0;
                });
            }
            finally
            {
                ended.Signal();
            }
        }
    }

    [Fact]
    public void A_reading_within_another_leaves_the_other_one_held()
    {
        Assert.Equal(0, HeldThreads.Begin());
        var outer = HeldThreads.Begin();
        Assert.NotEqual(0, outer);
        HeldThreads.End(outer);
        Assert.Equal(outer, HeldThreads.Begin());
        HeldThreads.End(outer);
        HeldThreads.End(0);
        Assert.Equal(0, HeldThreads.Begin());
        HeldThreads.End(0);
    }
}
