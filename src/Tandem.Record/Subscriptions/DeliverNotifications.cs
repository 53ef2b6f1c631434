using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// Keeps a lane for each subscription that wants to be told, so that a slow or dead endpoint delays no other. Of several nodes the one that notes the events
/// delivers them too.
/// </summary>
internal sealed class DeliverNotifications(
    SubscriptionRecord record, NotificationWriter writer, EndpointPolicy policy, EventSignal signal, TimeProvider clock, ILogger<DeliverNotifications> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, DeliveryLane> lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim wake = new(0, 1); // never disposed: lanes that end wake it after the service is gone, and it holds nothing of the system

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var hook = new RestHook(policy);
        var tools = new DeliveryTools(record, writer, hook, new MailChannel(record.Options, policy, record), signal, clock, log);
        record.Store.Signal.Committed += Heard;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await LeadsAsync(stoppingToken))
                    await LeadAsync(tools, stoppingToken);
                else
                    await wake.WaitAsync(LookAgain, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops
        }
        finally
        {
            record.Store.Signal.Committed -= Heard;
        }
    }

    /// <summary>True when no other node notes events. Without an answer of the database nothing can be delivered, and nothing is given up.</summary>
    private async Task<bool> LeadsAsync(CancellationToken cancel)
    {
        var database = record.Store.Database;
        var taken = await record.Store.WithWriterAsync<bool>(session => database.TryTake(session.Writer, NoteEvents.ReactionName), cancel);
        return taken.Succeeded(out var isOurs, out _) ? isOurs : !running.IsEmpty;
    }

    /// <summary>Delivers until the hub stops or another node does.</summary>
    private async Task LeadAsync(DeliveryTools tools, CancellationToken cancel)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            do
            {
                Look(tools, leading.Token);
                await wake.WaitAsync(LookAgain, cancel);
            }
            while (await LeadsAsync(cancel));
        }
        finally
        {
            await leading.CancelAsync();
            await Task.WhenAll(running.Values);
        }
    }

    /// <summary>Begins a lane for every subscription that has none and needs one.</summary>
    private void Look(DeliveryTools tools, CancellationToken cancel)
    {
        try
        {
            foreach (var version in record.All())
            {
                if (!lanes.ContainsKey(version.Id) && SubscriberReader.Read(version).Succeeded(out var subscriber, out _) && subscriber.IsServed)
                {
                    var lane = lanes[version.Id] = new DeliveryLane(version.Id, tools);
                    running[version.Id] = Task.Run(() => FollowAsync(version.Id, lane, cancel), CancellationToken.None);
                }
            }
        }
        catch (DatabaseException e)
        {
            log.LogWarning(e, "The subscriptions could not be read; trying again.");
        }
    }

    private async Task FollowAsync(string id, DeliveryLane lane, CancellationToken cancel)
    {
        try
        {
            await lane.RunAsync(cancel);
        }
        catch (Exception e)
        {
            log.LogError(e, "The lane of the subscription {Subscription} stopped; it begins again in a moment.", id);
            await Task.WhenAny(Task.Delay(LookAgain, clock, cancel));
        }
        finally
        {
            lanes.TryRemove(id, out _);
            running.TryRemove(id, out _);
            Wake(); // it may have been asked for again while it ended
        }
    }

    private void Heard(IReadOnlyList<Change> changes)
    {
        var isOurs = false;
        foreach (var change in changes)
        {
            if (change.After.Type != "Subscription")
                continue;
            isOurs = true;
            if (lanes.TryGetValue(change.After.Id, out var lane))
                lane.Changed();
        }

        if (isOurs)
            Wake();
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // it is to wake already
        }
    }
}
