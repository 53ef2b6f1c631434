using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Reactions;

namespace Tandem.Record.Subscriptions;

/// <summary>The parts of subscriptions for the host.</summary>
internal static class SubscriptionsModule
{
    /// <summary>Registers them. A <see cref="SubscriptionOptions"/> registered before goes before the default.</summary>
    internal static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.TryAddSingleton(new SubscriptionOptions());
        services.AddSingleton(SubscriptionTables.Events);
        services.AddSingleton(SubscriptionTables.Progress);
        services.AddSingleton(SubscriptionTables.Owners);
        services.AddSingleton(SubscriptionTables.Begun);
        services.AddSingleton<IProjection, Topics>();
        services.AddSingleton(provider => new EndpointPolicy(provider.GetRequiredService<SubscriptionOptions>()));
        services.AddSingleton<IWriteRule>(provider => new SubscriptionRules(provider.GetRequiredService<EndpointPolicy>()));
        services.AddSingleton<IWriteRule, TopicRules>();
        services.AddSingleton<EventSignal>();
        services.AddSingleton<IReaction, NoteEvents>();
        services.AddSingleton(provider => new SubscriptionRecord(
            provider.GetRequiredService<RecordStore>(),
            provider.GetRequiredService<SearchIndexOptions>(),
            provider.GetRequiredService<SubscriptionOptions>(),
            provider.GetRequiredService<TrailKeeper>(),
            provider.GetService<IServer>(),
            provider.GetService<IScopeRenewal>()));
        services.AddSingleton<NotificationWriter>();
        services.AddSingleton<EventStream>();
        services.AddHostedService(provider => new DeliverNotifications(
            provider.GetRequiredService<SubscriptionRecord>(),
            provider.GetRequiredService<NotificationWriter>(),
            provider.GetRequiredService<EndpointPolicy>(),
            provider.GetRequiredService<EventSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeliverNotifications>>()));
        return services;
    }
}
