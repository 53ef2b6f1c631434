using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Projections;

/// <summary>Rebuilds in a serving hub what a command asked for, and what was cut off when a hub ended; of several nodes one does it.</summary>
internal sealed partial class RebuildOnRequest(RecordStore record, TimeProvider clock, ILogger<RebuildOnRequest> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookAgain, clock);
        using var stop = stoppingToken.Register(timer.Dispose); // a disposed timer ends the loop without an exception
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                foreach (var name in record.Database.Read(session => session.Query(RebuildRows.ReadOpen, row => row.Text(0))))
                    await AnswerAsync(name, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // the request stays for the next start
            }
            catch (DatabaseException e)
            {
                LogLater(log, e);
            }
        }
    }

    private async Task AnswerAsync(string name, CancellationToken cancel)
    {
        if (!record.HasProjection(name))
            return; // asked of another version of the program
        try
        {
            if (await record.RebuildBesideAsync(name, RebuildPace.Usual, cancel) is { } count)
                LogDone(log, name, count);
        }
        catch (Exception e) when (e is not (DatabaseUnavailableException or OperationCanceledException))
        {
            LogFault(log, name, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The rows of {Projection} were rebuilt on request from {Count} resources.")]
    private static partial void LogDone(ILogger logger, string projection, long count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rows of {Projection} could not be rebuilt; the old ones stay.")]
    private static partial void LogFault(ILogger logger, string projection, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A rebuild that was asked for waits for the database.")]
    private static partial void LogLater(ILogger logger, Exception fault);
}
