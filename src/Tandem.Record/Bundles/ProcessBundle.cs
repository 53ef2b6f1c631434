using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>A batch or a transaction posted to the base (R4 3.1.0.11).</summary>
internal static class ProcessBundle
{
    internal static void Map(FhirRoutes routes) => FhirEndpoint.Map(
        routes, ["POST"], "/", "ProcessBundle", "Process a batch or a transaction.", HandleAsync, readsJson: true);

    private static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if (request.UnknownParameters() is { } wrong)
            return wrong;
        if (!(await FhirBody.BundleAsync(request)).Succeeded(out var bundle, out var refusal))
            return refusal;
        if (!bundle["resourceType"u8].Is("Bundle"u8))
            return Refusal.Invalid("", new RefusalDetail("invalid", "What is posted here has to be a Bundle.", "Bundle.resourceType"));
        if (bundle["entry"u8] is { Exists: true, Kind: not JsonKind.Array })
            return Refusal.Invalid("", new RefusalDetail("structure", "The entries have to be an array.", "Bundle.entry"));
        request.Scope.Trail.Asked(AskedEntries.Of(bundle, request.Own));
        return bundle["type"u8].Text switch
        {
            "transaction" => await Transaction.HandleAsync(request, bundle),
            "batch" => await Batch.HandleAsync(request, bundle),
            _ => Refusal.Invalid("", new RefusalDetail("value", "The Bundle has to be a batch or a transaction.", "Bundle.type")),
        };
    }
}
