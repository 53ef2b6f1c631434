using Tandem.Care.Loops;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Pathways;

/// <summary>Follows the log: what changes about a patient is decided upon, and the proposals are applied to the patient's loops.</summary>
internal sealed class PathwaysReaction(PathwayContent content) : IReaction
{
    internal const string ReactionName = "pathways";

    private readonly FirstLook look = new();

    public string Name => ReactionName;

    public void Begin()
    {
        content.Forget();
        look.Clear();
    }

    /// <remarks>Patients are followed because they are remembered.</remarks>
    public bool Wants(string type) => type == "Patient" || ContentReading.Types.Contains(type) || content.Current.Types.Contains(type);

    public Action<WriteSession>? Decide(Change change, DbSession reading)
    {
        if (ContentReading.Types.Contains(change.After.Type))
            content.Forget();
        look.Follow(change);
        var patients = PatientsOf(change).ToList();
        if (patients.Count == 0)
            return null; // as all content of the hub at its first start, which is not read anew for each part
        var inForce = content.At(reading);
        if (!inForce.Types.Contains(change.After.Type))
            return null;
        var causes = new KnownCauses(reading, patients);
        var effects = patients.Where(patient => !look.StartsNothing(inForce, change, patient, reading, causes))
            .Select(patient => Decide(inForce, patient, [change.After.Reference], reading)).OfType<Action<WriteSession>>().ToList();
        return effects.Count == 0 ? null : session => effects.ForEach(effect => effect(session));
    }

    /// <summary>One decision for each patient: it looks at the state of the facts, so it answers for all changes that led there.</summary>
    public IReadOnlyList<(long Seq, Action<WriteSession> Run)>? DecideTogether(IReadOnlyList<Change> changes, DbSession reading)
    {
        if (changes.Any(change => ContentReading.Types.Contains(change.After.Type)))
            return null;
        foreach (var change in changes)
            look.Follow(change);
        var inForce = content.At(reading);
        var causes = new KnownCauses(reading, changes.Where(change => change.After.Version > 1).SelectMany(PatientsOf));
        var patients = new Dictionary<string, (long Last, List<string> Changed)>(StringComparer.Ordinal);
        foreach (var change in changes.Where(change => inForce.Types.Contains(change.After.Type)))
        {
            foreach (var patient in PatientsOf(change).Where(patient => !look.StartsNothing(inForce, change, patient, reading, causes)))
            {
                var known = patients.TryGetValue(patient, out var before) ? before.Changed : [];
                known.Add(change.After.Reference);
                patients[patient] = (change.After.Seq, known);
            }
        }

        return [.. patients.OrderBy(patient => patient.Value.Last)
            .Select(patient => (patient.Value.Last, Run: Decide(inForce, patient.Key, patient.Value.Changed, reading)))
            .Where(effect => effect.Run is not null).Select(effect => (effect.Last, effect.Run!))];
    }

    private static IEnumerable<string> PatientsOf(Change change) => new[] { change.After.Patient, change.Before?.Patient }.OfType<string>().Distinct();

    private static Action<WriteSession>? Decide(ContentInForce content, string patient, IReadOnlyCollection<string> changed, DbSession reading)
    {
        if (StartsNothing(content, patient, changed, reading))
            return null; // most results are not critical
        var known = reading.Query(PathwayTables.ReadUndecidedOf, PathwayTables.Undecidable, patient);
        var decision = PathwayDecision.Decide(content, PatientFactsReading.ReadFor(reading, content, patient, [.. changed, .. known.Select(one => one.Cause)])); // what waits for a person waits on
        if (decision.Proposals.Count == 0 && decision.Undecided.Count == 0 && known.Count == 0 && decision.Causes.Count == 0)
            return null;
        return session => Apply(session, patient, decision, known);
    }

    /// <summary>True when what changed may only start loops, starts none, and was neither behind one nor undecided before: a version that is not the first may have been.</summary>
    private static bool StartsNothing(ContentInForce content, string patient, IReadOnlyCollection<string> changed, DbSession reading)
    {
        if (!changed.All(reference => content.StartsOnly(reference[..reference.IndexOf('/', StringComparison.Ordinal)])) || PatientFactsReading.IsBehindALoop(reading, patient, changed))
            return false;
        var facts = PatientFactsReading.ReadOnly(reading, content, patient, changed);
        return PathwayDecision.Decide(content, facts) is { Proposals.Count: 0, Undecided.Count: 0 }
            && (facts.Facts.All(fact => fact.Versions.Count == 1) || !reading.Query(PathwayTables.ReadUndecidedOf, row => row.Text(3), patient).Exists(changed.Contains));
    }

    /// <summary>Applies a decision. Doing so twice is harmless.</summary>
    internal static void Apply(WriteSession session, string patient, Decision decision, IReadOnlyList<UndecidedFact> known)
    {
        foreach (var proposal in decision.Proposals)
            Apply(session, proposal);
        foreach (var (loop, fact) in decision.Causes)
            session.Write(PathwayTables.Causes, patient, loop, fact, session.Now);
        foreach (var undecided in decision.Undecided.Except(known)) // what is known keeps the time since when it waits, and its dismissal; what was corrected waits anew
            new WaitingFact(undecided, session.Now, Dismissal: null).Write(session);
        foreach (var decided in known.Where(one => !decision.Undecided.Any(left => (left.Pathway, left.Action, left.Cause) == (one.Pathway, one.Action, one.Cause))))
            session.Remove(PathwayTables.Undecided, patient, decided.Pathway, decided.Action, decided.Cause);
    }

    private static void Apply(WriteSession session, PathwayProposal proposal)
    {
        switch (proposal)
        {
            case OpenProposal open: OpenLoop.Apply(session, open.Loop); break;
            case CloseProposal close: CloseLoop.Apply(session, close.LoopId, close.Cause, close.Why, close.Occurred); break;
            case WithdrawProposal withdraw: WithdrawLoop.Apply(session, withdraw.LoopId, withdraw.Why, withdraw.Cause); break;
            case RenewProposal { IsSame: true } same: ReopenLoop.Apply(session, same.LoopId, same.Why, same.Cause); break;
            case RenewProposal renew: RenewLoop.Apply(session, renew.Loop, renew.Why, renew.Cause, renew.Reopen); break;
        }
    }
}
