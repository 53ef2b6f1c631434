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
/// The bound of the whole pipeline: the rows that a hub has written for its resources, written again to empty tables of the same
/// definition, 256 versions a commit. What they are is decided before; only the writing is timed.
/// </summary>
internal static class SameRows
{
    private const int Group = 256;

    /// <summary>Versions of resources a second.</summary>
    internal static double PerSecond(BenchHub hub, long after, string? postgres)
    {
        var projections = hub.App.Services.GetServices<IProjection>().ToList();
        var folder = Directory.CreateTempSubdirectory("tandem-bare-").FullName;
        try
        {
            using Database database = postgres is null ? new SqliteDatabase(Path.Combine(folder, "bare.db")) : new PostgresDatabase(postgres);
            using var writer = database.OpenWriter();
            foreach (var table in projections.SelectMany(projection => projection.Tables).Concat([LogTables.Log, LogTables.Resources]))
                writer.ExecuteScript(table.Definition(database.Engine));
            return Write(hub.Record, after, writer, new ProjectionSet(projections));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Write(RecordStore record, long after, DbSession writer, ProjectionSet projections)
    {
        var watch = new Stopwatch();
        var count = 0;
        while (record.ReadLog(after, Group, AccessScope.System) is { Count: > 0 } versions)
        {
            var staged = new StagedRows();
            foreach (var version in versions)
            {
                staged.Put(LogTables.Log, LogTables.LogRow(version));
                staged.Put(LogTables.Resources, LogTables.ResourceRow(version));
                if (!version.Deleted)
                    projections.Apply(null, version, staged);
            }

            watch.Start();
            writer.Begin();
            staged.Flush(writer);
            writer.Commit();
            watch.Stop();
            count += versions.Count;
            after = versions[^1].Seq;
        }

        return count / watch.Elapsed.TotalSeconds;
    }
}
