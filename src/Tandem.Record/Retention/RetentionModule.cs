using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Bulk;
using Tandem.Record.Subscriptions;

namespace Tandem.Record.Retention;

/// <summary>The removal of what was kept for its time, for the host.</summary>
public static class RetentionModule
{
    /// <summary>The condition of statements about patients' rows: <c>$3</c> is <see cref="HeldPatients.Text"/>. While anybody is on hold, what no patient is known for stays too.</summary>
    public const string NotHeld = "($3 = '' OR (patient IS NOT NULL AND $3 NOT LIKE '%|' || patient || '|%'))";

    private const string FindEvents =
        "SELECT e.subscription, e.number FROM subscriptions_events e JOIN log l ON l.seq = e.seq LEFT JOIN subscriptions_progress p ON p.subscription = e.subscription "
        + "LEFT JOIN subscriptions_begun b ON b.subscription = e.subscription WHERE e.number <= b.earlier OR (l.at < $1 AND e.number <= p.delivered + COALESCE(b.earlier, 0) "
        + "AND e.number < (SELECT MAX(m.number) FROM subscriptions_events m WHERE m.subscription = e.subscription)) LIMIT $2";

    /// <summary>What the record itself keeps for a time. The last event of a subscription stays: the next one's number follows from it. Those of a deleted one go the next night.</summary>
    public static IReadOnlyList<RetainedKind> Kinds { get; } =
    [
        new("subscription-events", SubscriptionTables.Events, FindEvents, Days: 90, LeastDays: 7),
        BulkJob.Retained,
        new("retention-runs", RetentionRun.Table, RetentionRun.FindOld, Days: 400, LeastDays: 30),
    ];

    /// <summary>Registers the nightly removal.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="kinds">Of all modules.</param>
    /// <param name="settings">Of the installation, checked against <paramref name="kinds"/>.</param>
    public static IServiceCollection AddRetention(this IServiceCollection services, IReadOnlyList<RetainedKind> kinds, RetentionSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<RetentionRules>();
        services.AddSingleton<RetentionPreview>();
        foreach (var kind in kinds)
            services.AddSingleton(kind);
        services.AddSingleton<NightlyRemoval>();
        services.AddHostedService(provider => provider.GetRequiredService<NightlyRemoval>());
        return services;
    }
}
