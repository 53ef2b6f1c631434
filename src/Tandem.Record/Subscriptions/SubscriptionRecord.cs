using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>Reads and writes what is known of subscriptions: resources, owners, events, progress. Thread-safe.</summary>
internal sealed class SubscriptionRecord(RecordStore store, SearchIndexOptions search, SubscriptionOptions options, TrailKeeper trails, IServer? server, IScopeRenewal? renewal)
{
    internal RecordStore Store => store;

    internal SearchIndexOptions Search => search;

    internal SubscriptionOptions Options => options;

    /// <summary>The address of the FHIR interface for links in notifications.</summary>
    internal string Address => options.Address.Length > 0 ? options.Address
        : search.Addresses.Count > 0 ? search.Addresses[0] : $"{server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost"}/fhir";

    /// <summary>All subscriptions that are not deleted.</summary>
    internal IReadOnlyList<ResourceVersion> All() => store.Database.Read(session => session.Query(SubscriptionTables.ReadCurrent, LogTables.Read));

    /// <summary>The subscription as it is now; null when it is gone or cannot be followed.</summary>
    internal Subscriber? Find(string id, AccessScope scope) =>
        store.Read("Subscription", id, scope).Succeeded(out var version, out _) && SubscriberReader.Read(version).Succeeded(out var subscriber, out _) ? subscriber : null;

    internal Topic? TopicOf(Subscriber subscriber) => store.Database.Read(session => Topics.Find(Topics.All(session), subscriber.Topic));

    /// <summary>Events from one number to another, both included.</summary>
    internal IReadOnlyList<NotedEvent> Events(string subscription, long from, long to, int limit) =>
        store.Database.Read(session => session.Query(SubscriptionTables.ReadEvents, NotedEvent.Read, subscription, Math.Min(from, SubscriptionTables.MostNumber), Math.Min(to, SubscriptionTables.MostNumber), limit));

    /// <summary>How many events there were since the subscription began.</summary>
    internal long Count(string subscription) =>
        store.Database.Read(session => session.First(SubscriptionTables.ReadCount, row => row.Integer(0), subscription));

    internal Progress ProgressOf(string subscription) => store.Database.Read(session =>
        (session.First(SubscriptionTables.ReadProgress, Progress.Read, subscription) ?? Progress.None) with { Begun = session.First(SubscriptionTables.ReadBegun, row => row.Integer(0), subscription) });

    /// <summary>Keeps how far a subscriber was told, unless the subscription has begun anew meanwhile: what was told then was of another.</summary>
    internal async Task KeepAsync(string subscription, Progress progress, CancellationToken cancel) => Succeed(await store.WriteAsync<Progress>(
        SubscriptionRules.Hub,
        session =>
        {
            if (session.Query(SubscriptionTables.ReadBegun, row => row.Integer(0), subscription).FirstOrDefault() == progress.Begun)
                session.Write(SubscriptionTables.Progress, progress.Row(subscription));
            return progress;
        },
        cancel));

    /// <summary>The scope a subscription was made with, as it is now; nobody's when none is known. Held against the record at each delivery.</summary>
    internal AccessScope OwnerOf(string subscription) => MadeBy(subscription) is { } kept
        ? (renewal?.Renew(kept) ?? kept) with { Trail = trails.Begin(new TrailFacts("notification") { Address = $"Subscription/{subscription}" }) }
        : AccessScope.Nobody;

    /// <summary>True when whoever made a subscription may see nothing any more: the grant of an app was taken back, a person has left. It ends with that.</summary>
    internal bool IsForsaken(string subscription) =>
        renewal is not null && MadeBy(subscription) is { Reach.IsLimited: true } kept && renewal.Renew(kept).Reach == Reach.NoOne;

    /// <summary>The scope a subscription was made with, from a row of <see cref="SubscriptionTables.ReadOwner"/>.</summary>
    internal static AccessScope ReadOwner(DbRow row) => new(new Actor(row.Text(0), ""), row.TextOrNull(1), row.Text(2), row.Text(3), KeptReach.Read(row.Text(4)))
    {
        Teams = row.Text(5).Split(' ', StringSplitOptions.RemoveEmptyEntries),
    };

    private AccessScope? MadeBy(string subscription) =>
        store.Database.Read(session => session.First(SubscriptionTables.ReadOwner, ReadOwner, subscription));

    /// <summary>
    /// True for whoever made a subscription, in the role it was made in: a stream shows what its owner sees, so nobody else is connected to it, and an app only to what was made by
    /// the same leave to act for a person.
    /// </summary>
    internal bool IsOwn(string subscription, AccessScope scope) => IsOwn(subscription, WorkOwner.Of(scope));

    /// <summary>The same for who was let in before: the subscription may have been made anew by somebody else since.</summary>
    internal bool IsOwn(string subscription, WorkOwner who) => MadeBy(subscription) is { } made && who.IsOf(made);

    /// <summary>True for who is told how many events there were and when: who made it, for others see less or more, and who reaches everything.</summary>
    internal bool IsTold(string subscription, AccessScope scope) => !scope.Reach.IsLimited || IsOwn(subscription, scope);

    /// <summary>Sets the status and the error, unless the subscription has changed since it was read.</summary>
    /// <returns>False when it had changed.</returns>
    internal async Task<bool> SetStatusAsync(Subscriber subscriber, string status, string? error, CancellationToken cancel) => Succeed(await store.WriteAsync<bool>(
        SubscriptionRules.Hub,
        session =>
        {
            if (session.Find("Subscription", subscriber.Id) is not { Deleted: false } current || current.Version != subscriber.Version.Version)
                return false;
            session.Put("Subscription", subscriber.Id, FhirJson.ParseStored(With(current.Root, status, error)).Root);
            return true;
        },
        cancel));

    private static byte[] With(FhirNode subscription, string status, string? error) => FhirWriter.Resource("Subscription", writer =>
    {
        foreach (var member in subscription.Properties)
        {
            if (member.Name is not ("resourceType" or "error" or "_error"))
                _ = member.Name == "status" ? writer.Text("status", status) : writer.Raw(member.Name, member);
        }

        writer.Text("error", error);
    });

    private static T Succeed<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var value, out var refusal) ? value : throw new DatabaseUnavailableException(refusal.Text);
}
