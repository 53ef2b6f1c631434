using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A message that is durable and not in the record's database yet.</summary>
internal sealed record SpooledMessage(long Number, Arrival Arrival);

/// <summary>
/// Where messages lie from their acknowledgement until the record has them: a database beside the record's, so that a sender waits for one flush and
/// never for what the record is busy with. Those that wait while a flush runs share the next; a line that has nothing else to do commits on its own
/// thread when nobody else does, which spares it two changes of threads. Thread-safe.
/// </summary>
internal sealed class Spool : IDisposable
{
    internal static readonly Table Messages = new(
        "intake_spool",
        TableKind.Append,
        [new("number", DbKind.Integer)],
        [new("received_at", DbKind.Integer), new("remote", DbKind.Text), new("cut", DbKind.Integer), new("raw", DbKind.Bytes)],
        []) { Heap = true };

    internal const string ReadNext =
        "SELECT number, received_at, remote, cut, raw FROM intake_spool WHERE number > $1 AND number % 64 = $2 ORDER BY number LIMIT $3";

    internal const string CountAll = "SELECT COUNT(*) FROM intake_spool WHERE number % 64 = $1";

    private const int MostMessages = 512;
    private const int MostWaiting = 16_384;
    private const int MostGoneBeside = 32;
    private const int CleanAfterMs = 1_000;
    private readonly ConcurrentQueue<Job> queue = new();
    private readonly SemaphoreSlim room = new(MostWaiting); // not disposed: who waits for it leaves by it
    private readonly ManualResetEventSlim work = new(initialState: false, spinCount: 0);
    private readonly Lock writing = new();
    private readonly ConcurrentQueue<long> moved = new();
    private readonly MessageNumbers numbers;
    private readonly RecentReadings recent;
    private readonly Database database;
    private readonly ILogger log;
    private readonly Thread thread;
    private DbSession? session;
    private volatile bool isClosed;
    private long commits;
    private long messages;
    private long alone;

    public Spool(RecordStore record, MessageNumbers numbers, RecentReadings recent, ILogger<Spool> log)
    {
        (this.numbers, this.recent, this.log) = (numbers, recent, log);
        database = record.Database.Beside("inbox");
        database.Make(Messages);
        thread = new Thread(Run) { Name = "inbox spool", IsBackground = true };
        thread.Start();
    }

    /// <summary>Transactions that kept messages, and those messages, since the start: their ratio is the acknowledgements per flush.</summary>
    internal (long Commits, long Messages) Kept => (Interlocked.Read(ref commits), Interlocked.Read(ref messages));

    /// <summary>Messages that the record does not have yet.</summary>
    internal long Waiting => database.Read(reader => reader.First(CountAll, row => row.Integer(0), numbers.Node)) - moved.Count;

    /// <summary>Commits on a caller's own thread.</summary>
    internal long Alone => Interlocked.Read(ref alone);

    /// <summary>Keeps a message; several of one caller are kept in the order of the calls.</summary>
    /// <param name="arrival">The message.</param>
    /// <param name="reading">What was read of it.</param>
    /// <param name="head">What the inbox will keep of it.</param>
    /// <param name="isAlone">True when the caller has nothing else to do until this one is kept: then it may be kept before the call returns.</param>
    /// <param name="cancel">Gives up while it waits for room.</param>
    /// <returns>True after the message is durable; Unavailable when it cannot be kept now.</returns>
    internal Task<Outcome<bool>> KeepAsync(Arrival arrival, Reading reading, MessageHead head, bool isAlone, CancellationToken cancel)
    {
        var job = new Job(arrival, reading, head);
        if (isAlone && TryCommit(job))
            return job.Answer.Task;
        room.Wait(cancel);
        queue.Enqueue(job);
        work.Set();
        if (isClosed)
            RefuseWaiting();
        return job.Answer.Task;
    }

    /// <summary>This node's messages after a number, in order.</summary>
    internal List<SpooledMessage> Next(long after, int limit) => database.Read(reader => reader.Query(
        ReadNext,
        row => new SpooledMessage(row.Integer(0), new Arrival(row.Bytes(4), row.Instant(1), row.Text(2), (Extent)row.Integer(3))),
        after,
        numbers.Node,
        limit));

    /// <summary>The record has these now; they leave with one of the next commits. Those that a crash leaves behind are moved again, which changes nothing.</summary>
    internal void Moved(IEnumerable<SpooledMessage> gone)
    {
        foreach (var message in gone)
            moved.Enqueue(message.Number);
    }

    /// <summary>Carries what is committed over into the file, beside the one that writes.</summary>
    internal void Maintain() => database.Maintain();

    public void Dispose()
    {
        isClosed = true;
        work.Set();
        thread.Join();
        lock (writing)
            session?.Dispose();
        RefuseWaiting();
        database.Dispose();
        work.Dispose();
    }

    private void Run()
    {
        while (!isClosed)
        {
            work.Wait(CleanAfterMs);
            work.Reset();
            CommitAll();
        }

        CommitAll();
    }

    /// <summary>Commits until nothing waits. What the record has already leaves later when the database refuses: nobody waits for that.</summary>
    private void CommitAll()
    {
        var isRefused = false;
        while (!queue.IsEmpty || (!moved.IsEmpty && !isRefused))
        {
            lock (writing)
                isRefused = !TryCommit(TakeWaiting());
        }
    }

    /// <summary>Commits on this thread what waits and then the caller's own; false when another thread commits now, or more wait than fit.</summary>
    private bool TryCommit(Job job)
    {
        if (!writing.TryEnter())
            return false;
        try
        {
            if (isClosed || queue.Count >= MostMessages)
                return false;
            var group = TakeWaiting();
            group.Add(job);
            Interlocked.Increment(ref alone);
            TryCommit(group);
        }
        finally
        {
            writing.Exit();
        }

        if (!queue.IsEmpty)
            work.Set();
        return true;
    }

    private List<Job> TakeWaiting()
    {
        var group = new List<Job>();
        while (group.Count < MostMessages && queue.TryDequeue(out var next))
            group.Add(next);
        if (group.Count > 0)
            room.Release(group.Count);
        return group;
    }

    private void RefuseWaiting()
    {
        while (queue.TryDequeue(out var job))
        {
            job.Answer.TrySetResult(Refusal.Unavailable("The hub is stopping. The message was not kept."));
            room.Release(); // the next that waits for room comes here too
        }
    }

    /// <summary>Only by who holds <see cref="writing"/>. False when the database refused; the group has its answer then too.</summary>
    private bool TryCommit(List<Job> group)
    {
        if (group.Count == 0 && moved.IsEmpty)
            return true;
        var gone = new List<DbValue[]>();
        try
        {
            session ??= database.OpenWriter();
            session.Begin();
            var most = group.Count == 0 ? int.MaxValue : MostGoneBeside + (2 * group.Count); // whoever waits for this commit does not wait for a thousand to leave
            while (gone.Count < most && moved.TryDequeue(out var number))
                gone.Add([number]);
            gone.Sort((a, b) => a[0].CompareTo(b[0]));
            session.Commit([new(Messages, gone, group.ConvertAll(Row), [])]); // where the database is far away, one exchange
        }
        catch (Exception e)
        {
            log.LogError(e, "Messages could not be kept; their senders are asked to send them again.");
            session?.Dispose(); // its transaction goes with it; the next commit opens a new one
            session = null;
            foreach (var key in gone)
                moved.Enqueue(key[0].Integer);
            foreach (var job in group)
            {
                recent.Forget(job.Number);
                job.Answer.TrySetResult(Refusal.Unavailable("The message cannot be kept now. Send it again."));
            }

            return false;
        }

        if (group.Count > 0)
            Interlocked.Increment(ref commits); // one that only clears away what the record has makes nobody's message durable
        Interlocked.Add(ref messages, group.Count);
        foreach (var job in group)
            job.Answer.TrySetResult(true);
        return true;
    }

    /// <summary>Numbers a message. Its reading is remembered before anybody can find the message, so that whoever takes it forgets it too.</summary>
    private DbValue[] Row(Job job)
    {
        var (arrival, reading) = (job.Arrival, job.Reading);
        job.Number = numbers.Next();
        recent.Remember(job.Number, arrival, job.Head, reading);
        return [job.Number, arrival.ReceivedAt, arrival.Remote, (int)arrival.Extent, arrival.Raw];
    }

    private sealed class Job(Arrival arrival, Reading reading, MessageHead head)
    {
        internal MessageHead Head => head;

        internal Arrival Arrival => arrival;

        internal Reading Reading => reading;

        internal long Number { get; set; }

        internal TaskCompletionSource<Outcome<bool>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
