using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Benchmarks.Limits;

/// <summary>
/// The bound of writing: the rows that a hub has written for its resources, written again to empty tables of the same definition. What
/// they are is decided before; only the writing is timed. No HTTP, no JSON, no decision.
/// </summary>
internal static class SameRows
{
    private const int Group = 256;

    /// <summary>Versions of resources a second, 256 a commit.</summary>
    internal static double PerSecond(BenchHub hub, long after, string? postgres) => WithTables(hub, postgres, (database, projections) =>
    {
        using var writer = database.OpenWriter();
        var watch = new Stopwatch();
        var count = 0;
        foreach (var versions in Versions(hub.Record, after).Chunk(Group))
        {
            var rows = versions.Select(version => RowsOf(hub.Record, version, after, projections)).ToList();
            watch.Start();
            Write(writer, rows);
            watch.Stop();
            count += versions.Length;
        }

        return count / watch.Elapsed.TotalSeconds;
    });

    /// <summary>Versions a second when each of several callers waits for the commit of its version, or of several at once, and one thread writes for all.</summary>
    /// <param name="hub">Where the versions are.</param>
    /// <param name="after">After which place in the log.</param>
    /// <param name="postgres">An empty database, or null.</param>
    /// <param name="workers">Callers.</param>
    /// <param name="together">Versions that one caller writes at once.</param>
    internal static double GroupsPerSecond(BenchHub hub, long after, string? postgres, int workers, int together = 1) => WithTables(hub, postgres, (database, projections) =>
    {
        var all = Versions(hub.Record, after).Take(Pace.Count(4000)).Chunk(together)
            .Select(versions => versions.Select(version => RowsOf(hub.Record, version, after, projections)).ToList()).ToList();
        using var writer = new GroupedWriter<List<StagedRows>>(database, (session, group) => Write(session, group.SelectMany(one => one)));
        var next = -1;
        var watch = Stopwatch.StartNew();
        Task.WaitAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            for (int mine; (mine = Interlocked.Increment(ref next)) < all.Count;)
                await writer.WriteAsync(all[mine]);
        })).ToArray());
        return all.Sum(one => one.Count) / watch.Elapsed.TotalSeconds;
    });

    private static double WithTables(BenchHub hub, string? postgres, Func<Database, ProjectionSet, double> measure)
    {
        var projections = hub.App.Services.GetServices<IProjection>().ToList();
        var folder = Directory.CreateTempSubdirectory("tandem-bare-").FullName;
        try
        {
            using Database database = postgres is null ? new SqliteDatabase(Path.Combine(folder, "bare.db")) : new PostgresDatabase(postgres);
            using (var writer = database.OpenWriter())
            {
                foreach (var table in projections.SelectMany(projection => projection.Tables).Concat([LogTables.Log, LogTables.Resources]))
                    writer.ExecuteScript(table.Definition(database.Engine));
            }

            using var upkeep = new Timer(_ => database.Maintain(), null, 100, 100);
            var result = measure(database, new ProjectionSet(projections));
            using var stopped = new ManualResetEvent(false);
            upkeep.Dispose(stopped);
            stopped.WaitOne();
            return result;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<ResourceVersion> Versions(RecordStore record, long after)
    {
        while (record.ReadLog(after, Group, AccessScope.System) is { Count: > 0 } versions)
        {
            foreach (var version in versions)
                yield return version;
            after = versions[^1].Seq;
        }
    }

    /// <param name="record">Where the version before is.</param>
    /// <param name="version">A version.</param>
    /// <param name="after">What is before this place of the log is not in the bare tables.</param>
    /// <param name="projections">Make the rows.</param>
    private static StagedRows RowsOf(RecordStore record, ResourceVersion version, long after, ProjectionSet projections)
    {
        var before = version.Previous > after ? record.ReadEntry(version.Previous, AccessScope.System) : null;
        var staged = new StagedRows();
        staged.Put(LogTables.Log, LogTables.LogRow(version, version.Bytes), isNew: true);
        staged.Put(LogTables.Resources, LogTables.ResourceRow(version), isNew: before is null);
        projections.Apply(before is { Deleted: false } ? before : null, version.Deleted ? null : version, staged);
        return staged;
    }

    /// <summary>Sorted together, as the hub does it.</summary>
    private static void Write(DbSession session, IEnumerable<StagedRows> rows)
    {
        var together = new StagedRows();
        foreach (var one in rows)
            together.Absorb(one);
        session.Begin();
        session.Commit(together.Take());
    }
}
