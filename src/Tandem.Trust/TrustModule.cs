using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tandem.Record.Projections;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;
using Tandem.Trust.Teams;

namespace Tandem.Trust;

/// <summary>The parts of trust for the host.</summary>
public static class TrustModule
{
    /// <summary>Registers organisations, people, teams, links and sessions.</summary>
    public static IServiceCollection AddTrust(this IServiceCollection services)
    {
        foreach (var table in SignInTables.All.Concat(PeopleTables.All).Concat(TeamTables.All))
            services.AddSingleton(table);
        services.AddSingleton<IProjection, OrganizationProjection>();
        services.TryAddSingleton<SignInOptions>();
        services.AddSingleton<SignInJournal>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<SavePerson>();
        services.AddSingleton<GiveRole>();
        services.AddSingleton<DemoRoles>();
        services.AddSingleton<ActingFor>();
        services.AddSmart();
        return services;
    }

    /// <summary>Maps the posts of the sign-in pages.</summary>
    public static IEndpointRouteBuilder MapTrust(this IEndpointRouteBuilder routes)
    {
        SignInRoutes.Map(routes);
        routes.MapSmart();
        return routes;
    }
}
