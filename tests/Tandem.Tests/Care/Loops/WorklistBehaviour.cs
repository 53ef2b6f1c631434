using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Loops;
using Tandem.Care.Loops.Pages;
using Tandem.Care.Patients;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Tests.Support;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

public sealed class SqliteWorklistTests() : WorklistBehaviour(Engine.Sqlite);

public sealed class PostgresWorklistTests() : WorklistBehaviour(Engine.Postgres);

/// <summary>What the lists of open loops promise on every engine.</summary>
public abstract class WorklistBehaviour : IDisposable
{
    private readonly RecordFixture record;

    protected WorklistBehaviour(Engine engine)
    {
        record = new RecordFixture(engine, new LoopProjection(OwnAddresses.None), new StepProjection(), new PatientSummaryProjection());
        record.Clock.Set(Noon);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_loop_stands_on_the_lists_of_those_it_concerns()
    {
        var ofTwoTeams = Ana with { Teams = ["CareTeam/quiet", Bay] };
        Assert.Equal(["CareTeam/quiet", Bay], CountLoops.OwnTeams(record.Store, ofTwoTeams).Select(team => team.Team));
        var loop = await OpenAsync(ACall());
        Assert.Equal([(Bay, 1), ("CareTeam/quiet", 0)], CountLoops.OwnTeams(record.Store, ofTwoTeams).Select(team => (team.Team, (int)team.Count.Total)));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Team, Team = Bay }));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Team, Team = Bay, State = LoopState.Open, Kind = "contact" }));
        Assert.Empty(Ids(new WorklistFilter()));
        record.Clock.Set(Noon + TimeSpan.FromDays(1));
        await new LadderClock(record.Store, record.Clock, NullLogger<LadderClock>.Instance).TickAsync(record.Clock.GetUtcNow(), Cancel);
        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Team, Team = "CareTeam/bay-leads" }));
        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ana, Cancel);
        Assert.Equal([loop.Id], Ids(new WorklistFilter()));
        await SnoozeLoop.HandleAsync(record.Store, loop.Id, null, Noon + TimeSpan.FromHours(30), "later", Ana, Cancel);
        Assert.Empty(Ids(new WorklistFilter()));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { State = LoopState.Snoozed }));
        Assert.Equal((0, 1), (CountLoops.Badges(record.Store, Bay, [], Ana).Mine.Total, CountLoops.Badges(record.Store, Bay, [], Ana).MineSnoozed.Total));
    }

    [Fact] // a key of PostgreSQL has some 2,700 bytes
    public async Task A_loop_whose_team_receiver_and_kind_are_named_by_very_long_texts_is_kept_and_stands_on_its_lists()
    {
        var lengthy = string.Concat(Enumerable.Range(0, 400).Select(i => StableHash.Of($"{i}").ToString("x16", CultureInfo.InvariantCulture)));
        var (team, receiver) = ("CareTeam/" + lengthy, "Practitioner/" + lengthy);
        var loop = await OpenAsync(ACall() with { Action = lengthy, OwnerTeam = team, Ladder = [new LadderStep(Noon, receiver, "page")] });
        await OpenAsync(ACall("e2") with { Action = lengthy + "b", OwnerTeam = team + "b" });
        await new LadderClock(record.Store, record.Clock, NullLogger<LadderClock>.Instance).TickAsync(record.Clock.GetUtcNow(), Cancel);

        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Team, Team = team, Kind = lengthy }));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Team, Team = team, State = LoopState.Open }));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { Owner = receiver }));
        Assert.Equal([loop.Id], Ids(new WorklistFilter { View = WorklistView.Escalated, Owner = receiver }));
        Assert.Equal([1, 1], ListKinds.Find(record.Store, Ana).Select(kind => Page(new WorklistFilter { View = WorklistView.All, Kind = kind }).Loops.Count));
    }

    [Fact]
    public async Task Pages_of_a_list_neither_skip_nor_repeat()
    {
        for (var i = 0; i < 130; i++)
            _ = OpenAsync(ACall($"e{i}", $"p{i}", Noon + TimeSpan.FromMinutes(i % 7)));
        await OpenAsync(ACriticalResult());

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = Page(new WorklistFilter { View = WorklistView.All, After = after });
            seen.AddRange(page.Loops.Select(loop => loop.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal((131, 131), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(LoopIds.Of(ACriticalResult().Key), seen[0]);
        Assert.Equal(RefusalKind.Invalid, FindWorklist.Find(record.Store, new WorklistFilter { After = "zzz" }, Ana).Refusal!.Kind);
    }

    [Fact]
    public async Task A_list_is_narrowed_by_tier_due_and_patient()
    {
        await record.PutAsync("Patient", "p1", """{"resourceType":"Patient","name":[{"family":"Núñez-Testperson","given":["María"]}],"identifier":[{"value":"M-77"}]}""");
        await record.PutAsync("Patient", "p2", """{"resourceType":"Patient","name":[{"family":"Testperson","given":["Olaf"]}],"identifier":[{"value":"M-78"}]}""");
        var call = await OpenAsync(ACall());
        var red = await OpenAsync(ACriticalResult(patient: "p2"));
        var all = new WorklistFilter { View = WorklistView.All };

        Assert.Equal([red.Id], Ids(all with { Tier = LoopTier.Red }));
        Assert.Equal([red.Id], Ids(all with { DueBefore = Noon + TimeSpan.FromHours(2) }));
        Assert.Equal([call.Id], Ids(all with { Patient = "nunez" }));
        Assert.Equal([call.Id], Ids(all with { Patient = "maria nuñ" }));
        Assert.Equal([red.Id], Ids(all with { Patient = "M-78" }));
        Assert.Equal([red.Id, call.Id], Ids(all with { Patient = "testp" }));
        Assert.Empty(Ids(all with { Patient = "maria olaf" }));
        Assert.Empty(Ids(all with { Patient = "testp", Kind = "visit" }));
    }

    [Fact]
    public async Task Counters_equal_a_recount_and_a_rebuild_changes_nothing()
    {
        for (var i = 0; i < 60; i++)
            await OpenAsync(i % 3 == 0 ? ACriticalResult($"o{i}", $"p{i}") : ACall($"e{i}", $"p{i}"));
        foreach (var (loop, i) in Page(new WorklistFilter { View = WorklistView.All }).Loops.Select((loop, i) => (loop, i)))
        {
            await ClaimLoop.HandleAsync(record.Store, loop.Id, null, i % 2 == 0 ? Ana : Ben, Cancel);
            if (i % 5 == 0)
                await SnoozeLoop.HandleAsync(record.Store, loop.Id, null, Noon + TimeSpan.FromMinutes(10), "later", i % 2 == 0 ? Ana : Ben, Cancel);
            if (i % 7 == 0)
                await WithdrawLoop.ByReason.HandleAsync(record.Store, loop.Id, null, "not needed", Ana, Cancel);
        }

        var kept = Counts("SELECT list, tier, loops FROM loops_counts WHERE loops <> 0 ORDER BY list, tier");
        Assert.Equal(Counts("SELECT list, tier, COUNT(*) FROM loops_worklist GROUP BY list, tier ORDER BY list, tier"), kept);
        Assert.True(kept.Count > 10);
        await record.Store.RebuildAsync("loops", Cancel);
        Assert.Equal(kept, Counts("SELECT list, tier, loops FROM loops_counts WHERE loops <> 0 ORDER BY list, tier"));
    }

    [Fact]
    public async Task Open_pages_are_told_of_the_lists_a_loop_enters_and_leaves()
    {
        var loop = await OpenAsync(ACall());
        var topics = new TaskCompletionSource<IReadOnlyCollection<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        record.Store.Signal.Committed += changes =>
        {
            if (changes.Any(change => change.Before is not null))
                topics.TrySetResult(LoopFeed.Topics(changes, OwnAddresses.None));
        };
        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ana, Cancel);

        var told = await topics.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(
            new[] { "loop:" + loop.Id, "patient:p1", "worklist", "worklist:CareTeam/bay", "worklist:Practitioner/ana" }, told.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("testp")]
    public async Task Previous_leads_back_over_the_same_pages(string? patient)
    {
        await PeopleAsync(3);
        for (var i = 0; i < 130; i++)
            _ = OpenAsync(ACall($"e{i}", $"p{i % 3}", Noon + TimeSpan.FromMinutes(i)));
        await OpenAsync(ACriticalResult(patient: "p1"));
        var filter = new WorklistFilter { View = WorklistView.All, Patient = patient };
        var first = Page(filter);
        var second = Page(filter with { After = first.Next });
        var third = Page(filter with { After = second.Next });

        var back = Page(filter with { Before = third.Previous });
        var start = Page(filter with { Before = back.Previous });

        Assert.Null(first.Previous);
        Assert.Equal((50, 50, 31), (first.Loops.Count, second.Loops.Count, third.Loops.Count));
        Assert.Equal(second.Loops.Select(loop => loop.Id), back.Loops.Select(loop => loop.Id));
        Assert.Equal(second.Next, back.Next);
        Assert.Equal(first.Loops.Select(loop => loop.Id), start.Loops.Select(loop => loop.Id));
        Assert.Equal((null, first.Next), (start.Previous, start.Next));
    }

    [Fact]
    public async Task A_page_before_a_place_near_the_beginning_is_the_whole_first_page()
    {
        for (var i = 0; i < 60; i++)
            _ = OpenAsync(ACall($"e{i}", $"p{i}", Noon + TimeSpan.FromMinutes(i)));
        await OpenAsync(ACriticalResult());
        var filter = new WorklistFilter { View = WorklistView.All };

        var page = Page(filter with { Before = WorklistPlace.Of(Page(filter).Loops[7]).ToString() });

        Assert.Equal(50, page.Loops.Count);
        Assert.Null(page.Previous);
        Assert.Equal(RefusalKind.Invalid, FindWorklist.Find(record.Store, filter with { Before = "zzz" }, Ana).Refusal!.Kind);
    }

    [Fact]
    public async Task A_search_of_people_counts_its_items_and_says_when_too_many_are_called_so()
    {
        await PeopleAsync(FindWorklistOfPeople.MostPeople);
        for (var i = 0; i < FindWorklistOfPeople.MostPeople; i++)
            _ = OpenAsync(ACall($"e{i}", $"p{i}", Noon + TimeSpan.FromMinutes(i)));
        await OpenAsync(ACriticalResult(patient: "p7"));
        var filter = new WorklistFilter { View = WorklistView.All, Patient = "testperson" };

        var whole = Page(filter);
        await PeopleAsync(FindWorklistOfPeople.MostPeople + 1);
        var cut = Page(filter);

        Assert.Equal((201L, false, 50), (whole.Total, whole.IsCut, whole.Loops.Count));
        Assert.Equal((null, true, 50), (cut.Total, cut.IsCut, cut.Loops.Count));
        Assert.Equal(LoopIds.Of(ACriticalResult(patient: "p7").Key), whole.Loops[0].Id);
    }

    private async Task PeopleAsync(int many)
    {
        for (var i = 0; i < many; i++)
            await record.PutAsync("Patient", $"p{i}", $$"""{"resourceType":"Patient","name":[{"family":"Testperson","given":["N{{i}}"]}]}""");
    }

    private Task<Loop> OpenAsync(LoopProposal proposal) => record.OpenAsync(proposal);

    private WorklistRows Page(WorklistFilter filter) => FindWorklist.Find(record.Store, filter, Ana).Value;

    private IEnumerable<string> Ids(WorklistFilter filter) => Page(filter).Loops.Select(loop => loop.Id);

    private List<(string List, long Tier, long Loops)> Counts(string sql) =>
        record.Database.Read(session => session.Query(sql, row => (row.Text(0), row.Integer(1), row.Integer(2))));
}
