using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Loops;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

public sealed class SqliteLoopTests() : LoopBehaviour(Engine.Sqlite);

public sealed class PostgresLoopTests() : LoopBehaviour(Engine.Postgres);

/// <summary>What loops promise on every engine.</summary>
public abstract class LoopBehaviour : IDisposable
{
    private readonly RecordFixture record;

    protected LoopBehaviour(Engine engine)
    {
        var own = new OwnAddresses("https://hub.example.org/fhir");
        record = new RecordFixture(engine, [new LoopProjection(own), new StepProjection()], [], own);
        record.Clock.Set(Noon);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Opening_twice_makes_one_loop_with_one_step()
    {
        var first = await OpenAsync(ACall());
        var again = await OpenAsync(ACall());

        Assert.Equal((1, 1), (first.Version, again.Version));
        Assert.Equal(LoopIds.Of(ACall().Key), again.Id);
        Assert.Single(FindPatientLoops.Steps(record.Store, first.Id, Ana));
        Assert.Single(FindPatientLoops.Find(record.Store, "p1", Ana));
    }

    [Fact]
    public async Task A_loop_stays_the_patients_when_it_comes_back_with_the_records_own_address()
    {
        var loop = await OpenAsync(ACall());
        var text = System.Text.Encoding.UTF8.GetString(record.Store.Read("Task", loop.Id, AccessScope.System).Value.Bytes.Span);
        await record.PutAsync("Task", loop.Id, text.Replace("\"Patient/p1\"", "\"https://hub.example.org/fhir/Patient/p1\"", StringComparison.Ordinal));

        Assert.Equal((loop.Id, "p1"), (Assert.Single(FindPatientLoops.Find(record.Store, "p1", Ana)).Id, FindPatientLoops.One(record.Store, loop.Id, Ana)!.Patient));
        Assert.Equal(loop.Id, Assert.Single(Page(new WorklistFilter { View = WorklistView.All }).Loops).Id);
    }

    [Fact]
    public async Task Owner_and_fact_are_the_same_by_the_records_own_address()
    {
        const string own = "https://hub.example.org/fhir/";
        var loop = await OpenAsync(ACall());
        await ClaimLoop.HandleAsync(record.Store, loop.Id, 1, Ana, Cancel);
        var text = System.Text.Encoding.UTF8.GetString(record.Store.Read("Task", loop.Id, AccessScope.System).Value.Bytes.Span);
        await record.PutAsync("Task", loop.Id, text.Replace("\"reference\":\"", $"\"reference\":\"{own}", StringComparison.Ordinal));

        var read = FindPatientLoops.One(record.Store, loop.Id, Ana)!;
        Assert.Equal((Ana.Actor.Reference, loop.Focus, loop.Team, LoopState.Claimed), (read.Owner, read.Focus, read.Team, read.State));
        Assert.Equal(Ana.Actor.Reference, Assert.Single(Page(new WorklistFilter { View = WorklistView.Mine }).Loops).Owner);
        Assert.Equal(loop.Id, Assert.Single(Page(new WorklistFilter { View = WorklistView.Team, Team = loop.Team }).Loops).Id);
        Assert.Equal(3, (await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ana, Cancel)).Value.Version); // it is hers already
    }

    [Fact]
    public async Task A_loop_is_read_as_it_was_proposed()
    {
        var proposal = ACriticalResult() with { Evidence = new EvidenceRule(EvidenceKind.CriticalResultTold, MayCloseByHand: false) };
        var opened = await OpenAsync(proposal);

        var read = FindPatientLoops.One(record.Store, opened.Id, Ana)!;

        Assert.Equal(
            OpenLoop.From(proposal) with { Version = 1, Parts = [], Ladder = [], Outputs = [] },
            read with { Parts = [], Ladder = [], Outputs = [] });
        Assert.Equal(proposal.Parts, read.Parts);
        Assert.Equal(proposal.Ladder, read.Ladder);
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_exactly_one_has_it()
    {
        var loop = await OpenAsync(ACall());
        var people = Enumerable.Range(0, 20).Select(i => Ana with { Actor = new Actor($"Practitioner/n{i}", $"N{i} Testperson") }).ToList();

        var claims = await Task.WhenAll(people.Select(person => ClaimLoop.HandleAsync(record.Store, loop.Id, loop.Version, person, Cancel)));

        var winner = Assert.Single(claims, claim => claim.Refusal is null).Value;
        Assert.All(claims.Where(claim => claim.Refusal is not null), claim =>
        {
            Assert.Equal(RefusalKind.Conflict, claim.Refusal!.Kind);
            Assert.Contains(winner.OwnerName!, claim.Refusal.Text, StringComparison.Ordinal);
        });
        Assert.Equal(2, FindPatientLoops.One(record.Store, loop.Id, Ana)!.Version);
    }

    [Fact]
    public async Task An_act_on_an_old_view_says_who_did_what()
    {
        var loop = await OpenAsync(ACall());
        await CloseLoop.HandleAsync(record.Store, loop.Id, 1, Reached(Noon), Ben, Cancel);

        var late = await ReopenLoop.ByReason.HandleAsync(record.Store, loop.Id, 1, "because", Ana, Cancel);

        Assert.Equal("Ben Testperson has changed this since you opened the page: closed it. Nothing of yours was kept. Look at it again.", late.Refusal!.Text);
    }

    [Fact]
    public async Task The_clocks_own_steps_do_not_stand_in_a_persons_way()
    {
        var loop = await OpenAsync(ACall());
        await TickAtAsync(Noon + TimeSpan.FromDays(1));

        var claim = await ClaimLoop.HandleAsync(record.Store, loop.Id, loop.Version, Ana, Cancel);

        Assert.Equal((LoopState.Claimed, 3), (claim.Value.State, claim.Value.Version));
    }

    [Fact]
    public async Task The_ladder_climbs_each_step_once_across_restarts()
    {
        var loop = await OpenAsync(ACall());
        Assert.Equal(0, await TickAtAsync(Noon + TimeSpan.FromHours(23)));
        Assert.Equal(1, await TickAtAsync(Noon + TimeSpan.FromHours(24)));
        record.Restart();
        Assert.Equal(0, await TickAtAsync(Noon + TimeSpan.FromHours(24)));
        Assert.Equal(1, await TickAtAsync(Noon + TimeSpan.FromHours(48)));
        record.Restart();
        Assert.Equal(0, await TickAtAsync(Noon + TimeSpan.FromHours(49)));
        Assert.Equal(1, await TickAtAsync(Noon + TimeSpan.FromHours(72)));

        var climbs = FindPatientLoops.Steps(record.Store, loop.Id, Ana).Where(step => step.Kind == StepKind.Escalate).ToList();
        Assert.Equal(["CareTeam/bay-leads", "Practitioner/lead", "Practitioner/lead"], climbs.Select(step => step.To));
        Assert.Equal(["worklist", "page", "page"], climbs.Select(step => step.How));
        Assert.Equal(Noon + TimeSpan.FromHours(96), Clock().Next());
    }

    [Fact]
    public async Task Many_overdue_at_once_and_two_clocks_climb_each_once()
    {
        for (var i = 0; i < 450; i++)
            _ = OpenAsync(ACall($"e{i}", $"p{i}"));
        await OpenAsync(ACall("last"));
        record.Clock.Set(Noon + TimeSpan.FromDays(2));

        var ticks = await Task.WhenAll(TickAsync(), TickAsync());

        Assert.Equal(902, ticks.Sum());
        Assert.Equal(0, await TickAsync());
        Assert.Equal(902, StepsOf(StepKind.Escalate));
    }

    [Fact]
    public async Task A_close_can_be_taken_back_and_its_evidence_is_struck()
    {
        var loop = await OpenAsync(ACall());
        await ClaimLoop.HandleAsync(record.Store, loop.Id, 1, Ana, Cancel);
        var closed = (await CloseLoop.HandleAsync(record.Store, loop.Id, 2, Reached(Noon), Ana, Cancel)).Value;
        var evidence = Assert.Single(closed.Outputs).Reference.Split('/');
        Assert.Empty(Page(new WorklistFilter()).Loops);

        var undone = (await UndoStep.HandleAsync(record.Store, loop.Id, closed.Version, Ana, Cancel)).Value;

        Assert.Equal((LoopState.Claimed, 4), (undone.State, undone.Version));
        Assert.Empty(undone.Outputs);
        Assert.Null(undone.Ended);
        Assert.Equal("entered-in-error", record.Store.Read(evidence[0], evidence[1], Ana).Value.Root["status"u8].Text);
        Assert.Equal(loop.Id, Assert.Single(Page(new WorklistFilter()).Loops).Id);
        Assert.Equal(RefusalKind.Conflict, (await UndoStep.HandleAsync(record.Store, loop.Id, null, Ana, Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task Nobody_takes_back_what_another_did_or_what_is_long_past()
    {
        var loop = await OpenAsync(ACall());
        await ClaimLoop.HandleAsync(record.Store, loop.Id, 1, Ana, Cancel);

        Assert.Equal(RefusalKind.Conflict, (await UndoStep.HandleAsync(record.Store, loop.Id, null, Ben, Cancel)).Refusal!.Kind);
        record.Clock.Advance(UndoStep.Window + TimeSpan.FromSeconds(1));
        Assert.Equal(RefusalKind.Conflict, (await UndoStep.HandleAsync(record.Store, loop.Id, null, Ana, Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task Every_version_of_a_loop_has_a_step_that_says_who_when_and_why()
    {
        await record.PutAsync("Practitioner", "ben", """{"resourceType":"Practitioner","name":[{"text":"Ben Testperson"}]}""");
        var loop = await OpenAsync(ACall());
        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ana, Cancel);
        await HandOverLoop.HandleAsync(record.Store, loop.Id, null, "Practitioner/ben", "my shift ends", Ana, Cancel);
        record.Clock.Advance(TimeSpan.FromHours(1));
        await RecordAttempt.HandleAsync(record.Store, loop.Id, null, Reached(Noon) with { Outcome = AttemptOutcome.NoAnswer }, Ben, Cancel);
        await SnoozeLoop.HandleAsync(record.Store, loop.Id, null, Noon + TimeSpan.FromHours(3), "asked for the afternoon", Ben, Cancel);
        await TickAtAsync(Noon + TimeSpan.FromHours(3));
        await CloseLoop.HandleAsync(record.Store, loop.Id, null, Reached(Noon + TimeSpan.FromHours(2)), Ben, Cancel);
        await ReopenLoop.ByReason.HandleAsync(record.Store, loop.Id, null, "wrong patient called", Ana, Cancel);
        await WithdrawLoop.ByReason.HandleAsync(record.Store, loop.Id, null, "moved away", Ana, Cancel);
        await UndoStep.HandleAsync(record.Store, loop.Id, null, Ana, Cancel);
        await TickAtAsync(Noon + TimeSpan.FromHours(24));

        var steps = FindPatientLoops.Steps(record.Store, loop.Id, Ana);

        Assert.Equal(
            [
                StepKind.Open, StepKind.Claim, StepKind.HandOver, StepKind.Attempt, StepKind.Snooze, StepKind.Wake, StepKind.Close, StepKind.Reopen,
                StepKind.Withdraw, StepKind.Undo, StepKind.Escalate,
            ],
            steps.Select(step => step.Kind));
        Assert.Equal(Enumerable.Range(1, 11), steps.Select(step => step.Version));
        Assert.All(steps, step => Assert.False(string.IsNullOrEmpty(step.Actor) || step.Recorded == default || string.IsNullOrEmpty(step.Reason?.En) || string.IsNullOrEmpty(step.Reason.Es), step.Kind.ToString()));
        Assert.Equal("Nobody had taken it yet.", steps[1].Reason!.En);
        Assert.Equal("Lo retira quien dio el paso: lo retiró.", steps[9].Reason!.Es);
        Assert.Equal(["Device/hub", "Practitioner/ana", "Practitioner/ana", "Practitioner/ben"], steps.Take(4).Select(step => step.Actor));
        Assert.Equal((Noon, Noon + TimeSpan.FromHours(1), AttemptOutcome.NoAnswer), (steps[3].Occurred, steps[3].Recorded, steps[3].Outcome));
        Assert.Equal("my shift ends", steps[2].Reason!.En);
        Assert.Equal("Alta a casa el lunes", steps[0].Reason!.Es);
        Assert.All(steps.Where(step => step.Kind is StepKind.Attempt or StepKind.Close), step => Assert.StartsWith("Communication/", Assert.Single(step.RestsOn), StringComparison.Ordinal));
        Assert.Equal(11, FindPatientLoops.One(record.Store, loop.Id, Ana)!.Version);
    }

    [Fact]
    public async Task A_fact_in_the_record_closes_withdraws_and_reopens_and_saying_so_twice_is_harmless()
    {
        var loop = await OpenAsync(ACall());
        for (var twice = 0; twice < 2; twice++)
            await HubAsync(session => CloseLoop.Apply(session, loop.Id, "Encounter/visit", new("Seen", "Visto")));
        Assert.Equal((LoopState.Closed, 2), State(loop));
        for (var twice = 0; twice < 2; twice++)
            await HubAsync(session => ReopenLoop.Apply(session, loop.Id, new("The visit was struck", "La consulta se anuló"), "Encounter/visit"));
        Assert.Equal((LoopState.Open, 3), State(loop));
        for (var twice = 0; twice < 2; twice++)
            await HubAsync(session => WithdrawLoop.Apply(session, loop.Id, new("The discharge was cancelled", "Se canceló el alta"), "Encounter/e1"));
        Assert.Equal((LoopState.Withdrawn, 4), State(loop));
    }

    [Fact]
    public async Task A_visit_of_another_patient_is_no_evidence()
    {
        await record.PutAsync("Encounter", "other", """{"resourceType":"Encounter","status":"finished","subject":{"reference":"Patient/p2"}}""");
        await record.PutAsync("Encounter", "own", """{"resourceType":"Encounter","status":"finished","subject":{"reference":"Patient/p1"}}""");
        var loop = await OpenAsync(ACall() with { Evidence = new EvidenceRule(EvidenceKind.Visit) });

        var wrong = await CloseLoop.HandleAsync(record.Store, loop.Id, 1, new EvidenceForm(EvidenceKind.Visit, Noon) { Encounter = "Encounter/other" }, Ana, Cancel);
        var right = await CloseLoop.HandleAsync(record.Store, loop.Id, 1, new EvidenceForm(EvidenceKind.Visit, Noon) { Encounter = "Encounter/own" }, Ana, Cancel);

        Assert.Equal("encounter", wrong.Refusal!.Details[0].Expression);
        Assert.Equal("Encounter/own", Assert.Single(right.Value.Outputs).Reference);
    }

    [Theory]
    [InlineData("phone", false)]
    [InlineData("message", false)]
    [InlineData("", false)]
    [InlineData("video", true)]
    [InlineData("in-person", true)]
    public void Only_a_visit_in_person_or_by_video_closes_a_visit(string medium, bool may)
    {
        var fault = new EvidenceForm(EvidenceKind.Visit, Noon) { Medium = medium, Whom = "Dr. Testperson" }.Fault(EvidenceKind.Visit, Noon);

        Assert.Equal(may ? null : "medium", fault?.Details[0].Expression);
    }

    [Fact]
    public async Task What_a_client_added_to_the_task_stays()
    {
        var loop = await OpenAsync(ACall());
        var task = record.Store.Read("Task", loop.Id, Ana).Value.Root.ToString();
        await record.PutAsync("Task", loop.Id, task[..^1] + ""","note":[{"text":"from outside"}],"zzz":1.50}""");

        await ClaimLoop.HandleAsync(record.Store, loop.Id, null, Ana, Cancel);

        var stored = record.Store.Read("Task", loop.Id, Ana).Value.Root;
        Assert.Equal(("from outside", "1.50", "accepted"), (stored["note"u8].First["text"u8].Text, stored["zzz"u8].Text, stored["status"u8].Text));
    }

    [Fact]
    public async Task An_open_loop_without_owner_ladder_or_clock_is_found()
    {
        var sound = await OpenAsync(ACall());
        Assert.Empty(LoopAudit.FindAll(record.Store, Noon));
        await OpenAsync(ACall("bare") with { OwnerTeam = "", BackUp = "", Ladder = [] });

        Assert.Equal([new BrokenPromise(LoopIds.Of(ACall("bare").Key), "owner, back-up, ladder")], LoopAudit.FindAll(record.Store, Noon));
        Assert.Contains(new BrokenPromise(sound.Id, "late clock"), LoopAudit.Find(record.Store, Noon + TimeSpan.FromHours(24.2)));
    }

    [Fact]
    public async Task An_open_loop_whose_rows_are_gone_is_found_in_the_record_itself()
    {
        var forgotten = await OpenAsync(ACall());
        var unlisted = await OpenAsync(ACall("e2", "p2"));
        var ended = await OpenAsync(ACall("e3", "p3"));
        await WithdrawLoop.ByReason.HandleAsync(record.Store, ended.Id, null, "moved away", Ana, Cancel);
        using (var session = record.Database.OpenWriter())
            session.ExecuteScript($"DELETE FROM loops_clock WHERE id = '{forgotten.Id}'; DELETE FROM loops_worklist WHERE id IN ('{forgotten.Id}', '{unlisted.Id}');");

        Assert.Equal(
            [new BrokenPromise(forgotten.Id, "clock, worklist"), new BrokenPromise(unlisted.Id, "worklist")],
            LoopAudit.FindAll(record.Store, Noon).OrderBy(broken => broken.Lacks, StringComparer.Ordinal));
        var (unseen, position) = LoopAudit.UnseenSince(record.Store, 0);
        Assert.Equal(LoopAudit.FindAll(record.Store, Noon).Order(Comparer<BrokenPromise>.Create((a, b) => string.CompareOrdinal(a.Loop, b.Loop))),
            unseen.OrderBy(broken => broken.Loop, StringComparer.Ordinal));
        Assert.Empty(LoopAudit.UnseenSince(record.Store, position).Broken);
    }

    [Fact]
    public async Task A_scope_that_reaches_no_one_sees_no_loop()
    {
        var loop = await OpenAsync(ACall());

        Assert.Null(FindPatientLoops.One(record.Store, loop.Id, AccessScope.Nobody));
        Assert.Empty(FindPatientLoops.Find(record.Store, "p1", AccessScope.Nobody));
        Assert.Empty(FindPatientLoops.Steps(record.Store, loop.Id, AccessScope.Nobody));
        Assert.Empty(FindWorklist.Find(record.Store, new WorklistFilter { View = WorklistView.All }, AccessScope.Nobody).Value.Loops);
        Assert.Equal(0, CountLoops.Badges(record.Store, Bay, [], AccessScope.Nobody).All.Total);
        Assert.Equal(RefusalKind.Forbidden, (await ClaimLoop.HandleAsync(record.Store, loop.Id, 1, AccessScope.Nobody, Cancel)).Refusal!.Kind);
    }

    private Task<Loop> OpenAsync(LoopProposal proposal) => record.OpenAsync(proposal);

    private async Task HubAsync(Action<WriteSession> act) => await record.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            act(session);
            return 0;
        },
        Cancel);

    private LadderClock Clock() => new(record.Store, record.Clock, NullLogger<LadderClock>.Instance);

    private Task<int> TickAsync() => Clock().TickAsync(record.Clock.GetUtcNow(), Cancel);

    private Task<int> TickAtAsync(DateTimeOffset now)
    {
        record.Clock.Set(now);
        return TickAsync();
    }

    private (LoopState State, int Version) State(Loop loop)
    {
        var now = FindPatientLoops.One(record.Store, loop.Id, Ana)!;
        return (now.State, now.Version);
    }

    private WorklistRows Page(WorklistFilter filter) => FindWorklist.Find(record.Store, filter, Ana).Value;

    private int StepsOf(StepKind kind) => record.Store.ReadLog(0, 10_000, AccessScope.System)
        .Count(entry => entry.Type == "Provenance" && StepReading.Read(entry)?.Kind == kind);
}
