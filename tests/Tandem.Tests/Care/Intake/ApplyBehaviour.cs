using System.Text;
using Tandem.Care.Intake;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Tests.Care.Intake;

public sealed class SqliteApplyTests() : ApplyBehaviour(Engine.Sqlite);

public sealed class PostgresApplyTests() : ApplyBehaviour(Engine.Postgres);

/// <summary>What applying messages promises on every engine.</summary>
public abstract class ApplyBehaviour(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_admission_makes_a_patient_and_a_visit_that_name_their_message()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"));

        var patient = Assert.Single(host.Current("Patient"));
        var encounter = Assert.Single(host.Current("Encounter"));
        Assert.Equal(("Testperson", "female"), (patient["name"u8].First["family"u8].Text, patient["gender"u8].Text));
        Assert.Equal(("in-progress", $"Patient/{patient["id"u8].Text}"), (encounter["status"u8].Text, encounter["subject"u8]["reference"u8].Text));
        var message = host.Query("SELECT id FROM intake_receipts", row => row.Text(0)).Single();
        Assert.Equal($"urn:tandem:message:{message}", patient["meta"u8]["source"u8].Text);
        var provenance = Assert.Single(host.Current("Provenance"));
        Assert.Equal(MessageProvenance.IdOf(message), provenance["id"u8].Text);
        Assert.Equal(
            [$"Patient/{patient["id"u8].Text}", $"Encounter/{encounter["id"u8].Text}"], provenance["target"u8].Items.AsEnumerable().Select(target => target["reference"u8].Text!));
        Assert.Equal("Device/feed-north-adt", provenance["agent"u8].First["who"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task The_same_message_is_applied_once()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        var message = Messages.Adt("A01", "M1", "20260302080000");

        Assert.Equal(["AA", "AA", "AA"], await host.ReceiveAsync(message, message, message));
        await host.ReceiveAsync(message);

        Assert.Equal(1, host.Count("intake_messages"));
        Assert.Equal(1, host.Count("intake_states"));
        Assert.Equal((4, 3, 1), host.Query("SELECT SUM(received), SUM(repeated), SUM(applied) FROM intake_counts", row => ((int)row.Integer(0), (int)row.Integer(1), (int)row.Integer(2)))[0]);
        Assert.All(host.Current("Patient"), patient => Assert.Equal("1", patient["meta"u8]["versionId"u8].Text));
    }

    [Fact]
    public async Task A_message_that_says_nothing_new_makes_no_version()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A08", "M2", "20260302090000"));

        Assert.Equal("1", Assert.Single(host.Current("Patient"))["meta"u8]["versionId"u8].Text);
        Assert.Single(host.Current("Provenance"));
        Assert.Equal(["applied", "applied"], host.Query("SELECT status FROM intake_states", row => row.Text(0)));
    }

    [Fact]
    public async Task A_control_id_used_for_another_message_is_taken_with_a_warning()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A03", "M1", "20260303080000"));

        Assert.Equal("finished", Assert.Single(host.Current("Encounter"))["status"u8].Text);
        Assert.Equal([false, true], host.Query("SELECT detail FROM intake_states ORDER BY number", row => row.TextOrNull(0) is not null));
    }

    [Fact]
    public async Task A_cancelled_discharge_takes_the_end_of_the_visit_back()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A03", "M2", "20260303080000"));
        Assert.NotNull(Assert.Single(host.Current("Encounter"))["period"u8]["end"u8].Text);

        await host.ReceiveAsync(Messages.Adt("A13", "M3", "20260303090000"));

        var encounter = Assert.Single(host.Current("Encounter"));
        Assert.Equal(("in-progress", null), (encounter["status"u8].Text, encounter["period"u8]["end"u8].Text));
        Assert.NotNull(encounter["period"u8]["start"u8].Text);
    }

    [Fact]
    public async Task Any_order_of_a_patients_messages_gives_the_same_record()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        Func<string, string>[] story =
        [
            p => Messages.Adt("A01", $"1-{p}", "20260302080000", p, $"V{p}"),
            p => Messages.Adt("A08", $"2-{p}", "20260302100000", p, $"V{p}", "||Testperson^Adele||19600203|F|||12 Elm St^^Sometown^TX^75001"),
            p => Messages.Adt("A03", $"3-{p}", "20260303080000", p, $"V{p}", "||Testperson^Adele||19600203|F", "|||||||||||||||||01||||||||20260302075500|20260303075500"),
            p => Messages.Adt("A13", $"4-{p}", "20260303090000", p, $"V{p}", "||Testperson^Adele||19600203|F|||\"\""),
            p => Messages.Adt("A03", $"5-{p}", "20260304110000", p, $"V{p}", "||Testperson^Adele||19600203|F|||34 Oak St^^Sometown^TX^75001"),
        ];
        var orders = Permutations([0, 1, 2, 3, 4]).ToList();
        for (var n = 0; n < orders.Count; n++)
        {
            foreach (var step in orders[n])
                await host.ReceiveBytesAsync(Encoding.UTF8.GetBytes(story[step]($"P{n}")));
        }

        await host.SettleAsync();

        var patients = host.Current("Patient").ConvertAll(patient => Plain(patient));
        var encounters = host.Current("Encounter").ConvertAll(encounter => Plain(encounter));
        Assert.Equal((120, 120), (patients.Count, encounters.Count));
        Assert.Single(patients.Distinct());
        Assert.Single(encounters.Distinct());
        Assert.Contains("34 Oak St", patients[0], StringComparison.Ordinal);
        Assert.DoesNotContain("12 Elm St", patients[0], StringComparison.Ordinal);
        Assert.Contains("finished", encounters[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_order_of_a_results_versions_gives_the_same_record()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        Func<string, string>[] story =
        [
            p => Messages.Oru($"1-{p}", "20260302080000", Messages.Potassium("6.9", "P"), p, $"O{p}", "P"),
            p => Messages.Oru($"2-{p}", "20260302090000", Messages.Potassium("6.4"), p, $"O{p}"),
            p => Messages.Oru($"3-{p}", "20260302100000", Messages.Potassium("4.4", "C", ""), p, $"O{p}", "C"),
            p => Messages.Oru($"4-{p}", "20260302103000", Messages.Potassium("6.8", "P"), p, $"O{p}", "P"),
        ];
        var orders = Permutations([0, 1, 2, 3]).ToList();
        for (var n = 0; n < orders.Count; n++)
        {
            foreach (var step in orders[n])
                await host.ReceiveBytesAsync(Encoding.UTF8.GetBytes(story[step]($"P{n}")));
        }

        await host.SettleAsync();

        var observations = host.Current("Observation");
        Assert.Equal(24, observations.Count);
        Assert.All(observations, observation => Assert.Equal(
            ("corrected", "4.4", false), (observation["status"u8].Text, observation["valueQuantity"u8]["value"u8].Text, observation["interpretation"u8].Exists)));
        Assert.All(host.Current("DiagnosticReport"), report => Assert.Equal(("corrected", 1), (report["status"u8].Text, report["result"u8].Items.Count)));
    }

    [Fact]
    public async Task Results_sent_in_parts_make_one_report_with_all_of_them()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(
            Messages.Oru("M1", "20260302080000", Messages.Potassium("6.4")),
            Messages.Oru("M2", "20260302090000", "OBX|1|NM|2951-2^Sodium^LN||140|mmol/L|136-145||||F"));

        Assert.Equal(2, Assert.Single(host.Current("DiagnosticReport"))["result"u8].Items.Count);
        Assert.Equal(2, host.Current("Observation").Count);
    }

    [Fact]
    public async Task Two_sources_of_one_patient_keep_what_the_other_said()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        var clinic = Messages.Adt("A04", "C1", "20260302090000", pid: "||Testperson^Ada^Q||19600203||||||^PRN^PH^^^555^0100199", visit: "C77").Replace("|ADT|NORTH|", "|REG|CLINIC|", StringComparison.Ordinal);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"), clinic);

        var patient = Assert.Single(host.Current("Patient"));
        Assert.Equal(("female", 2, true), (patient["gender"u8].Text, patient["name"u8].Items.Count, patient["telecom"u8].Exists));

        await host.ReceiveAsync(clinic.Replace("Ada^Q", "Ada^R", StringComparison.Ordinal).Replace("C1|P", "C2|P", StringComparison.Ordinal).Replace("20260302090000", "20260302100000", StringComparison.Ordinal));
        patient = Assert.Single(host.Current("Patient"));
        Assert.Equal(["R", null], patient["name"u8].Items.AsEnumerable().Select(name => name["given"u8].Items.AsEnumerable().Skip(1).FirstOrDefault().Text));
    }

    [Fact]
    public async Task What_a_person_wrote_stays_until_the_source_says_something_else()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000"));
        var patient = Assert.Single(host.Current("Patient"));
        var edited = patient.ToString().Replace("\"gender\":\"female\"", "\"gender\":\"other\",\"telecom\":[{\"system\":\"phone\",\"value\":\"555-0101\"}]", StringComparison.Ordinal);
        await host.Record.WriteAsync<ResourceVersion>(
            AccessScope.System, session => session.Put("Patient", patient["id"u8].Text!, FhirJson.ParseStored(Encoding.UTF8.GetBytes(edited)).Root), Cancel);

        await host.ReceiveAsync(Messages.Adt("A08", "M2", "20260302090000", pid: "||Testperson^Ada||19600203|F|||||^PRN^PH^^^555^0100"));

        patient = Assert.Single(host.Current("Patient"));
        Assert.Equal(("other", 2), (patient["gender"u8].Text, patient["telecom"u8].Items.Count));
    }

    [Fact]
    public async Task Numbers_of_two_patients_in_one_message_wait_for_a_person()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000", "P1", "V1"), Messages.Adt("A01", "M2", "20260302080000", "P2", "V2"));

        var both = Messages.Adt("A08", "M3", "20260302090000", "P1^^^NORTH^MR~P2", "V1");
        var after = Messages.Adt("A03", "M4", "20260302100000", "P2", "V2");
        Assert.Equal(["AA", "AA"], await host.ReceiveAsync(both, after));

        Assert.Equal(2, host.Current("Patient").Count);
        Assert.Equal([("quarantined", "ambiguous-patient", "PID-3")], Waiting(host));
        Assert.Contains(host.Current("Encounter"), encounter => encounter["status"u8].Is("finished"u8));
    }

    [Fact]
    public async Task A_visit_of_somebody_else_waits_for_a_person()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000", "P1", "V1"), Messages.Adt("A03", "M2", "20260302090000", "P2", "V1"));

        Assert.Equal([("quarantined", "visit-of-another-patient", "PV1-19")], Waiting(host));
        Assert.Single(host.Current("Patient"));
    }

    [Fact]
    public async Task A_patient_merged_into_another_is_found_as_the_other()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        await host.ReceiveAsync(Messages.Adt("A01", "M1", "20260302080000", "P1", "V1"), Messages.Adt("A01", "M2", "20260302080000", "P2", "V2"));
        var (old, survivor) = (host.Current("Patient")[0]["id"u8].Text!, host.Current("Patient")[1]["id"u8].Text!);
        var link = "{\"resourceType\":\"Patient\",\"active\":false,\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/" + survivor + "\"}}],";
        var merged = host.Current("Patient")[0].ToString().Replace("{\"resourceType\":\"Patient\",", link, StringComparison.Ordinal);
        await host.Record.WriteAsync<ResourceVersion>(
            AccessScope.System, session => session.Put("Patient", old, FhirJson.ParseStored(Encoding.UTF8.GetBytes(merged)).Root), Cancel);

        await host.ReceiveAsync(Messages.Oru("M3", "20260302090000", Messages.Potassium("6.4"), "P1"), Messages.Adt("A03", "M4", "20260302100000", "P1", "V1"));

        Assert.Empty(Waiting(host));
        Assert.Equal($"Patient/{survivor}", Assert.Single(host.Current("Observation"))["subject"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task What_was_kept_before_a_crash_is_applied_after_it_once_and_in_order()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        host.Applies = false;
        await host.RestartAsync();
        for (var n = 0; n < 30; n++)
            Assert.Equal(["AA"], await host.ReceiveAsync(Messages.Adt(n % 2 == 0 ? "A01" : "A03", $"M{n}", $"2026030208{n:00}00", $"P{n / 2}", $"V{n / 2}")));
        Assert.Equal((30, 0), (host.Count("intake_pending"), host.Count("resources")));

        host.Applies = true;
        await host.RestartAsync();
        await host.SettleAsync();
        await host.RestartAsync();

        Assert.Equal(30, host.Count("intake_states"));
        Assert.Equal(15, host.Current("Encounter").Count);
        Assert.All(host.Current("Encounter"), encounter => Assert.Equal(("finished", "2"), (encounter["status"u8].Text, encounter["meta"u8]["versionId"u8].Text)));
    }

    [Fact]
    public async Task A_message_refused_at_the_door_waits_in_quarantine_with_reason_and_place()
    {
        await using var host = await IntakeHost.StartAsync(engine);
        var codes = await host.ReceiveAsync(
            Messages.Adt("A01", "M1", "20260302080000", patient: ""),
            Messages.Adt("A99", "M2", "20260302080000"),
            Messages.Adt("A03", "M3", "2026-03-02"),
            "MSH|^~\\&|ADT|NORTH|||20260302||SIU^S12|M4|P|2.5\r");

        Assert.Equal(["AE", "AR", "AE", "AR"], codes);
        Assert.Equal(
            [("quarantined", "cannot-map", "PID-3"), ("quarantined", "unsupported", "MSH-9.2"), ("quarantined", "cannot-map", "EVN-2"), ("quarantined", "unsupported", "MSH-9.1")],
            Waiting(host));
    }

    private static List<(string Status, string? Reason, string? Place)> Waiting(IntakeHost host) => host.Query(
        "SELECT status, reason, place FROM intake_states WHERE status <> 'applied' ORDER BY number", row => (row.Text(0), row.TextOrNull(1), row.TextOrNull(2)));

    /// <summary>What a resource says without ids, numbers and version, its members in the order of their names.</summary>
    private static string Plain(FhirNode node, string name = "") => node.Kind switch
    {
        JsonKind.Object => "{" + string.Join(',', node.Properties.AsEnumerable()
            .Where(member => member.Name is not ("id" or "meta" or "value" or "reference")).OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => Plain(member, member.Name))) + "}" + name,
        JsonKind.Array => "[" + string.Join(',', node.Items.AsEnumerable().Select(item => Plain(item))) + "]" + name,
        _ => node.ToString() + name,
    };

    private static IEnumerable<int[]> Permutations(int[] items)
    {
        if (items.Length < 2)
            return [items];
        return items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
    }
}
