using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Pages;
using Tandem.Record.Projections;

namespace Tandem.Care.Loops;

/// <summary>The parts of the loops module.</summary>
public static class LoopsModule
{
    /// <summary>Registers projections, the ladder's clock and the live feed. Needs the record, FlashCarrier, LiveTopics and SiteSettings.</summary>
    public static IServiceCollection AddLoops(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, LoopProjection>();
        services.AddSingleton<IProjection, StepProjection>();
        services.AddSingleton(EscalationTables.Seen);
        services.AddSingleton<LoopReply>();
        services.AddSingleton<LadderClock>();
        services.AddHostedService(provider => provider.GetRequiredService<LadderClock>());
        services.AddHostedService<LoopFeed>();
        return services;
    }

    /// <summary>Maps the acts: form posts with the antiforgery token, <c>version</c> (the one seen) and <c>back</c> (where to return to).</summary>
    public static IEndpointRouteBuilder MapLoops(this IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, Pages.WorklistAddress.Path, ["q"], "view", "team", "owner", "state", "tier", "kind", "due");
        ClaimLoop.Map(routes);
        HandOverLoop.Map(routes);
        SnoozeLoop.Map(routes);
        RecordAttempt.Map(routes);
        CloseLoop.Map(routes);
        WithdrawLoop.ByReason.Map(routes);
        ReopenLoop.ByReason.Map(routes);
        UndoStep.Map(routes);
        MarkEscalationsSeen.Map(routes);
        ShowEscalations.Map(routes);
        return routes;
    }
}
