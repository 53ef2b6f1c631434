using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>
/// Asks the hub that serves a database to rebuild a projection, from another process. A request is a row: it outlives the hub, a second one joins the first, and of several nodes one
/// takes it up.
/// </summary>
public static class RebuildRequests
{
    /// <summary>The projections of the program that made the tables.</summary>
    public static IReadOnlyList<string> Names(Database database) => database.Read(session => session.Query(ProjectionTables.ReadStates, row => row.Text(0)));

    /// <summary>Asks for one; harmless when it is asked for or runs already.</summary>
    public static void Ask(Database database, string name, DateTimeOffset now)
    {
        using var session = database.OpenWriter();
        session.Execute(RebuildRows.Ask, name, now);
    }

    /// <summary>How far it is; null when nobody ever asked.</summary>
    public static RebuildProgress? Find(Database database, string name) => database.Read(session => session.First(
        RebuildRows.ReadOne,
        row => new RebuildProgress(row.Text(0) is RebuildRows.Done or RebuildRows.Failed, row.Integer(1), row.TextOrNull(2)),
        name));
}

/// <summary>How far a rebuild is.</summary>
/// <param name="IsOver">True when it has ended, well or not.</param>
/// <param name="Resources">How many resources were read so far.</param>
/// <param name="Fault">Why it failed, as a sentence; null when it did not.</param>
public sealed record RebuildProgress(bool IsOver, long Resources, string? Fault);
