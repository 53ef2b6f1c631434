using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Projections;

namespace Tandem.Care.CareTeams;

/// <summary>The parts of the module of care teams.</summary>
public static class CareTeamsModule
{
    /// <summary>Registers the names of those who can own work.</summary>
    public static IServiceCollection AddCareTeams(this IServiceCollection services) => services.AddSingleton<IProjection, ReceiverProjection>();
}
