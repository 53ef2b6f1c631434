using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Reactions;

namespace Tandem.Record;

/// <summary>The record's parts for the host.</summary>
public static class RecordModule
{
    /// <summary>Registers the record over the <see cref="Database"/> that the host provides.</summary>
    public static IServiceCollection AddRecord(this IServiceCollection services)
    {
        services.AddSingleton<CommitSignal>();
        services.AddSingleton(provider => new KeptEntries(provider.GetRequiredService<Database>()));
        services.AddSingleton(provider => provider.GetService<SearchIndexOptions>()?.Own ?? OwnAddresses.None);
        services.AddSingleton<RecordStore>();
        services.AddSingleton(Sealing.SealingMarks.Table);
        services.AddSingleton(ReactionTables.Cursors);
        services.AddSingleton(ReactionTables.Parked);
        services.AddSingleton<ReactionRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<ReactionRunner>());
        services.AddHostedService<OtherNodes>();
        services.AddHostedService<LoneNode>();
        services.AddHostedService<Upkeep>();
        services.AddHostedService<RebuildOnRequest>();
        return services;
    }
}

/// <summary>
/// Carries the write-ahead log over beside the writer: each second, and sooner once it has grown by so much. A page that many commits change is then carried over once.
/// </summary>
internal sealed class Upkeep(Database database, TimeProvider clock, Microsoft.Extensions.Logging.ILogger<Upkeep> log) : BackgroundService
{
    private const int TurnsInASecond = 10;
    private const long MostPages = 16_384; // 64 MiB of 4-KiB pages

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var turns = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), clock);
        using var stop = stoppingToken.Register(timer.Dispose); // a disposed timer ends the loop without an exception
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            if (++turns % TurnsInASecond != 0 && database.Unmaintained < MostPages)
                continue;
            try
            {
                database.Maintain();
            }
            catch (DatabaseException e)
            {
                Microsoft.Extensions.Logging.LoggerExtensions.LogError(log, e, "The write-ahead log could not be carried over; trying again.");
            }
        }
    }
}
