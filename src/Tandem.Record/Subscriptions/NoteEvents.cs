using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// Follows the log and notes an event for each subscription that a change is for. The number is given in the commit that keeps the
/// cursor, so events are neither missed nor reordered, whatever stops in between.
/// </summary>
internal sealed class NoteEvents(SearchIndexOptions options, EventSignal signal, ILogger<NoteEvents> log, IScopeRenewal? renewal = null) : IReaction
{
    internal const string ReactionName = "subscriptions";

    private readonly ConditionalWeakTable<WriteSession, Dictionary<string, Last>> counted = [];
    private readonly ConcurrentDictionary<string, bool> touched = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private volatile SubscriptionRoll? roll;

    public string Name => ReactionName;

    public bool Wants(string type) => roll?.Concerns(type) != false;

    public void Begin()
    {
        lock (gate)
            roll = null;
    }

    public Action<WriteSession>? Decide(Change change, DbSession reading)
    {
        var found = Take(change, reading);
        if (found.Count == 0)
            return null;
        foreach (var subscriber in found)
            touched[subscriber.Id] = true;
        var kind = change.After.Deleted ? Interactions.Delete : change.Before is null ? Interactions.Create : Interactions.Update;
        return session => Note(session, found.Where(subscriber => IsSeen(session, subscriber, change.After)), change.After.Seq, kind);
    }

    public void Kept()
    {
        foreach (var subscription in touched.Keys)
        {
            touched.TryRemove(subscription, out _);
            signal.Raise(subscription);
        }
    }

    /// <summary>The roll follows in order; a change that lies behind it (taken in again after a failure) gets a roll of its place.</summary>
    private List<Subscriber> Take(Change change, DbSession reading)
    {
        lock (gate)
        {
            if (roll is { } ahead && ahead.Seq >= change.After.Seq)
                return SubscriptionRoll.At(change.After.Seq - 1, reading, options, log).Take(change, reading);
            roll ??= SubscriptionRoll.At(change.After.Seq - 1, reading, options, log);
            return roll.Take(change, reading);
        }
    }

    /// <summary>False when the owner sees a part of the record and this is not in it: then not even a number tells of it.</summary>
    private bool IsSeen(WriteSession session, Subscriber subscriber, ResourceVersion after) =>
        session.Query(SubscriptionTables.ReadOwner, SubscriptionRecord.ReadOwner, subscriber.Id) is not [{ Reach.IsLimited: true } kept]
        || IsSeen(renewal?.Renew(kept) ?? kept, session, subscriber, after);

    private static bool IsSeen(AccessScope scope, WriteSession session, Subscriber subscriber, ResourceVersion after) =>
        scope.Reaches(session.Reading, after) && !(scope.Reach.Hidden.Count > 0 && subscriber.AsksForIdentifiers);

    private void Note(WriteSession session, IEnumerable<Subscriber> subscribers, long seq, Interactions kind)
    {
        var numbers = counted.GetOrCreateValue(session);
        foreach (var subscriber in subscribers)
        {
            if (!numbers.TryGetValue(subscriber.Id, out var last))
                last = session.Query(SubscriptionTables.ReadLast, row => new Last(row.Integer(0), row.Integer(1), row.Integer(2)), subscriber.Id)[0];
            if (seq <= last.Begun)
                continue; // it asks for something else by now, or is deleted
            if (seq > last.Seq || session.Query(SubscriptionTables.HasSeq, row => row.Integer(0), subscriber.Id, seq).Count == 0)
            {
                last = last with { Number = last.Number + 1, Seq = Math.Max(seq, last.Seq) };
                session.Write(SubscriptionTables.Events, subscriber.Id, last.Number, seq, (int)kind);
            }

            numbers[subscriber.Id] = last;
        }
    }

    private readonly record struct Last(long Number, long Seq, long Begun);
}

/// <summary>Tells within this process that a subscription has new events. Thread-safe.</summary>
internal sealed class EventSignal
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next event; ask before looking, so that none slips through.</summary>
    internal Task NextAsync(string subscription) =>
        waiting.GetOrAdd(subscription, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Raise(string subscription)
    {
        if (waiting.TryRemove(subscription, out var waiter))
            waiter.TrySetResult();
    }
}
