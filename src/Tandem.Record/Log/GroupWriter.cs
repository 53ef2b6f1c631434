using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Projections;
using Tandem.Record.Sealing;

namespace Tandem.Record.Log;

/// <summary>
/// The one thread that writes. It takes all writes that wait, runs them in order in one transaction, and commits once; all are answered after a flush
/// (<see cref="FlushedGroups"/>). Nothing lingers to fill a group, and none grows beyond what is written in a moment, so that who comes while
/// a backlog of messages is taken in waits for a part of it. Where a server writes the rows, a group that is worth its commit leaves half of the writers to the
/// next: with all of them in one, the hub would stand still while the server writes, and the server while the hub answers and reads what comes next.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    private const int MostWrites = 512;
    private const int MostChanges = 512;
    private const int WorthACommit = 24;
    private const long MostBytes = 64 * 1024 * 1024;
    private readonly BlockingCollection<WriteJob> queue = new(16_384);
    private readonly Database database;
    private readonly ProjectionSet projections;
    private readonly IReadOnlyList<IWriteRule> rules;
    private readonly SealedContent content;
    private readonly RecentLog recent;
    private readonly KeptEntries entries;
    private readonly CurrentPlaces places;
    private readonly string node;
    private readonly OwnAddresses own;
    private readonly CommitSignal signal;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Thread thread;
    private readonly FlushedGroups flushed;
    private DbSession? session;
    private DbSession? entered; // after its connection was opened for so many times
    private long openings;
    private bool stands; // nobody else can have written since lastSeq was read or made
    private long lastSeq = -1;
    private DateTimeOffset lastAt;
    private int about; // writers: of the last group, and those that waited behind it

    internal GroupWriter(
        Database database, ProjectionSet projections, IReadOnlyList<IWriteRule> rules, SealedContent content, RecentLog recent, KeptEntries entries, CurrentPlaces places, string node,
        OwnAddresses own, CommitSignal signal, TimeProvider clock, ILogger log)
    {
        (this.database, this.projections, this.rules, this.content, this.recent, this.entries, this.places, this.node) = (database, projections, rules, content, recent, entries, places, node);
        (this.own, this.signal, this.clock, this.log) = (own, signal, clock, log);
        flushed = new FlushedGroups(Answer, Lose);
        thread = new Thread(Run) { Name = "record writer", IsBackground = true };
        thread.Start();
    }

    /// <summary>Transactions committed since the start.</summary>
    internal long Commits { get; private set; }

    /// <summary>Writes answered since the start.</summary>
    internal long Writes { get; private set; }

    /// <summary>How often the disk was waited for since the start.</summary>
    internal long Flushes => flushed.Flushes;

    /// <param name="scope">On whose behalf.</param>
    /// <param name="write">Decides and stages.</param>
    /// <param name="expected">What it will look for.</param>
    /// <param name="ahead">What it will ask of other tables, or null.</param>
    /// <param name="cancel">Gives up while it waits.</param>
    internal Task<Outcome<T>> WriteAsync<T>(
        AccessScope scope, Func<WriteSession, Outcome<T>> write, IReadOnlyList<(string Type, string Id)> expected, ReadAhead? ahead, CancellationToken cancel)
    {
        var job = new WriteJob<T>(scope, write, cancel) { Expected = expected, Ahead = ahead };
        try
        {
            queue.Add(job, cancel);
        }
        catch (InvalidOperationException)
        {
            return Task.FromResult<Outcome<T>>(Refusal.Unavailable("The hub is stopping. Nothing was kept; try again in a moment."));
        }

        return job.Answer;
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        flushed.Dispose();
        session?.Dispose();
        queue.Dispose();
    }

    private void Run()
    {
        foreach (var first in queue.GetConsumingEnumerable())
            CommitTogether([first]);
    }

    private void CommitTogether(List<WriteJob> group)
    {
        try
        {
            Commit(group, mayGrow: true);
        }
        catch (Exception e)
        {
            Undo();
            if (e is LogOwnedElsewhereException) // each would wait for it anew
                RefuseWaiting(group, e);
            else if (e is CommitUnknownException) // made once more, some would be there twice
                Unknown(group, e);
            else if (group.Count == 1)
                Fail(group[0], e);
            else
                CommitOneByOne(group);
        }
    }

    private void CommitOneByOne(List<WriteJob> group)
    {
        foreach (var job in group)
        {
            try
            {
                Commit([job], mayGrow: false);
            }
            catch (Exception e)
            {
                Undo();
                Fail(job, e);
            }
        }
    }

    private void Commit(List<WriteJob> jobs, bool mayGrow)
    {
        flushed.ThrowIfFailed();
        var begun = CurrentPlaces.Moment;
        session ??= database.OpenLogWriter();
        session.Begin();
        database.LockLog(session);
        Enter(session);
        var isAlone = database.OwnsLog(session);
        var group = new CommitGroup(session, projections, rules, content, isAlone ? places : null, own);
        if (lastSeq < 0 || !isAlone || !stands || projections.IsAnyRunning)
            Stand(session, group, jobs);
        group.Follow(lastSeq, lastAt);
        about = Math.Max(about, jobs.Count + queue.Count);
        for (var i = 0; i < jobs.Count; i++)
        {
            group.MoveTo(DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()));
            if (group.IsFarAway)
                group.LookAhead(jobs[i], jobs.Skip(i + 1).Concat(queue.AsEnumerable().Take(MostWrites)));
            jobs[i].Run(group);
            if (mayGrow && MayGrow(group, jobs.Count) && queue.TryTake(out var next))
                jobs.Add(next);
        }

        about = jobs.Count + queue.Count;
        var isLast = queue.Count == 0 && flushed.IsIdle;
        if (group.Changes.Count > 0)
            signal.Claim(lastSeq);
        var flush = group.Commit(trusts: mayGrow && !projections.AreStale, isLast);
        projections.Committed();
        places.Follow(group.Changes);
        var owns = database.OwnsLog(session);
        if (owns)
            places.Confirm(begun);
        stands = owns && !group.ChangesStanding;
        var after = lastSeq;
        (lastSeq, lastAt) = (group.LastSeq, group.Now);
        Commits++;
        Writes += jobs.Count;
        flushed.Take(new CommittedGroup(flush, jobs, after, group.Changes, group.Told), isAlone: isLast && jobs.Count == 1);
    }

    /// <summary>A group is durable: tells who follows the log, and answers its writers.</summary>
    private void Answer(CommittedGroup group)
    {
        recent.Add(group.Changes);
        entries.Follow(group.Changes);
        if (group.Changes.Count > 0)
            signal.Announce(group.After, group.Changes);
        foreach (var job in group.Jobs)
            job.Committed();
    }

    /// <summary>Nobody knows whether a group is durable, and none after it will be.</summary>
    private void Lose(CommittedGroup group, Exception e)
    {
        places.End();
        if (group.Changes.Count > 0)
            signal.Disclaim(group.After);
        if (e is CommitUnknownException)
        {
            Unknown(group.Jobs, e);
            return;
        }

        log.LogCritical(e, "The disk did not take what was written. Nothing is kept any more until the hub is started anew.");
        foreach (var job in group.Jobs)
            job.Failed(e);
    }

    private void Unknown(IReadOnlyList<WriteJob> jobs, Exception e)
    {
        log.LogError(e, "The database was lost before it confirmed what was written.");
        foreach (var job in jobs)
            job.Failed(e);
    }

    private void RefuseWaiting(List<WriteJob> jobs, Exception fault)
    {
        for (var waiting = queue.Count; waiting > 0 && queue.TryTake(out var next); waiting--)
            jobs.Add(next);
        foreach (var job in jobs)
            Fail(job, fault);
    }

    private bool MayGrow(CommitGroup group, int writes) =>
        writes < MostWrites && group.Changes.Count < MostChanges && group.Bytes < MostBytes
        && (!group.IsFarAway || group.Changes.Count < WorthACommit || writes * 2 < about);

    /// <summary>
    /// Where the log stands and, where others write as well, how far rebuilds are; there in one exchange with the resources that those will look for that wait.
    /// </summary>
    private void Stand(DbSession writer, CommitGroup group, List<WriteJob> jobs)
    {
        var rows = new List<(long Seq, DateTimeOffset At, string? Name, long? Watermark, long? Edge)>();
        List<WriteJob> waiting = group.IsFarAway ? [.. jobs, .. queue.AsEnumerable().Take(MostWrites)] : [];
        waiting.ForEach(group.Remember);
        List<(string Type, string Id)> expected = [.. waiting.SelectMany(job => job.Expected)];
        if (group.Knows(expected))
            writer.ForEach(RebuildRows.ReadStanding, Note);
        else
        {
            writer.AskBeforeNext(RebuildRows.ReadStanding, Note);
            group.Expect(expected);
        }

        (lastSeq, lastAt) = (rows[0].Seq, rows[0].At);
        if (database.Engine == Engine.Postgres)
            projections.Follow([.. rows.Where(row => row.Name is not null).Select(row => (row.Name!, row.Watermark!.Value, row.Edge!.Value))]);

        void Note(DbRow row) => rows.Add((row.Integer(0), row.Instant(1), row.TextOrNull(2), row.IntegerOrNull(3), row.IntegerOrNull(4)));
    }

    /// <summary>
    /// After a connection was opened: one that had the log before, and did not give it back, may have lost it without knowing, and answer from its memory for as long as it trusts it. Nothing is
    /// written until it does so no more.
    /// </summary>
    private void Enter(DbSession writer)
    {
        if (database.Engine == Engine.Sqlite || (ReferenceEquals(entered, writer) && openings == writer.Openings))
            return;
        places.End();
        stands = false;
        if (writer.First(LogTables.ReadOwner, row => row.Text(0)) is { } other && other != node)
        {
            using var nobody = new ManualResetEventSlim();
            nobody.Wait(CurrentPlaces.Doubt);
            writer.Execute(LogTables.ForgetOwner, other);
        }

        (entered, openings) = (writer, writer.Openings);
    }

    private void Undo()
    {
        flushed.Drain();
        places.End();
        stands = false;
        signal.Disclaim(lastSeq);
        lastSeq = -1;
        projections.RolledBack();
        try
        {
            session?.Rollback();
        }
        catch (DatabaseException e)
        {
            log.LogError(e, "A transaction could not be rolled back; the writer opens a new connection.");
            session?.Dispose();
            session = null;
        }
    }

    private void Fail(WriteJob job, Exception e)
    {
        if (e is not DatabaseUnavailableException)
            log.LogError(e, "A write failed.");
        job.Failed(e);
    }
}

/// <summary>One write that waits for its turn and its commit.</summary>
internal abstract class WriteJob
{
    /// <summary>What it will look for: read together with what the others look for that wait, where each question takes a way.</summary>
    internal IReadOnlyList<(string Type, string Id)> Expected { get; init; } = [];

    /// <summary>What it will ask of other tables, read in the same way.</summary>
    internal ReadAhead? Ahead { get; init; }

    /// <summary>True when it does not see everything.</summary>
    internal abstract bool IsLimited { get; }

    /// <summary>
    /// Decides within the group. Refusals and faults of the write itself stay with it and leave the group sound; one of taking over what it staged is thrown, as half of it
    /// may be staged: the group has to be undone.
    /// </summary>
    internal abstract void Run(CommitGroup group);

    /// <summary>The group is durable: answers.</summary>
    internal abstract void Committed();

    /// <summary>The transaction failed and nothing was kept, or nobody knows whether it was.</summary>
    internal abstract void Failed(Exception exception);
}

/// <inheritdoc/>
internal sealed class WriteJob<T>(AccessScope scope, Func<WriteSession, Outcome<T>> write, CancellationToken cancel) : WriteJob
{
    private readonly TaskCompletionSource<Outcome<T>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome<T> outcome;
    private Exception? fault;
    private readonly AccessTrail trail = scope.Trail == AccessTrail.None ? AccessTrail.Current : scope.Trail;
    private IReadOnlyList<Change> changes = [];
    private IReadOnlyList<TrailAct> acts = [];
    private IReadOnlyList<ResourceVersion> denied = [];
    private OwnAddresses own = OwnAddresses.None;

    internal Task<Outcome<T>> Answer => answer.Task;

    internal override bool IsLimited => scope.Reach.IsLimited;

    internal override void Run(CommitGroup group)
    {
        (fault, outcome, changes, acts, denied) = (null, default, [], [], []);
        if (cancel.IsCancellationRequested)
        {
            fault = new OperationCanceledException(cancel);
            return;
        }

        var session = new WriteSession(group, scope);
        (denied, own) = (session.Denied, group.Own);
        try
        {
            outcome = write(session);
            if (outcome.Refusal is null && group.Refused(session) is { } refusal)
                outcome = refusal;
        }
        catch (Exception e) when (e is not DatabaseException)
        {
            fault = e;
            return;
        }

        if (outcome.Refusal is not null)
            return;
        group.Accept(session);
        changes = session.Changes;
        acts = group.Tell(session.Acts, trail, scope);
    }

    internal override void Committed()
    {
        scope.Trail.Note(changes, own);
        foreach (var version in denied)
            scope.Trail.NoteDenied(version, own);
        foreach (var act in acts)
            trail.Acted(act);
        if (fault is null)
            answer.TrySetResult(outcome);
        else
            answer.TrySetException(fault);
    }

    internal override void Failed(Exception exception)
    {
        if (exception is CommitUnknownException)
        {
            trail.Changed(); // for all that is known, also of what is written in the hub's name: whatever else fails, nobody is asked to send it again
            answer.TrySetResult(Refusal.Uncertain(exception.Message));
        }
        else if (exception is DatabaseUnavailableException)
            answer.TrySetResult(Refusal.Unavailable(exception is LogOwnedElsewhereException ? exception.Message : "The database cannot keep this now. Nothing was kept; try again in a moment."));
        else
            answer.TrySetException(exception);
    }
}
