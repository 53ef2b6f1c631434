using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Reactions;

/// <summary>
/// A reaction that this node leads: how far along the log it has come, and how it takes in what follows, in batches while that goes well, else one by one. What
/// it cannot take in is parked. For one caller at a time.
/// </summary>
internal sealed class LedReaction(IReaction reaction, long cursor, RecordStore record, ILogger log)
{
    private const int Batch = 256;
    private const int Tries = 3;
    private const long KeepCursorEvery = 10_000;
    private static readonly Refusal LedElsewhere = Refusal.Unavailable("The connection over which this node led the reaction is gone; another node may lead it now.");
    private long kept = cursor;

    internal string Name => reaction.Name;

    /// <summary>Up to where the log has been taken in.</summary>
    internal long Position { get; private set; } = cursor;

    /// <summary>True when the log may go on although this process has not heard of it: at the start, and now and then because of other nodes.</summary>
    internal bool LooksBeyond { get; set; } = true;

    /// <summary>Takes in one batch; false when there was nothing.</summary>
    internal async Task<bool> StepAsync(CancellationToken cancel)
    {
        var (last, changes) = Next();
        if (last == Position)
            return false;

        var effects = DecideTogether([.. changes]) ?? await DecideOneByOneAsync(changes, cancel);
        if (effects.Count > 0 || last - kept >= KeepCursorEvery)
            await KeepAsync(effects, last, cancel);
        if (effects.Count > 0)
            reaction.Kept();
        Position = last;
        return true;
    }

    /// <summary>Keeps how far it has come, where that is not kept.</summary>
    internal async Task KeepPlaceAsync(CancellationToken cancel)
    {
        if (kept < Position)
            await WriteAsync([], Position, cancel);
    }

    /// <summary>What one entry of the log means to a reaction.</summary>
    internal static Action<WriteSession>? Decide(IReaction reaction, ResourceVersion entry, RecordStore record)
    {
        var change = ChangeOf(entry, record);
        return record.Database.Read(session => reaction.Decide(change, session));
    }

    /// <summary>The next changes that the reaction follows and how far they reach: from memory when they are still there, else from the log.</summary>
    private (long Last, IEnumerable<Change> Changes) Next()
    {
        var recent = record.RecentChanges(Position, Batch);
        if (recent.Count > 0)
            return (recent[^1].After.Seq, recent.Where(change => reaction.Wants(change.After.Type)));
        if (!LooksBeyond && record.Signal.LastSeq <= Position)
            return (Position, []);
        var entries = record.ReadLog(Position, Batch, AccessScope.System);
        return entries.Count == 0
            ? (Position, [])
            : (entries[^1].Seq, entries.Where(entry => reaction.Wants(entry.Type)).Select(entry => ChangeOf(entry, record)));
    }

    /// <summary>What is to be written about several changes; null when they have to be decided upon one by one.</summary>
    private IReadOnlyList<(long Seq, Action<WriteSession> Run)>? DecideTogether(IReadOnlyList<Change> changes)
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

    private async Task<IReadOnlyList<(long Seq, Action<WriteSession> Run)>> DecideOneByOneAsync(IEnumerable<Change> changes, CancellationToken cancel)
    {
        var effects = new List<(long Seq, Action<WriteSession> Run)>();
        foreach (var change in changes)
        {
            if (await DecideOrParkAsync(change, cancel) is { } effect)
                effects.Add((change.After.Seq, effect));
        }

        return effects;
    }

    private async Task<Action<WriteSession>?> DecideOrParkAsync(Change change, CancellationToken cancel)
    {
        try
        {
            return record.Database.Read(session => reaction.Decide(change, session));
        }
        catch (Exception e) when (e is not Kernel.Data.DatabaseUnavailableException)
        {
            await ParkAsync(change.After.Seq, e, cancel);
            return null;
        }
    }

    private static Change ChangeOf(ResourceVersion entry, RecordStore record)
    {
        var before = entry.Previous == 0 ? null : record.ReadEntry(entry.Previous, AccessScope.System);
        return new Change(before is { Deleted: false } ? before : null, entry);
    }

    private async Task KeepAsync(IReadOnlyList<(long Seq, Action<WriteSession> Run)> effects, long last, CancellationToken cancel)
    {
        try
        {
            await WriteAsync(effects, last, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException && effects.Count > 0)
        {
            log.LogWarning(e, "The reaction {Reaction} takes {Count} changes in one by one.", reaction.Name, effects.Count);
            foreach (var effect in effects)
                await KeepOneAsync(effect, cancel);
            await WriteAsync([], last, cancel);
        }
    }

    private async Task KeepOneAsync((long Seq, Action<WriteSession> Run) effect, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync([effect], effect.Seq, cancel);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException)
            {
                if (attempt < Tries)
                    continue;
                await ParkAsync(effect.Seq, e, cancel);
                return;
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<(long Seq, Action<WriteSession> Run)> effects, long last, CancellationToken cancel)
    {
        var outcome = await record.WriteAsync<long>(
            AccessScope.System,
            session =>
            {
                if (!record.Database.Has(session.Writer, reaction.Name))
                    return LedElsewhere;
                foreach (var (_, run) in effects)
                    run(session);
                session.Write(ReactionTables.Cursors, reaction.Name, last);
                return last;
            },
            cancel);
        if (!outcome.Succeeded(out _, out var refusal))
            throw new Kernel.Data.DatabaseUnavailableException(refusal.Text);
        kept = last;
    }

    private async Task ParkAsync(long seq, Exception e, CancellationToken cancel)
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
}
