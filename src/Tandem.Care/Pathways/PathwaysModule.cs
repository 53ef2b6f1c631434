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

    /// <summary>Facts whose conditions could not be answered and wait for a person; oldest first.</summary>
    public static IReadOnlyList<WaitingFact> ReadUndecided(DbSession session, int limit) => session.Query(PathwayTables.ReadUndecided, PathwayTables.Waiting, limit);

    /// <summary>Finds all of a patient (<c>$1</c>), dismissed or not; rows are read by <see cref="Waiting"/>.</summary>
    internal const string UndecidedOf = PathwayTables.ReadUndecidedOf;

    /// <summary>Reads a row of <see cref="UndecidedOf"/>.</summary>
    internal static WaitingFact Waiting(DbRow row) => PathwayTables.Waiting(row);

    /// <summary>Those that a clinician dismissed; newest first.</summary>
    public static IReadOnlyList<WaitingFact> ReadDismissed(DbSession session, int limit) => session.Query(PathwayTables.ReadDismissed, PathwayTables.Waiting, limit);
}
