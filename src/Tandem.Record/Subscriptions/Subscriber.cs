using Tandem.Fhir.Definitions;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>How notifications get to a subscriber.</summary>
internal enum ChannelKind
{
    RestHook,
    WebSocket,
    ServerSentEvents,
    Email,
}

/// <summary>How much a notification says (backport-payload-content).</summary>
internal enum PayloadContent
{
    Empty,
    IdOnly,
    FullResource,
}

/// <summary>A Subscription as the hub understands it (R4 Subscription with the backport's profile).</summary>
internal sealed record Subscriber
{
    /// <summary>The version it was read from.</summary>
    internal required ResourceVersion Version { get; init; }

    internal string Id => Version.Id;

    /// <summary>requested, active, error or off.</summary>
    internal required string Status { get; init; }

    /// <summary>The topic's canonical address as sent.</summary>
    internal required string Topic { get; init; }

    /// <summary>Filters as sent: <c>Type?query</c>.</summary>
    internal required IReadOnlyList<string> Filters { get; init; }

    internal required ChannelKind Channel { get; init; }

    /// <summary>Address of a rest-hook or mailbox; null for the others.</summary>
    internal string? Endpoint { get; init; }

    internal required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    internal required PayloadContent Content { get; init; }

    /// <summary>A beat is sent when nothing else was for so long; null for none.</summary>
    internal TimeSpan? Heartbeat { get; init; }

    /// <summary>How long an endpoint may take; null for the site's own measure.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Most events in one notification; null for the site's own measure.</summary>
    internal int? MaxCount { get; init; }

    /// <summary>When it ends, or null.</summary>
    internal DateTimeOffset? End { get; init; }

    /// <summary>True at its end and after it: nothing more is told, whether or not its status says so yet.</summary>
    internal bool HasEnded(DateTimeOffset now) => End <= now;

    /// <summary>True when a filter asks for an identifier: whoever is not shown all of them is told of nothing by it.</summary>
    internal bool AsksForIdentifiers => Filters.Any(filter => Rest.QueryPairs.Read(filter[(filter.IndexOf('?', StringComparison.Ordinal) + 1)..]).Any(pair => Access.HiddenValues.AreAskedBy(pair.Key)));

    /// <summary>True while events are noted for it by its status alone; see also <see cref="SubscriptionRoll"/>.</summary>
    internal bool Collects => Status is "active" or "error";

    /// <summary>True while the hub works for it: it is asked for, told, or tried.</summary>
    internal bool IsServed => Status is "requested" or "active" or "error";

    /// <summary>True when the subscriber connects to the hub instead of the other way round.</summary>
    internal bool IsStreamed => Channel is ChannelKind.WebSocket or ChannelKind.ServerSentEvents;
}

/// <summary>A subscriber with its topic and filters compiled: decides which changes are events for it.</summary>
internal sealed class Interest
{
    private readonly Topic topic;
    private readonly IReadOnlyList<Criterion> criteria;
    private readonly IReadOnlySet<string>? patients;

    private Interest(Subscriber subscriber, Topic topic, IReadOnlyList<Criterion> criteria, IReadOnlySet<string>? patients) =>
        (Subscriber, this.topic, this.criteria, this.patients) = (subscriber, topic, criteria, patients);

    internal Subscriber Subscriber { get; }

    internal Topic Topic => topic;

    /// <summary>Compiles the filters against what the topic allows; refuses those that would find nobody, or hold nothing back.</summary>
    internal static Outcome<Interest> Of(Subscriber subscriber, Topic topic, OwnAddresses own)
    {
        if (SubscriberReader.Misplaced(subscriber.Version.Root) is { } misplaced)
            return misplaced;
        var criteria = new List<Criterion>();
        HashSet<string>? patients = null;
        foreach (var filter in subscriber.Filters)
        {
            if (PatientFilter.IsOf(topic, filter))
            {
                if (!PatientFilter.Read(filter, own).Succeeded(out var whose, out var wrong))
                    return wrong;
                patients = patients is null ? whose : [.. patients.Intersect(whose)];
                continue;
            }

            if (!FilterCriteria.Read(topic, filter).Succeeded(out var criterion, out var refusal))
                return refusal;
            criteria.Add(criterion);
        }

        return patients is { Count: 0 }
            ? Refusal.Unprocessable("", new RefusalDetail("value", "No patient is in each of the filters by patient: together they would find nobody. Name all of them in one, by commas.", "Subscription.criteria"))
            : new Interest(subscriber, topic, criteria, patients);
    }

    internal bool Concerns(string type) => topic.Concerns(type);

    /// <summary>True when the change is an event of the topic that passes all filters on its type.</summary>
    internal bool Wants(IndexedChange change)
    {
        if (!topic.Triggers.Any(trigger => trigger.Fires(change)) || change.Seen is not { } seen)
            return false;
        if (patients is not null && !(change.Patient is { } patient && patients.Contains(patient)) && !change.Others.Any(patients.Contains))
            return false;
        return criteria.All(criterion => criterion.Type != change.Type || criterion.Matches(seen));
    }
}

/// <summary>Reads a filter of a subscription and holds it against the topic's canFilterBy.</summary>
internal static class FilterCriteria
{
    private static readonly string[] Comparators = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    internal static Outcome<Criterion> Read(Topic topic, string filter)
    {
        var question = filter.IndexOf('?', StringComparison.Ordinal);
        var types = topic.Triggers.Select(trigger => trigger.Resource).Distinct().ToList();
        var type = question > 0 ? filter[..question] : types is [var only] ? only : null;
        if (type is null)
            return Wrong("A filter of a topic with several types has to name its type: Type?parameter=value.");
        if (!topic.Concerns(type) || !R4.IsResourceType(type))
            return Wrong("The filter names a type that the topic has no events of.");
        foreach (var (name, value) in Rest.QueryPairs.Read(filter[(question + 1)..]))
        {
            if (NotAllowed(topic, type, name, value) is { } reason)
                return Wrong(reason);
        }

        return Criterion.Read(type, filter[(question + 1)..]);
    }

    private static string? NotAllowed(Topic topic, string type, string name, string value)
    {
        var parts = name.Split(':', 2);
        var allowed = topic.Filters.FirstOrDefault(filter => filter.Parameter == parts[0] && (filter.Resource is null or Topics.AnyType || filter.Resource == type));
        if (allowed is null)
            return $"The topic cannot be filtered by {Rest.FhirRequest.Shown(parts[0])}; it allows: {string.Join(", ", topic.Filters.Select(filter => filter.Parameter).Distinct())}.";
        if (parts.Length == 2 && allowed.Modifiers.Count > 0 && !allowed.Modifiers.Contains(parts[1]))
            return $"The topic does not allow this modifier of {parts[0]}.";
        var prefix = Comparators.FirstOrDefault(prefix => value.Length > 2 && value.StartsWith(prefix, StringComparison.Ordinal) && char.IsAsciiDigit(value[2]));
        return prefix is not null && allowed.Comparators.Count > 0 && !allowed.Comparators.Contains(prefix)
            ? $"The topic does not allow this comparator of {parts[0]}."
            : null;
    }

    internal static Refusal Wrong(string text) => Refusal.Unprocessable("", new RefusalDetail("not-supported", text, "Subscription.criteria"));
}

/// <summary>
/// The filter <c>patient</c> of a topic on all types: whose record a change belongs to, by the record's own rule. Types call their
/// patient differently, so no search parameter would do.
/// </summary>
internal static class PatientFilter
{
    /// <summary>True when a topic offers the filter for all types and this is one.</summary>
    internal static bool IsOf(Topic topic, string filter) =>
        topic.Filters.Any(offered => offered.Parameter == "patient" && offered.Resource == Topics.AnyType)
            && (!filter.Contains('?', StringComparison.Ordinal) || filter.StartsWith(Topics.AnyType + "?", StringComparison.Ordinal))
            && Pairs(filter).Any(pair => pair.Key == "patient");

    /// <summary>The logical ids meant.</summary>
    internal static Outcome<HashSet<string>> Read(string filter, OwnAddresses own)
    {
        if (Pairs(filter) is not [{ Value.Length: > 0 } only])
            return FilterCriteria.Wrong("The filter patient stands by itself: patient=123, or patient=123,456 for any of several.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in only.Value.Split(','))
        {
            if ((Rest.UpdateResource.IsId(one) ? one : PatientReference.IdIn(one, own)) is not { } id)
                return FilterCriteria.Wrong($"The filter patient takes ids of patients here, such as 123 or Patient/123; {Rest.FhirRequest.Shown(one)} is none.");
            ids.Add(id);
        }

        return ids;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Pairs(string filter) => Rest.QueryPairs.Read(filter[(filter.IndexOf('?', StringComparison.Ordinal) + 1)..]);
}
