using Tandem.Care.Loops;
using Tandem.Fhir.FhirPath;

namespace Tandem.Care.Pathways;

/// <summary>Where a pathway stands in its life (FHIR status, with <c>experimental</c> for a trial).</summary>
public enum PathwayStage
{
    /// <summary>Being written: can be rehearsed, opens nothing.</summary>
    Draft,

    /// <summary>In force for the organisations it names (<c>useContext</c>) only.</summary>
    Trial,

    /// <summary>In force.</summary>
    Active,

    /// <summary>Opens nothing for facts after its end; loops it opened stay with it.</summary>
    Retired,
}

/// <summary>One version of a pathway, compiled from its PlanDefinition. Immutable and thread-safe.</summary>
public sealed class PathwayPlan
{
    internal PathwayPlan(IReadOnlyList<PathwayAction> actions) => Actions = actions;

    /// <summary>The pathway's name, such as <c>follow-up-after-discharge</c>: what all its versions share.</summary>
    public required string Pathway { get; init; }

    /// <summary>The version, such as <c>1.0.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>What people call it.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>Where it stands in its life.</summary>
    public required PathwayStage Stage { get; init; }

    /// <summary>From when it is in force for facts, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when, exclusive; <see cref="DateTimeOffset.MaxValue"/> when open.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>True when the site wrote or changed it itself; it then wins over the shipped one.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>The organisations it is limited to (references); empty for all.</summary>
    public required IReadOnlyList<string> Organizations { get; init; }

    /// <summary>The steps that open loops.</summary>
    internal IReadOnlyList<PathwayAction> Actions { get; }

    /// <summary>The resource types a decision needs to know of a patient.</summary>
    internal IEnumerable<string> Types => Actions.SelectMany(action => action.Types).Distinct();

    internal IEnumerable<string> TriggerTypes => Actions.SelectMany(action => action.Triggers).Select(trigger => trigger.Type).Distinct();

    /// <summary>The same as if it were active in a stretch of time, and looking back as far.</summary>
    internal PathwayPlan InForceFrom(DateTimeOffset from, DateTimeOffset until) =>
        new([.. Actions.Select(action => action with { LookBack = new PathwayDuration(36_500, PathwayUnit.Days) })])
        {
            Pathway = Pathway,
            Version = Version,
            Title = Title,
            Stage = PathwayStage.Active,
            From = from,
            Until = until,
            IsOwn = IsOwn,
            Organizations = Organizations,
        };

    /// <summary>True when a fact of this moment falls under it.</summary>
    internal bool IsInForce(DateTimeOffset moment) =>
        Stage != PathwayStage.Draft && From <= moment && moment < Until && (Stage != PathwayStage.Trial || Organizations.Count > 0);
}

/// <summary>One obligation that a pathway may open, with everything it inherits from the steps around it.</summary>
internal sealed record PathwayAction
{
    internal required string Id { get; init; }

    /// <summary>Facts of these kinds may open it.</summary>
    internal required IReadOnlyList<PathwayTrigger> Triggers { get; init; }

    /// <summary>All must be true of the fact.</summary>
    internal required IReadOnlyList<PathwayCondition> Applicability { get; init; }

    /// <summary>Any that is true withdraws it.</summary>
    internal required IReadOnlyList<PathwayCondition> Stops { get; init; }

    /// <summary>When the fact held: what the clock starts from.</summary>
    internal required FhirPathExpression Anchor { get; init; }

    /// <summary>What makes a correction a new matter (a new value); null when only the anchor does.</summary>
    internal FhirPathExpression? Basis { get; init; }

    /// <summary>Facts with the same answer are one cause; null when each resource is its own.</summary>
    internal FhirPathExpression? SameFact { get; init; }

    /// <summary>References to the organisations or locations that answer for it, first found counts.</summary>
    internal FhirPathExpression? Responsible { get; init; }

    /// <summary>A fact older than this when it first became known opens nothing.</summary>
    internal required PathwayDuration LookBack { get; init; }

    /// <summary>Due this long after the anchor.</summary>
    internal required PathwayDuration Due { get; init; }

    /// <summary>Dates that it must not be later than (the end of that day), when they are earlier.</summary>
    internal FhirPathExpression? NoLaterThan { get; init; }

    internal required IReadOnlyList<PathwayEvidence> Evidence { get; init; }

    internal required EvidenceRule ByHand { get; init; }

    internal required LoopTier Tier { get; init; }

    internal required string OwnerRole { get; init; }

    internal required string BackUpRole { get; init; }

    internal required string Ladder { get; init; }

    internal required PathwayText Title { get; init; }

    internal required PathwayText Why { get; init; }

    internal required PathwayText ClosedBy { get; init; }

    internal required IReadOnlyList<PathwayScore> Scores { get; init; }

    /// <summary>Types that its conditions look at beyond trigger and evidence.</summary>
    internal required IReadOnlyList<string> Inputs { get; init; }

    internal IEnumerable<string> Types =>
        [.. Triggers.Select(trigger => trigger.Type), .. Evidence.Select(evidence => evidence.Type), .. Inputs, "Patient"];
}

/// <summary>A kind of fact that may open a loop.</summary>
/// <param name="Type">FHIR resource type.</param>
/// <param name="Filter">What must be true of it; null for any of the type.</param>
internal sealed record PathwayTrigger(string Type, FhirPathExpression? Filter);

/// <summary>A condition and what it means, said when it decides.</summary>
/// <param name="Expression">The condition.</param>
/// <param name="Meaning">For a stop: why the loop is withdrawn. For an applicability: what must be so.</param>
/// <param name="Path">Where it stands in the PlanDefinition.</param>
internal sealed record PathwayCondition(FhirPathExpression Expression, LocalizedText Meaning, string Path);

/// <summary>Facts that close a loop.</summary>
/// <param name="Type">FHIR resource type.</param>
/// <param name="Condition">What must be true of each; <c>%cause</c>, <c>%anchor</c> and <c>%loop</c> may be named.</param>
/// <param name="Count">How many are needed.</param>
/// <param name="Apart">How far apart they must lie when several are needed.</param>
/// <param name="ByDue">True when only those until the due time count.</param>
/// <param name="Meaning">What it says about the loop once found.</param>
internal sealed record PathwayEvidence(
    string Type, FhirPathExpression Condition, int Count, TimeSpan Apart, bool ByDue, LocalizedText Meaning);

/// <summary>Points for the place on the list.</summary>
/// <param name="Code">A name that stays.</param>
/// <param name="Points">How many.</param>
/// <param name="When">Only when this is true; null for always.</param>
/// <param name="Fact">The fact in words.</param>
internal sealed record PathwayScore(string Code, int Points, FhirPathExpression? When, PathwayText Fact);
