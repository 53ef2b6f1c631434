using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Bulk;

/// <summary>The calls that start jobs: <c>$export</c> of the whole record, of patients and of a group (Bulk Data Access 2.0), and <c>$import</c>.</summary>
internal static class BulkOperations
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    private static readonly OperationParameter[] Wanted =
    [
        new("_outputFormat", "string", "application/fhir+ndjson."),
        new("_since", "instant", "Only what changed at this instant or later; deletions since then are told."),
        new("_type", "string", "Resource types, separated by commas; all without it.", IsList: true),
        new("_typeFilter", "string", "Searches that choose among the resources of a type.", IsList: true),
        new("_elements", "string", "Only these elements (Patient.name, status) and the mandatory ones; resources are then tagged SUBSETTED.", IsList: true),
        new("includeAssociatedData", "code", "RelevantProvenanceResources or LatestProvenanceResources: Provenance of what is exported, where _type leaves it out.", IsList: true),
    ];

    private static readonly OperationParameter[] WantedOfPatients =
        [.. Wanted, new("patient", "Reference", "Only these patients.", IsList: true)];

    internal static readonly Operation ExportSystem = Export(OperationLevels.System, [], Wanted, "Exports the whole record as NDJSON.", "export");

    internal static readonly Operation ExportPatients = Export(OperationLevels.Type, ["Patient"], WantedOfPatients, "Exports all patients' records as NDJSON.", "patient-export");

    internal static readonly Operation ExportGroup = Export(OperationLevels.Instance, ["Group"], WantedOfPatients, "Exports the records of a group's members as NDJSON.", "group-export");

    internal static readonly Operation Import = new()
    {
        Code = "import",
        Levels = OperationLevels.System,
        AffectsState = true,
        Summary = "Takes NDJSON files in, from the hub's import folder or from hosts it may fetch from.",
        Parameters =
        [
            new("inputFormat", "code", "application/fhir+ndjson."),
            new("input", "BackboneElement", "A file: the parts type (code) and url (uri).", 1, IsList: true),
        ],
        Run = ImportAsync,
    };

    private static Operation Export(OperationLevels level, string[] types, OperationParameter[] parameters, string summary, string definition) => new()
    {
        Code = "export",
        Levels = level,
        Types = types,
        Summary = summary,
        Follows = $"http://hl7.org/fhir/uv/bulkdata/OperationDefinition/{definition}",
        Parameters = parameters,
        TellsWhatIsLeftOut = true,
        Run = ExportAsync,
    };

    private static async Task<FhirReply> ExportAsync(OperationRequest call)
    {
        if (HttpMethods.IsHead(call.Fhir.Http.Request.Method)) // safe, so that it starts nothing (RFC 9110 9.2.1)
            return FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "An export is started by GET or POST.") with { Allow = "GET, POST" };
        if (Unasynchronous(call) is { } refusal)
            return refusal;
        if (call.Id.Length > 0 && call.Fhir.Service.Store.Read("Group", call.Id, call.Fhir.Scope).Refusal is { } missing)
            return missing;
        var of = call.Id.Length > 0 ? call.Id : call.Type.Length > 0 ? ExportPlan.AllPatients : ExportPlan.System;
        return ExportPlan.Read(call, of).Succeeded(out var plan, out refusal) ? await StartAsync(call, BulkKind.Export, plan.ToJson(), plan.LeftOut) : refusal;
    }

    private static async Task<FhirReply> ImportAsync(OperationRequest call)
    {
        if (!call.Fhir.Scope.MayWriteEverything()) // a file holds whatever its maker put in: nothing of it may be out of reach
            return Refusal.Forbidden("Files are taken in for who may create and change everything, such as a service of the whole region with the scope system/*.cruds. Ask whoever runs the hub.");
        if (Unasynchronous(call) is { } refusal)
            return refusal;
        return ImportPlan.Read(call, call.Fhir.Service.Bulk.Options).Succeeded(out var plan, out refusal) ? await StartAsync(call, BulkKind.Import, plan.ToJson(), [.. call.LeftOut]) : refusal;
    }

    private static Refusal? Unasynchronous(OperationRequest call) =>
        call.Fhir.Http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusal.Invalid("", new RefusalDetail("not-supported", "This takes longer than a request: ask with the header Prefer: respond-async."));

    private static async Task<FhirReply> StartAsync(OperationRequest call, BulkKind kind, string plan, IReadOnlyList<RefusalDetail> leftOut)
    {
        var (http, trail) = (call.Fhir.Http, call.Fhir.Scope.Trail);
        if (await trail.ReadyAsync() is { } untold)
            return untold;
        var request = $"{call.Fhir.Address}{http.Request.Path.Value![(call.Fhir.Prefix.Length)..]}{http.Request.QueryString}";
        if (!(await call.Fhir.Service.Bulk.StartAsync(kind, plan, request, call.Fhir.Scope, call.Fhir.Cancel)).Succeeded(out var job, out var refusal))
            return refusal.Kind == RefusalKind.Conflict ? FhirReply.Error(StatusCodes.Status429TooManyRequests, "throttled", refusal.Text) with { RetryAfter = AskAgain } : refusal;
        trail.Changed();
        http.Response.Headers.ContentLocation = $"{call.Fhir.Address}{BulkRoutes.Path}/{job.Id}";
        return new FhirReply(StatusCodes.Status202Accepted, OperationOutcomeJson.Write(
        [
            ("information", new RefusalDetail("informational", "It has begun; Content-Location says where to ask.")),
            .. leftOut.Select(left => ("warning", left)),
        ]));
    }
}
