using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tandem.Record.Access;
using Tandem.Record.Projections;
using Tandem.Trust.Access;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.Provisioning;
using Tandem.Trust.Provisioning.Scim;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;
using Tandem.Trust.SignIn.MyAccount;
using Tandem.Trust.SignIn.Providers;
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
        services.AddSingleton<IProjection, TeamProjection>();
        services.TryAddSingleton<SignInOptions>();
        services.AddSingleton<SignInJournal>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<IAdmissions, Admissions>();
        services.AddSingleton<SignInLinks>();
        services.AddSignInMeans();
        services.AddSingleton<SavePerson>();
        services.AddSingleton<GiveRole>();
        services.AddSingleton<InvitePerson>();
        services.AddHostedService<PublishEndedRoles>();
        services.AddSingleton<OpenPortal>();
        services.AddSingleton<ImportPeople>();
        services.AddSingleton(ScimTokens.Kept);
        services.AddSingleton<ScimTokens>();
        services.AddSingleton<ScimTurn>();
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroups>();
        services.AddSingleton<ActingFor>();
        services.AddSmart();
        return services;
    }

    /// <summary>Maps the posts of the sign-in pages.</summary>
    public static IEndpointRouteBuilder MapTrust(this IEndpointRouteBuilder routes)
    {
        SignInRoutes.Map(routes);
        routes.MapSmart();
        AccountRoutes.Map(routes);
        ProviderRoutes.Map(routes);
        PeopleRoutes.Map(routes);
        OrganizationRoutes.Map(routes);
        TeamRoutes.Map(routes);
        ScimRoutes.Map(routes);
        ScimTokenRoutes.Map(routes);
        AccessRoutes.Map(routes);
        PortalRoutes.Map(routes);
        return routes;
    }
}
