using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>A server starts a process for each connection: as many are opened as read at once, and no more for those who read one after another.</summary>
public sealed class PostgresReadersTests : IDisposable
{
    private readonly string address = "";
    private readonly PostgresDatabase? database;

    public PostgresReadersTests()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        address = PostgresServer.NewDatabase();
        database = new PostgresDatabase(address);
    }

    public void Dispose() => database?.Dispose();

    [Fact]
    public void One_after_another_has_a_connection_of_each_kind()
    {
        for (var turn = 0; turn < 100; turn++)
        {
            Assert.Equal("on", database!.Read(HashJoin));
            Assert.Equal("off", database.SnapshotAsWritten(HashJoin));
        }

        Assert.Equal(2, database!.Connections); // none is told anything anew
    }

    [Fact]
    public void Who_reads_while_reading_has_another()
    {
        Assert.Equal("on off", database!.Read(session => $"{HashJoin(session)} {database.SnapshotAsWritten(HashJoin)}"));
        Assert.Equal(2, database.Connections);
    }

    [Fact]
    public void Who_finds_none_takes_the_next_that_comes_back()
    {
        var isShared = false;
        for (var turn = 0; turn < 50 && !isShared; turn++) // now and then a busy machine lets the moment pass
        {
            using var one = new PostgresDatabase(address);
            var second = new Thread(() => one.Read(HashJoin));
            one.Read(session =>
            {
                second.Start();
                SpinWait.SpinUntil(() => second.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin) || !second.IsAlive);
                return HashJoin(session);
            });
            second.Join();
            isShared = one.Connections == 1;
        }

        Assert.True(isShared);
    }

    [Fact]
    public async Task Many_at_once_soon_have_one_each()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var turn = 0; turn < 250; turn++)
                    database!.Read(session => session.First("SELECT 1 FROM pg_sleep(0.002)", row => row.Integer(0)));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.InRange(database!.Connections, 4, 5); // five where one came back just as the last was opened
    }

    private static string HashJoin(DbSession session) => session.First("SELECT current_setting('enable_hashjoin')", row => row.Text(0))!;
}
