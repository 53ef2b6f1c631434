using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>The system and the code of a Coding (R4 2.24.0.7), whatever it is bound to.</summary>
public sealed class CodingTests
{
    private static readonly Checked Own = new(
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:wards","version":"2","content":"complete","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:rooms","content":"fragment","concept":[{"code":"1"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:more-wards","content":"supplement","supplements":"urn:wards","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:odd-wards","content":"complete","supplements":"urn:wards","concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"ValueSet","url":"urn:some-wards","compose":{"include":[{"system":"urn:wards"}]}}"""));

    private const string OfSystem = "error value Observation.code.coding[0].system";
    private const string OfCode = "warning code-invalid Observation.code.coding[0].code";

    [Theory]
    [InlineData("urn:wards", "icu", "")]
    [InlineData("urn:wards", "er", OfCode)] // no code of a system that is here whole
    [InlineData("urn:rooms", "2", "")] // of this one only a part is here
    [InlineData("urn:elsewhere", "1", "")]
    [InlineData("LN", "1234-5", OfSystem)] // no absolute address
    [InlineData("urn:some-wards", "icu", OfSystem)] // a value set
    [InlineData("urn:more-wards", "icu", OfSystem)] // a supplement (R4 4.8.10)
    [InlineData("urn:odd-wards", "icu", OfSystem)] // as much, though its content is not called one
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M", "")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "MARRIED", OfCode)]
    public void The_system_is_one_and_has_the_code(string system, string code, string finds) =>
        Assert.Equal(finds, Own.Finds($$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"{{system}}","code":"{{code}}"}]} }"""));

    [Theory] // another release may have it
    [InlineData("1", "")]
    [InlineData("2", OfCode)]
    public void A_code_of_another_version_is_not_judged(string version, string finds) =>
        Assert.Equal(finds, Own.Finds($$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:wards","version":"{{version}}","code":"er"}]} }"""));

    [Theory] // R4 2.24.0.8: bytes of the content itself, before it was written in base64
    [InlineData("aGVsbG8=", "5", "")]
    [InlineData("aGVs\\nbG8=", "5", "")] // with blanks it is not counted
    [InlineData("aGVsbG8=", "8", "error value DocumentReference.content[0].attachment.size")]
    public void The_size_of_an_attachment_is_that_of_its_data(string data, string size, string finds) =>
        Assert.Equal(finds, Own.Finds($$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"{{data}}","size":{{size}} } }]}"""));
}
