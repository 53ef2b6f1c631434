using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>Messages of other systems: received, kept, applied.</summary>
public static class IntakeModule
{
    /// <summary>Registers intake over the record.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, IntakeOptions options)
    {
        services.AddSingleton(options);
        foreach (var table in IntakeTables.All)
            services.AddSingleton(table);
        services.AddSingleton<FeedSources>();
        services.AddSingleton<FeedValidation>(provider => (string actor, out bool isFeed) => provider.GetRequiredService<FeedSources>().ValidationOf(actor, out isFeed)); // sources need the record, which needs its rules
        services.AddSingleton(provider => new MessageReading(
            provider.GetRequiredService<FeedSources>(), provider.GetRequiredService<IntakeOptions>(), provider.GetService<FileGuard>(),
            provider.GetService<ValidationModes>() is { } modes ? new MessageRules(modes, provider.GetRequiredService<SiteDefinitions>()) : null)); // without a FHIR interface there are no rules
        services.AddSingleton<MessageNumbers>();
        services.AddSingleton<RecentReadings>();
        services.AddSingleton<Spool>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<SpoolMover>();
        services.AddSingleton<Reception>();
        services.AddSingleton<MllpLines>();
        services.AddSingleton<IConnectionListenerFactory, MllpTransport>();
        services.AddSingleton<HeldEdits>();
        services.AddSingleton<Applier>();
        services.AddHealthChecks().AddCheck<FeedHealth>("feeds");
        services.AddHostedService(provider => provider.GetRequiredService<SpoolMover>());
        services.AddHostedService(provider => provider.GetRequiredService<Applier>());
        services.AddSingleton(provider => new DirectIntake(
            provider.GetRequiredService<Reception>(), provider.GetRequiredService<Spool>(), provider.GetRequiredService<SpoolMover>(),
            provider.GetRequiredService<Applier>(), provider.GetRequiredService<RecordStore>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>How many messages arrived that the record does not have yet.</summary>
    public static long InSpool(IServiceProvider services) => services.GetRequiredService<Spool>().Waiting;

    /// <summary>The acts of the pages about feeds.</summary>
    public static IEndpointRouteBuilder MapIntake(this IEndpointRouteBuilder routes)
    {
        QuarantineRoutes.Map(routes);
        ReplaySource.Map(routes);
        FetchMessage.Map(routes);
        RetryUnsettled.Map(routes);
        DismissUnsettled.Map(routes);
        return routes;
    }

    /// <summary>Speaks MLLP at an address.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="address">Where.</param>
    /// <param name="protect">What the lines are wrapped in, such as TLS; nothing when null.</param>
    public static void ListenMllp(this KestrelServerOptions kestrel, IPEndPoint address, Action<ListenOptions>? protect = null) =>
        kestrel.Listen(new MllpEndPoint(address), listen =>
        {
            protect?.Invoke(listen);
            listen.UseConnectionHandler<MllpConnection>();
        });
}
