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
public sealed class ReactionRunner(RecordStore record, IEnumerable<IReaction> reactions, TimeProvider clock, ILogger<ReactionRunner> log) : BackgroundService
{
    private const int Batch = 256;
    private const int Tries = 3;
    private const long KeepCursorEvery = 10_000;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly Refusal LedElsewhere = Refusal.Unavailable("The connection over which this node led the reaction is gone; another node may lead it now.");
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
        var followers = new List<Follower>();
        foreach (var reaction in reactions)
        {
            if (await TakeAsync(reaction, cancel) is { } follower)
                followers.Add(follower);
        }

        bool moved;
        do
        {
            moved = false;
            foreach (var follower in followers)
                moved |= await StepAsync(follower, cancel);
        }
        while (moved);
        foreach (var follower in followers.Where(follower => follower.Kept < follower.Position))
            await WriteAsync(follower, [], follower.Position, cancel);
    }

    /// <summary>The resource type of a parked change, or null when the log does not have it.</summary>
    public string? TypeOf(ParkedChange parked) => record.ReadEntry(parked.Seq, AccessScope.System)?.Type;

    /// <summary>Takes a parked change in once more.</summary>
    /// <returns>The change; NotFound when nothing follows it any more; Unprocessable when it fails again and stays parked.</returns>
    public async Task<Outcome<ParkedChange>> RetryAsync(ParkedChange parked, CancellationToken cancel)
    {
        var reaction = reactions.FirstOrDefault(reaction => reaction.Name == parked.Reaction);
        var entry = record.ReadEntry(parked.Seq, AccessScope.System);
        if (reaction is null || entry is null)
            return Refusal.NotFound("This item no longer exists.");
        try
        {
            var effect = Decide(reaction, ChangeOf(entry));
            var taken = await record.WriteAsync<ParkedChange>(
                AccessScope.System,
                session =>
                {
                    effect?.Invoke(session);
                    session.Remove(ReactionTables.Parked, parked.Reaction, parked.Seq);
                    return parked;
                },
                cancel);
            reaction.Kept();
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
        Follower? follower = null;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                follower ??= await TakeAsync(reaction, cancel);
                if (follower is null)
                {
                    await Task.Delay(LookAgain, clock, cancel); // another node leads it
                    continue;
                }

                if (await StepAsync(follower, cancel))
                    continue;
                var later = Task.Delay(LookAgain, clock, cancel);
                follower.LooksBeyond = await Task.WhenAny(record.Signal.BeyondAsync(follower.Position), later) == later;
                if (follower.LooksBeyond && follower.Kept < follower.Position)
                    await WriteAsync(follower, [], follower.Position, cancel); // quiet: who looks from outside sees how far it has come
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                log.LogError(e, "The reaction {Reaction} stopped at {Seq}; it goes on in a moment.", reaction.Name, follower?.Position);
                follower = null; // goes on from what is kept, once that can be read
                await Task.WhenAny(Task.Delay(LookAgain, clock, cancel));
            }
        }

        await GiveBackAsync(reaction);
    }

    /// <summary>Begins to lead a reaction from its cursor; null while another node leads it.</summary>
    private async Task<Follower?> TakeAsync(IReaction reaction, CancellationToken cancel)
    {
        lock (positions)
            positions.Remove(reaction.Name);
        var taken = await record.WithWriterAsync<bool>(session => record.Database.TryTake(session.Writer, reaction.Name), cancel);
        if (!taken.Succeeded(out var isOurs, out var refusal))
            throw new Kernel.Data.DatabaseUnavailableException(refusal.Text);
        if (!isOurs)
            return null;
        reaction.Begin();
        var follower = new Follower(reaction, Cursor(reaction));
        lock (positions)
            positions[reaction.Name] = follower.Position;
        return follower;
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
    private async Task<bool> StepAsync(Follower follower, CancellationToken cancel)
    {
        var (last, changes) = Next(follower);
        if (last == follower.Position)
            return false;

        var effects = DecideTogether(follower.Reaction, [.. changes]) ?? await DecideOneByOneAsync(follower.Reaction, changes, cancel);
        if (effects.Count > 0 || last - follower.Kept >= KeepCursorEvery)
            await KeepAsync(follower, effects, last, cancel);
        if (effects.Count > 0)
            follower.Reaction.Kept();
        follower.Position = last;
        lock (positions)
            positions[follower.Reaction.Name] = last;
        return true;
    }

    /// <summary>The next changes that the reaction follows and how far they reach: from memory when they are still there, else from the log.</summary>
    private (long Last, IEnumerable<Change> Changes) Next(Follower follower)
    {
        var recent = record.RecentChanges(follower.Position, Batch);
        if (recent.Count > 0)
            return (recent[^1].After.Seq, recent.Where(change => follower.Reaction.Wants(change.After.Type)));
        if (!follower.LooksBeyond && record.Signal.LastSeq <= follower.Position)
            return (follower.Position, []);
        var entries = record.ReadLog(follower.Position, Batch, AccessScope.System);
        return entries.Count == 0
            ? (follower.Position, [])
            : (entries[^1].Seq, entries.Where(entry => follower.Reaction.Wants(entry.Type)).Select(ChangeOf));
    }

    /// <summary>What is to be written about several changes; null when they have to be decided upon one by one.</summary>
    private IReadOnlyList<(long Seq, Action<WriteSession> Run)>? DecideTogether(IReaction reaction, IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0)
            return [];
        try
        {
            return record.Database.Read(session => reaction.DecideTogether(changes, session));
        }
        catch (Exception e) when (e is not Kernel.Data.DatabaseUnavailableException)
        {
            log.LogWarning(e, "The reaction {Reaction} decides about {Count} changes one by one.", reaction.Name, changes.Count);
            return null;
        }
    }

    private async Task<IReadOnlyList<(long Seq, Action<WriteSession> Run)>> DecideOneByOneAsync(IReaction reaction, IEnumerable<Change> changes, CancellationToken cancel)
    {
        var effects = new List<(long Seq, Action<WriteSession> Run)>();
        foreach (var change in changes)
        {
            if (await DecideOrParkAsync(reaction, change, cancel) is { } effect)
                effects.Add((change.After.Seq, effect));
        }

        return effects;
    }

    private async Task<Action<WriteSession>?> DecideOrParkAsync(IReaction reaction, Change change, CancellationToken cancel)
    {
        try
        {
            return Decide(reaction, change);
        }
        catch (Exception e) when (e is not Kernel.Data.DatabaseUnavailableException)
        {
            await ParkAsync(reaction, change.After.Seq, e, cancel);
            return null;
        }
    }

    private Change ChangeOf(ResourceVersion entry)
    {
        var before = entry.Previous == 0 ? null : record.ReadEntry(entry.Previous, AccessScope.System);
        return new Change(before is { Deleted: false } ? before : null, entry);
    }

    private Action<WriteSession>? Decide(IReaction reaction, Change change) => record.Database.Read(session => reaction.Decide(change, session));

    private async Task KeepAsync(Follower follower, IReadOnlyList<(long Seq, Action<WriteSession> Run)> effects, long last, CancellationToken cancel)
    {
        try
        {
            await WriteAsync(follower, effects, last, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException && effects.Count > 0)
        {
            log.LogWarning(e, "The reaction {Reaction} takes {Count} changes in one by one.", follower.Reaction.Name, effects.Count);
            foreach (var effect in effects)
                await KeepOneAsync(follower, effect, cancel);
            await WriteAsync(follower, [], last, cancel);
        }
    }

    private async Task KeepOneAsync(Follower follower, (long Seq, Action<WriteSession> Run) effect, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync(follower, [effect], effect.Seq, cancel);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException)
            {
                if (attempt < Tries)
                    continue;
                await ParkAsync(follower.Reaction, effect.Seq, e, cancel);
                return;
            }
        }
    }

    private async Task WriteAsync(Follower follower, IReadOnlyList<(long Seq, Action<WriteSession> Run)> effects, long last, CancellationToken cancel)
    {
        var outcome = await record.WriteAsync<long>(
            AccessScope.System,
            session =>
            {
                if (!record.Database.Has(session.Writer, follower.Reaction.Name))
                    return LedElsewhere;
                foreach (var (_, run) in effects)
                    run(session);
                session.Write(ReactionTables.Cursors, follower.Reaction.Name, last);
                return last;
            },
            cancel);
        if (!outcome.Succeeded(out _, out var refusal))
            throw new Kernel.Data.DatabaseUnavailableException(refusal.Text);
        follower.Kept = last;
    }

    private async Task ParkAsync(IReaction reaction, long seq, Exception e, CancellationToken cancel)
    {
        log.LogError(e, "The reaction {Reaction} cannot take in {Seq}; it is parked.", reaction.Name, seq);
        await record.WriteAsync<long>(
            AccessScope.System,
            session =>
            {
                if (!record.Database.Has(session.Writer, reaction.Name))
                    return LedElsewhere;
                session.Write(ReactionTables.Parked, reaction.Name, seq, e.GetType().Name + ": " + e.Message, session.Now);
                return seq;
            },
            cancel);
    }

    private long Cursor(IReaction reaction) =>
        record.Database.Read(session => session.First(ReactionTables.ReadCursor, row => row.Integer(0), reaction.Name));

    private sealed class Follower(IReaction reaction, long position)
    {
        internal IReaction Reaction => reaction;

        internal long Position { get; set; } = position;

        internal long Kept { get; set; } = position;

        /// <summary>True when the log may go on although this process has not heard of it: at the start, and now and then because of other nodes.</summary>
        internal bool LooksBeyond { get; set; } = true;
    }
}
