using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Record.Search.FullText;

/// <summary>
/// Reads the words of what was written, a moment later and outside of the writes themselves, and goes on where it was after a restart. A search for words
/// waits until everything written before it has been read. When nobody waits, it lets a moment's writes come together, since each turn is a commit. On PostgreSQL
/// it writes on a connection of its own, so that no write of the record waits for words. Of several nodes one reads them, so that no older words come after newer ones.
/// A version whose words cannot be read or written is parked for a person, and keeps back neither the others nor the hub.
/// </summary>
internal sealed partial class FullTextIndex(RecordStore store, TimeProvider clock, ILogger<FullTextIndex> log) : BackgroundService
{
    private const int PerTurn = 128;
    private const string Work = "full-text";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TakeAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InAMoment = TimeSpan.FromMilliseconds(50);

    private const string Stretch = "SELECT n.seq FROM log n WHERE n.seq > $1 ORDER BY n.seq LIMIT $2";

    /// <summary>How far a stretch of the log reaches, and how long it is.</summary>
    private const string ReadStretch = $"SELECT COALESCE(MAX(p.seq), 0), COUNT(*) FROM ({Stretch}) p";

    /// <summary>
    /// The current versions and deletions of a stretch. Its end is known before anything is looked up: an engine that is asked for so many current ones instead may walk
    /// the log to its end for them, at every turn.
    /// </summary>
    private const string ReadCurrent =
        $"SELECT {LogTables.Columns} FROM ({Stretch}) p CROSS JOIN log l CROSS JOIN resources r WHERE l.seq = p.seq AND r.type = l.type AND r.id = l.id AND r.seq = l.seq ORDER BY l.seq";

    private const string ReadParked = "SELECT l.rid, p.seq FROM reactions_parked p CROSS JOIN log l WHERE p.name = $1 AND l.seq = p.seq";

    private readonly Lock gate = new();
    private Dictionary<long, long> parked = []; // by the resource's number: the place of its version whose words could not be taken in
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int atOnce = PerTurn; // fewer behind large resources
    private bool looksBeyond = true; // the log may have grown although this process has not heard of it
    private long position = -1;
    private volatile bool isOurs;
    private DbSession? own; // on PostgreSQL

    /// <summary>Waits until everything that is in the log now has been read; a refusal when that takes too long.</summary>
    internal async Task<Refusal?> CaughtUpAsync(CancellationToken cancel)
    {
        var (last, _) = store.Database.Read(session => session.First(LogTables.LastSeq, row => (row.Integer(0), row.Instant(1))));
        var end = Task.Delay(Patience, clock, cancel);
        for (var next = Beyond(last); next is not null; next = Beyond(last))
        {
            if (await Task.WhenAny(next, end, isOurs ? end : Task.Delay(InAMoment, clock, cancel)) == end)
            {
                cancel.ThrowIfCancellationRequested();
                return Refusal.Unavailable("The words of what was written last are still being read. Try again in a moment, or search without _text and _content.");
            }

            if (!isOurs)
                MoveToCursor();
        }

        return null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await StepAsync(stoppingToken))
                    await WaitAsync(stoppingToken); // also after a turn that was not full: more comes in a moment
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops; the next start goes on from the cursor
        }
        finally
        {
            own?.Dispose();
        }
    }

    /// <summary>Null when this place has been read.</summary>
    private Task? Beyond(long seq)
    {
        lock (gate)
        {
            if (position >= seq)
                return null;
            asked.TrySetResult();
            return moved.Task;
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (!isOurs)
        {
            await Task.WhenAny(Task.Delay(TakeAgain, clock, bounded.Token));
            cancel.ThrowIfCancellationRequested();
            return;
        }

        var wanted = Wanted();
        var later = Task.Delay(LookAgain, clock, bounded.Token);
        looksBeyond = await Task.WhenAny(store.Signal.BeyondAsync(Math.Max(0, position)), wanted, later) is var first && (first == wanted || first == later);
        if (!looksBeyond)
            await Task.WhenAny(wanted, Task.Delay(Moment, clock, bounded.Token));
        await bounded.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (asked.Task.IsCompleted)
                asked = new(TaskCreationOptions.RunContinuationsAsynchronously); // wakes once; who still waits after that asks again
        }
    }

    /// <summary>Completes when somebody waits for words.</summary>
    private Task Wanted()
    {
        lock (gate)
            return asked.Task;
    }

    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        try
        {
            if (!isOurs)
                return await OpenAsync(cancel);
            var (reached, read, isFull) = Next();
            if (reached <= position)
                return false;
            var words = read.ConvertAll(ReadWords);
            return await WriteAllAsync(words, reached, cancel) && isFull;
        }
        catch (DatabaseException e)
        {
            LogFault(log, e);
            isOurs = false; // begins anew in a moment
            return false;
        }
    }

    /// <summary>Reads a version that was parked once more: the work of a person's "try again".</summary>
    internal static ParkedWork Anew(RecordStore store) => new(Work, version =>
    {
        var words = ResourceWords.Of(version);
        return session =>
        {
            if (session.Reading.First(LogTables.ReadPlace, row => row.Integer(0), version.Type, version.Id) == version.Seq)
                FullTextTables.Add(session, store.Database.Engine, words);
        };
    });

    private UnwrittenWords ReadWords(ResourceVersion version)
    {
        try
        {
            return new(version, ResourceWords.Of(version), Fault: null);
        }
        catch (Exception e)
        {
            LogUnread(log, e.GetType().Name, version.Type, version.Seq); // its message may quote the resource
            return UnwrittenWords.None(version, e);
        }
    }

    /// <summary>How far the next versions reach, and those of them that may hold: from memory when they are still there, else from the log.</summary>
    private (long Reached, List<ResourceVersion> Read, bool IsFull) Next()
    {
        var recent = store.RecentChanges(position, PerTurn);
        if (recent.Count > 0)
            return (recent[^1].After.Seq, [.. recent.GroupBy(change => change.After.Rid, (_, changes) => changes.Last().After)], recent.Count == PerTurn);
        if (!looksBeyond && store.Signal.LastSeq <= position)
            return (position, [], false);
        looksBeyond = false;
        var asked = atOnce;
        var next = store.Database.SnapshotAsWritten(session => Next(session, position, asked));
        atOnce = next.AtOnce;
        return (next.Reached, next.Read, next.IsFull);
    }

    /// <summary>The next stretch of the log: where it ends, what of it is still current or deleted, whether more may follow at once, and how many to ask for then. It ends early where resources are large.</summary>
    internal static (long Reached, List<ResourceVersion> Read, bool IsFull, int AtOnce) Next(DbSession session, long after, int most, long mostBytes = TakenVersions.UsualBytes)
    {
        var (reached, length) = session.First(ReadStretch, row => (row.Integer(0), row.Integer(1)), after, most);
        var taken = TakenVersions.Read(session, mostBytes, ReadCurrent, after, most);
        return (taken.IsCut ? taken.All[^1].Seq : reached, taken.All, taken.IsCut || length == most, taken.NextCount(most, PerTurn));
    }

    /// <summary>Begins at the cursor; false while another node reads the words.</summary>
    private async Task<bool> OpenAsync(CancellationToken cancel)
    {
        var outcome = await WritingAsync<long?>(
            session =>
            {
                if (!store.Database.TryTake(session, Work))
                    return (long?)null;
                var (version, seq) = session.First(FullTextTables.ReadCursor, row => (row.Integer(0), row.Integer(1)));
                if (version == FullTextTables.Version)
                {
                    FullTextTables.Ensure(session, store.Database.Engine);
                    return seq;
                }

                FullTextTables.Recreate(session, store.Database.Engine);
                return 0;
            },
            cancel);
        isOurs = outcome.Succeeded(out var from, out _) && from is not null;
        if (isOurs)
        {
            looksBeyond = true;
            parked = store.Database.Read(session => session.Query(ReadParked, row => (Rid: row.Integer(0), Seq: row.Integer(1)), Work)).ToDictionary(row => row.Rid, row => row.Seq);
            Move(from!.Value);
        }
        else
            MoveToCursor();
        return isOurs;
    }

    /// <summary>Another node has come as far as its cursor says.</summary>
    private void MoveToCursor()
    {
        var (version, seq) = store.Database.Read(session => session.First(FullTextTables.ReadCursor, row => (row.Integer(0), row.Integer(1))));
        if (version == FullTextTables.Version)
            Move(seq);
    }

    /// <summary>Writes what was read, each by itself when the database refuses it together: then one of them is what it cannot take.</summary>
    private async Task<bool> WriteAllAsync(List<UnwrittenWords> read, long reached, CancellationToken cancel)
    {
        try
        {
            return await WriteAsync(read, reached, cancel);
        }
        catch (DatabaseException e) when (IsOfWords(e))
        {
            foreach (var one in read.OrderBy(one => one.Version.Seq))
            {
                if (!await WriteOneAsync(one, cancel))
                    return false;
            }

            return await WriteAsync([], reached, cancel);
        }
    }

    private async Task<bool> WriteOneAsync(UnwrittenWords one, CancellationToken cancel)
    {
        try
        {
            return await WriteAsync([one], one.Version.Seq, cancel);
        }
        catch (DatabaseException e) when (IsOfWords(e))
        {
            LogUnwritten(log, e.GetType().Name, one.Version.Type, one.Version.Id); // its message may quote the resource
            return await WriteAsync([UnwrittenWords.None(one.Version, e)], one.Version.Seq, cancel);
        }
    }

    /// <summary>False when the database could take nothing, whatever the words.</summary>
    private static bool IsOfWords(DatabaseException fault) => fault is not (DatabaseUnavailableException or CommitUnknownException or ReadTooLongException);

    private async Task<bool> WriteAsync(List<UnwrittenWords> read, long reached, CancellationToken cancel)
    {
        var outcome = await WritingAsync<bool>(
            session =>
            {
                if (!store.Database.Has(session, Work))
                    return Refusal.Unavailable("Another node may read the words now.");
                FullTextTables.Put(session, store.Database.Engine, read.ConvertAll(one => one.Words));
                foreach (var one in read)
                {
                    if (parked.TryGetValue(one.Words.Rid, out var seq))
                        session.Execute(ReactionTables.Parked.DeleteSql(Engine.Sqlite), Work, seq);
                    if (one.Fault is not null)
                        session.Execute(ReactionTables.Parked.InsertSql(Engine.Sqlite), Work, one.Version.Seq, one.Fault, clock.GetUtcNow());
                }

                FullTextTables.Move(session, reached);
                return true;
            },
            cancel);
        isOurs = outcome.Refusal is null;
        if (isOurs)
        {
            NoteParked(read);
            Move(reached);
        }

        return isOurs;
    }

    /// <summary>One transaction: on SQLite, which has one writer, in its turn.</summary>
    private async Task<Outcome<T>> WritingAsync<T>(Func<DbSession, Outcome<T>> write, CancellationToken cancel)
    {
        if (store.Database.Engine == Engine.Sqlite)
            return await store.WithWriterAsync(session => write(session.Reading), cancel);
        return Database.Write(own ??= store.Database.OpenWriter(), write);
    }

    private void NoteParked(List<UnwrittenWords> read)
    {
        foreach (var one in read)
        {
            parked.Remove(one.Words.Rid);
            if (one.Fault is not null)
                parked[one.Words.Rid] = one.Version.Seq;
        }
    }

    private void Move(long to)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            position = to;
            (woken, moved) = (moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        woken.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The words of the {Type} at {Seq} of the log cannot be read ({Fault}); it is parked, and no search by words finds it.")]
    private static partial void LogUnread(ILogger logger, string fault, string type, long seq);

    [LoggerMessage(Level = LogLevel.Error, Message = "The words of {Type}/{Id} cannot be written ({Fault}); it is parked, and no search by words finds it.")]
    private static partial void LogUnwritten(ILogger logger, string fault, string type, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The words of resources could not be read; trying again.")]
    private static partial void LogFault(ILogger logger, Exception fault);

    /// <summary>The words of a version that was read.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Words">The words; none where they could not be read or written.</param>
    /// <param name="Fault">Why they could not, as <see cref="ParkedChange.Reason"/>; else null.</param>
    private sealed record UnwrittenWords(ResourceVersion Version, ResourceWords Words, string? Fault)
    {
        /// <summary>A version that is parked.</summary>
        internal static UnwrittenWords None(ResourceVersion version, Exception fault) =>
            new(version, new ResourceWords(version.Rid, version.Version > 1, []), $"{fault.GetType().Name}: {fault.Message}");
    }
}
