using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Intake;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Tests.Support;
using static Tandem.Tests.Care.Pathways.Cases;

namespace Tandem.Tests.Care.Pathways;

public sealed class SqlitePathwaysReactionTests() : PathwaysReactionBehaviour(Engine.Sqlite);

public sealed class PostgresPathwaysReactionTests() : PathwaysReactionBehaviour(Engine.Postgres);

/// <summary>Pathways over a real record, on every engine.</summary>
public abstract class PathwaysReactionBehaviour : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly RecordFixture record;
    private readonly PathwayContent content;
    private readonly PathwayVerification verification;
    private readonly ReactionRunner runner;

    protected PathwaysReactionBehaviour(Engine engine)
    {
        record = new RecordFixture(engine, [], [PathwayTables.Causes, PathwayTables.Undecided], new OwnAddresses("https://hub.example.org/fhir"));
        record.Clock.Set(DateTimeOffset.Parse("2026-03-20T12:00:00Z", null));
        content = new PathwayContent(record.Store);
        runner = new ReactionRunner(record.Store, [new PathwaysReaction(content)], record.Clock, NullLogger<ReactionRunner>.Instance);
        verification = new PathwayVerification(record.Store, content, runner);
    }

    public void Dispose()
    {
        runner.Dispose();
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Facts_open_renew_and_close_loops_and_the_promise_holds_at_each_step()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        Assert.Equal(["contact", "medications-within-14-days", "tell-clinician", "visit-within-14-days"], Open());

        await ArriveAsync(Told("t", "k", "2026-03-20T11:50:00Z"), Contact("c", "e", "2026-03-20T11:55:00Z"));
        Assert.Equal(["medications-within-14-days", "visit-within-14-days"], Open());

        await ArriveAsync(Potassium("k", "7.4", "2026-03-20T12:10:00Z", "corrected"));
        Assert.Contains("tell-clinician", Open());

        await ArriveAsync(Stay("e", "2026-03-16T10:00:00Z", null, "in-progress"), Potassium("k", "4.4", "2026-03-20T12:20:00Z", "corrected"));
        Assert.Empty(Open());
    }

    [Fact]
    public async Task References_by_the_records_own_address_lead_where_relative_ones_do()
    {
        string[] facts = [Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z").Replace("\"subject\"", "\"encounter\":{\"reference\":\"Encounter/e\"},\"subject\"")];
        string[] answers = [Told("t", "k", "2026-03-20T11:50:00Z"), Contact("c", "e", "2026-03-20T11:55:00Z")];
        await StartAsync();
        await ArriveAsync([Patient(), .. facts]);
        await ArriveAsync(answers);
        var relative = Said("p");

        await ArriveAsync([Patient().Replace("\"p\"", "\"q\""), .. facts.Select(Absolute)]);
        Assert.Equal(4, Loops().Count(loop => loop is { Patient: "q", IsOpen: true }));
        await ArriveAsync([.. answers.Select(Absolute)]);

        Assert.Contains("CareTeam/team-demo-hospital-results", relative, StringComparison.Ordinal);
        Assert.Equal(relative, Said("q"));

        string Said(string patient) => string.Join('\n', Loops().Where(loop => loop.Patient == patient).OrderBy(loop => loop.Action, StringComparer.Ordinal).Select(loop =>
            $"{loop.Action} {loop.State} {loop.Team} {loop.BackUp} {string.Join(' ', loop.Ladder.Select(step => step.To))} {loop.Outputs.Count}"));
        static string Absolute(string json) => json.Replace("\"id\":\"", "\"id\":\"q").Replace("Observation/", "Observation/q").Replace("Encounter/", "Encounter/q").Replace("Patient/p", "Patient/q")
            .Replace("\"reference\":\"", "\"reference\":\"https://hub.example.org/fhir/");
    }

    [Fact]
    public async Task A_replay_changes_nothing()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Told("t", "k", "2026-03-20T11:50:00Z"));
        var before = Versions();

        await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(ReactionTables.Cursors, PathwaysReaction.ReactionName, 0);
                return 0;
            },
            Cancel);
        await runner.CatchUpAsync(Cancel);

        Assert.Equal(before, Versions());
    }

    [Fact]
    public async Task Telling_of_a_result_is_found_long_after_other_results_came()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Potassium("l", "6.8", "2026-03-20T11:35:00Z"));
        await ArriveAsync(Potassium("k", "4.4", "2026-03-20T11:40:00Z", "corrected"));
        Assert.Equal(["tell-clinician"], Open()); // the duplicate still says so

        await ArriveAsync(Told("t", "l", "2026-03-20T11:50:00Z"));
        Assert.Empty(Open());
    }

    [Fact]
    public async Task What_was_taken_of_two_patients_at_one_moment_is_two_matters()
    {
        await StartAsync();
        await ArriveAsync(
            Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Patient().Replace("\"p\"", "\"q\""), Potassium("l", "6.8", "2026-03-20T11:30:00Z").Replace("Patient/p", "Patient/q"));

        Assert.Equal(["p", "q"], Loops().Where(loop => loop is { IsOpen: true, Action: "tell-clinician" }).Select(loop => loop.Patient).Order());
        Assert.True(verification.Verify(Cancel).IsKept);
    }

    [Fact]
    public async Task A_loop_stays_with_the_version_that_opened_it()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"));
        await PutFileAsync("pathways/follow-up-after-discharge.json", text => text
            .Replace("\"version\": \"1.2.0\"", "\"version\": \"2.0.0\"").Replace("discharge-1.2.0", "discharge-2.0.0").Replace("\"value\": 2,", "\"value\": 1,"));
        await ArriveAsync(Stay("f", "2026-03-17T10:00:00Z", "2026-03-19T20:00:00Z").Replace("Patient/p", "Patient/q"));
        await ArriveAsync(Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T21:00:00Z"));

        Assert.Equal(
            [("Encounter/e", "1.2.0", "2026-03-24 04:59:59Z"), ("Encounter/f", "2.0.0", "2026-03-21 04:59:59Z")],
            Loops().Where(loop => loop.Action == "contact").Select(loop => (loop.Focus, loop.PathwayVersion, $"{loop.Due:u}")).Order());
        Assert.True(verification.Verify(Cancel).IsKept);
    }

    [Fact]
    public async Task The_sites_own_pathway_wins_over_the_shipped_one_and_loading_again_leaves_it()
    {
        await StartAsync();
        await PutFileAsync("pathways/critical-result.json", text => text.Replace("\"value\": 30", "\"value\": 20"));
        var again = (await ContentLoader.LoadAsync(ShippedContent.Folder, record.Store, Cancel)).Value;
        Assert.Equal((0, 1), (again.Written, again.KeptOwn));

        await ArriveAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        Assert.Equal("2026-03-20 11:50:00Z", $"{Loops().Single().Due:u}");
    }

    [Fact]
    public async Task A_broken_version_leaves_the_last_sound_one_in_force()
    {
        await StartAsync();
        await PutFileAsync("pathways/critical-result.json", text => text.Replace("%critical.exists()", "%critical.exists("));
        await ArriveAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));

        Assert.Equal(["tell-clinician"], Open());
        Assert.Equal(("PlanDefinition/critical-result-1.0.0", "action[0].condition[2].expression.expression"), (content.Current.Faults[0].File, content.Current.Faults[0].Path));
    }

    [Fact]
    public async Task A_condition_without_an_answer_is_kept_and_stops_nothing_else()
    {
        await StartAsync();
        await PutFileAsync("pathways/follow-up-after-discharge.json", text => text.Replace("partOf.exists().not()\"", "(1 | 2) = (status + 1)\"").Replace("\"status = 'finished'\"", "\"status = 'finished' and (1 | 2).single() = 1\""));
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));

        Assert.Equal(["tell-clinician"], Loops().Select(loop => loop.Action));
        var undecided = record.Database.Read(session => PathwaysModule.ReadUndecided(session, 100));
        Assert.Equal(["Encounter/e"], undecided.Select(one => one.Fact.Cause).Distinct());
        Assert.Empty(runner.Parked(10));
        Assert.False(verification.Verify(Cancel).IsKept);

        await PutFileAsync("pathways/follow-up-after-discharge.json", text => text);
        Assert.Equal(1, await verification.RepairAsync(Cancel));
        Assert.Contains("contact", Open());
        Assert.Empty(record.Database.Read(session => PathwaysModule.ReadUndecided(session, 100)));
    }

    [Fact]
    public async Task A_result_in_words_waits_whatever_else_comes_until_it_is_corrected()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Words("j", "see note"));
        Assert.Equal(["Observation/j"], Undecided().Select(one => one.Fact.Cause));

        await ArriveAsync(Died("2026-03-20T11:40:00Z"), Patient());
        await ArriveAsync(Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        await ArriveAsync(Potassium("n", "4.1", "2026-03-20T11:35:00Z"));
        Assert.Equal(["Observation/j"], Undecided().Select(one => one.Fact.Cause));

        await ArriveAsync(Potassium("j", "4.4", "2026-03-20T12:10:00Z", "corrected", Earlier, "N"));
        Assert.Empty(Undecided());
    }

    [Fact]
    public async Task A_dismissal_of_a_result_in_words_holds_until_the_result_is_corrected_and_can_be_taken_back()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Words("j", "see note"));
        var seen = Assert.Single(Undecided());
        Assert.False(verification.Verify(Cancel).IsKept);

        Assert.NotNull((await DismissAsync(seen.Id, " ")).Refusal);
        Assert.NotNull((await DismissUnsettled.HandleAsync(seen.Id, "Read it.", AccessScope.Nobody, record.Store, Cancel)).Refusal);
        Assert.Null((await DismissAsync(seen.Id, "The note says 4.1, haemolysed.")).Refusal);
        Assert.Null((await DismissAsync(seen.Id, "Again.")).Refusal);
        Assert.Equal("The note says 4.1, haemolysed.", Dismissed().Single().Dismissal!.Why);
        Assert.Empty(Undecided());
        Assert.True(verification.Verify(Cancel).IsKept);

        await ArriveAsync(Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        await verification.RepairAsync(Cancel);
        Assert.Empty(Undecided());

        Assert.Null((await DismissUnsettled.UndoAsync(seen.Id, AccessScope.System, record.Store, Cancel)).Refusal);
        Assert.Equal(seen, Assert.Single(Undecided())); // since when it waited, too
        Assert.Empty(Dismissed());
        Assert.Null((await DismissAsync(seen.Id, "The note says 4.1.")).Refusal);

        await ArriveAsync(Words("j", "critically high, phoned", "2026-03-20T12:10:00Z"));
        Assert.NotEqual(seen.Id, Assert.Single(Undecided()).Id);
        Assert.Empty(Dismissed());
        Assert.NotNull((await DismissAsync(seen.Id, "What I saw before.")).Refusal);
        Assert.False(verification.Verify(Cancel).IsKept);
    }

    private IReadOnlyList<WaitingFact> Undecided() => record.Database.Read(session => PathwaysModule.ReadUndecided(session, 100));

    private IReadOnlyList<WaitingFact> Dismissed() => record.Database.Read(session => PathwaysModule.ReadDismissed(session, 100));

    private Task<Outcome<WaitingFact>> DismissAsync(string id, string reason) => DismissUnsettled.HandleAsync(id, reason, AccessScope.System, record.Store, Cancel);

    private const string Earlier = "2026-03-20T10:00:00Z"; // of another specimen than the rest

    private static string Words(string id, string words, string issued = "2026-03-20T11:25:00Z")
    {
        var result = Potassium(id, "1", issued, taken: Earlier).Replace("\"valueQuantity\":{\"value\":1,\"unit\":\"mmol/L\"}", $"\"valueString\":\"{words}\"", StringComparison.Ordinal);
        Assert.Contains(words, result, StringComparison.Ordinal);
        return result;
    }

    [Fact]
    public async Task The_promise_names_what_is_missing_and_what_is_extra()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        var loop = Loops().Single();
        await record.DeleteAsync("Task", loop.Id);
        Assert.Equal([loop.Key], verification.Verify(Cancel).Missing);
        Assert.Equal([loop.Key], verification.VerifySince(0).Promise.Missing);

        Assert.Equal(1, await verification.RepairAsync(Cancel));
        Assert.True(verification.Verify(Cancel).IsKept);

        await PutAsync(Potassium("k", "4.4", "2026-03-20T12:20:00Z", "corrected"));
        Assert.Equal(1, verification.Verify(Cancel).Pending); // not yet taken in
        await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(ReactionTables.Cursors, PathwaysReaction.ReactionName, 1_000);
                return 0;
            },
            Cancel);
        Assert.Equal([loop.Id], verification.Verify(Cancel).Extra);
    }

    [Fact]
    public async Task Another_process_that_sees_the_cursor_far_behind_looks_at_every_patient_all_the_same()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(ReactionTables.Cursors, PathwaysReaction.ReactionName, 0);
                return 0;
            },
            Cancel);
        using var other = new ReactionRunner(record.Store, [], record.Clock, NullLogger<ReactionRunner>.Instance);

        var promise = new PathwayVerification(record.Store, content, other).Verify(Cancel);

        Assert.Equal((1, 0, 4), (promise.Patients, promise.Pending, promise.Open));
    }

    [Fact]
    public async Task A_report_of_many_results_that_are_not_critical_reads_its_patient_once_and_its_corrections_ask_once_whether_they_are_behind_a_loop()
    {
        await StartAsync();
        await ArriveAsync(Patient());
        string[] results = [.. Enumerable.Range(0, 14).Select(number => Potassium($"n{number}", "4.4", "2026-03-20T11:30:00Z"))];
        var from = Versions();
        foreach (var result in results)
            await PutAsync(result);
        var to = Versions();
        foreach (var result in results)
            await PutAsync(result.Replace("11:30", "11:40", StringComparison.Ordinal));

        Assert.Equal((0, 1), Decide(from, to));
        Assert.Equal((0, 2), Decide(to, Versions()));
    }

    [Fact]
    public async Task Changes_of_one_patient_are_decided_upon_together_and_open_what_they_would_open_one_by_one()
    {
        await StartAsync();
        var from = Versions();
        foreach (var json in new[] { Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Potassium("k", "6.8", "2026-03-20T11:30:00Z") })
            await PutAsync(json);

        Assert.Equal(1, Decide(from, Versions()).Effects);
        await ArriveAsync();
        Assert.Equal(["contact", "medications-within-14-days", "tell-clinician", "visit-within-14-days"], Open());
    }

    [Fact]
    public async Task A_calendar_in_a_patients_record_is_not_the_regions()
    {
        await StartAsync();
        await PutFileAsync("calendars/region.json", calendar => calendar.Replace("\"calendar-region\"", "\"x\", \"subject\": {\"reference\": \"Patient/p\"}").Replace("America/Chicago", "Pacific/Auckland"));

        Assert.Equal("America/Chicago", content.Current.Calendar.Zone.Id);
    }

    [Fact]
    public async Task A_rehearsal_counts_what_would_have_been_opened_and_writes_nothing()
    {
        await StartAsync();
        await ArriveAsync(Patient(), Stay("e", "2026-03-16T10:00:00Z", "2026-03-19T20:00:00Z"), Contact("c", "e", "2026-03-20T11:55:00Z"));
        var before = Versions();
        var draft = (await File.ReadAllTextAsync(Path.Combine(ShippedContent.Folder, "pathways/follow-up-after-discharge.json"), Cancel)).Replace("\"status\": \"active\"", "\"status\": \"draft\"");

        var rehearsal = RehearsePathway.Handle(
            record.Store, Parse(draft).Root, DateTimeOffset.Parse("2026-01-01T00:00:00Z", null), DateTimeOffset.Parse("2026-04-01T00:00:00Z", null), Cancel).Value;

        Assert.Equal((3, 1, 2), (rehearsal.Facts, rehearsal.Patients, rehearsal.StillOpen));
        Assert.Equal(1, rehearsal.ByAction["contact"]);
        Assert.Equal(before, Versions());
    }

    /// <summary>What is to be written about the changes between two places of the log, and how often something is asked for it.</summary>
    private (int Effects, int Asked) Decide(long after, long until) => record.Database.Read(session =>
    {
        var counted = new CountedSession(session);
        var changes = record.Store.ReadLog(after, 1000, AccessScope.System).Where(entry => entry.Seq <= until)
            .Select(entry => new Change(entry.Previous == 0 ? null : record.Store.ReadEntry(entry.Previous, AccessScope.System), entry)).ToList();
        return (new PathwaysReaction(content).DecideTogether(changes, counted)!.Count, counted.Asked.Count);
    });

    private async Task StartAsync()
    {
        Assert.Empty((await ContentLoader.LoadAsync(ShippedContent.Folder, record.Store, Cancel)).Value.Faults);
        await runner.CatchUpAsync(Cancel);
    }

    private async Task ArriveAsync(params string[] resources)
    {
        foreach (var resource in resources)
            await PutAsync(resource);
        await runner.CatchUpAsync(Cancel);
        Assert.Empty(runner.Parked(10));
        var promise = verification.Verify(Cancel);
        Assert.True(promise.Missing.Count + promise.Extra.Count + promise.Incomplete.Count == 0, string.Join("; ", [.. promise.Missing, .. promise.Extra, .. promise.Incomplete]));
    }

    private async Task PutAsync(string json)
    {
        var root = RecordFixture.Json(json);
        await record.PutAsync(root["resourceType"u8].Text!, root["id"u8].Text!, json);
    }

    private async Task PutFileAsync(string file, Func<string, string> edit)
    {
        await PutAsync(edit(await File.ReadAllTextAsync(Path.Combine(ShippedContent.Folder, file), Cancel)));
        await runner.CatchUpAsync(Cancel);
    }

    private List<Loop> Loops() => [.. record.Store.ReadLog(0, 10_000, AccessScope.System)
        .Where(entry => entry.Type == "Task").GroupBy(entry => entry.Id).Select(group => LoopReading.Read(group.Last(), record.Store.Own)).OfType<Loop>()];

    private IEnumerable<string> Open() => Loops().Where(loop => loop.IsOpen).Select(loop => loop.Action).Order(StringComparer.Ordinal);

    private long Versions() => record.Store.ReadLog(0, 10_000, AccessScope.System).Max(entry => entry.Seq);
}
