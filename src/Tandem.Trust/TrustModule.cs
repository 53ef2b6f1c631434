using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Trust.SignIn;

namespace Tandem.Trust;

/// <summary>The parts of trust for the host.</summary>
public static class TrustModule
{
    /// <summary>Registers people, links and sessions.</summary>
    public static IServiceCollection AddTrust(this IServiceCollection services)
    {
        services.AddSingleton(SignInTables.People);
        services.AddSingleton(SignInTables.Links);
        services.AddSingleton(SignInTables.Sessions);
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<DemoRoles>();
        return services;
    }

    /// <summary>Maps the posts of the sign-in pages.</summary>
    public static IEndpointRouteBuilder MapTrust(this IEndpointRouteBuilder routes)
    {
        SignInRoutes.Map(routes);
        return routes;
    }
}
