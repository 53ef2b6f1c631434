using Tandem.Fhir.Json;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>$meta</c>: the profiles, tags and labels of a resource, without the resource (R4 Resource-meta).</summary>
internal static class ReadMeta
{
    internal static readonly Operation Operation = new()
    {
        Code = "meta",
        Levels = OperationLevels.Instance,
        Summary = "The profiles, tags and security labels of a resource.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Resource-meta",
        Parameters = [new("return", "Meta", "The meta of the current version.", 1, IsOut: true)],
        Run = call => Task.FromResult(Run(call)),
    };

    /// <summary>The answer of all three operations: the meta that now holds.</summary>
    internal static FhirReply Answer(FhirNode resource) => new(200, FhirWriter.Resource("Parameters", parameters => parameters.Array(
        "parameter", array => array.Item(parameter => parameter.Text("name", "return").Raw("valueMeta", resource["meta"u8])))));

    private static FhirReply Run(OperationRequest call) =>
        call.Fhir.Service.Store.Read(call.Type, call.Id, call.Fhir.Scope).Succeeded(out var version, out var refusal) ? Answer(version.Root) : refusal;
}
