using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using static Tandem.Fhir.Views.PatientReferenceKind;

namespace Tandem.Tests.Fhir.Views;

/// <summary>Is it a reference to a patient, and to which (R4 2.3.0)?</summary>
public sealed class PatientReferenceTests
{
    [Theory]
    [InlineData("", NoPatient, null, null)]
    [InlineData("""{"reference":"Patient/a"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"Patient/a/_history/3"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"Patient/a","type":"Device"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"Patient/a","identifier":{"value":"1"},"display":"A"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"http://localhost/fhir/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://elsewhere.example/fhir/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"HTTPS://elsewhere.example/Patient/a/_history/1"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://elsewhere.example/fhir/Patient/a","type":"Device"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/Patient/a"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/Patient/a/_history/3"}""", Here, "a", "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/Device/d"}""", NoPatient, null, "Device")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/Patient?identifier=urn:sample|1"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir2/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir.elsewhere.example/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/other/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://hub.example.org/fhir/https://elsewhere.example/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"https://elsewhere.example/https://hub.example.org/fhir/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"/Patient/a"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"Patient?identifier=urn:sample|1"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"Patient/a123456789b123456789c123456789d123456789e123456789f12345678901234"}""", Elsewhere, null, "Patient")]
    [InlineData("""{"reference":"Patient/","type":"Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"reference":"Patient/"}""", Unstated, null, null)]
    [InlineData("""{"reference":"urn:uuid:7d0a3a7c-0a52-4f3a-9f3e-0d5a1c2b3d4e","type":"Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"reference":"urn:uuid:7d0a3a7c-0a52-4f3a-9f3e-0d5a1c2b3d4e","type":"Device"}""", NoPatient, null, "Device")]
    [InlineData("""{"reference":"urn:uuid:7d0a3a7c-0a52-4f3a-9f3e-0d5a1c2b3d4e"}""", Unstated, null, null)]
    [InlineData("""{"reference":"urn:oid:2.16.840.1"}""", Unstated, null, null)]
    [InlineData("""{"reference":"#p"}""", Stated, null, "Patient")]
    [InlineData("""{"reference":"#d"}""", NoPatient, null, "Device")]
    [InlineData("""{"reference":"#d","type":"Patient"}""", NoPatient, null, "Device")]
    [InlineData("""{"reference":"#none"}""", Unstated, null, null)]
    [InlineData("""{"reference":"#none","type":"Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"identifier":{"system":"urn:sample","value":"1"}}""", Unstated, null, null)]
    [InlineData("""{"identifier":{"system":"urn:sample","value":"1"},"type":"Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"identifier":{"system":"urn:sample","value":"1"},"type":"Location"}""", NoPatient, null, "Location")]
    [InlineData("""{"display":"A"}""", Unstated, null, null)]
    [InlineData("""{"display":"A","type":"http://hl7.org/fhir/StructureDefinition/Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"display":"Room 3","type":"Location"}""", NoPatient, null, "Location")]
    [InlineData("""{"reference":"Device/d"}""", NoPatient, null, "Device")]
    [InlineData("""{"reference":"Device/d","type":"Patient"}""", Stated, null, "Patient")]
    [InlineData("""{"reference":"Group/g/_history/2"}""", NoPatient, null, "Group")]
    [InlineData("""{"reference":"https://elsewhere.example/fhir/Practitioner/p"}""", NoPatient, null, "Practitioner")]
    [InlineData("""{"reference":"https://elsewhere.example/people/7"}""", Unstated, null, null)]
    [InlineData("""{"extension":[{"url":"urn:sample","valueBoolean":true}]}""", NoPatient, null, null)]
    public void A_reference_is_judged_by_what_it_says(string reference, PatientReferenceKind kind, string? id, string? type)
    {
        var resource = FhirJson.ParseStored(Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"},{"resourceType":"Device","id":"d"}]{{(reference.Length > 0 ? $",\"subject\":{reference}" : "")}}}""")).Root;

        Assert.Equal(new PatientReference(kind, id, type), PatientReference.Of(resource["subject"u8], resource, new OwnAddresses("https://hub.example.org/fhir")));
    }

    [Theory]
    [InlineData("Patient/a", "a")]
    [InlineData("Patient/a/_history/2", "a")]
    [InlineData("Patient/a123456789b123456789c123456789d123456789e123456789f1234567890123", "a123456789b123456789c123456789d123456789e123456789f1234567890123")]
    [InlineData("Patient/a123456789b123456789c123456789d123456789e123456789f12345678901234", null)]
    [InlineData("Patient/", null)]
    [InlineData("patient/a", null)]
    [InlineData("https://elsewhere.example/Patient/a", null)]
    [InlineData("a", null)]
    [InlineData(null, null)]
    public void The_id_of_a_patient_of_this_record_is_read_without_its_version(string? literal, string? id) => Assert.Equal(id, PatientReference.IdIn(literal));
}
