using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>The parts of the patients module.</summary>
public static class PatientsModule
{
    /// <summary>Registers what patients need.</summary>
    public static IServiceCollection AddPatients(this IServiceCollection services) => services.AddSingleton<IProjection, PatientSummaryProjection>();
}
