using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Events as FHIR, and what is removed after its time.</summary>
public sealed class AuditExportTests
{
    [Fact]
    public async Task Every_event_is_a_sound_audit_event_with_agents_entities_and_purpose()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        foreach (var path in new[] { "/fhir/Patient/one", "/fhir/Observation?code=2823-3", "/fhir/Patient/none", "/patients/one" })
            await hub.TraceAsync("GET", path, html: path.StartsWith("/patients", StringComparison.Ordinal));
        await hub.TraceAsync("PUT", "/fhir/Observation/o-two", body: """{"resourceType":"Observation","id":"o-two","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/two"}}""");

        var events = Exported(hub.Audit.Database, new AuditSelection());
        Assert.Equal(hub.Events.Count, events.Count);
        Assert.All(events, one => Assert.Empty(StructureCheck.Check(one, "AuditEvent").Where(issue => issue.IsError).Select(issue => $"{issue.Expression}: {issue.Text}")));
        var query = events.First(one => one["meta"u8]["profile"u8].First.Text?.EndsWith("PatientQuery", StringComparison.Ordinal) == true);
        Assert.Equal("search-type", query["subtype"u8].First["code"u8].Text);
        Assert.Equal(["110153", "110152", "IRCP"], query["agent"u8].Items.AsEnumerable().Select(agent => agent["type"u8]["coding"u8].First["code"u8].Text));
        Assert.Equal("Practitioner/ana", query["agent"u8].Items.AsEnumerable().Last()["who"u8]["reference"u8].Text);
        Assert.Equal("TREAT", query["purposeOfEvent"u8].First["coding"u8].First["code"u8].Text);
        var asked = query["entity"u8].Items.AsEnumerable().Single(entity => entity["role"u8]["code"u8].Text == "24");
        Assert.Equal("GET /fhir/Observation?code=2823-3", Encoding.UTF8.GetString(Convert.FromBase64String(asked["query"u8].Text!)));
        var update = events.Single(one => one["meta"u8]["profile"u8].First.Text?.EndsWith("PatientUpdate", StringComparison.Ordinal) == true || one["action"u8].Text == "C");
        Assert.Contains(update["entity"u8].Items.AsEnumerable(), entity => entity["what"u8]["reference"u8].Text == "Observation/o-two/_history/2");

        Assert.All(Exported(hub.Audit.Database, new AuditSelection(Patient: "two")), one => Assert.Contains(one["entity"u8].Items.AsEnumerable(), entity => entity["what"u8]["reference"u8].Text == "Patient/two"));
        Assert.Empty(Exported(hub.Audit.Database, new AuditSelection(Actor: "Practitioner/nobody")));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_hold_is_on_the_log_and_not_for_a_patient_whom_nobody_knows(Engine engine)
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one", "two");
        await bench.KeepAsync("one");
        bench.Stop();

        using (var database = bench.Reopen())
        {
            Assert.Equal(RefusalKind.NotFound, AuditCommands.Hold(database, bench.Options, "tow", "case 7", _ => false, bench.Clock).Refusal?.Kind);
            Assert.Null(AuditCommands.Hold(database, bench.Options, "two", "case 7", _ => false, bench.Clock).Refusal); // known as one of several
            Assert.Null(AuditCommands.Hold(database, bench.Options, "Patient/one", "case 8", _ => false, bench.Clock).Refusal);
            Assert.Null(AuditCommands.Hold(database, bench.Options, "new", "case 9", id => id == "new", bench.Clock).Refusal);
            Assert.Equal(["new", "one", "two"], LegalHolds.All(database).Select(hold => hold.Patient).Order(StringComparer.Ordinal));
            Assert.Null(AuditCommands.EndHold(database, bench.Options, "Patient/new", bench.Clock).Refusal);
            Assert.Equal(RefusalKind.NotFound, AuditCommands.EndHold(database, bench.Options, "new", bench.Clock).Refusal?.Kind);
        }

        bench.Start();
        Assert.Equal(
            [("hold-placed", "two"), ("hold-placed", "one"), ("hold-placed", "new"), ("hold-ended", "new")],
            bench.Kept.Where(row => row.Event.Interaction != "read").Select(row => (row.Event.Interaction, row.Event.Patient!)));
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_was_kept_for_its_time_goes_up_to_a_root_and_the_rest_stays_provable(Engine engine)
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("one", "two");
        await bench.Store.SignAsync(RootKind.Asked);
        bench.Clock.Advance(TimeSpan.FromDays(8 * 366));
        await bench.KeepAsync("one");
        bench.Stop();

        var day = DateOnly.FromDateTime(bench.Clock.GetUtcNow().UtcDateTime).AddYears(-7);
        var kept = DateOnly.FromDateTime(bench.Clock.GetUtcNow().UtcDateTime).DayNumber - day.DayNumber;
        using (var database = bench.Reopen())
        {
            Assert.Equal(RefusalKind.Invalid, AuditCommands.Purge(database, bench.Options, kept, day.AddDays(1), bench.Clock).Refusal?.Kind);
            Assert.Equal(RefusalKind.Invalid, AuditCommands.Purge(database, bench.Options, 30, day.AddYears(2), bench.Clock).Refusal?.Kind); // six years at least, whatever a rule says
            LegalHolds.Put(database, "two", "litigation", "operator", bench.Clock);
            LegalHolds.Put(database, "two", "case 7", "operator", bench.Clock);
            Assert.Equal([("two", "case 7")], LegalHolds.All(database).Select(hold => (hold.Patient, hold.Reason)));
            Assert.Equal(RefusalKind.Conflict, AuditCommands.Purge(database, bench.Options, kept, day, bench.Clock).Refusal?.Kind);
            Assert.True(LegalHolds.End(database, "two"));
            Assert.False(LegalHolds.End(database, "two"));
            LegalHolds.Put(database, LegalHolds.WholeHub, "case 8", "operator", bench.Clock);
            Assert.Equal(RefusalKind.Conflict, AuditCommands.Purge(database, bench.Options, kept, day, bench.Clock).Refusal?.Kind);
            Assert.True(LegalHolds.End(database, LegalHolds.WholeHub));
            Assert.Equal("1 events up to number 1 were removed; a root says so.", AuditCommands.Purge(database, bench.Options, kept, day, bench.Clock).Value);
            var verdict = AuditCommands.Verify(database, bench.Options);
            Assert.True(verdict.IsSound, string.Join("\n", verdict.Findings));
            Assert.Equal(1, verdict.Events);
            Assert.Equal(0, database.Read(session => session.First("SELECT COUNT(*) FROM audit_patients", row => row.Integer(0))));
        }

        bench.Start();
        await bench.KeepAsync("one");
        Assert.Equal([2, 3], bench.Rows.Select(row => row.Seq));
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));
    }

    private static List<FhirNode> Exported(Database database, AuditSelection selection)
    {
        using var into = new MemoryStream();
        var count = AuditCommands.Export(database, selection, into);
        var lines = Encoding.UTF8.GetString(into.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(count, lines.Length);
        return [.. lines.Select(line => FhirJson.ParseStored(Encoding.UTF8.GetBytes(line)).Root)];
    }
}
