using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Views;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Sealing;

namespace Tandem.Trust.Access;

/// <summary>The parts of access for the host.</summary>
public static class AccessModule
{
    /// <summary>Registers policies, relationships, labels, consents and the making of scopes.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="contentFolder">The folder with the rules of labels.</param>
    public static IServiceCollection AddAccess(this IServiceCollection services, string contentFolder)
    {
        services.AddSingleton<IProjection, RelationProjection>();
        services.AddSingleton<IProjection, RepresentativeProjection>();
        services.AddSingleton(provider => new LabelProjection(LabelRules.Read(contentFolder), provider.GetRequiredService<OwnAddresses>()));
        services.AddSingleton<IProjection>(provider => provider.GetRequiredService<LabelProjection>());
        services.AddSingleton<ISealRule, CounsellingNotes>();
        services.AddSingleton<IProjection, ConsentProjection>();
        services.AddSingleton<IWriteRule, GoneLabels>();
        services.AddSingleton<IWriteRule, PolicyRules>();
        services.AddSingleton<IWriteRule, ConsentRules>();
        services.AddSingleton(EmergencyAccess.Table);
        services.AddSingleton<PoliciesInForce>();
        services.AddSingleton<AccessScopes>();
        services.AddSingleton<ExplainAccess>();
        services.AddSingleton<TryAccess>();
        return services;
    }
}
