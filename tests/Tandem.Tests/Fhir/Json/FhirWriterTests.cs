using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Tests.Fhir.Json;

public sealed class FhirWriterTests
{
    [Fact]
    public void A_resource_is_written_in_the_order_of_its_calls()
    {
        var bytes = FhirWriter.Resource("Observation", observation => observation
            .Text("id", "o1")
            .Identifiers("identifier", ("urn:a", "1"))
            .Text("status", "final")
            .Concepts("category", "http://example.org/c", "lab")
            .Concept("code", "http://loinc.org", "2823-3", "Potassium", text: "K é")
            .Reference("subject", "Patient", "p1")
            .Instant("issued", new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.FromHours(-5)))
            .Quantity("valueQuantity", 6.40m, "mmol/L", "mmol/L"));

        Assert.Equal(
            """{"resourceType":"Observation","id":"o1","identifier":[{"system":"urn:a","value":"1"}],"status":"final","category":[{"coding":[{"system":"http://example.org/c","code":"lab"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"K é"},"subject":{"reference":"Patient/p1"},"issued":"2026-11-22T09:00:00.000-05:00","valueQuantity":{"value":6.40,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}""",
            Encoding.UTF8.GetString(bytes));
        Assert.Empty(StructureCheck.Check(FhirJson.ParseStored(bytes).Root));
    }

    [Fact]
    public void What_has_no_value_is_left_out()
    {
        var bytes = FhirWriter.Resource("Patient", patient => patient
            .Text("id", null).Boolean("active", null).Number("x", null).Date("birthDate", null).Instant("y", null)
            .Object("a", a => a.Array("b", b => b.Item(c => c.Text("d", " "))))
            .Texts("e", null, "")
            .Reference("f", "Patient", null).Identifier("g", "urn:a", null).Period("h", null, null).Quantity("i", null, "mg")
            .Raw("j", default(FhirNode))
            .Concept("k", "urn:a", null));
        Assert.Equal("""{"resourceType":"Patient"}""", Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void Arrays_objects_and_values_of_other_documents_nest()
    {
        var other = FhirJson.ParseStored("""{"n":[1.50,"\u0041"]}"""u8.ToArray()).Root;
        var bytes = FhirWriter.Resource("Bundle", bundle => bundle
            .Array("entry", ["a", "b"], (entry, id) => entry.Resource("resource", "Patient", patient => patient.Text("id", id)))
            .Array("z", array => array.Item("1").Item(other["n"u8]).Item((string?)null))
            .Raw("n", other["n"u8]));
        Assert.Equal(
            """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Patient","id":"b"}}],"z":["1",[1.50,"\u0041"]],"n":[1.50,"\u0041"]}""",
            Encoding.UTF8.GetString(bytes));
    }
}
