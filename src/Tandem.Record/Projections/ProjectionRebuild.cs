using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>
/// Rebuilds a projection while the hub serves: twin tables are filled from the current resources in the order of their numbers. A part of them is read
/// beside the writer while the part before is written in its turns; what changed meanwhile is put right in the part's last turn. Changes to resources that
/// the rebuild has passed, and to those that are newer than it, go to both, also those of other nodes. At the end the twins take the tables' names in one transaction.
/// </summary>
internal sealed class ProjectionRebuild(RecordStore record, ProjectionSet projections, ProjectionTables tables, RebuildPace pace)
{
    /// <summary>
    /// How long the exchange of the tables waits for those who read them: all searches and writes wait as long. It is less than a server takes to look for who waits for each other (1 s), so no search is
    /// ended for it; but only then does it end its own cleaning of a table, so each <see cref="OncePatient"/>th time waits longer.
    /// </summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private const int OncePatient = 5;

    /// <summary>Rebuilds with nobody beside: other nodes are refused until it ends.</summary>
    /// <exception cref="DatabaseUnavailableException">Another process has the record open.</exception>
    internal async Task<long> RunAsync(IProjection projection, CancellationToken cancel)
    {
        projections.Enter();
        try
        {
            Succeed(await record.WithWriterAsync<int>(
                session => record.Database.TryOwnLog(session.Writer) && record.Database.TryOwnRebuild(session.Writer)
                    ? 0
                    : Refusal.Unavailable("Another process has this database open: rows are rebuilt by one alone. Stop the other nodes and commands, then try again."),
                cancel));
            return await OwnedAsync(projection, isAsked: false, cancel);
        }
        finally
        {
            await LeaveAsync(isAlone: true);
        }
    }

    /// <summary>Rebuilds beside other nodes, whose changes go to the twins as well.</summary>
    /// <returns>How many resources were read; null when another node, or this one, is rebuilding.</returns>
    internal async Task<long?> RunBesideAsync(IProjection projection, CancellationToken cancel)
    {
        if (!projections.TryEnterBeside())
            return null;
        try
        {
            return Succeed(await record.WithWriterAsync<bool>(session => record.Database.TryOwnRebuild(session.Writer), cancel))
                ? await OwnedAsync(projection, isAsked: true, cancel)
                : null;
        }
        finally
        {
            await LeaveAsync(isAlone: false);
        }
    }

    private async Task<long> OwnedAsync(IProjection projection, bool isAsked, CancellationToken cancel)
    {
        var state = new RebuildState(projection);
        try
        {
            var generation = await BeginAsync(state, cancel);
            await FillAsync(state, cancel);
            await SwapAsync(state, generation, cancel);
            return state.Read;
        }
        catch (Exception e)
        {
            var isLater = isAsked && e is DatabaseUnavailableException or OperationCanceledException;
            await record.WithWriterAsync<int>(session => Abandon(state, session, isLater), CancellationToken.None);
            throw;
        }
    }

    private async Task LeaveAsync(bool isAlone)
    {
        projections.Leave(isAlone);
        await record.WithWriterAsync<int>(
            session =>
            {
                if (projections.IsAnyRunning)
                    return 0;
                record.Database.EndRebuild(session.Writer);
                record.ShareLog(session);
                return 0;
            },
            CancellationToken.None);
    }

    private Task<long> BeginAsync(RebuildState state, CancellationToken cancel) => TurnAsync(
        session =>
        {
            var generation = session.Query(ProjectionTables.ReadStates, row => (Name: row.Text(0), Generation: row.Integer(2)))
                .Where(row => row.Name == state.Projection.Name).Select(row => row.Generation).DefaultIfEmpty(0).First() + 1;
            foreach (var twin in state.Twins)
            {
                session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {twin.Name}");
                session.Reading.ExecuteScript(twin.Definition(record.Database.Engine, (int)generation));
            }

            state.Edge = session.Query(RebuildRows.ReadEdge, row => row.Integer(0))[0];
            session.Write(RebuildRows.Table, RebuildRows.Row(state, RebuildRows.Running, session.Now));
            projections.Begin(state);
            return generation;
        },
        cancel);

    private async Task FillAsync(RebuildState state, CancellationToken cancel)
    {
        for (var next = ReadAsync(state, 0); ;)
        {
            var part = await next;
            next = part.IsLast ? Task.FromResult(part) : ReadAsync(state, part.Last);
            try
            {
                await WriteAsync(state, part, cancel);
            }
            catch
            {
                await Task.WhenAny(next); // nothing goes on reading after the end
                throw;
            }

            if (part.IsLast)
                return;
        }
    }

    private Task<RebuildPart> ReadAsync(RebuildState state, long after) => Task.Run(() => RebuildPart.Read(record.Database, state, after, pace));

    private async Task WriteAsync(RebuildState state, RebuildPart part, CancellationToken cancel)
    {
        foreach (var slice in part.Slices)
            await TurnAsync(session => session.WriteNow(slice), cancel);
        var read = state.Read + part.Count;
        await TurnAsync(
            session =>
            {
                part.Settle(session);
                (state.Watermark, state.Read) = (part.Last, read);
                session.Write(RebuildRows.Table, RebuildRows.Row(state, RebuildRows.Running, session.Now));
                return part.Count;
            },
            cancel);
        record.Database.Maintain(); // at a start nobody else carries the write-ahead log over, and it would grow by all that is made
    }

    /// <summary>Exchanges the tables when nobody reads them. Until then the twins follow each change.</summary>
    private async Task SwapAsync(RebuildState state, long generation, CancellationToken cancel)
    {
        for (var tries = 1; !await TrySwapAsync(state, generation, tries % OncePatient == 0 ? LongWait : Wait, cancel); tries++)
            await Task.Delay(Between, cancel);
    }

    private Task<bool> TrySwapAsync(RebuildState state, long generation, TimeSpan wait, CancellationToken cancel) => TurnAsync(
        session =>
        {
            if (!record.Database.TryTakeTables(session.Reading, [.. state.Projection.Tables.Concat(state.Twins).Select(table => table.Name)], wait))
                return false;
            foreach (var table in state.Projection.Tables)
            {
                session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {table.Name}");
                session.Reading.ExecuteScript($"ALTER TABLE {state.Shadow(table).Name} RENAME TO {table.Name}");
            }

            session.Write(
                ProjectionTables.States, state.Projection.Name, state.Projection.Version, generation, tables.DefinitionOf(state.Projection));
            session.Write(RebuildRows.Table, RebuildRows.Row(state, RebuildRows.Done, session.Now));
            projections.End(state);
            return true;
        },
        cancel);

    private Outcome<int> Abandon(RebuildState state, WriteSession session, bool isLater)
    {
        projections.End(state);
        if (!record.Database.OwnsRebuild(session.Writer))
            return 0; // twins of that name may be another process's by now; the next rebuild begins with new ones
        foreach (var twin in state.Twins)
            session.Reading.ExecuteScript($"DROP TABLE IF EXISTS {twin.Name}");
        session.Write(RebuildRows.Table, isLater
            ? RebuildRows.Row(state, RebuildRows.Asked, session.Now)
            : RebuildRows.Row(state, RebuildRows.Failed, session.Now, "It could not be rebuilt; the old rows stay. The log of the process that tried says why."));
        return 0;
    }

    /// <summary>One turn of the writer, as long as nobody else can have taken the twins.</summary>
    private async Task<T> TurnAsync<T>(Func<WriteSession, T> turn, CancellationToken cancel) =>
        Succeed(await record.WithWriterAsync<T>(
            session => record.Database.OwnsRebuild(session.Writer)
                ? turn(session)
                : Refusal.Unavailable("The connection to the database was lost during the rebuild. The old rows stay; try again."),
            cancel));

    private static T Succeed<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var value, out var refusal) ? value : throw new DatabaseUnavailableException(refusal.Text);
}
