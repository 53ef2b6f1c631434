using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Pathways;

/// <summary>Whether the promise is kept: every fact that calls for a loop has one, and every open loop has a fact, an owner, a clock and a ladder.</summary>
/// <param name="Patients">How many patients were looked at.</param>
/// <param name="Pending">Patients whose newest changes call for something that the pathways have not yet taken in: neither kept nor broken.</param>
/// <param name="Open">Obligations that are open and have their open loop.</param>
/// <param name="Missing">Facts that call for an open loop and have none: pathway|version|action|cause, by patient.</param>
/// <param name="Extra">Open loops that no fact calls for: their ids.</param>
/// <param name="Incomplete">Open loops without owner, clock or ladder: their ids.</param>
/// <param name="Undecided">Facts whose conditions could not be answered and which no clinician dismissed.</param>
public sealed record PathwayPromise(
    int Patients, int Pending, int Open, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra, IReadOnlyList<string> Incomplete,
    IReadOnlyList<UndecidedFact> Undecided)
{
    /// <summary>True when nothing is missing, extra, incomplete or undecided.</summary>
    public bool IsKept => Missing.Count + Extra.Count + Incomplete.Count + Undecided.Count == 0;
}

/// <summary>Checks the promise against the record with the same pure decisions, independent of what the reaction did. Thread-safe.</summary>
public sealed class PathwayVerification(RecordStore record, PathwayContent content, ReactionRunner runner)
{
    private const string ReadPatients = "SELECT DISTINCT patient FROM resources WHERE patient IS NOT NULL AND patient > $1 ORDER BY patient LIMIT 500";

    private const string ReadChanged =
        "SELECT patient, MAX(seq) FROM log WHERE seq > $1 AND seq <= $2 AND patient IS NOT NULL GROUP BY patient ORDER BY MAX(seq) LIMIT 1000";

    private const string ReadNewest = "SELECT MAX(seq) FROM resources WHERE patient = $1 AND type = $2";

    private const string ReadCursor = "SELECT seq FROM reaction_cursors WHERE name = $1";

    /// <summary>Looks at every patient of the region.</summary>
    public PathwayPromise Verify(CancellationToken cancel)
    {
        var tally = new Tally();
        for (var after = ""; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var patients = record.Database.Read(session => session.Query(ReadPatients, row => row.Text(0), after));
            if (patients.Count == 0)
                return tally.Promise();
            foreach (var patient in patients)
                record.Database.Snapshot(session => Look(session, patient, tally));
            after = patients[^1];
        }
    }

    /// <summary>Looks at the patients who changed after a place in the log, at most 1,000: cheap enough for a health check every minute.</summary>
    /// <param name="after">The place that the call before gave; 0 at first.</param>
    /// <returns>What was found, and the place to go on from.</returns>
    public (PathwayPromise Promise, long Position) VerifySince(long after)
    {
        var tally = new Tally();
        var position = record.Database.Snapshot(session =>
        {
            var cursor = TakenIn(session);
            var changed = session.Query(ReadChanged, row => (Patient: row.Text(0), Seq: row.Integer(1)), after, cursor);
            foreach (var (patient, _) in changed)
                Look(session, patient, tally);
            return changed.Count == 1000 ? changed[^1].Seq : Math.Max(after, cursor);
        });
        return (tally.Promise(), position);
    }

    /// <summary>Applies what is missing: for a pathway that was activated after its facts arrived, or content that was repaired.</summary>
    /// <returns>How many patients needed something.</returns>
    public async Task<int> RepairAsync(CancellationToken cancel)
    {
        var repaired = 0;
        for (var after = ""; ;)
        {
            var patients = record.Database.Read(session => session.Query(ReadPatients, row => row.Text(0), after));
            if (patients.Count == 0)
                return repaired;
            foreach (var patient in patients)
                repaired += await RepairAsync(patient, cancel) ? 1 : 0;

            after = patients[^1];
        }
    }

    /// <summary>Decides about one patient anew and applies what follows.</summary>
    /// <returns>True when the patient needed something.</returns>
    public async Task<bool> RepairAsync(string patient, CancellationToken cancel)
    {
        var (decision, known) = record.Database.Snapshot(session => (
            PathwayDecision.Decide(content.At(session), PatientFactsReading.ReadAll(session, content.At(session), patient)),
            session.Query(PathwayTables.ReadUndecidedOf, PathwayTables.Undecidable, patient)));
        if (decision.Proposals.Count == 0 && decision.Undecided.Count == 0 && known.Count == 0)
            return false;
        var outcome = await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                PathwaysReaction.Apply(session, patient, decision, known);
                return true;
            },
            cancel);
        return outcome.Refusal is null;
    }

    /// <summary>How far the pathways have come: the cursor that is kept, or what this process knows beyond it.</summary>
    private long TakenIn(DbSession session) => Math.Max(
        session.First(ReadCursor, row => row.Integer(0), PathwaysReaction.ReactionName), runner.Positions.GetValueOrDefault(PathwaysReaction.ReactionName));

    /// <summary>
    /// Looks at one patient. Changes beyond the cursor are looked at too, for a cursor that moved over changes without effect is kept late and another
    /// process sees it far behind; only what these changes call for and have not is not held against the promise yet.
    /// </summary>
    private bool Look(DbSession session, string patient, Tally tally)
    {
        var found = new Tally();
        LookAtAll(session, patient, found);
        tally.Patients++;
        if (!found.Promise().IsKept && IsBehind(session, patient))
        {
            tally.Pending++;
            return false;
        }

        tally.Add(found);
        return true;
    }

    private bool IsBehind(DbSession session, string patient)
    {
        var cursor = TakenIn(session);
        return content.At(session).Types.Any(type => session.First(ReadNewest, row => row.IntegerOrNull(0), patient, type) > cursor);
    }

    private void LookAtAll(DbSession session, string patient, Tally tally)
    {
        var inForce = content.At(session);
        var facts = PatientFactsReading.ReadAll(session, inForce, patient);
        var called = new HashSet<string>();
        var undecided = new List<UndecidedFact>();
        foreach (var obligation in PathwayDecision.Obligations(inForce, facts, undecided))
            Compare(obligation, called, tally);
        if (undecided.Count > 0)
            tally.Undecided.AddRange(undecided.Except(session.Query(PathwayTables.ReadUndecidedOf, PathwayTables.Waiting, patient).Where(one => one.Dismissal is not null).Select(one => one.Fact)));
        foreach (var loop in facts.Loops.Where(loop => loop.IsOpen))
        {
            if (loop.Team.Length == 0 || loop.BackUp.Length == 0 || loop.Ladder.Count == 0 || loop.Due <= loop.Opened)
                tally.Incomplete.Add(loop.Id);
            if (!called.Contains(loop.Id) && inForce.Plans.Any(plan => plan.Pathway == loop.Pathway && plan.Version == loop.PathwayVersion)
                && !undecided.Exists(one => one.Action == loop.Action))
            {
                tally.Extra.Add(loop.Id);
            }
        }
    }

    private static void Compare(Obligation obligation, HashSet<string> called, Tally tally)
    {
        if (obligation.State != ObligationState.Open)
            return;
        called.Add(obligation.Proposal!.Id);
        if (obligation.Existing is { IsOpen: true })
            tally.Open++;
        else if (obligation.Existing is null || obligation.EndWasTakenBack || obligation.Proposal.Opened.ToUnixTimeMilliseconds() != obligation.Existing.Opened.ToUnixTimeMilliseconds())
            tally.Missing.Add(obligation.Proposal.Key);
    }

    private sealed class Tally
    {
        internal int Patients;
        internal int Pending;
        internal int Open;
        internal List<string> Missing { get; } = [];
        internal List<string> Extra { get; } = [];
        internal List<string> Incomplete { get; } = [];
        internal List<UndecidedFact> Undecided { get; } = [];

        internal void Add(Tally other)
        {
            Open += other.Open;
            Missing.AddRange(other.Missing);
            Extra.AddRange(other.Extra);
            Incomplete.AddRange(other.Incomplete);
            Undecided.AddRange(other.Undecided);
        }

        internal PathwayPromise Promise() => new(Patients, Pending, Open, Missing, Extra, Incomplete, Undecided);
    }
}
