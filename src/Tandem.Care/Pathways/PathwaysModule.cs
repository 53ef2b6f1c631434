using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Pathways;

/// <summary>The pathways' parts for the host.</summary>
public static class PathwaysModule
{
    /// <summary>Registers the content, the reaction that decides, and the verification.</summary>
    public static IServiceCollection AddPathways(this IServiceCollection services)
    {
        services.AddSingleton<PathwayContent>();
        services.AddSingleton<PathwayVerification>();
        services.AddSingleton<IReaction, PathwaysReaction>();
        services.AddSingleton(PathwayTables.Causes);
        services.AddSingleton(PathwayTables.Undecided);
        return services;
    }

    /// <summary>Facts whose conditions could not be answered and wait for a person, and since when; oldest first.</summary>
    public static IReadOnlyList<(UndecidedFact Fact, DateTimeOffset Since)> ReadUndecided(DbSession session, int limit) =>
        session.Query(PathwayTables.ReadUndecided, row => (PathwayTables.Undecidable(row), row.Instant(5)), limit);
}
