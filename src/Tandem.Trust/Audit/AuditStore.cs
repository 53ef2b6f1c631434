using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>
/// Where events are kept: append-only, in a database beside the record's, by one thread of its own that commits everything which waits at once. An
/// answer waits for the commit of its events and not for the disk (see <see cref="AuditOptions.FlushEach"/>). Thread-safe.
/// </summary>
internal sealed class AuditStore : IDisposable
{
    private const int MostWaiting = 100_000;
    private const int MostTogether = 20_000;
    private const int TickMs = 500;
    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(false);
    private readonly AuditLedger ledger;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Thread thread;
    private List<Job> waiting = [];
    private int waitingRows;
    private bool isClosing;
    private string? writing;

    internal AuditStore(Database database, AuditKey key, RootFolder folder, AuditOptions options, TimeProvider clock, ILogger log)
    {
        (Database, this.clock, this.log) = (database, clock, log);
        ledger = new AuditLedger(database, key, folder, options, clock);
        ledger.Open();
        if (ledger.Problem is { } problem)
            log.LogCritical("{Problem}", problem);
        thread = new Thread(Run) { Name = "audit writer", IsBackground = true };
        thread.Start();
    }

    /// <summary>The database beneath, for reading.</summary>
    internal Database Database { get; }

    /// <summary>Why the audit is not sound, as far as is known without verifying it; null when it is.</summary>
    internal string? Problem => ledger.Problem ?? writing;

    /// <summary>Commits and events since the start.</summary>
    internal (long Commits, long Events) Kept => (ledger.Commits, ledger.Events);

    /// <summary>Keeps events in the order given.</summary>
    /// <returns>Null when they are kept; Unavailable when they cannot be.</returns>
    internal async ValueTask<Refusal?> KeepAsync(IReadOnlyList<AuditDraft> drafts)
    {
        var job = new Job(drafts, null);
        return TryQueue(job) ? await job.Answer.Task : Cannot;
    }

    /// <summary>Signs a root now.</summary>
    /// <returns>The last event it covers; Unavailable when it cannot be kept.</returns>
    internal async Task<Outcome<long>> SignAsync(RootKind kind)
    {
        var job = new Job([], kind);
        if (!TryQueue(job) || await job.Answer.Task is not null)
            return Cannot;
        return ledger.LastSeq;
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
        wake.Set();
        thread.Join();
        ledger.Dispose();
        Database.Dispose();
        wake.Dispose();
    }

    private static Refusal Cannot => Refusal.Unavailable("The access log cannot be written, so nothing is shown and nothing more is changed. Try again in a moment; tell your administrator if it stays so.");

    private bool TryQueue(Job job)
    {
        lock (gate)
        {
            if (isClosing || waitingRows + job.Drafts.Count > MostWaiting)
                return false;
            waiting.Add(job);
            waitingRows += job.Drafts.Count;
        }

        wake.Set();
        return true;
    }

    private void Run()
    {
        while (true)
        {
            wake.WaitOne(TickMs);
            List<Job> taken;
            bool isLast;
            lock (gate)
            {
                (taken, waiting, waitingRows, isLast) = (waiting, [], 0, isClosing);
            }

            for (var from = 0; from < taken.Count;)
                from += CommitSome(taken, from);
            Tick(isLast);
            if (isLast)
                return;
        }
    }

    /// <summary>Commits jobs from a place on, as many as go together.</summary>
    private int CommitSome(List<Job> jobs, int from)
    {
        var (count, rows) = (0, 0);
        while (from + count < jobs.Count && (count == 0 || rows + jobs[from + count].Drafts.Count <= MostTogether))
            rows += jobs[from + count++].Drafts.Count;
        var together = jobs.GetRange(from, count);
        Refusal? refusal = null;
        try
        {
            if (rows > 0)
                ledger.Append(together.SelectMany(job => job.Drafts));
            foreach (var kind in together.Select(job => job.Sign).OfType<RootKind>())
                ledger.Sign(kind);
            writing = null;
        }
        catch (Exception e)
        {
            log.LogError(e, "The audit cannot be written; what it should hold is refused.");
            (refusal, writing) = (Cannot, "The audit cannot be written.");
        }

        foreach (var job in together)
            job.Answer.TrySetResult(refusal);
        return count;
    }

    private void Tick(bool isLast)
    {
        try
        {
            if (isLast)
                ledger.Sign(RootKind.Closed);
            else
                ledger.Tick();
        }
        catch (Exception e)
        {
            log.LogError(e, "The audit's root could not be signed and written to the second place.");
            writing = "The audit's root cannot be written to the second place.";
        }
    }

    private sealed record Job(IReadOnlyList<AuditDraft> Drafts, RootKind? Sign)
    {
        internal TaskCompletionSource<Refusal?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
