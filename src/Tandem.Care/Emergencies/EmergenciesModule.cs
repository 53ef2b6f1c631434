using Microsoft.AspNetCore.Routing;

namespace Tandem.Care.Emergencies;

/// <summary>The parts of the module of emergency access.</summary>
public static class EmergenciesModule
{
    /// <summary>Maps the opening of a record.</summary>
    public static IEndpointRouteBuilder MapEmergencies(this IEndpointRouteBuilder routes)
    {
        OpenRecord.Map(routes);
        return routes;
    }
}
