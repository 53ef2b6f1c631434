using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Projections;

namespace Tandem.Care.Identity;

/// <summary>Who is who: numbers, matches, merges.</summary>
public static class IdentityModule
{
    /// <summary>Registers the module.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton<IProjection, IdentifierProjection>();
}
