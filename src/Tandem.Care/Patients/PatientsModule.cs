using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>The parts of the patients module.</summary>
public static class PatientsModule
{
    /// <summary>Registers projections, the live feed and what the pages need.</summary>
    public static IServiceCollection AddPatients(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, PatientSummaryProjection>();
        services.AddSingleton<IProjection, TimelineProjection>();
        services.AddSingleton<IProjection, ResultProjection>();
        services.AddSingleton<IProjection, PatientFactProjection>();
        services.AddSingleton(PatientLooks.Looks);
        services.AddSingleton<PeopleToken>();
        services.AddSingleton<AskAmendment>();
        services.AddSingleton<TellAmendment>();
        services.AddHostedService<PatientFeed>();
        return services;
    }

    /// <summary>Maps the posts of the searches and of amendments.</summary>
    public static IEndpointRouteBuilder MapPatients(this IEndpointRouteBuilder routes)
    {
        FindPatients.Map(routes);
        SuggestPeople.Map(routes);
        AmendmentRoutes.Map(routes);
        return routes;
    }
}
