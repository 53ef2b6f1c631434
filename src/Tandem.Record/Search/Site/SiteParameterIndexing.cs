using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Search.Site;

/// <summary>
/// Follows the SearchParameter resources while the hub serves: reads what was there before a new one in turns of the writer, removes the rows of one
/// that was withdrawn. Writes of the meantime carry the new values themselves. How far it is stands in the database, so it goes on after a restart.
/// </summary>
internal sealed partial class SiteParameterIndexing(RecordStore store, SiteParameters site, TimeProvider clock, ILogger<SiteParameterIndexing> log) : BackgroundService
{
    private const int PerTurn = 200;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookForLeaving = TimeSpan.FromSeconds(1);

    /// <summary>How long the rows of a withdrawn parameter stay for searches that began before it was.</summary>
    private static readonly TimeSpan LastSearches = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenFailures = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim wake = new(0, 1);
    private DateTimeOffset failuresToldAt;
    private long defined = -1;
    private readonly Dictionary<(ushort Number, long Seq), DateTimeOffset> leftAt = [];
    private List<SiteParameterProgress> seen = [];
    private int atOnce = PerTurn; // fewer behind large resources

    public override void Dispose()
    {
        base.Dispose(); // cancels first, so that nobody waits on what is gone
        wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        store.Signal.Committed += Heard;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await StepAsync(stoppingToken))
                    await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops; the next start goes on from the rows
        }
        finally
        {
            store.Signal.Committed -= Heard;
        }
    }

    private void Heard(IReadOnlyList<Change> changes)
    {
        if (changes.Any(change => change.After.Type == "SearchParameter") && wake.CurrentCount == 0)
            wake.Release();
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(wake.WaitAsync(bounded.Token), Task.Delay(leftAt.Count > 0 && seen.Exists(row => row.State == SiteParameterState.Leaving) ? LookForLeaving : LookAgain, clock, bounded.Token));
        await bounded.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>One turn of the writer; false when there was nothing to do.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        try
        {
            var newest = store.Database.Read(session => session.First(Newest, row => row.Integer(0)));
            var rows = store.Database.Read(session => session.Query(SiteParameterTable.ReadAll, SiteParameterTable.Read));
            if (newest == defined && rows.SequenceEqual(seen) && !rows.Exists(row => row.State is SiteParameterState.Indexing or SiteParameterState.Leaving))
            {
                TellFailures(rows);
                return false;
            }

            var outcome = await store.WithWriterAsync<bool>(Turn, cancel);
            if (!outcome.Succeeded(out var isOn, out var refusal))
            {
                LogLater(log, refusal.Text);
                return false;
            }

            (defined, seen) = (newest, rows);
            return isOn;
        }
        catch (DatabaseException e)
        {
            LogFault(log, e);
            return false;
        }
    }

    /// <summary>Tells for which resources that were written lately an expression fails, as the reading of those before does; at most once a minute.</summary>
    private void TellFailures(IReadOnlyList<SiteParameterProgress> rows)
    {
        if (clock.GetUtcNow() - failuresToldAt < BetweenFailures)
            return;
        foreach (var noted in site.Failures.Take())
        {
            var failing = noted.Select(one => store.Database.Read(session => session.First(LogTables.ReadCurrent, LogTables.Read, one.Type, one.Id)))
                .OfType<ResourceVersion>().Where(version => !version.Deleted && SearchProjection.Unanswered(version, site.Options).Contains(noted.Key)).ToList();
            if (failing.Count == 0 || rows.FirstOrDefault(row => row.Number == noted.Key) is not { } progress)
                continue;
            LogUnanswered(log, progress.Resource, failing.Count, failing[0].Reference);
            failuresToldAt = clock.GetUtcNow();
        }
    }

    private const string Newest = "SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'SearchParameter'";

    /// <summary>Brings the parameters in force up to date and does the next piece of work. A rebuild of the whole index comes first.</summary>
    private Outcome<bool> Turn(WriteSession session)
    {
        if (store.IsRebuilding("search"))
            return false;
        var known = session.Query(SiteParameterTable.ReadAll, SiteParameterTable.Read);
        var resources = session.Query(SiteParameterTable.Defined, LogTables.Read);
        var plan = SiteParameterPlan.Of(
            resources,
            known,
            row => site.Current.All.FirstOrDefault(own => own.Number == row.Number) ?? SiteParameters.Define(session.Reading.First(LogTables.ReadSeq, LogTables.Read, row.Seq)!.Root, row, resources),
            types => types.Sum(type => Count(session, type) + Count(session, ContainedTypes.Of(type))));
        var work = new List<SiteParameterProgress>(plan.Progress);
        var inForce = plan.InForce;
        var isOn = true;
        if (work.Find(row => row.State == SiteParameterState.Indexing) is { } next)
        {
            var now = Index(session, next, inForce.First(parameter => parameter.Number == next.Number));
            work[work.IndexOf(next)] = now;
            if (now.State == SiteParameterState.Ready)
                (work, inForce) = Replaced(work, inForce, now);
        }
        else if (work.Find(MayBeRemoved) is { } leaving)
            work[work.IndexOf(leaving)] = Remove(session, leaving);
        else
            isOn = false;

        foreach (var row in work.Where(row => !known.Contains(row)))
            session.Write(SiteParameterTable.Table, row.Row);
        var standing = SiteParameterProgress.Standing(work);
        if (session.Reading.First(RebuildRows.ReadSettings, row => (long?)row.Integer(0), RebuildRows.NameOfSettings("search")) != standing && work.Count > 0)
            session.Write(RebuildRows.Table, RebuildRows.Settings("search", standing, session.Now));
        site.Use(inForce, standing);
        return isOn;
    }

    private static long Count(WriteSession session, string type) => session.Reading.First(SiteParameterTable.CountOfType, row => row.Integer(0), SearchTables.TypeNumber(type));

    /// <summary>True for a withdrawn one that no search which began by it is still reading, here or on another node.</summary>
    private bool MayBeRemoved(SiteParameterProgress row)
    {
        if (row.State != SiteParameterState.Leaving)
            return false;
        var now = clock.GetUtcNow();
        return now - (leftAt.TryGetValue((row.Number, row.Seq), out var left) ? left : leftAt[(row.Number, row.Seq)] = now) >= LastSearches;
    }

    /// <summary>A parameter can be used: it takes the place of what its resource defined before.</summary>
    private static (List<SiteParameterProgress> Work, IReadOnlyList<SiteSearchParameter> InForce) Replaced(
        List<SiteParameterProgress> work, IReadOnlyList<SiteSearchParameter> inForce, SiteParameterProgress ready)
    {
        var before = work.Where(row => row.Resource == ready.Resource && row.Number != ready.Number && row.State == SiteParameterState.Ready).ToHashSet();
        return (
            work.ConvertAll(row => before.Contains(row) ? row with { State = SiteParameterState.Leaving, Type = 0, Rid = 0 } : row),
            [
                .. inForce.Where(parameter => !before.Any(row => row.Number == parameter.Number))
                    .Select(parameter => parameter.Number == ready.Number ? parameter with { IsReady = true } : parameter),
            ]);
    }

    private SiteParameterProgress Index(WriteSession session, SiteParameterProgress progress, SiteSearchParameter parameter)
    {
        var types = parameter.Bases.SelectMany(type => (string[])[type, ContainedTypes.Of(type)]).Select(SearchTables.TypeNumber).Order().ToList();
        var at = types.FindIndex(type => type >= progress.Type);
        if (at < 0)
            return progress with { State = SiteParameterState.Ready };

        var from = types[at] == progress.Type ? progress.Rid : long.MinValue; // numbers of contained resources are below zero
        var (numbers, around, isLast) = Next(session.Reading, types[at], from, atOnce, TakenVersions.UsualBytes);
        atOnce = !isLast && numbers.Count < atOnce ? numbers.Count : Math.Min(PerTurn, atOnce * 2);
        var (rows, unanswered) = (new RowSink(), new List<ResourceVersion>());
        foreach (var number in numbers)
        {
            if (!around.TryGetValue(ContainedTypes.AroundOf(number), out var version))
                continue;
            var isAnswered = number < 0 ? ContainedRows.AddOne(version, number, parameter, site.Options, rows) : SearchProjection.ProjectOne(version, parameter, site.Options, rows);
            if (!isAnswered)
                unanswered.Add(version);
        }

        foreach (var (table, row) in rows.Rows)
            session.Write(table, row);
        if (unanswered.Count > 0)
            LogUnanswered(log, progress.Resource, unanswered.Count, unanswered[0].Reference);
        var done = progress with { Done = progress.Done + numbers.Count };
        return isLast ? done with { Type = types[at] + 1, Rid = long.MinValue } : done with { Type = types[at], Rid = numbers[^1] };
    }

    /// <summary>The next numbers of a type with the resources that they stand for, or that contain them, by number. They end early where resources are large.</summary>
    internal static (List<long> Numbers, Dictionary<long, ResourceVersion> Around, bool IsLast) Next(DbSession session, long type, long after, int most, long mostBytes)
    {
        var numbers = session.Query(SiteParameterTable.NextOfType, row => row.Integer(0), type, after, most);
        var taken = TakenVersions.Read(session, mostBytes, SiteParameterTable.ReadNext, type, after, most);
        var isLast = numbers.Count < most && !taken.IsCut;
        if (taken.IsCut)
            numbers = numbers[..(numbers.FindLastIndex(number => ContainedTypes.AroundOf(number) == taken.All[^1].Rid) + 1)];
        return (numbers, taken.All.ToDictionary(version => version.Rid), isLast);
    }

    private static SiteParameterProgress Remove(WriteSession session, SiteParameterProgress progress)
    {
        var definition = session.Reading.First(LogTables.ReadSeq, LogTables.Read, progress.Seq)!.Root;
        return SiteSearchParameter.TypeOf(definition["type"u8].Text) is { } type
            ? SiteParameterRows.Remove(session, progress, type, SiteSearchParameter.Types(definition["base"u8]))
            : progress with { State = SiteParameterState.Gone };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The expression of SearchParameter/{Parameter} fails, or takes too much, for {Count} of the resources read now ({First} is the first): they are not found by that parameter.")]
    private static partial void LogUnanswered(ILogger logger, string parameter, int count, string first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Search parameters wait to be indexed: {Reason}")]
    private static partial void LogLater(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Search parameters could not be indexed; trying again.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
