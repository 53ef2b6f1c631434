using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>What a pathway would have opened.</summary>
/// <param name="Facts">Obligations in the days asked for: the loops it would have opened.</param>
/// <param name="Patients">About how many people.</param>
/// <param name="ByAction">Each step's id with its number of loops.</param>
/// <param name="ByTeam">Each team (reference) with its number of loops.</param>
/// <param name="StillOpen">How many of them the record's facts have neither closed nor withdrawn.</param>
/// <param name="Undecided">Facts whose conditions could not be answered: repair these before activation.</param>
public sealed record Rehearsal(
    int Facts, int Patients, IReadOnlyDictionary<string, int> ByAction, IReadOnlyDictionary<string, int> ByTeam, int StillOpen,
    IReadOnlyList<UndecidedFact> Undecided);

/// <summary>Runs a pathway over the record as it stands and counts, without writing: "in the last 90 days this would have opened 412 loops".</summary>
public static class RehearsePathway
{
    private const string ReadPatients = "SELECT DISTINCT patient FROM resources WHERE patient IS NOT NULL AND patient > $1 ORDER BY patient LIMIT 500";

    /// <summary>Rehearses a PlanDefinition that need not be in the record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="plan">The PlanDefinition, in any stage of its life.</param>
    /// <param name="from">Facts from this moment count, inclusive.</param>
    /// <param name="until">To this moment, exclusive.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The counts; Unprocessable with all faults when the pathway cannot be compiled.</returns>
    public static Outcome<Rehearsal> Handle(RecordStore record, FhirNode plan, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        var faults = new List<ContentFault>();
        if (PathwayCompiler.Compile("rehearsal", plan, isOwn: true, faults.Add) is not { } compiled)
        {
            return Refusal.Unprocessable(
                "The pathway cannot be rehearsed. Correct what is named.",
                [.. faults.Select(fault => new RefusalDetail("invalid", fault.Reason, fault.Path, fault.Position))]);
        }

        var inForce = record.Database.Read(session => ContentReading.Read(session, record.Own)).OnlyFor(compiled, from, until);
        var count = new Count();
        for (var after = ""; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var patients = record.Database.Read(session => session.Query(ReadPatients, row => row.Text(0), after));
            if (patients.Count == 0)
                return count.Done();
            foreach (var patient in patients)
                count.Add(inForce, record.Database.Snapshot(session => PatientFactsReading.ReadAll(session, inForce, patient)));
            after = patients[^1];
        }
    }

    private sealed class Count
    {
        private readonly List<Obligation> found = [];
        private readonly List<UndecidedFact> undecided = [];

        internal void Add(ContentInForce content, PatientFacts facts) =>
            found.AddRange(PathwayDecision.Obligations(content, facts with { Loops = [] }, undecided)
                .Where(obligation => obligation.State != ObligationState.None));

        internal Rehearsal Done()
        {
            var loops = found.Select(obligation => obligation.Proposal!).ToList();
            return new(
                loops.Count,
                loops.Select(loop => loop.Patient).Distinct().Count(),
                loops.GroupBy(loop => loop.Action).ToDictionary(group => group.Key, group => group.Count()),
                loops.GroupBy(loop => loop.OwnerTeam).ToDictionary(group => group.Key, group => group.Count()),
                found.Count(obligation => obligation.State == ObligationState.Open),
                undecided);
        }
    }
}
