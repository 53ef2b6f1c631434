using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Retention;

namespace Tandem.Trust.Audit;

/// <summary>The parts of the audit for the host.</summary>
public static class AuditModule
{
    /// <summary>Registers the audit over the host's <see cref="Database"/>.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditOptions options)
    {
        services.AddSingleton(NotedDisclosure.Table);
        services.AddSingleton(DisclosureSuspension.Table);
        services.AddSingleton(SummedStudy.Table);
        if (!options.Enabled)
            return services.AddSingleton(TrailKeeper.None);
        services.AddSingleton(options);
        services.AddSingleton(_ => AuditKey.Open(options.KeyFile, mayMake: true));
        services.AddSingleton(provider => new AuditStore(
            provider.GetRequiredService<Database>().Beside("audit"),
            provider.GetRequiredService<AuditKey>(),
            new RootFolder(options.RootFolder),
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditStore>>(),
            ActsOf(provider.GetRequiredService<RecordStore>().Database)));
        services.AddSingleton<TrailKeeper>(provider => new AuditKeeper(provider.GetRequiredService<AuditStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ReadHolds>(provider => () => LegalHolds.Held(provider.GetRequiredService<AuditStore>().Database));
        services.AddSingleton<SetRetentionRule>();
        services.AddSingleton<FindDisclosures>();
        services.AddSingleton<StatementEntries>();
        services.AddSingleton<NoteDisclosure>();
        services.AddSingleton<SuspendDisclosures>();
        services.AddSingleton<NoteStudy>();
        services.AddHostedService<AuditUpkeep>();
        services.AddHealthChecks().AddCheck<AuditHealth>("access-log");
        return services;
    }

    /// <summary>Where the log lies; null where none is kept.</summary>
    public static Database? DatabaseOf(IServiceProvider services) => services.GetService<AuditStore>()?.Database;

    /// <summary>The acts that the record holds for the log, as entries of a journal.</summary>
    internal static Func<long, IReadOnlyList<JournalEntry>> ActsOf(Database record) =>
        after => [.. ToldActs.After(record, after).Select(one => new JournalEntry(one.Number, ActDrafts.Of(one.Told)))];

    /// <summary>Maps the export of the access log, accountings of disclosures, and what is done with holds and rules.</summary>
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<AuditStore>() is not null)
        {
            ExportRoute.Map(routes);
            HoldRoutes.Map(routes);
            RuleRoutes.Map(routes);
            DisclosureRoutes.Map(routes);
            SuspensionRoutes.Map(routes);
            StudyRoutes.Map(routes);
        }

        return routes;
    }
}

/// <summary>Carries the audit over to the disk beside its writer, ten times a second, and removes from the record acts that the log has.</summary>
internal sealed class AuditUpkeep(AuditStore store, RecordStore record, TimeProvider clock, ILogger<AuditUpkeep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), clock);
        using var stop = stoppingToken.Register(timer.Dispose); // a disposed timer ends the loop without an exception
        var carried = -1L;
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var commits = store.Kept.Commits;
            if (commits == carried)
                continue;
            try
            {
                store.Maintain();
                carried = commits;
                if (store.TakeRemovable() is { } number)
                    await record.WriteAsync<int>(
                        AccessScope.System,
                        session =>
                        {
                            ToldActs.RemoveBefore(session, number);
                            return 0;
                        },
                        CancellationToken.None);
            }
            catch (DatabaseException e)
            {
                log.LogError(e, "The audit could not be carried over to the disk; trying again.");
            }
        }
    }
}
