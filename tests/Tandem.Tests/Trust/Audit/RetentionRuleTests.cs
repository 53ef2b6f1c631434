using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Bulk;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Tests.Support;
using Tandem.Trust;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn.Passwords;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Audit;

/// <summary>How long something is kept is a dated rule, which a privacy officer sets after looking ahead; nothing shortens what is kept before tomorrow.</summary>
public sealed class RetentionRuleTests
{
    private static readonly RetainedKind Attempts = InstallationSettings.Kinds.Single(kind => kind.Code == "sign-in-attempts");
    private static readonly RetainedKind Grants = InstallationSettings.Kinds.Single(kind => kind.Code == "app-grants");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_privacy_officer_looks_ahead_sets_a_rule_and_takes_it_back_and_what_it_shortens_goes_from_its_day_on(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var rules = hub.Hub.Services.GetRequiredService<RetentionRules>();
        var today = rules.DayOf(TimeProvider.System.GetUtcNow());
        var (tomorrow, day) = (Text(today.AddDays(1)), Text(today));
        await SeedAsync(hub, TimeProvider.System.GetUtcNow().AddDays(-20));

        var page = await LookAheadAsync(hub, "10", tomorrow);
        Assert.Contains("Of what is there now it would take 3; without the rule 0.", page, StringComparison.Ordinal);
        Assert.Contains("The rule is set", await SetAsync(hub, "sign-in-attempts", "10", tomorrow, "decision 12"), StringComparison.Ordinal);
        Assert.Contains("begins tomorrow at the earliest", await LookAheadAsync(hub, "9", day), StringComparison.Ordinal);
        Assert.Contains("within a hundred years", await LookAheadAsync(hub, "9", "9999-12-31"), StringComparison.Ordinal);
        var preview = hub.Hub.Services.GetRequiredService<RetentionPreview>();
        Assert.Equal(preview.Next, preview.FirstOn(today));
        Assert.Equal((today.AddDays(40), true), (rules.DayOf(preview.FirstOn(today.AddDays(40))), rules.DayOf(preview.FirstOn(today.AddDays(40)).AddDays(-1)) < today.AddDays(40)));
        foreach (var (days, from, reason, said) in new[]
                 {
                     ("9", day, "r", "begins tomorrow at the earliest"), ("9", Text(today.AddDays(-1)), "r", "A rule begins today or later"), ("0", tomorrow, "r", "for 1 to 36525 days"),
                     ("10", tomorrow, "r", "for so long on that day already"), ("ten", tomorrow, "r", "Give a number of days"), ("9", tomorrow, " ", "Give a reason"),
                 })
            Assert.Contains(said, await SetAsync(hub, "sign-in-attempts", days, from, reason), StringComparison.Ordinal);
        var kept = Assert.Single(rules.Of(Attempts));
        Assert.Equal((10, RuleStatus.Active, "decision 12", "Practitioner/ana"), (kept.Rule.Days, kept.Rule.Status, kept.Rule.Reason, kept.Actor));

        var clock = RetentionBench.At(TimeProvider.System.GetUtcNow());
        Assert.Equal(0, (await hub.RemoveAsync(clock))["sign-in-attempts"]); // not before its day
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(3, (await hub.RemoveAsync(clock))["sign-in-attempts"]);

        await SetAsync(hub, "sign-in-attempts", "400", Text(today.AddDays(40)), "decision 13");
        var coming = rules.Of(Attempts)[0];
        var next = rules.DayOf(preview.Next) > today ? $"from {PageTime.Date(today.AddDays(40))}: 400 d" : $"from {PageTime.Date(today.AddDays(1))}: 10 d"; // the first that changes what the next removal goes by, which between midnight and the night's hour is of today
        Assert.Contains(next, await PageAsync(hub, ""), StringComparison.Ordinal);
        using (var taken = await hub.PostFormAsync("/audit/retention?kind=sign-in-attempts", $"/audit/retention/rules/{coming.Id}/withdraw", ("kind", "sign-in-attempts")))
            Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
        Assert.Equal([(400, RuleStatus.Retired), (10, RuleStatus.Active)], rules.Of(Attempts).Select(one => (one.Rule.Days, one.Rule.Status)));
        var shown = await PageAsync(hub, "?kind=sign-in-attempts");
        foreach (var words in new[] { "Taken back", "Not yet in force", "decision 12", "decision 13", "At the beginning", "Ana Testperson" })
            Assert.Contains(words, shown, StringComparison.Ordinal);
        await hub.Audit.SettleAsync();
        Assert.Equal(
            [("retention-rule-set", $"sign-in-attempts: 10 d from {tomorrow}; decision 12"), ("retention-rule-set", $"sign-in-attempts: 400 d from {Text(today.AddDays(40))}; decision 13"), ("retention-rule-withdrawn", $"sign-in-attempts: 400 d from {Text(today.AddDays(40))}; decision 13")],
            hub.Events.Where(row => row.Event.Interaction.StartsWith("retention-rule", StringComparison.Ordinal)).Select(row => (row.Event.Interaction, row.Detail.How)));
        var set = hub.Hub.Services.GetRequiredService<SetRetentionRule>();
        Assert.Equal(RefusalKind.Forbidden, (await set.HandleAsync(new("sign-in-attempts", "500", tomorrow, "r"), AuditBench.Ana, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await set.WithdrawAsync(coming.Id, AuditBench.Ana, Cancel)).Refusal?.Kind);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_is_written_through_fhir_shortens_nothing_today_and_a_rule_below_the_least_has_no_effect(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var rules = hub.Hub.Services.GetRequiredService<RetentionRules>();
        var now = TimeProvider.System.GetUtcNow();
        var today = rules.DayOf(now);

        await PutAsync(hub, "long", new("sign-in-attempts", 90, today.AddDays(-9), RuleStatus.Active, "r"));
        Assert.Equal(90, rules.DaysOf(Attempts, now)); // longer holds at once
        await PutAsync(hub, "long", new("sign-in-attempts", 5, today.AddDays(-9), RuleStatus.Active, "r"));
        await PutAsync(hub, "short", new("sign-in-attempts", 7, today.AddDays(-1), RuleStatus.Active, "r"));
        Assert.Equal(30, rules.DaysOf(Attempts, now)); // as long as when the day began
        Assert.Equal(7, rules.DaysOf(Attempts, now.AddDays(1)));
        await PutAsync(hub, "short", new("sign-in-attempts", 7, today.AddDays(-1), RuleStatus.Draft, "r"));
        Assert.Equal(5, rules.DaysOf(Attempts, now.AddDays(1)));
        await PutAsync(hub, "grants", new("app-grants", 30, today.AddDays(-1), RuleStatus.Active, "r"));
        Assert.Equal(RetainedKind.SixYears, rules.DaysOf(Grants, now.AddDays(2)));
        Assert.Contains("Below what has to be kept", await PageAsync(hub, "?kind=app-grants"), StringComparison.Ordinal);
        await hub.PutAsync("Basic", "long", """{"resourceType":"Basic","id":"long","code":{"coding":[{"system":"https://tandem.example/fhir/CodeSystem/content-kind","code":"retention-rule"}]}}"""); // says nothing any more
        Assert.Equal(30, rules.DaysOf(Attempts, now.AddDays(1)));
    }

    [Fact]
    public async Task A_shorter_rule_takes_nothing_from_who_is_on_hold()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var rules = hub.Hub.Services.GetRequiredService<RetentionRules>();
        var now = TimeProvider.System.GetUtcNow();
        await hub.WriteAsync(session =>
        {
            foreach (var patient in new[] { "one", "two" })
                session.Write(SmartTables.Grants, patient, "app", "launch/patient", now, now, "ana", "patient", DbValue.Null, patient, DbValue.Null, "", DbValue.Null, DbValue.Null, DbValue.Null);
        });
        await SetAsync(hub, "app-grants", "4000", Text(rules.DayOf(now)), "longer");
        await SetAsync(hub, "app-grants", "2192", Text(rules.DayOf(now).AddDays(2500)), "as before");
        LegalHolds.Put(hub.Audit.Database, "one", "case 7", "operator", TimeProvider.System);
        var clock = RetentionBench.At(now.AddDays(2400));

        Assert.Equal(0, (await hub.RemoveAsync(clock))["app-grants"]); // the longer rule
        clock.Advance(TimeSpan.FromDays(101));
        Assert.Equal(1, (await hub.RemoveAsync(clock))["app-grants"]);
        Assert.Equal(["one"], hub.Record.Database.Read(session => session.Query("SELECT id FROM smart_grants", row => row.Text(0))));
    }

    [Fact]
    public async Task The_hourly_removal_of_exports_tells_when_it_last_was_and_what_it_took()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var preview = hub.Hub.Services.GetRequiredService<RetentionPreview>();
        await hub.FirstHourAsync();
        await hub.WriteAsync(session => new BulkJob("old", BulkKind.Export, BulkStatus.Done, AccessScope.System.Actor, TimeProvider.System.GetUtcNow().AddDays(-8), "/fhir/$export", "{}").Write(session));
        using var next = ActivatorUtilities.CreateInstance<BulkJobs>(hub.Hub.Services); // as after another hour
        await next.TidyAsync(Cancel);

        Assert.Equal((0, 1), (preview.Read()["exports"].Due, preview.Read()["exports"].Last!.Removed));
        Assert.Matches(@"Files of finished exports[^$]*1 · today \d\d:\d\d · each hour", await PageAsync(hub, ""));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Files_of_exports_and_the_access_log_are_kept_by_dated_rules_too(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var (rules, today) = (hub.Hub.Services.GetRequiredService<RetentionRules>(), hub.Hub.Services.GetRequiredService<RetentionRules>().DayOf(TimeProvider.System.GetUtcNow()));
        await hub.FirstHourAsync(); // which knows nothing of the rule
        await hub.WriteAsync(session =>
        {
            foreach (var days in new[] { 8, 20 })
                new BulkJob($"of-{days}", BulkKind.Export, BulkStatus.Done, AccessScope.System.Actor, TimeProvider.System.GetUtcNow().AddDays(-days), "/fhir/$export", "{}").Write(session);
        });

        await SetAsync(hub, "exports", "14", Text(today), "longer at once");
        using (var next = ActivatorUtilities.CreateInstance<BulkJobs>(hub.Hub.Services)) // as after another hour
            await next.TidyAsync(Cancel);
        Assert.Equal(["of-8"], hub.Record.Database.Read(session => session.Query("SELECT id FROM bulk_jobs", row => row.Text(0))));
        Assert.Contains("for 2192 to 36525 days", await SetAsync(hub, "access-log", "2000", Text(today.AddDays(1)), "r"), StringComparison.Ordinal);
        Assert.Contains("The rule is set", await SetAsync(hub, "access-log", "3653", Text(today), "ten years"), StringComparison.Ordinal);
        Assert.Equal(3653, new RetentionRules(hub.Record.Database, new RetentionSettings(), new SiteSettings()).DaysOf(TrustRetention.AccessLog, TimeProvider.System.GetUtcNow())); // as the command reads it
        Assert.Contains("./tandem audit purge alone", await LookAheadAsync(hub, "2192", Text(today.AddDays(1)), "access-log"), StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(AuditedHub hub, string query) => WebUtility.HtmlDecode(await hub.Browser.GetStringAsync(new Uri("/audit/retention" + query, UriKind.Relative), Cancel));

    private static async Task<string> LookAheadAsync(AuditedHub hub, string days, string from, string kind = "sign-in-attempts")
    {
        using var reply = await hub.PostFormAsync($"/audit/retention?kind={kind}", "/audit/retention/find", ("kind", kind), ("days", days), ("from", from));
        var place = reply.Headers.Location!.ToString();
        Assert.DoesNotContain(from, place, StringComparison.Ordinal);
        return await PageAsync(hub, place[place.IndexOf('?', StringComparison.Ordinal)..]);
    }

    private static async Task<string> SetAsync(AuditedHub hub, string kind, string days, string from, string reason)
    {
        using var reply = await hub.PostFormAsync($"/audit/retention?kind={kind}", "/audit/retention/rules/set", ("kind", kind), ("days", days), ("from", from), ("reason", reason));
        Assert.Equal($"/audit/retention?kind={kind}", reply.Headers.Location?.ToString());
        return await PageAsync(hub, $"?kind={kind}");
    }

    private static Task PutAsync(AuditedHub hub, string id, RetentionRule rule)
    {
        var resource = rule.ToResource();
        resource["id"] = id;
        return hub.PutAsync("Basic", id, resource.ToJsonString());
    }

    private static Task SeedAsync(AuditedHub hub, DateTimeOffset at) => hub.WriteAsync(session =>
    {
        for (var i = 0; i < 3; i++)
            session.Write(SignInThrottle.Attempts, $"s{i}", 1, at);
    });

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
