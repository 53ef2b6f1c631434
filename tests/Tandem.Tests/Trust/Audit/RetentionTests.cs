using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Bulk;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Record.Search;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;
using Tandem.Trust.Access;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Passwords;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Audit;

/// <summary>What is kept for a time goes when it is over, unless it is on hold; the access log tells of both.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_was_kept_for_its_time_goes_in_groups_and_what_is_on_hold_stays(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        await hub.FirstHourAsync(); // else it may come between what is told and what goes
        var now = TimeProvider.System.GetUtcNow();
        await SeedAsync(hub, now);
        var later = RetentionBench.At(now.AddDays(RetainedKind.SixYears + 2));
        using var removal = hub.Removal(later);
        var preview = hub.Preview(later);
        Assert.Equal(NightlyRemoval.Group + 1, preview.Read()["sign-in-attempts"].Due);
        Assert.All(Nightly(preview), kind => Assert.Null(kind.Value.Last));
        if (engine == Engine.Sqlite)
            Assert.Empty(InstallationSettings.Kinds.Where(kind => kind.RemovedBy == RemovedBy.Night && kind.Code != "subscription-events").SelectMany(kind => Plan(hub, kind))); // those are held against the log one by one

        LegalHolds.Put(hub.Audit.Database, LegalHolds.WholeHub, "case 8", "operator", later);
        Assert.All(preview.Read().Values, kind => Assert.Equal(0, kind.Due));
        Assert.All(await removal.RunAsync(Cancel), kind => Assert.Equal(0, kind.Value));
        LegalHolds.End(hub.Audit.Database, LegalHolds.WholeHub);

        LegalHolds.Put(hub.Audit.Database, "one", "case 7", "operator", later);
        var due = Nightly(preview).ToDictionary(kind => kind.Key, kind => (int)kind.Value.Due);
        later.Advance(TimeSpan.FromMinutes(1));
        var removed = await removal.RunAsync(Cancel);
        var day = later.GetUtcNow().AddDays(-30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(due.OrderBy(kind => kind.Key), removed.OrderBy(kind => kind.Key)); // what was told is what went
        Assert.All(Nightly(preview), kind => Assert.Equal((removed[kind.Key], later.GetUtcNow().ToUnixTimeMilliseconds(), true), ((int)kind.Value.Last!.Removed, kind.Value.Last.At.ToUnixTimeMilliseconds(), kind.Value.Last.IsWhole)));
        Assert.Equal(NightlyRemoval.Group + 1, removed["sign-in-attempts"]);
        Assert.Equal(["nobody", "one", "received", "waiting"], Left(hub, "SELECT id FROM intake_messages ORDER BY id"));
        Assert.Equal(["applied", "applied", "applied", "quarantined"], Left(hub, "SELECT status FROM intake_states ORDER BY status")); // what became of them is known on
        Assert.Equal(["lasts", "one"], Left(hub, "SELECT id FROM smart_grants ORDER BY id"));
        Assert.Equal(["one", "unreviewed"], Left(hub, "SELECT id FROM access_emergencies ORDER BY id"));
        Assert.Equal(["3", "4"], Left(hub, "SELECT CAST(number AS TEXT) FROM subscriptions_events ORDER BY number")); // not told of yet, and the last; none of a deleted one
        Assert.Equal(["lasts"], Left(hub, "SELECT token_hash FROM signin_links"));

        LegalHolds.End(hub.Audit.Database, "one");
        later.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await removal.RunAsync(Cancel))["messages"]);
        Assert.Equal(2, preview.Read()["messages"].Last!.Removed);
        Assert.Equal(["received", "waiting"], Left(hub, "SELECT id FROM intake_messages ORDER BY id"));
        Assert.All(await removal.RunAsync(Cancel), kind => Assert.Equal(0, kind.Value));

        await hub.Audit.SettleAsync();
        var told = hub.Events.Where(row => row.Event.Interaction == "retention-removed").Select(row => row.Detail.How).ToList();
        Assert.Equal([$"sign-in-attempts: {NightlyRemoval.Group} from before {day}", $"sign-in-attempts: 1 from before {day}"], told.Where(how => how.StartsWith("sign-in-attempts", StringComparison.Ordinal)));
        Assert.Equal(2, told.Count(how => how.StartsWith("messages: ", StringComparison.Ordinal)));
    }

    [Theory] // TANDEM_RETENTION_ROWS=100000 for as many, with what it took
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_removal_that_is_cut_off_says_how_far_it_came_and_the_next_one_goes_on(Engine engine)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("TANDEM_RETENTION_ROWS"), out var asked) ? asked : (3 * NightlyRemoval.Group) + 1;
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        var now = TimeProvider.System.GetUtcNow();
        var then = now.AddDays(31); // nothing is due for the hub's own night
        for (var from = 0; from < rows; from += 10_000)
            await hub.WriteAsync(session =>
            {
                for (var i = from; i < Math.Min(rows, from + 10_000); i++)
                    session.Write(SignInThrottle.Attempts, $"due{i}", 1, now);
            });
        using var stop = new CancellationTokenSource();
        var groups = 0;
        using var first = hub.Removal(RetentionBench.At(then), () =>
        {
            if (hub.Record.Database.Read(session => session.First("SELECT COUNT(*) FROM signin_attempts WHERE subject LIKE 'due%'", row => row.Integer(0))) <= rows / 2 && ++groups == 1)
                stop.Cancel();
            return HeldPatients.None;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.RunAsync(stop.Token));

        var left = hub.Record.Database.Read(session => session.First("SELECT COUNT(*) FROM signin_attempts WHERE subject LIKE 'due%'", row => row.Integer(0)));
        var cut = hub.Preview(RetentionBench.At(then)).Read()["sign-in-attempts"].Last!;
        Assert.Equal((rows - left, false), (cut.Removed, cut.IsWhole)); // as many as are gone, in the commits that took them
        Assert.InRange(left, 1, rows / 2);
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, [])); // the session went before
        Assert.Contains(", cut off", await hub.Browser.GetStringAsync(new Uri("/audit/retention", UriKind.Relative), Cancel), StringComparison.Ordinal);
        var (began, allocated) = (System.Diagnostics.Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
        Assert.Equal(left, (await hub.RemoveAsync(RetentionBench.At(then.AddMinutes(1))))["sign-in-attempts"]);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{engine}: {left:N0} rows in {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, {(GC.GetTotalAllocatedBytes() - allocated) / left:N0} bytes allocated for each, {Environment.WorkingSet >> 20:N0} MB in use");
        Assert.Equal((left, true), (hub.Preview(RetentionBench.At(then)).Read()["sign-in-attempts"].Last is { } whole ? (whole.Removed, whole.IsWhole) : default));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_privacy_officer_places_and_lifts_holds_with_a_reason_and_nobody_else_does(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");

        await PostAsync(hub, "/audit/holds", ("whom", "patient"), ("patient", "one"), ("reason", ""));
        await PostAsync(hub, "/audit/holds", ("whom", "patient"), ("patient", "tow"), ("reason", "case 7"));
        Assert.Empty(LegalHolds.All(hub.Audit.Database));

        await PostAsync(hub, "/audit/holds", ("whom", "patient"), ("patient", "Patient/one"), ("reason", "case 7"));
        await PostAsync(hub, "/audit/holds", ("whom", "hub"), ("patient", ""), ("reason", "case 8"));
        Assert.Equal(
            [("*", "case 8", "Practitioner/ana"), ("one", "case 7", "Practitioner/ana")],
            LegalHolds.All(hub.Audit.Database).Select(hold => (hold.Patient, hold.Reason, hold.Actor)).Order());
        var page = await hub.Browser.GetStringAsync(new Uri("/audit/retention", UriKind.Relative), Cancel);
        foreach (var words in new[] { "Una Testperson (one)", "case 7", "The whole hub", "case 8", "45 CFR 164.316(b)(2)", "6 years (at least 6 years)", "The next removal begins: ", "Nothing was removed yet", "Files of finished exports and imports" })
            Assert.Contains(words, page, StringComparison.Ordinal);

        await PostAsync(hub, "/audit/holds/end", ("patient", "one"), ("reason", ""));
        Assert.Equal(2, LegalHolds.All(hub.Audit.Database).Count);
        await PostAsync(hub, "/audit/holds/end", ("patient", "one"), ("reason", "settled"));
        Assert.Equal(["*"], LegalHolds.All(hub.Audit.Database).Select(hold => hold.Patient));
        Assert.Equal(
            [("hold-placed", "one", "case 7"), ("hold-placed", null, "case 8"), ("hold-ended", "one", "settled")],
            hub.Events.Where(row => row.Event.Interaction.StartsWith("hold-", StringComparison.Ordinal)).Select(row => (row.Event.Interaction, row.Event.Patient, row.Detail.How)));

        Assert.Equal(RefusalKind.Forbidden, (await HoldRoutes.PlaceAsync(hub.Audit, hub.Record, hub.Hub.Services.GetRequiredService<RecordSearch>(), "one", "case 9", AuditBench.Ana, TimeProvider.System, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await HoldRoutes.LiftAsync(hub.Audit, hub.Record, "*", "case 9", AuditBench.Ana, Cancel)).Refusal?.Kind);
        await using var ward = await AuditedHub.StartAsync(Engine.Sqlite);
        using var ask = AuditedHub.Ask("GET", "/audit/retention", html: true);
        using var refused = await ward.Browser.SendAsync(ask, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public void Settings_below_what_the_law_asks_or_of_nothing_that_is_kept_are_refused()
    {
        var settings = new RetentionSettings { Days = new(StringComparer.OrdinalIgnoreCase) { ["Messages"] = 30, ["dust"] = 1, ["sessions"] = 0 }, HourUtc = 24 };

        var problems = settings.Problems(InstallationSettings.Kinds).ToList();

        Assert.Equal(3, problems.Count);
        Assert.Contains("Retention:Days:messages must be 2192 or more; it is 30.", problems);
        Assert.Contains(problems, problem => problem.StartsWith("Retention:Days:dust names nothing", StringComparison.Ordinal));
        Assert.Contains("Retention:HourUtc must be 0 to 23; it is 24.", problems);
        Assert.Empty(new RetentionSettings().Problems(InstallationSettings.Kinds));
    }

    [Fact]
    public void Every_kind_is_named_on_the_page_and_is_kept_as_long_as_it_has_to_be()
    {
        Assert.Equal(InstallationSettings.Kinds.Select(kind => kind.Code).Order(StringComparer.Ordinal), RetentionWords.Kinds.Keys.Order(StringComparer.Ordinal));
        Assert.All(InstallationSettings.Kinds, kind => Assert.True(kind.Days >= kind.LeastDays, kind.Code));
    }

    [Theory]
    [InlineData("2026-03-01T06:59:00Z", "2026-03-01T07:00:00Z")]
    [InlineData("2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z")]
    public void The_next_removal_is_at_the_hour_of_the_night(string now, string next) => Assert.Equal(
        DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), new RetentionSettings().NextAfter(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    private static IEnumerable<KeyValuePair<string, RetentionOutlook>> Nightly(RetentionPreview preview) =>
        preview.Read().Where(kind => InstallationSettings.Kinds.Single(one => one.Code == kind.Key).RemovedBy == RemovedBy.Night);

    private static async Task PostAsync(AuditedHub hub, string action, params (string Name, string Value)[] fields)
    {
        using var reply = await hub.PostFormAsync("/audit/retention", action, fields);
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    /// <summary>Where SQLite goes through a whole table to find what is due.</summary>
    private static IEnumerable<string> Plan(AuditedHub hub, RetainedKind kind) => hub.Record.Database.Read(session =>
        session.Query("EXPLAIN QUERY PLAN " + kind.Find, row => row.Text(3), kind.IsOfPatients ? [0L, 1, ""] : [0L, 1])).Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)).Select(step => $"{kind.Code}: {step}");

    private static List<string> Left(AuditedHub hub, string sql) => hub.Record.Database.Read(session => session.Query(sql, row => row.Text(0)));

    private static Task SeedAsync(AuditedHub hub, DateTimeOffset now) => hub.WriteAsync(session =>
    {
        for (var i = 0; i <= NightlyRemoval.Group; i++)
            session.Write(SignInThrottle.Attempts, $"s{i}", 1, now);
        foreach (var own in session.Query("SELECT token_hash FROM signin_links", row => row.Text(0)))
            session.Remove(SignInTables.Links, own);
        session.Write(SignInTables.Links, "over", DbValue.Null, "person", now, false, DbValue.Null);
        session.Write(SignInTables.Links, "lasts", DbValue.Null, "person", now.AddYears(9), false, DbValue.Null);
        WriteMessages(session, now);
        WriteEmergencies(session, now);
        foreach (var (id, patient, ends) in new[] { ("one", "one", now), ("two", "two", now), ("lasts", "two", now.AddYears(9)) })
            session.Write(SmartTables.Grants, id, "app", "launch/patient", now, ends, "ana", "patient", DbValue.Null, patient, DbValue.Null, "", DbValue.Null, DbValue.Null, DbValue.Null);
        session.Write(SubscriptionTables.Progress, "s", 2, 1, 0, DbValue.Null);
        for (var number = 1; number <= 4; number++)
            session.Write(SubscriptionTables.Events, "s", number, number, 1);
        session.Write(SubscriptionTables.Begun, "deleted", 9, 2);
        for (var number = 1; number <= 2; number++)
            session.Write(SubscriptionTables.Events, "deleted", number, number, 1);
    });

    private static void WriteMessages(WriteSession session, DateTimeOffset now)
    {
        var number = now.ToUnixTimeMilliseconds() << 14;
        foreach (var (id, status, patient) in new[] { ("one", "applied", "one"), ("two", "applied", "two"), ("nobody", "applied", null), ("waiting", "quarantined", "two"), ("received", null, null) })
        {
            session.Write(IntakeTables.Messages, ++number, id, "lab", now, "", id, "ORU^R01", DbValue.Null, "", 0, DbValue.Null, "MSH|"u8.ToArray());
            if (status is not null)
                session.Write(IntakeTables.States, id, number, "lab", status, now, DbValue.Null, DbValue.Null, DbValue.Null, 1, patient, DbValue.Null, DbValue.Null);
        }
    }

    private static void WriteEmergencies(WriteSession session, DateTimeOffset now)
    {
        foreach (var (id, patient, outcome) in new[] { ("one", "one", "justified"), ("two", "two", "justified"), ("unreviewed", "two", "") })
            session.Write(EmergencyAccess.Table, id, "Practitioner/ana", "Ana", patient, "Unconscious", now, now, outcome, "", DbValue.Null);
    }
}
