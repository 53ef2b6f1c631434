using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Search;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>What a change is to a resource.</summary>
[Flags]
internal enum Interactions
{
    None = 0,
    Create = 1,
    Update = 2,
    Delete = 4,
    All = Create | Update | Delete,
}

/// <summary>A stream of events that can be subscribed to (R5 SubscriptionTopic).</summary>
/// <param name="Url">Its canonical address.</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="IsActive">False for a topic that is retired: nobody can subscribe to it any more.</param>
/// <param name="Triggers">Any of them makes an event.</param>
/// <param name="Filters">By what a subscription may narrow it.</param>
/// <param name="Shapes">What goes along with the resource of an event.</param>
internal sealed record Topic(
    string Url, string? Version, bool IsActive, IReadOnlyList<Trigger> Triggers, IReadOnlyList<TopicFilter> Filters, IReadOnlyList<TopicShape> Shapes)
{
    /// <summary>True when a canonical reference, with or without a version, means this topic.</summary>
    internal bool IsMeantBy(string canonical) =>
        canonical == Url || (Version is not null && canonical == $"{Url}|{Version}");

    /// <summary>True when the topic can have events of this type.</summary>
    internal bool Concerns(string type) => Triggers.Any(trigger => trigger.Concerns(type));
}

/// <summary>What makes an event: a kind of change of a type, of which the criteria hold.</summary>
/// <param name="Resource">Resource type; <c>Resource</c> for all.</param>
/// <param name="On">Kinds of change.</param>
/// <param name="Query">Held against the versions before and after; null when none.</param>
/// <param name="Path">Over %previous and %current; null when none.</param>
internal sealed record Trigger(string Resource, Interactions On, QueryCriteria? Query, FhirPathExpression? Path)
{
    internal bool Concerns(string type) => Resource == Topics.AnyType || Resource == type;

    /// <summary>A trigger on all types is about patients' records: what belongs to no patient does not fire it.</summary>
    private bool IsAbout(IndexedChange change) => Resource == Topics.AnyType ? change.Patient is not null : Resource == change.Type;

    /// <summary>True when the change makes an event.</summary>
    internal bool Fires(IndexedChange change) =>
        IsAbout(change) && On.HasFlag(change.Kind) && (Query is null || Query.Holds(change)) && (Path is null || PathHolds(change));

    /// <summary>An expression that has no answer to this data does not hold.</summary>
    private bool PathHolds(IndexedChange change)
    {
        var (before, now) = (change.Before?.Version.Root ?? default, change.After?.Version.Root ?? default);
        var context = new FhirPathContext(now.Exists ? now : before) { Now = change.At }.With("previous", before).With("current", now);
        return Path!.TryEvaluate(context, out var values, out _) && values is [var only] && only.Boolean == true;
    }
}

/// <summary>Queries on the versions before and after a change (R5 SubscriptionTopic.resourceTrigger.queryCriteria).</summary>
/// <param name="Previous">Of the version before; null when none.</param>
/// <param name="Current">Of the version after; null when none.</param>
/// <param name="NeedsBoth">True when both have to hold, false when one will do.</param>
/// <param name="OnCreate">What the query of the version before gives when there is none.</param>
/// <param name="OnDelete">What the query of the version after gives when there is none.</param>
internal sealed record QueryCriteria(Criterion? Previous, Criterion? Current, bool NeedsBoth, bool OnCreate, bool OnDelete)
{
    internal bool Holds(IndexedChange change)
    {
        bool? before = Previous is null ? null : change.Before is { } old ? Previous.Matches(old) : OnCreate;
        bool? after = Current is null ? null : change.After is { } now ? Current.Matches(now) : OnDelete;
        return NeedsBoth ? before != false && after != false : before == true || after == true;
    }
}

/// <summary>A search parameter by which a subscription may narrow a topic.</summary>
/// <param name="Resource">Of which type; null for all types of the topic.</param>
/// <param name="Parameter">The parameter's code.</param>
/// <param name="Comparators">Prefixes allowed; empty for all.</param>
/// <param name="Modifiers">Modifiers allowed; empty for all.</param>
internal sealed record TopicFilter(string? Resource, string Parameter, IReadOnlyList<string> Comparators, IReadOnlyList<string> Modifiers);

/// <summary>What goes along with a resource of this type.</summary>
internal sealed record TopicShape(string Resource, SearchQuery Includes);

/// <summary>A change with its versions ready to be held against criteria.</summary>
internal sealed class IndexedChange
{
    private readonly Change change;
    private readonly SearchIndexOptions options;

    internal IndexedChange(Change change, SearchIndexOptions options)
    {
        (this.change, this.options) = (change, options);
        Before = change.Before is null ? null : new IndexedVersion(change.Before, options);
        After = change.After.Deleted ? null : new IndexedVersion(change.After, options);
        (Type, Id, Patient, At) = (change.After.Type, change.After.Id, change.After.Patient, change.After.At);
        Kind = After is null ? Interactions.Delete : Before is null ? Interactions.Create : Interactions.Update;
    }

    internal string Type { get; }

    internal string Id { get; }

    /// <summary>Whose record it belongs to, or null.</summary>
    internal string? Patient { get; }

    /// <summary>Whose it is beside, as an appointment of two is.</summary>
    internal IReadOnlyCollection<string> Others => field ??= PatientOf.Others(change.After.Deleted ? change.Before ?? change.After : change.After, options.Own);

    internal DateTimeOffset At { get; }

    internal Interactions Kind { get; }

    /// <summary>Null when the resource is new.</summary>
    internal IndexedVersion? Before { get; }

    /// <summary>Null when the resource was deleted.</summary>
    internal IndexedVersion? After { get; }

    /// <summary>The version that filters look at: the one that is there, or the one that was deleted; null when neither is known.</summary>
    internal IndexedVersion? Seen => After ?? Before;
}
