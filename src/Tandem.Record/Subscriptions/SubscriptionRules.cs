using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// Holds every Subscription that is written to what the hub can follow, and keeps on whose behalf it was made: somebody else may end it, and let it begin again for who made it. A client asks with the
/// status requested and ends with off; active and error are the hub's words.
/// </summary>
internal sealed class SubscriptionRules(EndpointPolicy policy) : IWriteRule
{
    /// <summary>On whose behalf the hub itself changes a subscription's status.</summary>
    internal static readonly AccessScope Hub = AccessScope.System with { Purpose = "HSYSADMIN" };

    /// <summary>What a subscription is told of.</summary>
    private static readonly string[] AskedFor = ["criteria", "_criteria"];

    /// <summary>What a subscription was accepted for.</summary>
    private static readonly string[] Agreed = [.. AskedFor, "channel"];

    public bool Wants(string type) => type == "Subscription";

    public Refusal? Refuse(WriteSession session, Change change)
    {
        var version = change.After;
        if (version.Deleted || change.Before is not { } before || !AreSame(before, version, AskedFor))
            Begin(session, version);
        if (version.Deleted || ReferenceEquals(session.Scope, Hub))
            return null;
        var isTheirs = change.Before is not null && IsOfSomebodyElse(session, version.Id);
        if (isTheirs && !AreSame(change.Before!, version, MembersOf(change.Before!, version)))
            return Refusal.Forbidden("Only who made a subscription can change more of it than its status; make one of your own.");
        if (ChannelHeaders.HasStars(version.Root))
            return Refusal.Unprocessable("", new RefusalDetail("not-supported", "Give the values of the headers: stars stand for what is kept, and nothing is kept under this name for this endpoint.", "Subscription.channel.header"));
        switch (version.Root["status"u8].Text)
        {
            case "off":
                if (change.Before is null)
                    Own(session, version.Id);
                return null;
            case "active" or "error":
                return StaysAsItIs(change) ? null : Wrong("Ask with the status requested; active and error are set by the hub. To change a subscription, set it to requested.");
        }

        if (Problem(session, version) is { } refusal)
            return refusal;
        if (!isTheirs) // else it begins again for who made it
            Own(session, version.Id);
        return null;
    }

    private static void Own(WriteSession session, string subscription)
    {
        var scope = session.Scope;
        session.Write(
            SubscriptionTables.Owners,
            subscription, scope.Actor.Reference, scope.Organization, scope.Role, scope.Purpose, KeptReach.ToText(scope.Reach), string.Join(' ', scope.Teams));
    }

    /// <summary>True when another person or service made it: it tells what they see, at a place of theirs. Who comes back in another role or by another leave makes it anew.</summary>
    private static bool IsOfSomebodyElse(WriteSession session, string subscription) =>
        session.Query(SubscriptionTables.ReadOwner, SubscriptionRecord.ReadOwner, subscription) is [var made, ..] && made.Actor.Reference != session.Scope.Actor.Reference;

    /// <summary>
    /// What was noted up to here are no events of it any more. With a deleted one its numbers end, so that one that is made under its id begins with none; the events themselves may be very many, and are removed at night.
    /// </summary>
    private static void Begin(WriteSession session, ResourceVersion version)
    {
        var earlier = version.Deleted
            ? session.Query(SubscriptionTables.ReadLast, row => row.Integer(0), version.Id)[0]
            : session.Query(SubscriptionTables.ReadBegun, row => row.Integer(1), version.Id).FirstOrDefault();
        session.Write(SubscriptionTables.Begun, version.Id, version.Seq, earlier);
        if (version.Deleted)
            session.Remove(SubscriptionTables.Progress, version.Id);
    }

    private Refusal? Problem(WriteSession session, ResourceVersion version)
    {
        if (!SubscriberReader.Read(version).Succeeded(out var subscriber, out var refusal))
            return refusal;
        if (subscriber.Headers.Any(header => SubscriberReader.OfTheBytes.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            return Wrong("A notification is sent whole, as it is: no header can say otherwise (Content-Encoding, Content-Range, Content-MD5).", "Subscription.channel.header");
        var topics = session.Changes.Where(change => change.After is { Type: "Basic", Deleted: false, Patient: null } && Topics.IsTopic(change.After.Root))
            .Select(change => TopicReader.Read(change.After.Root)).Where(read => read.Refusal is null).Select(read => read.Value)
            .Concat(Topics.All(session.Reading));
        if (Topics.Find(topics, subscriber.Topic) is not { IsActive: true } topic)
            return Wrong("There is no active topic with the address in Subscription.criteria; /metadata lists the topics.");
        return Interest.Of(subscriber, topic, session.Own).Refusal ?? policy.Refused(subscriber);
    }

    /// <summary>True when a client sends back what it read, perhaps with another end or reason.</summary>
    private static bool StaysAsItIs(Change change) =>
        change.Before is { } before && before.Root["status"u8].Text == change.After.Root["status"u8].Text
        && AreSame(before, change.After, Agreed);

    /// <summary>What somebody wrote into either of two versions beside the status: the rest is the hub's.</summary>
    private static string[] MembersOf(ResourceVersion before, ResourceVersion after) =>
        [.. before.Root.Properties.AsEnumerable().Concat(after.Root.Properties.AsEnumerable()).Select(member => member.Name).Except(["meta", "status", "_status", "error", "_error"], StringComparer.Ordinal)];

    private static bool AreSame(ResourceVersion before, ResourceVersion after, string[] members) => members.All(name => SameContent.Equal(before.Root[name], after.Root[name]));

    private static Refusal Wrong(string text, string place = "Subscription") => Refusal.Unprocessable("", new RefusalDetail("not-supported", text, place));
}

/// <summary>Holds every topic that is written to what the hub can follow.</summary>
internal sealed class TopicRules : IWriteRule
{
    public bool Wants(string type) => type == "Basic";

    public Refusal? Refuse(WriteSession session, Change change) =>
        !change.After.Deleted && Topics.IsTopic(change.After.Root) ? TopicReader.Read(change.After.Root).Refusal : null;
}
