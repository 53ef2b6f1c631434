using Tandem.Care.Loops;
using Tandem.Fhir.Views;
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
        using var record = new RecordFixture(engine, new LoopProjection(OwnAddresses.None));
        record.Clock.Set(Noon);
        await OpenOwnAsync(record);
        AddOthers(record.Database);

        var plan = Plan(record.Database, engine, FindWorklist.ReadPage, ["team " + Team, 0, "", -1, -1, "", DateTimeOffset.MaxValue]);
        var first = FindWorklist.Find(record.Store, new WorklistFilter { View = WorklistView.Team, Team = Team }, Ana).Value;
        var second = FindWorklist.Find(record.Store, new WorklistFilter { View = WorklistView.Team, Team = Team, After = first.Next }, Ana).Value;

        Assert.Equal((50, 50), (first.Loops.Count, second.Loops.Count));
        if (engine == Engine.Sqlite)
        {
            Assert.Contains(plan, line => line.Contains("SEARCH w USING PRIMARY KEY (list=? AND (rank_at,id)>(?,?))", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("SEARCH l USING INTEGER PRIMARY KEY", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("SCAN w", StringComparison.Ordinal) || line.Contains("SCAN l", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(plan, line => line.Contains("Index Scan using loops_worklist_pkey on loops_worklist w (actual rows=51", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("Index Scan using log_pkey", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Seq Scan", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Rows Removed by Filter", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_search_of_people_visits_their_loops_and_not_the_list(Engine engine)
    {
        using var record = new RecordFixture(engine, new LoopProjection(OwnAddresses.None));
        record.Clock.Set(Noon);
        await OpenOwnAsync(record);
        AddOthers(record.Database);
        DbValue[] people = [.. Enumerable.Range(0, 20).Select(i => (DbValue)$"p{i}")];

        var plan = Plan(record.Database, engine, FindWorklistOfPeople.ReadPlaces, ["team " + Team, -1, -1, "", DateTimeOffset.MaxValue, .. people]);

        if (engine == Engine.Sqlite)
        {
            Assert.Contains(plan, line => line.Contains("SEARCH p USING PRIMARY KEY (patient=?)", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("SEARCH w USING PRIMARY KEY (list=? AND rank_at=? AND id=?)", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(plan, line => line.Contains("on loops_of_patient p (actual rows=20", StringComparison.Ordinal));
            Assert.Contains(plan, line => line.Contains("loops_worklist_pkey on loops_worklist w (actual rows=1", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on loops_worklist", StringComparison.Ordinal));
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
            writer.ExecuteScript("ANALYZE loops_worklist; ANALYZE loops_of_patient; ANALYZE log;");
    }

    private static List<string> Plan(Database database, Engine engine, string sql, DbValue[] values) => database.Read(session => session.Query(
        (engine == Engine.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ") + sql,
        row => row.Text(engine == Engine.Sqlite ? 3 : 0),
        values));
}
