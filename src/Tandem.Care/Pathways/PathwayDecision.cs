using Tandem.Care.Loops;
using Tandem.Fhir.FhirPath;

namespace Tandem.Care.Pathways;

/// <summary>
/// The decision: what is known of a patient and the content in force give what should be open; the difference to the loops that there
/// are gives the proposals. It looks at the state of the facts and never at the order in which they came, so the same facts lead to the
/// same open loops however they arrive, and deciding again changes nothing. Pure and thread-safe.
/// </summary>
public static class PathwayDecision
{
    /// <summary>Decides about every pathway for one patient.</summary>
    /// <param name="content">Pathways, limits, teams, calendar.</param>
    /// <param name="facts">What is known, with the loops that there are.</param>
    public static Decision Decide(ContentInForce content, PatientFacts facts)
    {
        var (proposals, undecided, causes) = (new List<PathwayProposal>(), new List<UndecidedFact>(), new List<(string, string)>());
        foreach (var obligation in Obligations(content, facts, undecided))
        {
            var id = obligation.Existing?.Id ?? obligation.Proposal?.Id;
            if (id is not null && (obligation.Existing is not null || obligation.State is ObligationState.Open or ObligationState.Closed))
                causes.AddRange(obligation.Facts.Select(fact => (id, fact)));
            proposals.AddRange(Proposals(obligation));
        }

        return new(proposals, undecided, causes);
    }

    /// <summary>Everything that is or was to be done for a patient, each with how it stands by the facts.</summary>
    internal static IEnumerable<Obligation> Obligations(ContentInForce content, PatientFacts facts, List<UndecidedFact> undecided)
    {
        var reading = new FactReading(content, facts);
        foreach (var plan in content.Plans.OrderBy(plan => plan.Pathway, StringComparer.Ordinal).ThenBy(plan => plan.Version, StringComparer.Ordinal))
        {
            foreach (var action in plan.Actions)
            {
                foreach (var cause in Causes(reading, plan, action, undecided))
                {
                    if (Consider(reading, plan, action, cause, undecided) is { } obligation)
                        yield return obligation;
                }
            }
        }
    }

    /// <summary>True when some step may apply to a fact that has one version and is behind no loop; an expression without an answer may.</summary>
    internal static bool MayStart(ContentInForce content, PatientFacts facts, Fact fact)
    {
        var reading = new FactReading(content, facts);
        foreach (var plan in content.Plans)
        {
            foreach (var action in plan.Actions)
            {
                if (action.Triggers.Any(trigger => trigger.Type == fact.Type) && new ObligationReading(reading, plan, action, new Cause("", [fact]), existing: null).MayApply())
                    return true;
            }
        }

        return false;
    }

    internal static string KeyOf(PathwayPlan plan, PathwayAction action, string cause) => $"{plan.Pathway}|{plan.Version}|{action.Id}|{cause}";

    private static IEnumerable<Cause> Causes(FactReading reading, PathwayPlan plan, PathwayAction action, List<UndecidedFact> undecided)
    {
        var groups = new Dictionary<string, List<Fact>>();
        foreach (var fact in reading.Facts.Facts.Where(fact => action.Triggers.Any(trigger => trigger.Type == fact.Type)))
        {
            var key = reading.Try(plan, action, [fact], undecided, () => reading.CauseKey(action, fact));
            if (key is null)
                continue;
            if (!groups.TryGetValue(key, out var group))
                groups[key] = group = [];
            group.Add(fact);
        }

        return groups.Select(group => new Cause(group.Key, group.Value));
    }

    private static Obligation? Consider(FactReading reading, PathwayPlan plan, PathwayAction action, Cause cause, List<UndecidedFact> undecided)
    {
        var existing = Existing(reading.Facts.Loops, plan, action, cause);
        if (existing is not null && existing.PathwayVersion != plan.Version)
            return null; // what a version has opened stays with that version
        return reading.Try(plan, action, cause.Facts, undecided, () => new ObligationReading(reading, plan, action, cause, existing).Read());
    }

    private static Loop? Existing(IReadOnlyList<Loop> loops, PathwayPlan plan, PathwayAction action, Cause cause)
    {
        Loop? byFocus = null;
        foreach (var loop in loops)
        {
            if (loop.Pathway != plan.Pathway || loop.Action != action.Id)
                continue;
            if (loop.Key.Split('|', 4) is [_, _, _, var key] && key == cause.Key)
                return loop;
            if (cause.Facts.Exists(fact => fact.Reference == loop.Focus))
                byFocus = loop;
        }

        return byFocus;
    }

    private static IEnumerable<PathwayProposal> Proposals(Obligation obligation) => (obligation.State, obligation.Existing) switch
    {
        (ObligationState.None, _) => [],
        (ObligationState.Withdrawn, { IsOpen: true } loop) => [new WithdrawProposal(loop.Id, obligation.Facts[0], obligation.Why)],
        (ObligationState.Withdrawn, _) => [],
        (ObligationState.Open, null) => [new OpenProposal(obligation.Proposal!)],
        (ObligationState.Closed, null) => [new OpenProposal(obligation.Proposal!), Close(obligation)],
        (ObligationState.Closed, { IsOpen: true } loop) => [.. Renewal(obligation, loop), Close(obligation)],
        (ObligationState.Closed, _) => [],
        (_, { } loop) => Renewal(obligation, loop),
        (_, null) => throw new InvalidOperationException($"There is no state {obligation.State}."),
    };

    private static CloseProposal Close(Obligation obligation) =>
        new(obligation.Proposal!.Id, obligation.Evidence!, obligation.Why, obligation.EvidenceAt);

    private static IEnumerable<PathwayProposal> Renewal(Obligation obligation, Loop loop)
    {
        var proposal = obligation.Proposal!;
        var isLater = !Same(proposal.Opened, loop.Opened);
        if (loop.IsOpen)
        {
            if (isLater || !Same(proposal.Due, loop.Due) || proposal.Why != loop.Why)
                yield return new RenewProposal(proposal, Corrected, Reopen: false, IsSame: false);
        }
        else if (isLater || obligation.EndWasTakenBack)
        {
            var isSame = !isLater && Same(proposal.Due, loop.Due) && proposal.Why == loop.Why;
            yield return new RenewProposal(proposal, Corrected, Reopen: true, isSame);
        }
    }

    private static readonly LocalizedText Corrected = new("What opened this was corrected.", "Se corrigió lo que abrió esto.");

    /// <summary>The record keeps milliseconds.</summary>
    private static bool Same(DateTimeOffset a, DateTimeOffset b) => a.ToUnixTimeMilliseconds() == b.ToUnixTimeMilliseconds();
}

/// <summary>The facts that are one cause.</summary>
internal sealed record Cause(string Key, List<Fact> Facts);

/// <summary>How an obligation stands by the facts alone.</summary>
internal enum ObligationState
{
    /// <summary>There is none: it never applied, or is too old, or no version is in force.</summary>
    None,
    Open,
    Closed,
    Withdrawn,
}

/// <summary>One thing to be done for a patient, as the facts tell it.</summary>
internal sealed record Obligation(
    PathwayPlan Plan, PathwayAction Action, ObligationState State, IReadOnlyList<string> Facts, Loop? Existing, LocalizedText Why)
{
    internal LoopProposal? Proposal { get; init; }

    internal string? Evidence { get; init; }

    internal DateTimeOffset EvidenceAt { get; init; }

    /// <summary>True when what ended the loop no longer holds: its evidence was struck, or the pathway withdrew it for a reason that is gone.</summary>
    internal bool EndWasTakenBack { get; init; }
}
