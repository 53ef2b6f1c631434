using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>
/// Rebuilds a projection while the hub serves: twin tables are filled from the current resources in the order of their numbers. A part of them is read
/// beside the writer while the part before is written in its turns; what changed meanwhile is put right in the part's last turn. Changes to resources that
/// the rebuild has passed go to both. At the end the twins take the tables' names in one transaction.
/// </summary>
internal sealed class ProjectionRebuild(RecordStore record, ProjectionSet projections, ProjectionTables tables, RebuildPace pace)
{
    internal async Task<long> RunAsync(IProjection projection, CancellationToken cancel)
    {
        var state = new RebuildState(projection);
        await OwnAsync(cancel);
        try
        {
            var generation = await BeginAsync(state, cancel);
            var count = await FillAsync(state, cancel);
            await SwapAsync(state, generation, cancel);
            return count;
        }
        catch
        {
            await record.WithWriterAsync<int>(session => Abandon(state, session), CancellationToken.None);
            throw;
        }
        finally
        {
            await record.WithWriterAsync<int>(Share, CancellationToken.None);
        }
    }

    /// <summary>What another process writes meanwhile to resources already passed would be missing from the twins, so there must be none.</summary>
    /// <exception cref="DatabaseUnavailableException">Another process has the record open.</exception>
    private async Task OwnAsync(CancellationToken cancel) =>
        Succeed(await record.WithWriterAsync<int>(
            session => record.Database.TryOwnLog(session.Writer)
                ? 0
                : Refusal.Unavailable("Another process has this database open: rows are rebuilt by one alone. Stop the other nodes and commands, then try again."),
            cancel));

    private Outcome<int> Share(WriteSession session)
    {
        if (!projections.IsAnyRebuilding)
            record.Database.ShareLog(session.Writer);
        return 0;
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

    private async Task<long> FillAsync(RebuildState state, CancellationToken cancel)
    {
        var count = 0L;
        for (var next = ReadAsync(state, 0); await next is { Count: > 0 } part;)
        {
            next = ReadAsync(state, part.Last);
            try
            {
                await WriteAsync(state, part, cancel);
            }
            catch
            {
                await Task.WhenAny(next); // nothing goes on reading after the end
                throw;
            }

            count += part.Count;
        }

        return count + Succeed(await record.WithWriterAsync<int>(session => RebuildPart.Finish(state, session), cancel));
    }

    private Task<RebuildPart> ReadAsync(RebuildState state, long after) => Task.Run(() => RebuildPart.Read(record.Database, state, after, pace));

    private async Task WriteAsync(RebuildState state, RebuildPart part, CancellationToken cancel)
    {
        foreach (var slice in part.Slices)
            Succeed(await record.WithWriterAsync<int>(session => session.WriteNow(slice), cancel));
        Succeed(await record.WithWriterAsync<int>(
            session =>
            {
                part.Settle(session);
                state.Watermark = part.Last;
                return part.Count;
            },
            cancel));
    }

    private async Task SwapAsync(RebuildState state, long generation, CancellationToken cancel) =>
        Succeed(await record.WithWriterAsync<int>(
            session =>
            {
                if (!record.Database.OwnsLog(session.Writer))
                    return Refusal.Unavailable("The connection to the database was lost during the rebuild. The old rows stay; try again.");
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
        if (!record.Database.OwnsLog(session.Writer))
            return 0; // twins of that name may be another process's by now; the next rebuild begins with new ones
        foreach (var twin in state.Twins)
            session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {twin.Name}");
        return 0;
    }

    private static T Succeed<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var value, out var refusal) ? value : throw new DatabaseUnavailableException(refusal.Text);
}
