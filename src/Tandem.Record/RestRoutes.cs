using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Bulk;
using Tandem.Record.Bundles;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Projections;
using Tandem.Record.Reactions;
using Tandem.Record.Rest;
using Tandem.Record.Retention;
using Tandem.Record.Sealing;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;
using Tandem.Record.Search.Site;
using Tandem.Record.Validation;
using Tandem.Record.Subscriptions;

namespace Tandem.Record;

/// <summary>The FHIR interface for the host.</summary>
public static class RestRoutes
{
    /// <summary>Registers what the FHIR interface works with. A <see cref="RestLimits"/> registered before goes before the default.</summary>
    public static IServiceCollection AddRest(this IServiceCollection services)
    {
        services.TryAddSingleton(TrailKeeper.None);
        services.TryAddSingleton(AuthorizationAddresses.None);
        services.TryAddSingleton(RestLimits.Default);
        services.TryAddSingleton(SearchIndexOptions.Default);
        services.TryAddSingleton(new ValidationSettings());
        services.TryAddSingleton(new FileSettings());
        services.AddSingleton<FileGuard>();
        services.AddSingleton(provider => new ValidationModes(provider.GetRequiredService<ValidationSettings>(), provider.GetService<FeedValidation>()));
        services.AddSingleton<WriteRules>();
        services.AddSingleton(ValidationNote.Table);
        services.AddSingleton<IWriteRule, NoteWrites>();
        services.AddSingleton<IReaction, NoteFindings>();
        services.AddSingleton<PackagedDefinitions>();
        services.AddSingleton<SiteDefinitions>();
        services.AddSingleton<SiteParameters>();
        services.AddSingleton(SiteParameterTable.Table);
        services.AddSingleton<IWriteRule, SiteParameterRules>();
        services.AddSingleton<IProjection, GroupMembers>();
        services.AddSingleton<IProjection, Strangers>();
        services.AddSingleton<IProjection>(provider => new SearchProjection(provider.GetRequiredService<SiteParameters>()));
        services.AddSingleton(provider => new RecordSearch(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<SiteParameters>(), provider.GetRequiredService<PackagedDefinitions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<KeptEntries>()));
        services.AddHostedService<SiteParameterIndexing>();
        services.AddSingleton(FullTextTables.Cursor);
        services.AddSingleton<FullTextIndex>();
        services.AddSingleton(provider => FullTextIndex.Anew(provider.GetRequiredService<RecordStore>()));
        services.AddHostedService(provider => provider.GetRequiredService<FullTextIndex>());
        services.AddSingleton<Table>(PageKey.Secrets);
        services.AddSingleton<PageKey>();
        services.TryAddSingleton(new BulkOptions());
        services.AddSingleton(BulkJob.Table);
        services.AddSingleton(RetentionRun.Table); // what the hourly removal of files took
        services.AddSingleton(BulkJob.Scopes);
        services.AddSingleton<BulkJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<BulkJobs>());
        services.AddSingleton<ISealRule, SubscriptionSecrets>();
        services.AddSingleton<FhirService>();
        services.AddSubscriptions();
        return services;
    }

    /// <summary>Maps the interactions of FHIR R4 on all resource types. Every request needs a scope (401 without); all errors are OperationOutcomes.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="prefix">The base's path, without a slash at the end.</param>
    public static IEndpointRouteBuilder MapFhir(this IEndpointRouteBuilder routes, string prefix = "/fhir")
    {
        var fhir = new FhirRoutes(routes, prefix, routes.ServiceProvider.GetRequiredService<FhirService>());
        Capabilities.Map(fhir);
        ReadResource.Map(fhir);
        ReadVersion.Map(fhir);
        CreateResource.Map(fhir);
        UpdateResource.Map(fhir);
        PatchResource.Map(fhir);
        DeleteResource.Map(fhir);
        History.Map(fhir);
        SearchResources.Map(fhir);
        SearchTypes.Map(fhir);
        SearchCompartment.Map(fhir);
        ProcessBundle.Map(fhir);
        OperationRoutes.Map(fhir);
        BulkRoutes.Map(fhir);
        StreamRoutes.Map(fhir);
        MapRest(fhir);
        return routes;
    }

    /// <summary>Whatever no interaction takes: a known place with another method, or no place at all.</summary>
    private static void MapRest(FhirRoutes fhir)
    {
        RequestDelegate run = http =>
            FhirEndpoint.RunAsync(new FhirRequest(http, fhir.Service, fhir.Prefix), UnmappedAsync, readsJson: false, open: true);
        fhir.Builder.Map(fhir.Prefix + "/{**path}", run).ExcludeFromDescription().WithMetadata(KeepsTrail.Itself);
    }

    private static Task<FhirReply> UnmappedAsync(FhirRequest request) => Task.FromResult(Unmapped(request));

    private static FhirReply Unmapped(FhirRequest request)
    {
        var path = ((string?)request.Http.GetRouteValue("path") ?? "").Split('/');
        if (path.Any(part => part.StartsWith('$') && !OperationTable.All.Any(operation => operation.Code == part[1..])))
            return Refusal.NotFound("There is no operation of this name; /metadata lists what is there.");
        var isKnown = path is [""] or ["metadata"] or ["_history"] || (R4.IsResourceType(path[0]) && path.Length <= 4);
        return isKnown
            ? FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "This method or interaction is not supported here; /metadata lists what is.") with { Allow = AllowedMethods.At(request.Http) }
            : Refusal.NotFound("There is nothing at this address; /metadata lists what is there.");
    }
}
