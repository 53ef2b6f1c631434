using Tandem.Fhir.Json;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>$versions</c> (R4 CapabilityStatement-versions): which versions of FHIR the interface speaks, for clients that ask before anything else.</summary>
internal static class ReadVersions
{
    private const string Spoken = "4.0";

    internal static readonly Operation Operation = new()
    {
        Code = "versions",
        Levels = OperationLevels.System,
        IsOpen = true,
        Summary = "The versions of FHIR that this server speaks.",
        Follows = "http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions",
        Parameters =
        [
            new("version", "code", "A version that can be asked for by fhirVersion in Accept and Content-Type.", 1, IsList: true, IsOut: true),
            new("default", "code", "The version where none is asked for.", 1, IsOut: true),
        ],
        Run = _ => Task.FromResult(new FhirReply(200, FhirWriter.Resource("Parameters", parameters => parameters.Array("parameter", array => array
            .Item(version => version.Text("name", "version").Text("valueCode", Spoken))
            .Item(version => version.Text("name", "default").Text("valueCode", Spoken)))))),
    };
}
