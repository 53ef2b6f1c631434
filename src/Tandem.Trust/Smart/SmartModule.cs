using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tandem.Trust.Access;
using Tandem.Record.Access;
using Tandem.Record.Rest;

namespace Tandem.Trust.Smart;

/// <summary>The parts of the SMART and OAuth server.</summary>
public static class SmartModule
{
    /// <summary>Registers them. <see cref="SmartSettings"/> registered before go before the default.</summary>
    public static IServiceCollection AddSmart(this IServiceCollection services)
    {
        services.TryAddSingleton(new SmartSettings());
        foreach (var table in SmartTables.All)
            services.AddSingleton(table);
        services.AddSingleton<Issuer>();
        services.AddSingleton(provider => new AuthorizationAddresses(request => DiscoveryRoutes.AddressesOf(provider.GetRequiredService<Issuer>().Of(request), provider.GetRequiredService<SmartSettings>())));
        services.AddSingleton<OutsideWorld>();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<SignedAssertion>();
        services.AddSingleton<OAuthThrottle>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<TokenDesk>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IScopeRenewal, RenewScope>();
        services.AddSingleton<SealedRequests>();
        services.AddSingleton<ConsentDesk>();
        services.AddSingleton(provider => new SystemCallers(
            provider.GetRequiredService<SmartSettings>(), provider.GetRequiredService<SignedAssertion>(), provider.GetRequiredService<ClientKeys>(),
            provider.GetRequiredService<Issuer>(), provider.GetRequiredService<AccessScopes>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new EhrLaunch(
            provider.GetRequiredService<SmartSettings>(), provider.GetRequiredService<OutsideWorld>(), provider.GetRequiredService<Issuer>(),
            provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Maps its addresses.</summary>
    public static IEndpointRouteBuilder MapSmart(this IEndpointRouteBuilder routes)
    {
        DiscoveryRoutes.Map(routes);
        AppStyle.Map(routes);
        BeginAuthorization.Map(routes);
        GiveConsent.Map(routes);
        ExchangeToken.Map(routes);
        IntrospectToken.Map(routes);
        RevokeToken.Map(routes);
        RegisterClient.Map(routes);
        DecideClient.Map(routes);
        DisconnectApp.Map(routes);
        NarrowApp.Map(routes);
        LaunchApp.Map(routes);
        return routes;
    }
}
