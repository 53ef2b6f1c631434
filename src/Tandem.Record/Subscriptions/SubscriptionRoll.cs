using Microsoft.Extensions.Logging;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>Who is subscribed to what at one place in the log. It moves along with the log; not thread-safe.</summary>
internal sealed class SubscriptionRoll
{
    private readonly SearchIndexOptions options;
    private readonly ILogger log;
    private readonly Dictionary<string, ResourceVersion> current = new(StringComparer.Ordinal);
    private List<Interest> interests = [];

    private SubscriptionRoll(long seq, SearchIndexOptions options, ILogger log) => (Seq, this.options, this.log) = (seq, options, log);

    /// <summary>The last place it knows of.</summary>
    internal long Seq { get; private set; }

    /// <summary>Reads who was subscribed right after a place in the log.</summary>
    internal static SubscriptionRoll At(long seq, DbSession session, SearchIndexOptions options, ILogger log)
    {
        var roll = new SubscriptionRoll(seq, options, log);
        foreach (var version in session.Query(SubscriptionTables.ReadAt, LogTables.Read, seq))
        {
            if (!version.Deleted)
                roll.current[version.Id] = version;
        }

        roll.Compile(session);
        return roll;
    }

    /// <summary>True when a change of this type can matter.</summary>
    internal bool Concerns(string type) => IsOwn(type) || interests.Exists(interest => interest.Concerns(type));

    /// <summary>Moves on to a change and gives the subscriptions of which it is an event.</summary>
    internal List<Subscriber> Take(Change change, DbSession session)
    {
        Seq = change.After.Seq;
        var found = new List<Subscriber>();
        if (interests.Exists(interest => interest.Concerns(change.After.Type)))
        {
            var indexed = new IndexedChange(change, options);
            found.AddRange(interests.Where(interest => interest.Wants(indexed)).Select(interest => interest.Subscriber));
        }

        if (IsOwn(change.After.Type))
            Follow(change, session);
        return found;
    }

    private static bool IsOwn(string type) => type is "Subscription" or "Basic";

    private void Follow(Change change, DbSession session)
    {
        var version = change.After;
        if (version.Type == "Subscription" && version.Deleted)
            current.Remove(version.Id);
        else if (version.Type == "Subscription")
            current[version.Id] = version;
        else if (!IsTopic(version) && !IsTopic(change.Before))
            return;
        Compile(session);
    }

    private static bool IsTopic(ResourceVersion? version) => version is { Deleted: false } && Topics.IsTopic(version.Root);

    /// <summary>One that asks for what it asked for before goes on collecting while its channel is verified anew: what happens meanwhile is told after the handshake.</summary>
    private static bool Collects(Subscriber subscriber, DbSession session) =>
        subscriber.Collects || (subscriber.Status == "requested" && session.First(SubscriptionTables.ReadBegun, row => row.Integer(0), subscriber.Id) < subscriber.Version.Seq);

    private void Compile(DbSession session)
    {
        var (compiled, topics) = (new List<Interest>(), (IReadOnlyList<Topic>?)null);
        foreach (var version in current.Values)
        {
            if (!SubscriberReader.Read(version).Succeeded(out var subscriber, out _) || !Collects(subscriber, session))
                continue;
            topics ??= Topics.All(session);
            if (Topics.Find(topics, subscriber.Topic) is { } topic && Interest.Of(subscriber, topic, options.Own).Succeeded(out var interest, out _))
                compiled.Add(interest);
            else
                log.LogWarning("The subscription {Subscription} cannot be followed: its topic or a filter of it is gone.", subscriber.Id);
        }

        interests = compiled;
    }
}
