using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Codes and identifiers against what their systems are (R4 2.24.0.7, Identifier.system), and canonical addresses.</summary>
public sealed class CodingCheckTests
{
    private static readonly Checked Wards = new(
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:wards","version":"2","content":"complete","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:part","content":"fragment","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:more","content":"supplement","supplements":"urn:wards","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:unsaid","content":"complete","supplements":"urn:wards","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"ValueSet","url":"urn:set","status":"active","compose":{"include":[{"system":"urn:wards"}]}}"""));

    [Theory]
    [InlineData(""" "system":"urn:wards","code":"icu" """, "")]
    [InlineData(""" "system":"urn:wards","code":"kitchen" """, "warning code-invalid Basic.code.coding[0].code")]
    [InlineData(""" "system":"urn:wards","version":"2","code":"kitchen" """, "error code-invalid Basic.code.coding[0].code")]
    [InlineData(""" "system":"urn:wards","version":"1","code":"kitchen" """, "")] // another version may have it
    [InlineData(""" "system":"urn:part","code":"kitchen" """, "")]
    [InlineData(""" "system":"urn:elsewhere","code":"kitchen" """, "")]
    [InlineData(""" "system":"http://hl7.org/fhir/request-status","code":"kitchen" """, "error code-invalid Basic.code.coding[0].code")]
    [InlineData(""" "system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"kitchen" """, "warning code-invalid Basic.code.coding[0].code")] // the one that ships may be older
    [InlineData(""" "system":"urn:more","code":"icu" """, "error code-invalid Basic.code.coding[0].system")]
    [InlineData(""" "system":"urn:unsaid","code":"icu" """, "error code-invalid Basic.code.coding[0].system")]
    [InlineData(""" "system":"urn:set","code":"icu" """, "error code-invalid Basic.code.coding[0].system")]
    [InlineData(""" "system":"wards","code":"icu" """, "error code-invalid Basic.code.coding[0].system")]
    [InlineData(""" "system":"#wards","code":"icu" """, "error code-invalid Basic.code.coding[0].system")]
    public void A_code_is_one_of_its_code_system(string coding, string finds) =>
        Assert.Equal(finds, Wards.Finds($$"""{"resourceType":"Basic","code":{"coding":[{{{coding}}}],"text":"a"} }"""));

    [Theory] // each version that is here says which codes it has
    [InlineData("1", "old", "")]
    [InlineData("1", "new", "error code-invalid")]
    [InlineData("2", "old", "error code-invalid")]
    [InlineData("2", "new", "")]
    [InlineData("3", "other", "")]
    public void A_code_is_one_of_the_version_that_is_named(string version, string code, string finds)
    {
        var versions = new[] { ("1", "old"), ("2", "new") }.Select(one => Checked.Parsed($$"""{"resourceType":"CodeSystem","url":"urn:w","version":"{{one.Item1}}","content":"complete","concept":[{"code":"{{one.Item2}}"}]}""")).ToList();
        Tandem.Fhir.Definitions.FindCanonical find = (type, url, wanted) => type == "CodeSystem" && url == "urn:w" ? versions.FindLast(one => wanted is null || one["version"u8].Text == wanted) : default;
        var validator = new Tandem.Fhir.Validation.FhirValidator(new Tandem.Fhir.Validation.ProfileSet(find), new Tandem.Fhir.Terminology.TerminologyService(find));
        var issues = validator.Validate(Checked.Parsed($$"""{"resourceType":"Basic","code":{"coding":[{"system":"urn:w","version":"{{version}}","code":"{{code}}"}],"text":"a"} }"""));

        Assert.Equal(finds, string.Join('\n', issues.Where(issue => issue.IsError).Select(issue => $"error {issue.Code}")));
    }

    [Theory]
    [InlineData(""" "system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3" """, "")]
    [InlineData(""" "system":"urn:ietf:rfc:3986","value":"https://example.org/a" """, "")]
    [InlineData(""" "system":"urn:ietf:rfc:3986","value":"1.2.3" """, "error value Basic.identifier[0].value")]
    [InlineData(""" "system":"urn:ietf:rfc:3986" """, "")]
    [InlineData(""" "system":"urn:mrn","value":"1.2.3" """, "")]
    [InlineData(""" "system":"mrn","value":"1" """, "error value Basic.identifier[0].system")]
    public void An_identifier_is_what_its_system_says(string identifier, string finds) =>
        Assert.Equal(finds, Wards.Finds($$"""{"resourceType":"Basic","code":{"text":"a"},"identifier":[{{{identifier}}}]}"""));

    [Theory]
    [InlineData("http://example.org/Library/a", "")]
    [InlineData("urn:oid:1.2.3", "")]
    [InlineData("#a", "")]
    [InlineData("Library/a", "error value Measure.library[0]")]
    public void A_canonical_address_is_absolute(string library, string finds) => Assert.Equal(finds, Wards.Finds(
        $$"""{"resourceType":"Measure","name":"M","status":"active","library":["{{library}}"],"contained":[{"resourceType":"Library","id":"a","status":"active","type":{"text":"a"} }],"relatedArtifact":[{"type":"documentation","resource":"#a"}]}"""));
}
