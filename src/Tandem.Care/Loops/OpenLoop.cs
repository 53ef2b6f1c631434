using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>A pathway opens a loop. Opening twice is harmless: the second changes nothing, whatever became of the loop since.</summary>
public static class OpenLoop
{
    /// <summary>Opens the loop unless it was opened before.</summary>
    /// <returns>The loop as it now stands, even closed or withdrawn.</returns>
    public static Loop Apply(WriteSession session, LoopProposal proposal) =>
        LoopMoves.Find(session, proposal.Id) ?? LoopMoves.Keep(session, Decide(proposal));

    internal static LoopMove Decide(LoopProposal proposal) => new(
        From(proposal),
        new LoopStep(StepKind.Open) { Occurred = proposal.Opened, Reason = proposal.Why, RestsOn = [proposal.Focus] });

    internal static Loop From(LoopProposal proposal) => new()
    {
        Id = proposal.Id,
        State = LoopState.Open,
        Key = proposal.Key,
        Pathway = proposal.Pathway,
        PathwayVersion = proposal.PathwayVersion,
        Action = proposal.Action,
        Patient = proposal.Patient,
        Focus = proposal.Focus,
        Title = proposal.Title,
        Why = proposal.Why,
        ClosedBy = proposal.ClosedBy,
        Parts = proposal.Parts,
        Opened = proposal.Opened,
        Due = proposal.Due,
        Tier = proposal.Tier,
        Team = proposal.OwnerTeam,
        BackUp = proposal.BackUp,
        Ladder = proposal.Ladder,
        RepeatEvery = proposal.RepeatEvery,
        Evidence = proposal.Evidence,
    };
}
