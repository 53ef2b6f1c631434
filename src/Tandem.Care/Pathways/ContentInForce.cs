using System.Collections.Frozen;
using Tandem.Care.Results;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Calendars;

namespace Tandem.Care.Pathways;

/// <summary>All content that decisions rest on, compiled, as it stood at one place in the log. Immutable and thread-safe.</summary>
public sealed class ContentInForce
{
    /// <summary>Every usable version of every pathway.</summary>
    public required IReadOnlyList<PathwayPlan> Plans { get; init; }

    /// <summary>What could not be used, for a person.</summary>
    public IReadOnlyList<ContentFault> Faults { get; init; } = [];

    /// <summary>The site's critical limits.</summary>
    public CriticalLimits Limits { get; init; } = CriticalLimits.Empty;

    /// <summary>Teams and organisations.</summary>
    public CareDirectory Directory { get; init; } = CareDirectory.Empty;

    /// <summary>Business days and the region's zone.</summary>
    public required BusinessCalendar Calendar { get; init; }

    /// <summary>The record's own addresses: facts are read with relative references in their place.</summary>
    internal OwnAddresses Own { get; init; } = OwnAddresses.None;

    internal FrozenDictionary<string, EscalationLadder> Ladders { get; init; } = FrozenDictionary<string, EscalationLadder>.Empty;

    /// <summary>Value sets by address: <c>system|code</c> and <c>|code</c> of each member.</summary>
    internal FrozenDictionary<string, FrozenSet<string>> ValueSets { get; init; } = FrozenDictionary<string, FrozenSet<string>>.Empty;

    /// <summary>The resource types that some pathway opens or closes loops by, or looks at.</summary>
    internal FrozenSet<string> Types => types ??= Plans.SelectMany(plan => plan.Types).ToFrozenSet();

    /// <summary>True for types by which some pathway opens loops.</summary>
    internal bool Starts(string type) => (starts ??= Plans.SelectMany(plan => plan.TriggerTypes).ToFrozenSet()).Contains(type);

    /// <summary>True for types that only ever start loops: no condition and no evidence looks at all of a patient's.</summary>
    internal bool StartsOnly(string type) => (startsOnly ??= FindStartsOnly()).Contains(type);

    /// <summary>True for types of which some step looks at the version before (<c>%previous</c>) to tell whether it applies.</summary>
    internal bool LooksBack(string type) => (looksBack ??= Plans.SelectMany(plan => plan.Actions).SelectMany(LookingBack).ToFrozenSet()).Contains(type);

    private FrozenSet<string>? types;
    private FrozenSet<string>? looksBack;
    private FrozenSet<string>? starts;
    private FrozenSet<string>? startsOnly;

    /// <summary>The same with one pathway alone, in force for a stretch of time and however old its facts are.</summary>
    internal ContentInForce OnlyFor(PathwayPlan plan, DateTimeOffset from, DateTimeOffset until) => new()
    {
        Plans = [plan.InForceFrom(from, until)],
        Limits = Limits,
        Directory = Directory,
        Calendar = Calendar,
        Own = Own,
        Ladders = Ladders,
        ValueSets = ValueSets,
    };

    private FrozenSet<string> FindStartsOnly()
    {
        var actions = Plans.SelectMany(plan => plan.Actions).ToList();
        var lookedAt = actions.SelectMany(action => action.Evidence.Select(evidence => evidence.Type).Concat(action.Inputs)).ToHashSet();
        var all = actions.Where(action => action.Applicability.Any(condition => condition.Expression.Text.Contains("%facts", StringComparison.Ordinal)))
            .SelectMany(action => action.Triggers).Select(trigger => trigger.Type).ToHashSet();
        return Plans.SelectMany(plan => plan.TriggerTypes).Where(type => !lookedAt.Contains(type) && !all.Contains(type)).ToFrozenSet();
    }

    private static IEnumerable<string> LookingBack(PathwayAction action) => action.Triggers
        .Where(trigger => LooksBack(trigger.Filter) || LooksBack(action.Anchor) || action.Applicability.Any(condition => LooksBack(condition.Expression)))
        .Select(trigger => trigger.Type);

    private static bool LooksBack(FhirPathExpression? expression) => expression?.Text.Contains("%previous", StringComparison.Ordinal) == true;

    /// <summary>The version of a pathway that is in force for a fact of a moment: the site's own before the shipped, then the later begun, then the higher.</summary>
    internal PathwayPlan? InForce(string pathway, DateTimeOffset moment) => Plans
        .Where(plan => plan.Pathway == pathway && plan.IsInForce(moment))
        .OrderByDescending(plan => plan.IsOwn).ThenByDescending(plan => plan.From)
        .ThenByDescending(plan => plan.Version, VersionOrder.Instance)
        .FirstOrDefault();

    internal bool? IsMember(FhirValue value, string valueSet)
    {
        if (!ValueSets.TryGetValue(valueSet, out var members))
            return null;
        var node = value.Node;
        if (!node.IsObject)
            return value.Text is { } code && members.Contains("|" + code);
        if (node["coding"u8].Exists)
            return node["coding"u8].Items.AsEnumerable().Any(coding => Has(members, coding));
        return Has(members, node);
    }

    private static bool Has(FrozenSet<string> members, FhirNode coding) =>
        coding["code"u8].Text is { } code && members.Contains($"{coding["system"u8].Text}|{code}");

    private sealed class VersionOrder : IComparer<string>
    {
        internal static readonly VersionOrder Instance = new();

        /// <summary>Part by part, numbers as numbers: 1.10 is after 1.9.</summary>
        public int Compare(string? x, string? y)
        {
            var (left, right) = ((x ?? "").Split('.', '-'), (y ?? "").Split('.', '-'));
            for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
            {
                var order = int.TryParse(left[i], out var a) && int.TryParse(right[i], out var b) ? a.CompareTo(b) : string.CompareOrdinal(left[i], right[i]);
                if (order != 0)
                    return order;
            }

            return left.Length.CompareTo(right.Length);
        }
    }
}
