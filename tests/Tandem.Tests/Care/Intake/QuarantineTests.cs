using System.Text;
using Tandem.Care.Intake;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Tests.Care.Intake;

public sealed class SqliteQuarantineTests() : QuarantineBehaviour(Engine.Sqlite);

public sealed class PostgresQuarantineTests() : QuarantineBehaviour(Engine.Postgres);

/// <summary>What a person can do with a message that waits, on every engine.</summary>
public abstract class QuarantineBehaviour(Engine engine)
{
    private static readonly AccessScope Person = AccessScope.System with { Actor = new Actor("Practitioner/test", "Test") };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_of_an_unknown_sender_is_applied_once_it_is_registered_and_replayed()
    {
        await using var host = await IntakeHost.StartAsync(engine, new IntakeOptions());
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"));
        var row = Assert.Single(Rows(host));
        Assert.Equal((Reason.UnknownSender, "MSH-3"), (row.Reason, row.Place));

        Assert.Equal("quarantined", (await ReplayAsync(host, row.Id)).Value.Status);
        await host.Get<FeedSources>().SaveAsync(new FeedSource { Id = "north", Application = "ADT", Facility = "NORTH", Zone = "America/Chicago" }, Person, Cancel);
        var replayed = await ReplayAsync(host, row.Id);
        var again = await ReplayAsync(host, row.Id);

        Assert.Equal(("applied", "north", "Practitioner/test"), (replayed.Value.Status, replayed.Value.Source, replayed.Value.Actor));
        Assert.Equal(replayed.Value, again.Value);
        Assert.Single(host.Current("Provenance"));
        Assert.Equal(["AA"], await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000")));
        Assert.Equal("1", Assert.Single(host.Current("Patient"))["meta"u8]["versionId"u8].Text);
    }

    [Fact]
    public async Task A_registered_source_is_known_after_a_restart()
    {
        await using var host = await IntakeHost.StartAsync(engine, new IntakeOptions());
        await host.Get<FeedSources>().SaveAsync(new FeedSource { Id = "north", Facility = "NORTH", Zone = "America/Chicago" }, Person, Cancel);
        await host.RestartAsync();

        Assert.Equal(["AA"], await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000")));
        Assert.Equal(RefusalKind.Invalid, (await host.Get<FeedSources>().SaveAsync(new FeedSource { Id = "x", Zone = "Nowhere/Land" }, Person, Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task A_corrected_copy_is_applied_and_the_original_kept()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        var wrong = Messages.Adt("A01", "M1", "2026-03-02");
        await host.ReceiveAsync(wrong);
        var row = Assert.Single(Rows(host));

        var still = await EditAsync(host, row.Id, wrong.Replace("PV1|1|I", "PV1|1|O", StringComparison.Ordinal));
        Assert.Equal((RefusalKind.Unprocessable, "EVN-2"), (still.Refusal!.Kind, still.Refusal.Details[0].Expression));
        var copy = await EditAsync(host, row.Id, wrong.Replace("2026-03-02", "20260302", StringComparison.Ordinal).Replace("\r", "\r\n", StringComparison.Ordinal));
        await host.SettleAsync();

        Assert.Empty(Rows(host));
        Assert.Single(host.Current("Encounter"));
        var original = KeptMessage.Find(host.Record, row.Id, Person).Value;
        Assert.Equal((wrong, "replaced", copy.Value), (Encoding.UTF8.GetString(original.Raw.Span), original.State!.Status, original.State.Note));
        Assert.Equal((row.Id, "applied"), (KeptMessage.Find(host.Record, copy.Value, Person).Value.EditOf, KeptMessage.Find(host.Record, copy.Value, Person).Value.State!.Status));
        Assert.Equal(RefusalKind.Conflict, (await EditAsync(host, row.Id, wrong.Replace("2026-03-02", "20260303", StringComparison.Ordinal))).Refusal!.Kind);
    }

    [Fact]
    public async Task A_dismissal_needs_a_reason_and_can_be_taken_back()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A99", "M1", "20260302080000"));
        var row = Assert.Single(Rows(host));

        Assert.Equal(RefusalKind.Invalid, (await DismissMessage.HandleAsync(row.Id, " ", Person, host.Record, Cancel)).Refusal!.Kind);
        Assert.Equal("dismissed", (await DismissMessage.HandleAsync(row.Id, "Not ours.", Person, host.Record, Cancel)).Value.Status);
        Assert.Empty(Rows(host));
        Assert.Equal(RefusalKind.Conflict, (await ReplayAsync(host, row.Id)).Refusal!.Kind);
        await host.ReceiveAsync(Messages.Adt("A99", "M1", "20260302080000"));
        Assert.Empty(Rows(host));

        Assert.Equal("quarantined", (await DismissMessage.UndoAsync(row.Id, Person, host.Record, Cancel)).Value.Status);
        Assert.Equal(Reason.Unsupported, Assert.Single(Rows(host)).Reason);
    }

    [Fact]
    public async Task Nobody_sees_no_messages()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A99", "M1", "20260302080000"));
        var id = Rows(host)[0].Id;

        Assert.Empty(FindQuarantined.Handle(host.Record, new(), 10, AccessScope.Nobody));
        Assert.Equal(RefusalKind.NotFound, KeptMessage.Find(host.Record, id, AccessScope.Nobody).Refusal!.Kind);
        Assert.Empty(ListFeeds.Handle(host.Record, host.Get<FeedSources>(), TimeProvider.System, AccessScope.Nobody));
        Assert.Equal(RefusalKind.Forbidden, (await ReplayMessage.HandleAsync(id, AccessScope.Nobody, host.Record, host.Get<MessageReading>(), Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task Feeds_show_rate_lag_quarantine_and_the_last_message()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A99", "M2", "20260302080000"));

        var feed = Assert.Single(ListFeeds.Handle(host.Record, host.Get<FeedSources>(), TimeProvider.System, Person));

        Assert.Equal(("north-adt", 3, 1, 1, 1, 1), (feed.Source.Id, feed.Received, feed.Repeated, feed.Applied, feed.Refused, feed.Quarantined));
        Assert.Equal(0.3, feed.PerMinute, 3);
        Assert.NotNull(feed.Lag);
        Assert.NotNull(feed.LastMessageAt);
        Assert.Null(feed.SilentFor);
    }

    [Fact]
    public void A_feed_is_silent_after_ten_of_its_usual_intervals()
    {
        var everyFiveMinutes = new Rhythm("a", 101, 1_000, 1_500);

        Assert.Null(everyFiveMinutes.Silence(TimeSpan.FromMinutes(49)));
        Assert.Equal(TimeSpan.FromMinutes(51), everyFiveMinutes.Silence(TimeSpan.FromMinutes(51)));
        Assert.Null(new Rhythm("a", 3, 1_000, 1_001).Silence(TimeSpan.FromDays(3)));
    }

    [Fact]
    public async Task Files_of_any_kind_are_sent_and_their_answers_counted()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        var folder = Directory.CreateTempSubdirectory("tandem-send-").FullName;
        var plain = Path.Combine(folder, "many.hl7");
        await File.WriteAllTextAsync(
            plain, "FHS|^~\\&|A\rBHS|^~\\&|A\r" + Messages.Adt("A01", "M1", "20260302080000") + Messages.Adt("A03", "M2", "20260303080000") + "BTS|2\rFTS|1\r", Cancel);
        var packed = Path.Combine(folder, "one.hl7.gz");
        await using (var gzip = new System.IO.Compression.GZipStream(File.Create(packed), System.IO.Compression.CompressionMode.Compress))
            await gzip.WriteAsync(ScriptedPeer.Frame(Messages.Adt("A99", "M3", "20260302080000")), Cancel);

        var report = await SendMessages.SendAsync([plain, packed], "127.0.0.1", host.Port, 1_000, TimeProvider.System, Cancel);
        Directory.Delete(folder, recursive: true);

        Assert.Equal((3, 2, 1, false), (report.Sent, report.Answers["AA"], report.Answers["AR"], report.AllAccepted));
        Assert.Contains("This event is not taken here.", report.ToString(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<QuarantinedRow> Rows(IntakeHost host) => FindQuarantined.Handle(host.Record, new(), 10, Person);

    private static Task<Outcome<MessageState>> ReplayAsync(IntakeHost host, string id) =>
        ReplayMessage.HandleAsync(id, Person, host.Record, host.Get<MessageReading>(), Cancel);

    private static Task<Outcome<string>> EditAsync(IntakeHost host, string id, string text) => EditMessage.HandleAsync(
        id, text, Person, host.Record, host.Get<MessageReading>(), host.Get<Inbox>(), TimeProvider.System, Cancel);
}
