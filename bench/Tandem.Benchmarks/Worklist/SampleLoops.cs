using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Benchmarks.Worklist;

/// <summary>Open loops of a region: four teams, three kinds, a thousand patients, due over two weeks.</summary>
internal static class SampleLoops
{
    internal const string Team = "CareTeam/team-transitions";
    private const int Patients = 1000;
    private const int Batch = 500;
    private static readonly string[] Teams = [Team, "CareTeam/team-critical-results", "CareTeam/team-charge-nurse", "CareTeam/team-on-call"];
    private static readonly string[] Kinds = ["contact", "visit", "medication-reconciliation"];

    /// <summary>Opens them, and makes their patients.</summary>
    internal static async Task OpenAsync(RecordStore record, int count)
    {
        await WriteAsync(record, 0, Patients, (session, i) => session.Put("Patient", $"p{i}", Patient(i)));
        var now = TimeProvider.System.GetUtcNow();
        for (var from = 0; from < count; from += Batch)
            await WriteAsync(record, from, Math.Min(Batch, count - from), (session, i) => OpenLoop.Apply(session, Proposal(i, now)));
    }

    private static async Task WriteAsync(RecordStore record, int from, int count, Action<WriteSession, int> write)
    {
        var outcome = await record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                for (var i = from; i < from + count; i++)
                    write(session, i);
                return count;
            },
            CancellationToken.None);
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Text);
    }

    private static FhirNode Patient(int i) => FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(
        $$"""{"resourceType":"Patient","identifier":[{"system":"urn:tandem:bench:mrn","value":"M{{i}}"}],"name":[{"family":"Testperson","given":["Case{{i}}"]}],"gender":"female","birthDate":"1950-03-{{10 + (i % 18)}}"}""")).Root;

    private static LoopProposal Proposal(int i, DateTimeOffset now)
    {
        var opened = now - TimeSpan.FromMinutes(i % 1000);
        var due = now + TimeSpan.FromMinutes(60 + (i * 7919L % 20_000));
        return new LoopProposal
        {
            Key = $"bench|1|{Kinds[i % 3]}|Encounter/e{i}",
            Pathway = "bench",
            PathwayVersion = "1",
            Action = Kinds[i % 3],
            Patient = $"p{i % Patients}",
            Focus = $"Encounter/e{i}",
            Title = new("Call after discharge", "Llamada tras el alta"),
            Why = new("Discharged home on Monday", "Alta a casa el lunes"),
            ClosedBy = new("Speaking with the patient or caregiver", "Hablar con el paciente o su cuidador"),
            Parts = [new ScorePart("high-risk", i % 20, new("Second stay in 30 days", "Segundo ingreso en 30 días"))],
            Opened = opened,
            Due = due,
            Tier = (LoopTier)(i % 3),
            OwnerTeam = Teams[i % Teams.Length],
            BackUp = "CareTeam/team-on-call",
            Ladder = [new LadderStep(due + TimeSpan.FromHours(1), "CareTeam/team-on-call", "worklist")],
            Evidence = new EvidenceRule(EvidenceKind.ContactOutcome),
        };
    }
}
