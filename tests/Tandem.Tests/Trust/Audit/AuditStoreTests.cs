using Tandem.Kernel.Actors;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Tests.Care.Intake;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Events are kept in order, in lanes, and together.</summary>
public abstract class AuditStoreTests(Engine engine)
{
    [Fact]
    public async Task A_trail_becomes_one_event_for_each_patient()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one", "two", "one");

        Assert.Equal([("one", 2, "audit-1-1"), ("two", 1, "audit-1-2")], bench.Rows.Select(row => (row.Event.Patient, row.Detail.Count, AuditEventJson.IdOf(row))));
        var detail = bench.Rows[0].Detail;
        Assert.Equal(("Ana Testperson", "Organization/one", "nurse", "TREAT", "permit", "R"), (detail.Name, detail.Organization, detail.Role, detail.Purpose, detail.Decision, detail.Action));
        Assert.Equal(["Patient/one"], detail.References);
    }

    [Theory]
    [InlineData(1, 4_000)]
    [InlineData(20, 15_500)]
    public void To_keep_is_over_when_it_returns_and_takes_little_memory(int patients, int most)
    {
        using var bench = new AuditBench(engine);
        var keeper = new AuditKeeper(bench.Store, bench.Clock);
        for (var i = 0; i < 100; i++)
            Assert.True(Keep());
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            Assert.True(Keep());

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 100, most);

        bool Keep()
        {
            var trail = keeper.Begin(new TrailFacts("search-type") { Address = "GET /fhir/Observation", Query = "code=2823-3", Client = "a client" });
            for (var patient = 0; patient < patients; patient++)
                trail.Touched("Observation", "o", 0, patient % 2 == 0 ? $"p{patient}" : $"q{patient}", TouchKind.Read);
            return trail.KeepAsync(AuditBench.Ana, 200).AsTask().IsCompletedSuccessfully;
        }
    }

    [Fact]
    public async Task Events_of_several_patients_are_kept_as_one_and_found_for_each_without_the_others()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one", "two", "three");
        await bench.KeepAsync("two");

        Assert.Equal(2, bench.Kept.Count);
        Assert.Equal(["one", "two", "three"], bench.Kept[0].Listed);
        var found = FindAccess.Page(bench.Store.Database, new AccessFilter("two")).Rows;
        Assert.Equal([(2, "two"), (1, "two")], found.Select(row => (row.Seq, row.Event.Patient)));
        Assert.Equal(["Patient/two"], found[1].Detail.References);
        Assert.DoesNotContain("three", System.Text.Encoding.UTF8.GetString(found[1].Event.Body), StringComparison.Ordinal);
        Assert.Single(FindAccess.Page(bench.Store.Database, new AccessFilter("one", "Practitioner/ana")).Rows);
        Assert.Empty(FindAccess.Page(bench.Store.Database, new AccessFilter("one", "Practitioner/ben")).Rows);
        Assert.Empty(FindAccess.Page(bench.Store.Database, new AccessFilter("three", Marks: AuditMarks.Refused)).Rows);
        Assert.Equal([2, 1], FindAccess.Page(bench.Store.Database, new AccessFilter()).Rows.Select(row => row.Seq));
    }

    [Fact]
    public async Task Events_of_many_at_once_have_numbers_without_gaps_and_share_commits()
    {
        using var bench = new AuditBench(engine);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => bench.KeepAsync($"p{i % 9}"))));

        Assert.Equal(Enumerable.Range(1, 200).Select(seq => (long)seq), bench.Rows.Select(row => row.Seq));
        Assert.All(bench.Rows.GroupBy(row => row.Event.Lane), lane => Assert.Equal(Enumerable.Range(1, lane.Count()).Select(place => (long)place), lane.Select(row => row.Place)));
        Assert.True(bench.Store.Kept.Commits <= 200);
        Assert.True(bench.Verdict.IsSound);
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_chain_ended_and_signs_both_ends()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one");
        bench.Restart();
        await bench.KeepAsync("one");

        Assert.Equal([1, 2], bench.Rows.Select(row => row.Place));
        Assert.Equal([RootKind.Closed, RootKind.Opened], bench.Roots.Lines.Select(line => AuditRoot.Read(line, bench.Key)!.Kind));
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));
    }

    [Fact]
    public async Task A_root_is_signed_when_its_hour_has_come()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one");
        bench.Clock.Advance(TimeSpan.FromMinutes(61));

        await Eventually.TrueAsync(() => bench.Roots.Lines.Count > 0);
        Assert.Equal(RootKind.Hourly, AuditRoot.Read(bench.Roots.Lines[0], bench.Key)!.Kind);
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_until_it_can()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one");
        using (var session = bench.Store.Database.OpenWriter())
            session.ExecuteScript("ALTER TABLE audit_events RENAME TO audit_elsewhere;");
        await bench.KeepAsync("one"); // in the journal; the tables cannot take it
        var trail = new AuditKeeper(bench.Store, bench.Clock).Begin(new TrailFacts("read"));
        trail.Shown("two");

        Assert.Equal(RefusalKind.Unavailable, (await trail.KeepAsync(AuditBench.Ana, 200))?.Kind);
        Assert.NotNull(bench.Store.Problem);
        Assert.Equal(HealthStatus.Unhealthy, (await new AuditHealth(bench.Store).CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status);

        using (var session = bench.Store.Database.OpenWriter())
            session.ExecuteScript("ALTER TABLE audit_elsewhere RENAME TO audit_events;");
        await bench.KeepAsync("two");
        Assert.Null(bench.Store.Problem);
        Assert.Equal(HealthStatus.Healthy, (await new AuditHealth(bench.Store).CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status);
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));
    }

    [Fact]
    public async Task A_store_that_was_cut_while_the_hub_stood_is_told_at_the_start()
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one");
        await bench.KeepAsync("two");
        await bench.Store.SignAsync(RootKind.Asked);
        using (var session = bench.Store.Database.OpenWriter())
            session.Execute("DELETE FROM audit_heads WHERE seq = 2");
        bench.Restart();

        Assert.Contains("does not reach as far", bench.Store.Problem, StringComparison.Ordinal);
    }
}

/// <inheritdoc/>
public sealed class SqliteAuditStoreTests() : AuditStoreTests(Engine.Sqlite);

/// <inheritdoc/>
public sealed class PostgresAuditStoreTests() : AuditStoreTests(Engine.Postgres)
{
    [Fact]
    public async Task Two_nodes_write_one_chain()
    {
        using var one = new AuditBench(Engine.Postgres);
        using var main = one.Store.Database.Beside("audit");
        var folder = new RootFolder(Path.Combine(Path.GetDirectoryName(one.RootFile)!, "second-node"));
        using var other = new AuditStore(main.Beside("audit"), one.Key, folder, one.Options, one.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            var trail = new AuditKeeper(i % 2 == 0 ? one.Store : other, one.Clock).Begin(new TrailFacts("read"));
            trail.Shown($"p{i % 5}");
            Assert.Null(await trail.KeepAsync(AuditBench.Ana, 200));
        })));
        await one.Store.SettleAsync();
        await other.SettleAsync();

        Assert.Equal(Enumerable.Range(1, 100).Select(seq => (long)seq), one.Rows.Select(row => row.Seq));
        Assert.True(one.Verdict.IsSound, string.Join("\n", one.Verdict.Findings));
    }
}
