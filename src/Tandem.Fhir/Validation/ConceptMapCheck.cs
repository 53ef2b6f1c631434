using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>A ConceptMap (R4 4.10): it maps codes of its source to codes of its target, each a code of its system and within the value set that the map is for, where the code system is here.</summary>
internal static class ConceptMapCheck
{
    internal static void Check(FhirNode map, ValidationRun run)
    {
        var source = map["sourceCanonical"u8].Text ?? map["sourceUri"u8].Text;
        var target = map["targetCanonical"u8].Text ?? map["targetUri"u8].Text;
        foreach (var group in map["group"u8].Items)
        {
            foreach (var element in group["element"u8].Items)
            {
                Code(element["code"u8], group["source"u8].Text, group["sourceVersion"u8].Text, source, run);
                foreach (var to in element["target"u8].Items)
                    Code(to["code"u8], group["target"u8].Text, group["targetVersion"u8].Text, target, run);
            }
        }
    }

    private static void Code(FhirNode place, string? system, string? version, string? valueSet, ValidationRun run)
    {
        if (system is null || place.Text is not { } code)
            return;
        if (CodesOfSystem.Missing(run.Validator.Terminology, system, version, code) is { } severity)
            run.Add(severity, "code-invalid", "The code system has no such code.", FhirValue.Element(place, default, null));
        else if (valueSet is not null && CodesOfSystem.Of(run.Validator.Terminology, system, version) is not null && run.Validator.Terminology.Contains(valueSet, system, code) == false)
            run.Add(IssueSeverity.Error, "code-invalid", "The code is not in the value set that the map is for.", FhirValue.Element(place, default, null));
    }
}
