using Npgsql;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>What runs for a read is ended when nobody waits for it and when it takes too long, and whoever takes the session next notices nothing.</summary>
public abstract class ReadLimitBehaviour : IDisposable
{
    private const string Counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT)) SELECT COUNT(*) FROM n";
    private const int Endless = int.MaxValue;
    private readonly TestDatabase files;

    private protected ReadLimitBehaviour(Engine engine)
    {
        files = new TestDatabase(engine);
        Database = files.Open();
        Database.OpenWriter().Dispose(); // there is a file to read
    }

    private protected Database Database { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeSpan Short => TimeSpan.FromMilliseconds(50);

    public void Dispose()
    {
        Database.Dispose();
        files.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_takes_too_long_is_ended_and_the_session_serves_the_next()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.Throws<ReadTooLongException>(() => Database.Read(session => Count(session, Endless), new ReadLimit(Short, Cancel)));
            Assert.Equal(7, Database.Read(session => Count(session, 7), new ReadLimit(TimeSpan.FromMinutes(1), Cancel)));
        }
    }

    [Fact]
    public void A_snapshot_that_takes_too_long_leaves_no_transaction()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.Throws<ReadTooLongException>(() => Database.SnapshotAsWritten(session => Count(session, 7) + Count(session, Endless), new ReadLimit(Short, Cancel)));
            Assert.Equal(14, Database.SnapshotAsWritten(session => Count(session, 7) + Count(session, 7)));
            Assert.Throws<ReadTooLongException>(() => Database.Snapshot(session => Count(session, Endless), new ReadLimit(Short, Cancel)));
            Assert.Equal(7, Database.Snapshot(session => Count(session, 7)));
        }
    }

    [Fact]
    public async Task What_nobody_waits_for_is_ended()
    {
        using var gone = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var reading = Task.Run(
            () => Database.Read(
                session =>
                {
                    begun.Set();
                    return Count(session, Endless);
                },
                new ReadLimit(TimeSpan.FromHours(1), gone.Token)),
            Cancel);
        begun.Wait(Cancel);

        await gone.CancelAsync();

        Assert.Equal(gone.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => reading)).CancellationToken);
        Assert.Throws<OperationCanceledException>(() => Database.Read(session => Count(session, 1), new ReadLimit(TimeSpan.FromHours(1), gone.Token)));
        Assert.Equal(3, Database.Read(session => Count(session, 3)));
    }

    [Fact]
    public void Statements_that_are_short_are_ended_when_there_is_no_end_of_them()
    {
        var asked = 0;
        for (var turn = 0; turn < 200 && asked == 0; turn++) // on a busy machine the time may be over before the first is answered
        {
            Assert.Throws<ReadTooLongException>(() => Database.Read<int>(
                session =>
                {
                    while (true)
                        asked += (int)Count(session, 1);
                },
                new ReadLimit(Short, Cancel)));
        }

        Assert.NotEqual(0, asked);
    }

    [Fact]
    public void The_time_is_that_of_all_readings_together()
    {
        var limit = new ReadLimit(Short, Cancel);
        Assert.Throws<ReadTooLongException>(Ask);
        Assert.Throws<ReadTooLongException>(() => Database.Read(session => Count(session, 1), limit));

        void Ask()
        {
            while (true)
                Database.Read(session => Count(session, 100_000), limit);
        }
    }

    /// <summary>Ends come at any moment of a reading: before, in and after its statement. The next takes the same session at once.</summary>
    [Fact]
    public void An_end_never_reaches_who_takes_the_session_next()
    {
        const int Size = 20_000;
        var (ended, answered) = (0, 0);
        for (var round = 0; round < 20 || ((ended < 10 || answered < 10) && round < 2000); round++)
        {
            var limit = new ReadLimit(TimeSpan.FromMilliseconds(1 + (round % 60)), Cancel); // the watch looks every 20 ms
            try
            {
                Assert.Equal(2 * Size, Database.Snapshot(session => Count(session, Size) + Count(session, Size), limit));
                answered++;
            }
            catch (ReadTooLongException)
            {
                ended++;
            }

            Assert.Equal(Size, Database.Read(session => Count(session, Size)));
            Assert.Equal(5, Database.SnapshotAsWritten(session => Count(session, 5)));
        }

        Assert.InRange(ended, 1, int.MaxValue);
    }

    private protected static long Count(DbSession session, long size) => session.First(Counting, row => row.Integer(0), size);
}

public sealed class ReadLimitOnSqliteTests() : ReadLimitBehaviour(Engine.Sqlite);

public sealed class ReadLimitOnPostgresTests() : ReadLimitBehaviour(Engine.Postgres)
{
    private const string Backend = "SELECT pg_backend_pid()";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void A_session_whose_statement_was_ended_is_kept()
    {
        var before = Database.Read(BackendOf, Long());
        Assert.Throws<ReadTooLongException>(() => Database.Read(session => Count(session, int.MaxValue), Limit()));
        Assert.Equal(before, Database.Read(BackendOf));
        Assert.Equal(0, Database.Read(session => session.First(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()", row => row.Integer(0))));
    }

    [Fact]
    public void Questions_asked_together_are_ended_together()
    {
        Question[] questions = [new("SELECT CAST($1 AS BIGINT)", 1), new("SELECT CAST($1 AS BIGINT) FROM pg_sleep(600)", 2)];
        Assert.Throws<ReadTooLongException>(() => Database.AskTogether(questions, Limit()));
        Database.AskTogether([questions[0]], Long());
        Assert.Equal(1, questions[0].Answer);
    }

    /// <summary>Where the server does not say that it has ended a statement, an end may still come: nobody uses that session any more.</summary>
    [Fact]
    public void A_session_of_which_nobody_knows_whether_its_statement_was_ended_is_thrown_away()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase());
        Run(settings.ConnectionString, "CREATE ROLE who_ends_nothing LOGIN; REVOKE EXECUTE ON FUNCTION pg_cancel_backend(int) FROM PUBLIC");
        settings.Username = "who_ends_nothing";
        using var database = new PostgresDatabase(settings.ConnectionString);
        var isThrownAway = false;
        for (var turn = 0; turn < 100 && !isThrownAway; turn++) // on a busy machine the statement may be over before anybody tries to end it
        {
            var before = database.Read(BackendOf, Long());
            Assert.Equal("slept", database.Read(session => session.First("SELECT 'slept' FROM pg_sleep(0.5)", row => row.Text(0)), Limit()));
            isThrownAway = before != database.Read(BackendOf);
        }

        Assert.True(isThrownAway);
    }

    private static void Run(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static long BackendOf(DbSession session) => session.First(Backend, row => row.Integer(0));

    private static ReadLimit Limit() => new(Short, TestContext.Current.CancellationToken);

    private static ReadLimit Long() => new(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private sealed class Question(string sql, long value) : DbQuestion
    {
        internal long Answer { get; private set; }

        public override string Sql => sql;

        public override DbValue[] Values => [value];

        public override void Begin() => Answer = 0;

        public override void Read(DbRow row) => Answer = row.Integer(0);
    }
}
