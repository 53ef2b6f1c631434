using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>What others name by its address (R4 canonical): the address holds everywhere, and what is defined holds together.</summary>
internal static class DefinitionCheck
{
    internal static void Check(FhirNode resource, string type, ValidationRun run)
    {
        if (type is not ("Device" or "DeviceDefinition") // whose url is where the device is reached
            && resource["url"u8] is { Kind: JsonKind.String } url && !url.Text!.Contains(':', StringComparison.Ordinal))
            run.Add(IssueSeverity.Error, "value", "The url of a definition is an absolute address.", FhirValue.Of(url, "uri"));
        switch (type)
        {
            case "CodeSystem":
                new CodeSystemCheck(resource, run).Check();
                break;
            case "ValueSet":
                new ValueSetCheck(resource, run).Check();
                break;
            case "ConceptMap":
                ConceptMapCheck.Check(resource, run);
                break;
        }
    }
}
