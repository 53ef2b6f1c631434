using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

/// <summary>A worklist of 100,000 open loops costs what a page costs.</summary>
public sealed class LargeWorklistTests
{
    private const int Others = 100_000;
    private const int Own = 3_000;
    private const string Team = "CareTeam/north";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_page_reads_its_rows_by_key_and_no_others(Engine engine)
    {
        using var record = new RecordFixture(engine, new LoopProjection());
        record.Clock.Set(Noon);
        await OpenOwnAsync(record);
        AddOthers(record.Database);

        var plan = Plan(record.Database, engine);
        var first = FindWorklist.Find(record.Store, new WorklistFilter { View = WorklistView.Team, Team = Team }, Ana).Value;
        var second = FindWorklist.Find(record.Store, new WorklistFilter { View = WorklistView.Team, Team = Team, After = first.Next }, Ana).Value;

        Assert.Equal((50, 50), (first.Loops.Count, second.Loops.Count));
        if (engine == Engine.Sqlite)
        {
            Assert.Contains(plan, line => line.Contains("SEARCH loops_worklist USING PRIMARY KEY (list=? AND (rank_at,id)>(?,?))", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("SEARCH l USING INTEGER PRIMARY KEY", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("SCAN loops_worklist", StringComparison.Ordinal) || line.Contains("SCAN l", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(plan, line => line.Contains("Index Scan using loops_worklist_pkey on loops_worklist (actual rows=51", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("Index Scan using log_pkey", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Seq Scan", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Rows Removed by Filter", StringComparison.Ordinal));
        }
    }

    private static Task OpenOwnAsync(RecordFixture record) => record.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            for (var i = 0; i < Own; i++)
                OpenLoop.Apply(session, ACall($"e{i}", $"p{i}", Noon + TimeSpan.FromSeconds(i)) with { OwnerTeam = Team });
            return Own;
        },
        TestContext.Current.CancellationToken);

    /// <summary>Rows of loops on the same lists that come later in rank: a page that touched them would show it in its plan.</summary>
    private static void AddOthers(Database database)
    {
        var later = Noon + TimeSpan.FromDays(30);
        using var writer = database.OpenWriter();
        writer.Begin();
        foreach (var list in new[] { "all", "team " + Team })
        {
            writer.Write(
                LoopProjection.Worklist,
                [.. Enumerable.Range(0, Others).Select(i => new DbValue[] { list, later + TimeSpan.FromSeconds(i), $"x{i}", 2, 0, "contact", later, 1 })]);
        }

        writer.Commit();
        if (database.Engine == Engine.Postgres)
            writer.ExecuteScript("ANALYZE loops_worklist; ANALYZE log;");
    }

    private static List<string> Plan(Database database, Engine engine) => database.Read(session => session.Query(
        engine == Engine.Sqlite ? "EXPLAIN QUERY PLAN " + FindWorklist.ReadPage : "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + FindWorklist.ReadPage,
        row => row.Text(engine == Engine.Sqlite ? 3 : 0),
        "team " + Team,
        0,
        "",
        -1,
        -1,
        "",
        DateTimeOffset.MaxValue));
}
