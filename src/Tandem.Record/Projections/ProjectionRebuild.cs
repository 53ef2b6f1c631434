using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>
/// Rebuilds a projection while the hub serves: twin tables are filled from the current resources in the order of their numbers, in
/// turns of the writer, so nothing changes between a resource's reading and its rows' writing. Changes to resources that the
/// rebuild has passed go to both. At the end the twins take the tables' names in one transaction.
/// </summary>
internal sealed class ProjectionRebuild(RecordStore record, ProjectionSet projections, ProjectionTables tables)
{
    private const int Chunk = 500;

    private const string ReadNext =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.rid > $1 AND r.deleted = 0 ORDER BY r.rid LIMIT $2";

    internal async Task<long> RunAsync(IProjection projection, CancellationToken cancel)
    {
        var state = new RebuildState(projection);
        var generation = await BeginAsync(state, cancel);
        try
        {
            long count = 0;
            int read;
            do
            {
                read = Succeed(await record.WithWriterAsync<int>(session => Advance(state, session), cancel));
                count += read;
            }
            while (read > 0);
            await SwapAsync(state, generation, cancel);
            return count;
        }
        catch
        {
            await record.WithWriterAsync<int>(session => Abandon(state, session), CancellationToken.None);
            throw;
        }
    }

    private async Task<long> BeginAsync(RebuildState state, CancellationToken cancel) =>
        Succeed(await record.WithWriterAsync<long>(
            session =>
            {
                var generation = session.Query(ProjectionTables.ReadStates, row => (Name: row.Text(0), Generation: row.Integer(2)))
                    .Where(row => row.Name == state.Projection.Name).Select(row => row.Generation).DefaultIfEmpty(0).First() + 1;
                foreach (var twin in state.Twins)
                {
                    session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {twin.Name}");
                    session.Reading.ExecuteScript(twin.Definition(record.Database.Engine, (int)generation));
                }

                projections.Begin(state);
                return generation;
            },
            cancel));

    private int Advance(RebuildState state, WriteSession session)
    {
        var versions = session.Query(ReadNext, LogTables.Read, state.Watermark, Chunk);
        foreach (var version in versions)
            projections.Rebuild(state, version, session.Rows);
        if (versions.Count > 0)
            state.Watermark = versions[^1].Rid;
        return versions.Count;
    }

    private async Task SwapAsync(RebuildState state, long generation, CancellationToken cancel) =>
        Succeed(await record.WithWriterAsync<int>(
            session =>
            {
                foreach (var table in state.Projection.Tables)
                {
                    session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {table.Name}");
                    session.Reading.ExecuteScript($"ALTER TABLE {state.Shadow(table).Name} RENAME TO {table.Name}");
                }

                session.Write(
                    ProjectionTables.States, state.Projection.Name, state.Projection.Version, generation, tables.DefinitionOf(state.Projection));
                projections.End(state);
                return 0;
            },
            cancel));

    private Outcome<int> Abandon(RebuildState state, WriteSession session)
    {
        projections.End(state);
        foreach (var twin in state.Twins)
            session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {twin.Name}");
        return 0;
    }

    private static T Succeed<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var value, out var refusal) ? value : throw new DatabaseUnavailableException(refusal.Text);
}
