using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Reactions;

/// <summary>
/// Leads each reaction along the log, in order, across restarts. Of several nodes one leads a reaction at a time: it has taken the reaction's name as work on its
/// writer's connection, so what it commits is committed while no other leads; when it goes, another goes on from the cursor within a second.
/// </summary>
public sealed class ReactionRunner(
    RecordStore record, IEnumerable<IReaction> reactions, TimeProvider clock, ILogger<ReactionRunner> log, IEnumerable<ParkedWork>? beside = null) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> positions = [];

    /// <summary>How far each reaction that this node leads has come.</summary>
    public IReadOnlyDictionary<string, long> Positions
    {
        get
        {
            lock (positions)
                return new Dictionary<string, long>(positions);
        }
    }

    /// <summary>The names of the reactions that another node leads, or nobody yet.</summary>
    public IReadOnlyList<string> Elsewhere
    {
        get
        {
            lock (positions)
                return [.. reactions.Select(reaction => reaction.Name).Where(name => !positions.ContainsKey(name))];
        }
    }

    /// <summary>What could not be taken in and waits for a person.</summary>
    public IReadOnlyList<ParkedChange> Parked(int limit) => record.Database.Read(session => session.Query(
        ReactionTables.ReadParked, row => new ParkedChange(row.Text(0), row.Integer(1), row.Text(2), row.Instant(3)), limit));

    /// <summary>Runs all reactions until nothing is left to take in. For commands and tests; the service does it by itself.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        var all = new List<LedReaction>();
        foreach (var reaction in reactions)
        {
            if (await TakeAsync(reaction, cancel) is { } led)
                all.Add(led);
        }

        bool moved;
        do
        {
            moved = false;
            foreach (var led in all)
                moved |= await StepAsync(led, cancel);
        }
        while (moved);
        foreach (var led in all)
            await led.KeepPlaceAsync(cancel);
    }

    /// <summary>The resource type of a parked change, or null when the log does not have it.</summary>
    public string? TypeOf(ParkedChange parked) => record.ReadEntry(parked.Seq, AccessScope.System)?.Type;

    /// <summary>Takes a parked change in once more.</summary>
    /// <returns>The change; NotFound when nothing follows it any more; Unprocessable when it fails again and stays parked.</returns>
    public async Task<Outcome<ParkedChange>> RetryAsync(ParkedChange parked, CancellationToken cancel)
    {
        var reaction = reactions.FirstOrDefault(reaction => reaction.Name == parked.Reaction);
        var entry = record.ReadEntry(parked.Seq, AccessScope.System);
        var work = beside?.FirstOrDefault(work => work.Name == parked.Reaction);
        if ((reaction is null && work is null) || entry is null)
            return Refusal.NotFound("This item no longer exists.");
        try
        {
            var effect = reaction is null ? work!.Decide(entry) : LedReaction.Decide(reaction, entry, record);
            var taken = await record.WriteAsync<ParkedChange>(
                AccessScope.System,
                session =>
                {
                    effect?.Invoke(session);
                    session.Remove(ReactionTables.Parked, parked.Reaction, parked.Seq);
                    return parked;
                },
                cancel);
            reaction?.Kept();
            return taken;
        }
        catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException)
        {
            log.LogWarning(e, "The reaction {Reaction} still cannot take in {Seq}.", parked.Reaction, parked.Seq);
            return Refusal.Unprocessable("This still cannot be taken in. The hub's log says why.");
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(reactions.Select(reaction => Task.Run(() => FollowAsync(reaction, stoppingToken), stoppingToken)));

    private async Task FollowAsync(IReaction reaction, CancellationToken cancel)
    {
        LedReaction? led = null;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                led ??= await TakeAsync(reaction, cancel);
                if (led is null)
                {
                    await Task.Delay(LookAgain, clock, cancel); // another node leads it
                    continue;
                }

                if (await StepAsync(led, cancel))
                    continue;
                var later = Task.Delay(LookAgain, clock, cancel);
                led.LooksBeyond = await Task.WhenAny(record.Signal.BeyondAsync(led.Position), later) == later;
                if (led.LooksBeyond)
                    await led.KeepPlaceAsync(cancel); // quiet: who looks from outside sees how far it has come
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                log.LogError(e, "The reaction {Reaction} stopped at {Seq}; it goes on in a moment.", reaction.Name, led?.Position);
                led = null; // goes on from what is kept, once that can be read
                await Task.WhenAny(Task.Delay(LookAgain, clock, cancel));
            }
        }

        await GiveBackAsync(reaction);
    }

    /// <summary>Begins to lead a reaction from its cursor; null while another node leads it.</summary>
    private async Task<LedReaction?> TakeAsync(IReaction reaction, CancellationToken cancel)
    {
        lock (positions)
            positions.Remove(reaction.Name);
        var taken = await record.WithWriterAsync<bool>(session => record.Database.TryTake(session.Writer, reaction.Name), cancel);
        if (!taken.Succeeded(out var isOurs, out var refusal))
            throw new Kernel.Data.DatabaseUnavailableException(refusal.Text);
        if (!isOurs)
            return null;
        reaction.Begin();
        var led = new LedReaction(reaction, Cursor(reaction), record, log);
        lock (positions)
            positions[reaction.Name] = led.Position;
        return led;
    }

    /// <summary>The hub stops: another node need not wait until its connection is closed.</summary>
    private Task<Outcome<bool>> GiveBackAsync(IReaction reaction) => record.WithWriterAsync<bool>(
        session =>
        {
            record.Database.GiveBack(session.Writer, reaction.Name);
            return true;
        },
        CancellationToken.None);

    /// <summary>Takes in one batch; false when there was nothing.</summary>
    private async Task<bool> StepAsync(LedReaction led, CancellationToken cancel)
    {
        if (!await led.StepAsync(cancel))
            return false;
        lock (positions)
            positions[led.Name] = led.Position;
        return true;
    }

    private long Cursor(IReaction reaction) =>
        record.Database.Read(session => session.First(ReactionTables.ReadCursor, row => row.Integer(0), reaction.Name));
}
