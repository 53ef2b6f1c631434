using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Vital signs, known by their LOINC codes (R4 observation-vitalsigns.html).</summary>
public sealed class VitalSignTests
{
    private const string Category = """ "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}], """;

    private static string Heartbeat(string more, string unit = "/min", string system = "http://loinc.org") => $$"""
        {"resourceType":"Observation","status":"final",{{more}}"code":{"coding":[{"system":"{{system}}","code":"8867-4"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-11-20",
         "valueQuantity":{"value":70,"unit":"a minute","system":"http://unitsofmeasure.org","code":"{{unit}}"} }
        """;

    [Theory]
    [InlineData(Category, "/min", "")]
    [InlineData("", "/min", "warning required Observation.category\nwarning required Observation.category")]
    [InlineData(Category, "Hz", "warning value Observation.value.code")]
    public void A_vital_sign_that_claims_no_profile_is_told_what_that_of_its_sign_misses(string more, string unit, string finds) => Assert.Equal(finds, new Checked().Finds(Heartbeat(more, unit)));

    [Fact]
    public void One_that_claims_it_is_held_to_it() =>
        Assert.StartsWith("error required Observation.category", new Checked().Finds(Heartbeat(""" "meta":{"profile":["http://hl7.org/fhir/StructureDefinition/heartrate"]}, """)));

    [Fact]
    public void The_code_means_that_in_loinc_alone() => Assert.Equal("", new Checked().Finds(Heartbeat("", system: "urn:own")));
}
