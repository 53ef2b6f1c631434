using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>$meta</c>: the profiles, tags and labels of a resource, without the resource (R4 Resource-meta).</summary>
internal static class ReadMeta
{
    internal static readonly Operation Operation = new()
    {
        Code = "meta",
        Levels = OperationLevels.System | OperationLevels.Type | OperationLevels.Instance,
        Summary = "The profiles, tags and security labels of a resource, or those that are in use in a type or the whole record.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Resource-meta",
        Parameters = [new("return", "Meta", "The meta of the current version; on a type or the record the profiles, tags and labels in use.", 1, IsOut: true)],
        Run = call => Task.FromResult(Run(call)),
    };

    /// <summary>The answer of all three operations: the meta that now holds.</summary>
    internal static FhirReply Answer(FhirNode resource) => new(200, FhirWriter.Resource("Parameters", parameters => parameters.Array(
        "parameter", array => array.Item(parameter => parameter.Text("name", "return").Raw("valueMeta", resource["meta"u8])))));

    private static FhirReply Run(OperationRequest call)
    {
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read(call.Type, call.Id, call.Fhir.Scope, call.Fhir.Limit).Succeeded(out var version, out var refusal) ? Answer(version.Root) : refusal;
        if (call.Fhir.Scope.Reach != Reach.Everyone)
            return Refusal.Forbidden("Which labels are in use is told of the whole record only, and your role does not reach all of it.");
        IReadOnlyList<string> types = call.Type.Length > 0 ? [call.Type] : R4.ResourceTypes;
        return new FhirReply(200, call.Fhir.Service.Store.Database.Snapshot(session => MetaInUse.Of(session, types), call.Fhir.Limit));
    }
}
