using Microsoft.Extensions.Logging;
using Tandem.Kernel;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>
/// Where events are kept: in a journal of this hub at once, and from there in the tables of a database beside the record's, ten times a second and sooner
/// when somebody wants to see them. Acts that were written with what they tell of come from the record in the same way, each once. An answer waits for the journal and not for the tables, nor for the disk (see <see cref="AuditOptions.FlushEach"/>). When
/// the tables could not be filled, nothing more is kept until they can. Thread-safe.
/// </summary>
internal sealed class AuditStore : IDisposable
{
    private const string ActsJournal = "acts";
    private const int MostWaiting = 100_000;
    private const int TickMs = 500;
    private const int CollectMs = 100;
    private const int ActsLeft = 500;
    private static readonly TimeSpan LookForActs = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly AutoResetEvent news = new(false);
    private readonly AutoResetEvent hurry = new(false);
    private readonly SemaphoreSlim flushing = new(1);
    private readonly AuditLedger ledger;
    private readonly AuditJournal journal;
    private readonly AuditOptions options;
    private readonly ILogger log;
    private readonly Func<long, IReadOnlyList<JournalEntry>>? acts;
    private readonly Thread thread;
    private List<JournalEntry> waiting = [];
    private List<(RootKind Kind, TaskCompletionSource<long?> Signed)> unsigned = [];
    private TaskCompletionSource<bool> next = NewTurn();
    private long filled;
    private long flushed;
    private bool isClosing;
    private long filledActs = -1;
    private int brought;
    private long lookedForActs;
    private volatile bool hasActs;
    private volatile string? writing;
    private volatile string? signing;
    private volatile bool isJournalLost;

    /// <param name="database">For the tables, beside the record's.</param>
    /// <param name="key">Seals and signs.</param>
    /// <param name="folder">The second place.</param>
    /// <param name="options">Of the installation.</param>
    /// <param name="clock">The time of roots.</param>
    /// <param name="log">Where faults are told.</param>
    /// <param name="acts">Acts that the record holds after a number; null without a record.</param>
    internal AuditStore(
        Database database, AuditKey key, RootFolder folder, AuditOptions options, TimeProvider clock, ILogger log, Func<long, IReadOnlyList<JournalEntry>>? acts = null)
    {
        (Database, this.options, this.log, this.acts) = (database, options, log, acts);
        ledger = new AuditLedger(database, key, folder, options, clock);
        ledger.Open();
        foreach (var left in LeftJournal.In(options.JournalFolder, key))
        {
            using (left)
                ledger.TakeOver(left);
        }

        ledger.LookForAside(options.JournalFolder);

        if (ledger.Problem is { } problem)
            log.LogCritical("{Problem}", problem);
        journal = new AuditJournal(options.JournalFolder, Ids.New(clock), key);
        thread = new Thread(Run) { Name = "audit tables", IsBackground = true };
        thread.Start();
    }

    /// <summary>The database beneath, for reading; see <see cref="SettleAsync"/>.</summary>
    internal Database Database { get; }

    /// <summary>Why the audit is not sound, as far as is known without verifying it; null when it is.</summary>
    internal string? Problem => ledger.Problem ?? writing ?? signing;

    /// <summary>Commits to the tables and events in them since the start.</summary>
    internal (long Commits, long Events) Kept => (ledger.Commits, ledger.Events);

    /// <summary>Acts were written to the record.</summary>
    internal void ActsCame()
    {
        hasActs = true;
        news.Set();
    }

    /// <summary>The number before which the record's acts are in the tables for good; null while there are few of them.</summary>
    internal long? TakeRemovable()
    {
        lock (gate)
        {
            if (brought < ActsLeft)
                return null;
            brought = 0;
            return filledActs;
        }
    }

    /// <summary>Keeps events in the order given.</summary>
    /// <returns>Null when they are kept; Unavailable when they cannot be.</returns>
    internal ValueTask<Refusal?> KeepAsync(IReadOnlyList<AuditDraft> drafts)
    {
        if (writing is not null)
            return KeepOnceFilledAsync(drafts);
        if (drafts.Count == 0)
            return default;
        var number = 0L;
        try
        {
            lock (gate)
            {
                if (isClosing)
                    return new(Cannot);
                if (waiting.Count < MostWaiting)
                {
                    if (waiting.Count == 0)
                        news.Set();
                    journal.Append(drafts, waiting);
                    number = journal.Last;
                }
            }
        }
        catch (IOException e)
        {
            log.LogError(e, "The audit's journal cannot be written; what it should hold is refused.");
            isJournalLost = true;
            return new(Cannot);
        }

        if (number == 0)
            return KeepOnceFilledAsync(drafts);
        return options.FlushEach ? FlushedAsync(number) : default;
    }

    /// <summary>Whether events can be kept now: found by trying, so that it is known also when nobody comes any more.</summary>
    internal bool CanKeep()
    {
        try
        {
            journal.Try();
            isJournalLost = false;
            return writing is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Before a change: Unavailable while events could not be kept when it was last tried, and cannot now.</summary>
    internal async ValueTask<Refusal?> ReadyAsync() => (writing is null || await FilledAsync()) && (!isJournalLost || CanKeep()) ? null : Cannot;

    /// <summary>Waits until everything kept so far is in the tables, or cannot be brought there.</summary>
    internal async Task SettleAsync()
    {
        Task<bool> turn;
        lock (gate)
        {
            if (isClosing || (acts is null && filled == journal.Last))
                return;
            hasActs = true;
            turn = next.Task;
            Hurry();
        }

        await turn;
    }

    /// <summary>Signs a root now.</summary>
    /// <returns>The last event it covers; Unavailable when it cannot be kept.</returns>
    internal async Task<Outcome<long>> SignAsync(RootKind kind)
    {
        var signed = new TaskCompletionSource<long?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (isClosing)
                return Cannot;
            unsigned.Add((kind, signed));
            Hurry();
        }

        return await signed.Task is { } seq ? seq : Cannot;
    }

    /// <summary>Holds every event and root against its seal, in one state of the data.</summary>
    internal static AuditVerdict Verify(Database database, RootFolder folder, AuditKey key) => database.Snapshot(session =>
    {
        using var verification = new AuditVerification(session, folder, key);
        return verification.Run();
    });

    /// <summary>Carries what is committed over to the disk.</summary>
    internal void Maintain() => Database.Maintain();

    public void Dispose()
    {
        lock (gate)
            isClosing = true;
        Hurry();
        thread.Join();
        var isDone = filled == journal.Last;
        journal.Dispose();
        if (isDone)
            journal.Remove(); // otherwise it is taken over at the next start
        ledger.Dispose();
        Database.Dispose();
        news.Dispose();
        hurry.Dispose();
        flushing.Dispose();
    }

    private static Refusal Cannot => Refusal.Unavailable("The access log cannot be written, so nothing is shown and nothing more is changed. Try again in a moment; tell your administrator if it stays so.");

    private static TaskCompletionSource<bool> NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Hurry()
    {
        hurry.Set();
        news.Set();
    }

    /// <summary>The tables could not be filled, or too much waits for them: first they have to take what waits.</summary>
    private async ValueTask<Refusal?> KeepOnceFilledAsync(IReadOnlyList<AuditDraft> drafts) => await FilledAsync() ? await KeepAsync(drafts) : Cannot;

    /// <summary>True once the tables have taken what waits; false when they cannot.</summary>
    private async ValueTask<bool> FilledAsync()
    {
        Task<bool> turn;
        lock (gate)
        {
            if (isClosing)
                return false;
            turn = next.Task;
            Hurry();
        }

        return await turn;
    }

    /// <summary>Waits for the disk; who comes while another waits shares the next flush.</summary>
    private async ValueTask<Refusal?> FlushedAsync(long number)
    {
        await flushing.WaitAsync();
        try
        {
            if (flushed >= number)
                return null;
            long last;
            lock (gate)
                last = journal.Last;
            journal.Flush();
            flushed = last;
            return null;
        }
        catch (IOException e)
        {
            log.LogError(e, "The audit's journal cannot be brought to the disk; what it should hold is refused.");
            isJournalLost = true;
            return Cannot;
        }
        finally
        {
            flushing.Release();
        }
    }

    private void Run()
    {
        while (true)
        {
            if (news.WaitOne(TickMs))
                hurry.WaitOne(CollectMs); // what comes together goes together
            if (!TakeTurn())
                return;
        }
    }

    /// <summary>Fills the tables with what waits and signs; false after the last time.</summary>
    private bool TakeTurn()
    {
        List<JournalEntry> taken;
        List<(RootKind Kind, TaskCompletionSource<long?> Signed)> signs;
        TaskCompletionSource<bool> turn;
        bool isLast;
        lock (gate)
        {
            (taken, waiting, signs, unsigned, turn, next, isLast) = (waiting, [], unsigned, [], next, NewTurn(), isClosing);
            journal.Turn(filled);
        }

        var isFilled = Fill(taken, isLast);
        foreach (var (kind, signed) in signs)
            signed.TrySetResult(isFilled && TrySign(() => ledger.Sign(kind)) ? ledger.LastSeq : null);
        TrySign(() => Finish(isLast));
        turn.TrySetResult(isFilled);
        return !isLast;
    }

    private bool Fill(List<JournalEntry> taken, bool isLast)
    {
        try
        {
            BringActs(isLast); // first: what was kept after them waits in the journal
            if (taken.Count > 0)
                journal.Flush();
            for (var from = 0; from < taken.Count; from += AuditLedger.MostTogether)
                ledger.Append(journal.Id, taken.GetRange(from, Math.Min(AuditLedger.MostTogether, taken.Count - from)));
            if (taken.Count > 0)
            {
                lock (gate)
                    filled = taken[^1].Number;
            }

            writing = null;
            return true;
        }
        catch (Exception e)
        {
            log.LogError(e, "The audit's tables cannot be written; nothing more is shown until they can.");
            writing = "The audit cannot be written.";
            lock (gate)
                waiting.InsertRange(0, taken); // those that are there after all are passed over
            return false;
        }
    }

    /// <summary>The record's acts are a journal too: the tables know how far they are, so each comes there once, whichever hub brings it.</summary>
    private void BringActs(bool isLast)
    {
        if (acts is null || (!hasActs && !isLast && filledActs >= 0 && System.Diagnostics.Stopwatch.GetElapsedTime(lookedForActs) < LookForActs))
            return;
        hasActs = false;
        lookedForActs = System.Diagnostics.Stopwatch.GetTimestamp();
        if (filledActs < 0)
            filledActs = ledger.FilledOf(ActsJournal);
        while (acts(filledActs) is { Count: > 0 } some)
        {
            ledger.Append(ActsJournal, some);
            lock (gate)
                (filledActs, brought) = (some[^1].Number, brought + some.Count);
        }
    }

    private void Finish(bool isLast)
    {
        if (!isLast)
        {
            ledger.Tick();
            return;
        }

        ledger.Sign(RootKind.Closed);
        if (filled != journal.Last)
            return;
        journal.Empty(); // before the tables forget how far it was: a hub that is cut off between the two must not have its events taken over again
        ledger.Forget(journal.Id);
    }

    private bool TrySign(Action sign)
    {
        try
        {
            sign();
            signing = null;
            return true;
        }
        catch (Exception e)
        {
            log.LogError(e, "The audit's root could not be signed and written to the second place.");
            signing = "The audit's root cannot be written to the second place.";
            return false;
        }
    }
}
