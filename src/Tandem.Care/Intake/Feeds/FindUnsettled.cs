using Tandem.Care.Pathways;
using Tandem.Care.Patients;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Intake;

/// <summary>What the hub could not take in by itself and what waits for a person. It names no patient but to a clinician who may judge it.</summary>
/// <param name="What">The type of the resource and who stumbled over it, in the reader's language.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="Why">What went wrong, in the reader's language.</param>
/// <param name="Detail">How the program says it (English), or null.</param>
public sealed record Unsettled(string What, DateTimeOffset Since, string Why, string? Detail)
{
    /// <summary>What the reader may judge; null for who may not, and for what is no fact of a patient.</summary>
    public Judgeable? Judgeable { get; init; }

    /// <summary>What a clinician said to it; null while it waits.</summary>
    public Dismissal? Dismissal { get; init; }
}

/// <summary>A fact that a clinician sees and may dismiss.</summary>
/// <param name="Id">Of the fact, see <see cref="WaitingFact.Id"/>.</param>
/// <param name="Patient">Logical id.</param>
/// <param name="Entry">What it says; null where the timeline has no words for it.</param>
public sealed record Judgeable(string Id, string Patient, TimelineEntry? Entry);

/// <summary>Finds what could not be taken in: changes that were parked, and facts about which no pathway could decide.</summary>
internal static class FindUnsettled
{
    /// <summary>How many of each are shown and tried again at once, the oldest first.</summary>
    internal const int Most = 200;

    private const int MostDismissed = 50;

    internal static IReadOnlyList<Unsettled> Handle(RecordStore record, ReactionRunner reactions, AccessScope scope) => !scope.May(Interactions.Read, HubParts.Feeds)
        ? []
        :
        [
            .. reactions.Parked(Most).Select(parked => new Unsettled(
                FeedsWords.ParkedChange.With(reactions.TypeOf(parked) ?? "–", parked.Seq, parked.Reaction), parked.At, FeedsWords.ReasonText(Reason.Failed), parked.Fault)),
            .. Undecided(record).Select(one => Of(record, one, scope)),
        ];

    /// <summary>What clinicians dismissed and nobody corrected since, the newest first.</summary>
    internal static IReadOnlyList<Unsettled> Dismissed(RecordStore record, AccessScope scope) => !scope.May(Interactions.Read, HubParts.Feeds)
        ? []
        : [.. record.Database.Read(session => PathwaysModule.ReadDismissed(session, MostDismissed)).Select(one => Of(record, one, scope))];

    internal static IReadOnlyList<WaitingFact> Undecided(RecordStore record) => record.Database.Read(session => PathwaysModule.ReadUndecided(session, Most));

    /// <summary>The fact, when the scope sees it and may change what is of its kind: whose patient it is, and in whose hands the result would be.</summary>
    internal static ResourceVersion? Judged(RecordStore record, UndecidedFact fact, AccessScope scope)
    {
        var quiet = scope with { Trail = AccessTrail.None }; // what is not shown was not refused
        return fact.Cause.Split('/') is [var type, var id] && scope.May(Interactions.Update, type) && record.Read(type, id, quiet).Succeeded(out var version, out _) ? version : null;
    }

    private static Unsettled Of(RecordStore record, WaitingFact one, AccessScope scope)
    {
        var unsettled = new Unsettled(
            FeedsWords.UndecidedFact.With(TypeOf(one.Fact.Cause), one.Fact.Pathway.Replace("|", " ", StringComparison.Ordinal), one.Fact.Action), one.Since, FeedsWords.NoAnswer, one.Fact.Reason)
        {
            Dismissal = one.Dismissal,
        };
        if (Judged(record, one.Fact, scope) is not { } version)
            return unsettled;
        scope.Trail.Shown(one.Fact.Patient);
        return unsettled with { Judgeable = new(one.Id, one.Fact.Patient, TimelineEntry.Of(version)) };
    }

    private static string TypeOf(string cause) => cause.Split('/') is [var type, _] ? type : "–";
}
