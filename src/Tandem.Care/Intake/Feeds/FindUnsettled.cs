using Tandem.Care.Pathways;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Intake;

/// <summary>What the hub could not take in by itself and what waits for a person. It names no patient.</summary>
/// <param name="What">The type of the resource and who stumbled over it, in the reader's language.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="Why">What went wrong, in the reader's language.</param>
/// <param name="Detail">How the program says it (English), or null.</param>
internal sealed record Unsettled(string What, DateTimeOffset Since, string Why, string? Detail);

/// <summary>Finds what could not be taken in: changes that were parked, and facts about which no pathway could decide.</summary>
internal static class FindUnsettled
{
    /// <summary>How many of each are shown and tried again at once, the oldest first.</summary>
    internal const int Most = 200;

    internal static IReadOnlyList<Unsettled> Handle(RecordStore record, ReactionRunner reactions, AccessScope scope) => !scope.May(Interactions.Read, HubParts.Feeds)
        ? []
        :
        [
            .. reactions.Parked(Most).Select(parked => new Unsettled(
                FeedsWords.ParkedChange.With(reactions.TypeOf(parked) ?? "–", parked.Seq, parked.Reaction), parked.At, FeedsWords.ReasonText(Reason.Failed), parked.Fault)),
            .. Undecided(record).Select(one => new Unsettled(
                FeedsWords.UndecidedFact.With(TypeOf(one.Fact.Cause), one.Fact.Pathway.Replace("|", " ", StringComparison.Ordinal), one.Fact.Action),
                one.Since, FeedsWords.NoAnswer, one.Fact.Reason)),
        ];

    internal static IReadOnlyList<(UndecidedFact Fact, DateTimeOffset Since)> Undecided(RecordStore record) =>
        record.Database.Read(session => PathwaysModule.ReadUndecided(session, Most));

    private static string TypeOf(string cause) => cause.Split('/') is [var type, _] ? type : "–";
}
