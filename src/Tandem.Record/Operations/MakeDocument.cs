using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>Composition/$document</c> (R4 Composition-document): a Bundle of type document with the composition, all it refers to and what that refers to in turn, as
/// <see cref="DocumentParts"/> says; kept as a Bundle where <c>persist</c> is true.
/// </summary>
internal static class MakeDocument
{
    internal static readonly Operation Operation = new()
    {
        Code = "document",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["Composition"],
        Summary = "A document made of a composition and what it refers to.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Composition-document",
        Parameters =
        [
            new("id", "uri", "The composition, where it is not on the path: its id, or its address here."),
            new("persist", "boolean", "True keeps the document as a Bundle; then the operation has to be posted."),
            new("return", "Bundle", "The document.", 1, IsOut: true),
        ],
        Run = RunAsync,
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        var isKept = call.Text("persist") == "true";
        if (isKept && !HttpMethods.IsPost(call.Fhir.Http.Request.Method))
            return FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "persist=true changes the record; it has to be posted.") with { Allow = "POST" };
        if (!Named(call).Succeeded(out var id, out var refusal) || !Parts(call, id).Succeeded(out var parts, out refusal))
            return refusal;
        Redisclosure.Mark(call.Fhir, parts);
        using var bundle = new BundleWriter("document", call.Fhir, parts.Select(part => part.Bytes.Length + 200));
        bundle.Document(Ids.NewUrn(call.Fhir.Service.Clock), call.Fhir.Service.Clock.GetUtcNow());
        foreach (var part in parts)
            bundle.Part(part);
        return isKept ? await KeepAsync(call, FhirJson.ParseStored(bundle.End()).Root) : new FhirReply(StatusCodes.Status200OK, bundle.End());
    }

    private static Outcome<string> Named(OperationRequest call)
    {
        var named = call.Text("id");
        if (call.Id.Length > 0)
            return named is null ? call.Id : Refusal.Invalid("", new RefusalDetail("invalid", "The composition is on the path already; leave id away."));
        if (named is null)
            return Refusal.Invalid("", new RefusalDetail("required", "Name the composition: id."));
        var path = call.Fhir.Own.Relative(named)!;
        path = path.StartsWith("Composition/", StringComparison.Ordinal) ? path["Composition/".Length..] : path;
        return UpdateResource.IsId(path) ? path : Refusal.Invalid("", new RefusalDetail("not-supported", "Documents are made of compositions of this record only."));
    }

    private static Outcome<List<ResourceVersion>> Parts(OperationRequest call, string id) =>
        call.Fhir.Service.Store.Read("Composition", id, call.Fhir.Scope, call.Fhir.Limit).Then(composition =>
            call.Fhir.Service.Store.Database.Snapshot(session => DocumentParts.Of(session, composition, call.Fhir), call.Fhir.Limit));

    private static async Task<FhirReply> KeepAsync(OperationRequest call, FhirNode document)
    {
        var service = call.Fhir.Service;
        if (!FhirBody.Sound(document, "Bundle", service.Rules, call.Fhir.Scope, from: BodyOrigin.There).Succeeded(out _, out var refusal))
            return refusal;
        var made = new ReadyVersion("Bundle", Ids.New(service.Clock), document, service.Search.Options);
        var outcome = await service.Store.WriteAsync(call.Fhir.Scope, session => CreateResource.Decide(session, made, Criteria.Empty), call.Fhir.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(call.Fhir, written) : refusal;
    }
}
