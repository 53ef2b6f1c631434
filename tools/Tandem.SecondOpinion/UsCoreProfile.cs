using Tandem.Fhir.Json;

namespace Tandem.SecondOpinion;

/// <summary>The profile that a resource of each kind has to keep to in US Core: what Synthea writes claims none by itself.</summary>
internal static class UsCoreProfile
{
    private const string Specification = "http://hl7.org/fhir/StructureDefinition/";
    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";

    /// <param name="resource">A resource.</param>
    /// <param name="has">Whether the package has a profile: versions differ in names.</param>
    internal static string Of(FhirNode resource, Predicate<string> has) => resource["resourceType"u8].Text switch
    {
        "Observation" => OfObservation(resource),
        "Condition" => has(UsCore + "condition") ? UsCore + "condition" : UsCore + "condition-encounter-diagnosis",
        "Device" => UsCore + "implantable-device",
        "DiagnosticReport" => UsCore + "diagnosticreport-lab",
        "AllergyIntolerance" or "CarePlan" or "CareTeam" or "Encounter" or "Immunization" or "MedicationRequest" or "Organization" or "Patient" or "Practitioner" or "Procedure"
            => UsCore + resource["resourceType"u8].Text!.ToLowerInvariant(),
        var type => Specification + type,
    };

    private static string OfObservation(FhirNode resource) => (Code(resource["category"u8].First), Code(resource["code"u8])) switch
    {
        (_, "72166-2") => UsCore + "smokingstatus",
        ("laboratory", _) => UsCore + "observation-lab",
        ("vital-signs", _) => Specification + "vitalsigns",
        _ => Specification + "Observation",
    };

    private static string? Code(FhirNode concept) => concept["coding"u8].First["code"u8].Text;
}
