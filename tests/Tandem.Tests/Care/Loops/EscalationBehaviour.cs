using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Loops;
using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Teams;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

public sealed class SqliteEscalationTests() : EscalationBehaviour(Engine.Sqlite);

public sealed class PostgresEscalationTests() : EscalationBehaviour(Engine.Postgres);

/// <summary>Who is told that a ladder climbed to them, until when, and what they see of it; the same on every engine.</summary>
public abstract class EscalationBehaviour : IDisposable
{
    private const string Leads = "CareTeam/bay-leads";
    private static readonly AccessScope Lea = Ana with { Actor = new Actor("Practitioner/lead", "Lea Testperson"), Teams = [Leads] };
    private readonly RecordFixture record;

    protected EscalationBehaviour(Engine engine)
    {
        record = new RecordFixture(engine, [new LoopProjection(OwnAddresses.None), new StepProjection(), new PatientSummaryProjection()], [EscalationTables.Seen, .. TeamTables.All]);
        record.Clock.Set(Noon);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_climbs_waits_for_whom_it_climbed_to_and_for_nobody_else()
    {
        var loop = await record.OpenAsync(ACall());
        Assert.Equal(EscalationSum.None, Sum(Lea));

        await ClimbAsync(TimeSpan.FromDays(1));

        Assert.Equal((1, 1, 0), (Sum(Lea).Waiting, Sum(Lea).Unseen, Sum(Lea).UnseenCritical));
        Assert.Equal([loop.Id], Ids(Lea));
        Assert.Equal(1, CountLoops.Badges(record.Store, null, [], Lea).Escalated.Total);
        Assert.Equal(EscalationSum.None, Sum(Ana));
        Assert.Empty(Ids(Ana));
        Assert.Equal(EscalationSum.None, FindEscalations.Find(record.Store, Receiving.Of(record.Store, AccessScope.Nobody, Noon), AccessScope.Nobody));
    }

    [Fact]
    public async Task An_act_of_anybody_answers_it_and_the_next_climb_asks_again()
    {
        var loop = await record.OpenAsync(ACall());
        await ClimbAsync(TimeSpan.FromDays(1));

        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ben, Cancel);
        Assert.Equal(0, Sum(Lea).Waiting);
        Assert.Empty(Ids(Lea));
        await UndoStep.HandleAsync(record.Store, loop.Id, null, Ben, Cancel);
        Assert.Equal(1, Sum(Lea).Waiting);
        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ben, Cancel);

        await ClimbAsync(TimeSpan.FromDays(2));
        Assert.Equal([loop.Id], Ids(Lea)); // to the lead herself now
        await CloseLoop.HandleAsync(record.Store, loop.Id, null, Reached(record.Clock.GetUtcNow()), Lea, Cancel);
        Assert.Equal(EscalationSum.None, Sum(Lea));
    }

    [Fact]
    public async Task What_was_marked_as_seen_waits_on_and_only_a_later_climb_is_new()
    {
        await record.OpenAsync(ACall("e1"));
        await ClimbAsync(TimeSpan.FromDays(1));
        var newest = Sum(Lea).Newest!.Value.ToUnixTimeMilliseconds();
        await record.OpenAsync(ACriticalResult() with { Ladder = [new LadderStep(Noon + TimeSpan.FromHours(25), "Practitioner/lead", "page")] });
        await ClimbAsync(TimeSpan.FromHours(25)); // after the page was read on which she marks

        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(newest), (await SeenAsync(newest, Lea)).Value);

        Assert.Equal((2, 1, 1), (Sum(Lea).Waiting, Sum(Lea).Unseen, Sum(Lea).UnseenCritical));
        await SeenAsync(long.MaxValue, Lea);
        await SeenAsync(5, Lea); // an old page; never back
        Assert.Equal((2, 0), (Sum(Lea).Waiting, Sum(Lea).Unseen));
        Assert.Equal(2, Ids(Lea).Count);
    }

    [Fact]
    public async Task Who_stands_in_sees_the_work_of_the_absent_and_what_climbs_to_them()
    {
        var taken = await record.OpenAsync(ACall("e1"));
        await ClaimLoop.HandleAsync(record.Store, taken.Id, null, Lea, Cancel);
        var critical = await record.OpenAsync(ACriticalResult());
        await ClimbAsync(TimeSpan.FromMinutes(30));
        Assert.Equal((0, 0), (Mine(Ben).Count, Sum(Ben).Waiting));
        await SeenAsync(long.MaxValue, Ben); // his own; he does not stand in yet

        await AbsentAsync("lead", cover: "ben", until: Noon + TimeSpan.FromHours(8));

        Assert.Equal([taken.Id, critical.Id], Mine(Ben).Order(StringComparer.Ordinal).ToHashSet());
        Assert.Equal(2, CountLoops.Badges(record.Store, null, Of(Ben).StandsInFor, Ben).Mine.Total);
        Assert.Equal([critical.Id], Ids(Ben));
        Assert.Equal((1, 1), (Sum(Ben).Waiting, Sum(Ben).UnseenCritical)); // new to him although it climbed before he marked
        Assert.Equal(0, Sum(Ana).Waiting);
        record.Clock.Set(Noon + TimeSpan.FromHours(8));
        Assert.Equal((0, 0), (Mine(Ben).Count, Sum(Ben).Waiting));
    }

    [Fact]
    public async Task Pages_over_several_lists_neither_skip_nor_repeat()
    {
        for (var i = 0; i < 120; i++)
            _ = record.OpenAsync(ACall($"e{i}", $"p{i}", Noon + TimeSpan.FromMinutes(i % 7)) with { Ladder = [new LadderStep(Noon + TimeSpan.FromDays(1), i % 3 == 0 ? "Practitioner/lead" : Leads, "worklist")] });
        await record.OpenAsync(ACriticalResult());
        await ClimbAsync(TimeSpan.FromDays(1));

        var seen = new List<string>();
        WorklistRows page;
        var filter = new WorklistFilter { View = WorklistView.Escalated };
        do
        {
            page = FindWorklist.Find(record.Store, filter, Lea).Value;
            seen.AddRange(page.Loops.Select(loop => loop.Id));
            filter = filter with { After = page.Next };
        }
        while (page.Next is not null);

        Assert.Equal((121, 121), (seen.Count, seen.Distinct().Count()));
        Assert.Equal((FindEscalations.Most, 1), (Sum(Lea).Waiting, Sum(Lea).UnseenCritical));
        var back = FindWorklist.Find(record.Store, filter with { After = null, Before = page.Previous }, Lea).Value;
        Assert.Equal(seen[50..100], back.Loops.Select(loop => loop.Id));
    }

    [Fact]
    public async Task Those_who_have_to_act_are_told_when_it_climbs_and_when_somebody_acted()
    {
        var told = new List<IReadOnlyCollection<string>>();
        record.Store.Signal.Committed += changes => told.Add(LoopFeed.Topics(changes, OwnAddresses.None));
        var loop = await record.OpenAsync(ACall());
        await ClimbAsync(TimeSpan.FromDays(1));
        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ben, Cancel);
        await SnoozeLoop.HandleAsync(record.Store, loop.Id, null, Noon + TimeSpan.FromHours(30), "later", Ben, Cancel);

        Assert.Equal([false, true, true, false], told.ConvertAll(topics => topics.Contains(EscalationTopics.Of(Leads))));
    }

    private async Task ClimbAsync(TimeSpan after)
    {
        record.Clock.Set(Noon + after);
        await new LadderClock(record.Store, record.Clock, NullLogger<LadderClock>.Instance).TickAsync(Noon + after, Cancel);
    }

    private Task AbsentAsync(string person, string cover, DateTimeOffset until) => record.Store.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            session.Write(TeamTables.Absences, "a1", person, Noon, until, cover, "Practitioner/lead");
            return true;
        },
        Cancel);

    private Task<Outcome<DateTimeOffset>> SeenAsync(long until, AccessScope scope) =>
        MarkEscalationsSeen.HandleAsync(record.Store, Of(scope), until, scope, Cancel);

    private Receiving Of(AccessScope scope) => Receiving.Of(record.Store, scope, record.Clock.GetUtcNow());

    private EscalationSum Sum(AccessScope scope) => FindEscalations.Find(record.Store, Of(scope), scope);

    private List<string> Ids(AccessScope scope) => Find(WorklistView.Escalated, scope);

    private List<string> Mine(AccessScope scope) => Find(WorklistView.Mine, scope);

    private List<string> Find(WorklistView view, AccessScope scope) =>
        [.. FindWorklist.Find(record.Store, new WorklistFilter { View = view, StandsInFor = Of(scope).StandsInFor }, scope).Value.Loops.Select(loop => loop.Id)];
}
