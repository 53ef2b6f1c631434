using Npgsql;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>Who waits for the server holds a thread; nobody who waits may need another one to be sent what it asks.</summary>
[Collection(CountedAlone.Name)] // all threads of the process are held
public sealed class PostgresBatchTests
{
    private const int Many = 640; // the pool adds a thread or two a second, and each takes the next of these

    public PostgresBatchTests() => Assert.SkipWhen(PostgresServer.Missing is not null || !OperatingSystem.IsLinux(), PostgresServer.Missing ?? "only on Linux");

    [Theory]
    [InlineData("reads")]
    [InlineData("writes")]
    [InlineData("asks together")]
    public void Several_statements_go_out_while_every_thread_of_the_pool_waits(string what)
    {
        using var database = new PostgresDatabase(PostgresServer.NewDatabase());
        Run(database, what); // connects and prepares
        var over = new ManualResetEventSlim(); // not disposed: some may come to it only when all is over
        for (var at = 0; at < Many; at++)
            ThreadPool.UnsafeQueueUserWorkItem(static over => over.Wait(), over, preferLocal: false);
        try
        {
            var asker = new Thread(() => Run(database, what)) { IsBackground = true };
            asker.Start();
            Assert.True(asker.Join(TimeSpan.FromSeconds(60)), "It waits for a thread of the pool.");
        }
        finally
        {
            over.Set();
        }
    }

    [Fact]
    public void A_batch_that_the_server_answers_before_it_has_read_it_whole_goes_through()
    {
        using var database = new PostgresDatabase(PostgresServer.NewDatabase());
        var big = new string('ä', 4_000_000);
        var rows = 0;
        var length = database.Snapshot(session =>
        {
            session.AskBeforeNext("SELECT repeat('x', 1000) FROM generate_series(1, 20000)", _ => rows++);
            return session.First("SELECT length(CAST($1 AS TEXT))", row => row.Integer(0), big);
        });

        Assert.Equal((20_000, big.Length), (rows, length));
    }

    [Fact]
    public void A_time_out_is_noticed_and_the_connection_goes_on()
    {
        using var connection = new NpgsqlConnection(PostgresServer.NewDatabase());
        connection.Open();
        Assert.True(BlockingSocket.Make(connection));

        using var endless = new NpgsqlBatch(connection) { BatchCommands = { new("SELECT 1"), new("SELECT pg_sleep(600)") }, Timeout = 1 };
        Assert.IsType<TimeoutException>(Assert.Throws<NpgsqlException>(() => PostgresBatch.Run(endless, blocks: true)).InnerException);
        using var next = new NpgsqlCommand("SELECT 7", connection);
        Assert.Equal(7, next.ExecuteScalar());
    }

    private static void Run(PostgresDatabase database, string what)
    {
        switch (what)
        {
            case "reads":
                database.Snapshot(session => session.First("SELECT 7", row => row.Integer(0)));
                break;
            case "writes":
                using (var writer = database.OpenWriter())
                {
                    writer.Begin();
                    writer.Execute("SELECT pg_advisory_xact_lock(7)");
                    writer.Commit();
                }

                break;
            default:
                database.AskTogether([new One("SELECT 1"), new One("SELECT 2")]);
                break;
        }
    }

    private sealed class One(string sql) : DbQuestion
    {
        public override string Sql => sql;

        public override DbValue[] Values => [];

        public override void Begin()
        {
        }

        public override void Read(DbRow row)
        {
        }
    }
}
