using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>An Identifier (R4 Identifier.system): its system is an absolute address, and where that says the value is an address itself, it is a whole one.</summary>
internal static class IdentifierCheck
{
    internal static void Check(FhirNode identifier, ValidationRun run)
    {
        if (identifier["system"u8] is not { Kind: JsonKind.String } system)
            return;
        if (!system.Text!.Contains(':', StringComparison.Ordinal))
            run.Add(IssueSeverity.Error, "value", "The system of an identifier is an absolute address.", FhirValue.Element(system, default, null));
        if (system.Is("urn:ietf:rfc:3986"u8) && identifier["value"u8] is { Kind: JsonKind.String } value && !value.Text!.Contains(':', StringComparison.Ordinal))
            run.Add(IssueSeverity.Error, "value", "By its system this identifier is a URI, and a URI begins with its scheme, such as urn:oid: or https://.", FhirValue.Element(value, default, null));
    }
}
