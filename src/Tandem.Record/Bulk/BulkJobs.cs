using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Record.Search;
using Tandem.Record.Validation;

namespace Tandem.Record.Bulk;

/// <summary>Runs exports and imports, one after the other, beside everything else. Thread-safe.</summary>
internal sealed class BulkJobs(RecordStore record, RecordSearch search, BulkOptions options, TrailKeeper trails, TimeProvider clock, ILogger<BulkJobs> log, FileGuard files, WriteRules rules, IScopeRenewal? renewal = null, RetentionRules? retention = null) : BackgroundService
{
    private const int MostPerActor = 5;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim asked = new(0);
    private readonly Lock gate = new();
    private (string Id, CancellationTokenSource Stop, Task Ended)? running;
    private DateTimeOffset tidied;

    internal BulkOptions Options => options;

    /// <summary>How long the files of what ended are kept, by the rule that is in force.</summary>
    internal TimeSpan KeptFor => TimeSpan.FromDays(retention?.DaysOf(BulkJob.Retained, Now) ?? BulkJob.Retained.Days);

    /// <summary>Until when a job and its files are there at least.</summary>
    internal DateTimeOffset EndOf(BulkJob job) => job.At + KeptFor;

    internal FileGuard Files => files;

    internal WriteRules Rules => rules;

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Takes a job on; it is durable with the answer.</summary>
    internal async Task<Outcome<BulkJob>> StartAsync(BulkKind kind, string plan, string request, AccessScope scope, CancellationToken cancel)
    {
        var started = await record.WriteAsync<BulkJob>(
            scope,
            session =>
            {
                if (session.Query(BulkJob.CountWaiting, row => row.Integer(0), scope.Actor.Reference)[0] >= MostPerActor)
                    return Refusal.Conflict($"You have {MostPerActor} jobs that are not finished. Wait for them or cancel one.");
                var job = new BulkJob(Ids.New(clock), kind, BulkStatus.Waiting, scope.Actor, session.Now, request, plan) { Scope = scope };
                job.Write(session);
                return job;
            },
            cancel);
        if (started.Refusal is null)
            asked.Release();
        return started;
    }

    /// <summary>A job of the scope's own; null when there is none or it was cancelled.</summary>
    internal BulkJob? Find(string id, AccessScope scope)
    {
        var job = record.Database.Read(session => session.First(BulkJob.ReadOne, BulkJob.Read, id));
        return job is null || job.Status == BulkStatus.Cancelled || !OwnWork.IsOf(job.Scope, scope) ? null : job;
    }

    /// <summary>Stops a job, or forgets a finished one, and removes its files.</summary>
    /// <returns>False when another call did so meanwhile.</returns>
    internal async Task<bool> CancelAsync(BulkJob job, CancellationToken cancel)
    {
        if (!await TryKeepAsync(job with { Status = BulkStatus.Cancelled }, cancel))
            return false;
        var ended = Task.CompletedTask;
        lock (gate)
        {
            if (running is { } current && current.Id == job.Id)
            {
                current.Stop.Cancel();
                ended = current.Ended;
            }
        }

        await ended.WaitAsync(cancel); // it may be at a file
        RemoveFiles(job.Id);
        return true;
    }

    /// <summary>Runs what waits until nothing does. For commands and tests; the service does it by itself.</summary>
    internal async Task CatchUpAsync(CancellationToken cancel)
    {
        while (await TakeNextAsync(cancel) is { } job)
        {
            try
            {
                await RunAsync(job, cancel);
            }
            finally
            {
                await record.WithWriterAsync<bool>(
                    session =>
                    {
                        record.Database.GiveBack(session.Writer, WorkOf(job.Id));
                        return true;
                    },
                    CancellationToken.None);
            }
        }
    }

    /// <summary>The oldest job that no other node is at, with how far it is.</summary>
    private async Task<BulkJob?> TakeNextAsync(CancellationToken cancel)
    {
        foreach (var id in record.Database.Read(session => session.Query(BulkJob.ReadUnfinished, row => row.Text(0))))
        {
            var taken = await record.WithWriterAsync<bool>(session => record.Database.TryTake(session.Writer, WorkOf(id)), cancel);
            if (taken.Refusal is { } refusal)
                throw new Kernel.Data.DatabaseUnavailableException(refusal.Text);
            if (taken.Value && record.Database.Read(session => session.First(BulkJob.ReadOne, BulkJob.Read, id)) is { Status: BulkStatus.Waiting or BulkStatus.Running } job)
                return job; // else another node has ended it since
        }

        return null;
    }

    private static string WorkOf(string id) => "bulk:" + id;

    /// <summary>Keeps how far a job is, unless it was cancelled meanwhile.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    internal async Task KeepAsync(BulkJob job, CancellationToken cancel)
    {
        if (!await TryKeepAsync(job, cancel))
            throw new OperationCanceledException();
    }

    private async Task<bool> TryKeepAsync(BulkJob job, CancellationToken cancel)
    {
        var kept = await record.WriteAsync<bool>(AccessScope.System, session => Keep(session, job), cancel);
        return kept.Refusal is { } refusal ? throw new Kernel.Data.DatabaseUnavailableException(refusal.Text) : kept.Value;
    }

    /// <summary>Stages how far a job is; false when it was cancelled meanwhile.</summary>
    internal static bool Keep(WriteSession session, BulkJob job)
    {
        if (session.Query(BulkJob.ReadOne, BulkJob.Read, job.Id).FirstOrDefault() is not { Status: not BulkStatus.Cancelled })
            return false;
        job.Write(session);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        asked.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => FollowAsync(stoppingToken), stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await CatchUpAsync(cancel);
                await TidyAsync(cancel);
                await asked.WaitAsync(TidyEvery, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Bulk jobs stopped; they go on in a moment.");
                await Task.WhenAny(Task.Delay(LookAgain, clock, cancel));
            }
        }
    }

    private async Task RunAsync(BulkJob job, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            running = (job.Id, stop, ended.Task);
        ImportRun? import = null;
        try
        {
            job = job with { Status = BulkStatus.Running, Scope = renewal?.Renew(job.Scope) ?? job.Scope };
            if (job.Scope.Reach == Reach.NoOne)
                throw new BulkException("Whoever asked for it may not see the record any more, or asked before the hub was updated. Ask for it again.");
            await KeepAsync(job, stop.Token);
            job = job.Kind == BulkKind.Export
                ? await new ExportRun(record, search, this, job, TrailOf(job, "export")).RunAsync(stop.Token)
                : await (import = new ImportRun(record, this, job with { Scope = job.Scope with { Trail = TrailOf(job, "import") } })).RunAsync(stop.Token);
            await KeepAsync(job with { Status = BulkStatus.Done, Progress = "" }, stop.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            RemoveFiles(job.Id); // its owner cancelled it
        }
        catch (Exception e) when (e is not OperationCanceledException and not Kernel.Data.DatabaseUnavailableException)
        {
            log.LogError(e, "The bulk job {Id} failed.", job.Id);
            await KeepAsync(job with { Status = BulkStatus.Failed, Files = import?.Faults ?? [], Progress = Told(job, e) }, cancel);
            if (job.Kind == BulkKind.Export)
                RemoveFiles(job.Id); // nobody is told of them, and a full disk needs the room
        }
        finally
        {
            lock (gate)
                running = null;
            ended.SetResult();
        }
    }

    private static string Told(BulkJob job, Exception fault) => fault switch
    {
        BulkException => fault.Message,
        IOException or UnauthorizedAccessException when job.Kind == BulkKind.Export =>
            "The hub cannot write files of exports: its disk is full, takes nothing, or is not there. Tell your administrator, and ask for it anew; the hub's log says more by its id.",
        _ => $"It failed with {fault.GetType().Name}; see the hub's log for its id.",
    };

    private AccessTrail TrailOf(BulkJob job, string interaction) =>
        trails.Begin(new TrailFacts(interaction) { Address = job.Request.Split('?')[0], Query = job.Request.Split('?', 2) is [_, var query] ? query : "", Request = job.Id });

    /// <summary>Removes the files of what ended longer ago than they are kept, once an hour, and leaves word of it for the page of retention.</summary>
    internal async Task TidyAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (now - tidied < TidyEvery)
            return;
        tidied = now;
        var run = new RetentionRun(BulkJob.RetainedAs, now, 0, now - KeptFor, IsWhole: false);
        var old = record.Database.Read(session => session.Query(BulkJob.ReadOld, row => row.Text(0), run.Before));
        foreach (var id in old)
        {
            RemoveFiles(id);
            run = run with { Removed = run.Removed + 1 };
            await record.WriteAsync<bool>(
                AccessScope.System,
                session =>
                {
                    session.Remove(BulkJob.Table, id);
                    session.Remove(BulkJob.Scopes, id);
                    run.Write(session);
                    return true;
                },
                cancel);
        }

        RemoveForgotten();
        await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                (run with { IsWhole = old.Count < BulkJob.Group }).Write(session);
                return true;
            },
            cancel);
    }

    /// <summary>Removes the files of jobs that another node has cancelled or forgotten: it removes those in its own folder only.</summary>
    private void RemoveForgotten()
    {
        if (!Directory.Exists(options.Exports))
            return;
        foreach (var id in Directory.EnumerateDirectories(options.Exports).Select(folder => Path.GetFileName(folder)).Where(Ids.IsMade))
        {
            if (record.Database.Read(session => session.First(BulkJob.ReadOne, BulkJob.Read, id)) is null or { Status: BulkStatus.Cancelled })
                RemoveFiles(id);
        }
    }

    /// <summary>What cannot be removed is tried again each hour, once nobody is told of it any more.</summary>
    private void RemoveFiles(string id)
    {
        var folder = options.ExportOf(id);
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder)) // else another node that shares the folder removed it at the same moment
                log.LogWarning(e, "Files of the bulk job {Id} cannot be removed.", id);
        }
    }
}

/// <summary>Why a job cannot go on, in words for its owner.</summary>
internal sealed class BulkException(string message) : Exception(message);
