using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Log;

/// <summary>
/// Takes the log for this process while no other node is there, so that it knows current versions without asking (<see cref="CurrentPlaces"/>), and gives it back as soon as another waits for it.
/// </summary>
internal sealed partial class LoneNode(RecordStore record, TimeProvider clock, ILogger<LoneNode> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);
    private bool isNoted; // in the database, that this process has the log
    private long ended; // what this process knew, before the look

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (record.Database.Engine == Engine.Sqlite)
            return;
        using var timer = new PeriodicTimer(LookAgain, clock);
        using var stop = stoppingToken.Register(timer.Dispose); // a disposed timer ends the loop without an exception
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
            await LookAsync();
        await TryAsync(GiveBack);
    }

    /// <summary>Looks once whether this process has the log, can have it, or has to give it back.</summary>
    internal async Task LookAsync()
    {
        var asked = CurrentPlaces.Moment;
        if (await TryAsync(Keep))
            record.Places.Begin(asked, ended);
    }

    /// <summary>Takes the log, or goes on to have it; gives it back when another wants it. What is written in it is durable before anything is answered from memory.</summary>
    /// <returns>True while this process has it.</returns>
    private bool Keep(WriteSession session)
    {
        var database = record.Database;
        ended = record.Places.Ends;
        var had = database.OwnsLog(session.Writer);
        if (had && !record.IsAnyRebuildingAlone && database.IsLogWanted(session.Writer))
            return GiveBack(session);
        if (!had && !database.TryOwnLog(session.Writer))
            return false;
        if (!had || !isNoted)
            session.Write(LogTables.Owner, 1, record.Node);
        return true;
    }

    private bool GiveBack(WriteSession session)
    {
        record.ShareLog(session);
        return false;
    }

    private async Task<bool> TryAsync(Func<WriteSession, bool> step)
    {
        try
        {
            return isNoted = (await record.WithWriterAsync<bool>(session => step(session), CancellationToken.None)).Succeeded(out var has, out _) && has;
        }
        catch (Exception e) // whatever it is, the hub goes on by asking, and looks again
        {
            LogLater(log, e);
            return isNoted = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether another node is there could not be asked; until it can be, the database is asked for each resource.")]
    private static partial void LogLater(ILogger logger, Exception fault);
}
