using Tandem.Care.Loops;

namespace Tandem.Care.Pathways;

/// <summary>What a decision wants done. Applying it twice is harmless.</summary>
/// <param name="LoopId">The loop's id.</param>
/// <param name="Cause">The resource it rests on (reference).</param>
public abstract record PathwayProposal(string LoopId, string Cause);

/// <summary>An obligation that has no loop yet.</summary>
public sealed record OpenProposal(LoopProposal Loop) : PathwayProposal(Loop.Id, Loop.Focus);

/// <summary>The record holds what closes it.</summary>
/// <param name="LoopId">The loop's id.</param>
/// <param name="Cause">The evidence (reference); the last when several were needed.</param>
/// <param name="Why">The evidence in words.</param>
/// <param name="Occurred">When it happened.</param>
public sealed record CloseProposal(string LoopId, string Cause, LocalizedText Why, DateTimeOffset Occurred) : PathwayProposal(LoopId, Cause);

/// <summary>The fact no longer holds or something else stopped it.</summary>
/// <param name="LoopId">The loop's id.</param>
/// <param name="Cause">The fact (reference).</param>
/// <param name="Why">What was corrected, cancelled or superseded.</param>
public sealed record WithdrawProposal(string LoopId, string Cause, LocalizedText Why) : PathwayProposal(LoopId, Cause);

/// <summary>The fact was corrected, or came back, and needs an answer.</summary>
/// <param name="Loop">The loop as it now should be.</param>
/// <param name="Why">What was corrected.</param>
/// <param name="Reopen">True when it must be answered again though it had ended.</param>
/// <param name="IsSame">True when nothing but the end is to be taken back.</param>
public sealed record RenewProposal(LoopProposal Loop, LocalizedText Why, bool Reopen, bool IsSame) : PathwayProposal(Loop.Id, Loop.Focus);

/// <summary>A condition that could not be answered: kept and shown to a person, retried when facts or content change.</summary>
/// <param name="Patient">Logical id.</param>
/// <param name="Pathway">Pathway and version.</param>
/// <param name="Action">The step.</param>
/// <param name="Cause">The fact (reference).</param>
/// <param name="Reason">What went wrong; no personal data.</param>
public sealed record UndecidedFact(string Patient, string Pathway, string Action, string Cause, string Reason)
{
    /// <summary>The place in the log of the newest version that was looked at of the fact, and of those that are one cause with it; null where it was noted before this was kept.</summary>
    public long? Seen { get; init; }
}

/// <summary>What a decision came to.</summary>
/// <param name="Proposals">In the order in which they are to be applied.</param>
/// <param name="Undecided">What could not be decided.</param>
/// <param name="Causes">Each key that stands for an obligation, with the facts behind it: needed to find them again.</param>
public sealed record Decision(
    IReadOnlyList<PathwayProposal> Proposals, IReadOnlyList<UndecidedFact> Undecided, IReadOnlyList<(string LoopId, string Fact)> Causes);
