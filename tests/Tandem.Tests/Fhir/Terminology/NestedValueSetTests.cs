using Tandem.Fhir.Terminology;
using Tandem.Tests.Fhir.Validation;
using Xunit;

namespace Tandem.Tests.Fhir.Terminology;

/// <summary>Value sets that are made of others, which are made of others (R4 4.9.6): expanded whole and asked for one code, the two agree.</summary>
public sealed class NestedValueSetTests
{
    private const string System = """
        {"resourceType":"CodeSystem","url":"urn:s","content":"complete","concept":[
          {"code":"a","concept":[{"code":"a1"},{"code":"a2","property":[{"code":"inactive","valueBoolean":true}]}]},
          {"code":"b","concept":[{"code":"b1"},{"code":"b2"}]},{"code":"c","property":[{"code":"kind","valueCode":"odd"}]}]}
        """;

    private static readonly string[] Sets =
    [
        Set("all", """{"include":[{"system":"urn:s"}]}"""),
        Set("of-a", """{"include":[{"system":"urn:s","filter":[{"property":"concept","op":"is-a","value":"a"}]}]}"""),
        Set("of-b", """{"include":[{"system":"urn:s","filter":[{"property":"concept","op":"descendent-of","value":"b"}]}]}"""),
        Set("both", """{"include":[{"valueSet":["urn:of-a"]},{"valueSet":["urn:of-b"]}]}"""),
        Set("outer", """{"include":[{"valueSet":["urn:both"]},{"system":"urn:s","concept":[{"code":"c"}]}],"exclude":[{"valueSet":["urn:few"]}]}"""),
        Set("few", """{"include":[{"valueSet":["urn:of-a","urn:listed"]}]}"""),
        Set("listed", """{"include":[{"system":"urn:s","concept":[{"code":"a1"},{"code":"b1"}]}]}"""),
        Set("active", """{"inactive":false,"include":[{"system":"urn:s"}]}"""),
        Set("outer-active", """{"include":[{"valueSet":["urn:outer","urn:active"]}]}"""),
        Set("filtered", """{"include":[{"system":"urn:s","filter":[{"property":"kind","op":"=","value":"odd"}],"valueSet":["urn:outer"]},{"system":"urn:s","filter":[{"property":"code","op":"regex","value":"b."}],"valueSet":["urn:outer"]}]}"""),
        Set("without", """{"include":[{"valueSet":["urn:all"]}],"exclude":[{"system":"urn:s","filter":[{"property":"concept","op":"is-a","value":"b"}],"valueSet":["urn:listed"]}]}"""),
        Set("loop", """{"include":[{"valueSet":["urn:loop-1"]}]}"""),
        Set("loop-1", """{"include":[{"system":"urn:s","concept":[{"code":"c"}]},{"valueSet":["urn:loop-2"]}]}"""),
        Set("loop-2", """{"include":[{"system":"urn:s","concept":[{"code":"b"}]}],"exclude":[{"valueSet":["urn:loop"]}]}"""),
        Set("loop-3", """{"include":[{"system":"urn:s","concept":[{"code":"c"}]},{"valueSet":["urn:loop-3"]}]}"""),
        Set("odd", """{"include":[{"system":"urn:s","filter":[{"property":"none","op":"=","value":"1"}]}]}"""),
        Set("far", """{"include":[{"system":"http://loinc.org"},{"valueSet":["urn:of-a"]}]}"""),
        Set("far-stored", """{"include":[{"system":"http://loinc.org","filter":[{"property":"CLASS","op":"=","value":"CHEM"}]}]}""",
            ",\"expansion\":{\"total\":2,\"contains\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\",\"contains\":[{\"system\":\"http://loinc.org\",\"code\":\"2-6\"}]}]}"),
        Set("far-page", """{"include":[{"system":"http://loinc.org"}]}""", ",\"expansion\":{\"total\":9,\"contains\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\"}]}"),
        Set("far-second-page", """{"include":[{"system":"http://loinc.org"}]}""", ",\"expansion\":{\"offset\":1,\"contains\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\"}]}"),
        Set("far-cut", """{"include":[{"system":"http://loinc.org"}]}""", ",\"expansion\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/valueset-toocostly\",\"valueBoolean\":true}],\"contains\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\"}]}"),
        Set("only-stored", "{}", ",\"expansion\":{\"contains\":[{\"system\":\"urn:s\",\"code\":\"b\",\"abstract\":true,\"contains\":[{\"system\":\"urn:s\",\"code\":\"b1\"}]}]}"),
        Set("of-far", """{"include":[{"valueSet":["urn:far-stored"]},{"valueSet":["urn:listed"]}]}"""),
        .. Enumerable.Range(1, 14).Select(number => Set($"d{number}", $$"""{"include":[{"valueSet":["urn:d{{number - 1}}"]},{"valueSet":["urn:d{{number - 1}}"]}],"exclude":[{"valueSet":["urn:none-of-{{number - 1}}"]}]}""")),
        .. Enumerable.Range(0, 14).Select(number => Set($"none-of-{number}", $$"""{"include":[{"valueSet":["urn:d{{number}}","urn:of-b","urn:of-a"]}]}""")),
        Set("d0", """{"include":[{"valueSet":["urn:all"]}]}"""),
        .. Enumerable.Range(1, 40).Select(number => Set($"deep{number}", $$"""{"include":[{"valueSet":["urn:deep{{number - 1}}"]}]}""")),
        Set("deep0", """{"include":[{"system":"urn:s"}]}"""),
    ];

    private static string Set(string name, string compose, string more = "") => $$"""{"resourceType":"ValueSet","url":"urn:{{name}}","status":"active","compose":{{compose}}{{more}}}""";

    private static TerminologyService Terminology()
    {
        var own = Sets.Append(System).Select(Checked.Parsed).ToDictionary(node => (node["resourceType"u8].Text!, node["url"u8].Text!));
        return new((type, url, _) => own.GetValueOrDefault((type, url)));
    }

    [Theory]
    [InlineData("both", "a a1 a2 b1 b2")]
    [InlineData("few", "a1")]
    [InlineData("outer", "a a2 b1 b2 c")]
    [InlineData("outer-active", "a b1 b2 c")]
    [InlineData("filtered", "c b1 b2")]
    [InlineData("without", "a a1 a2 b b2 c")]
    [InlineData("d14", "a a1 a2 b b1 b2 c")] // 3¹⁴ ways lead to the same set: each is followed once
    [InlineData("deep20", "a a1 a2 b b1 b2 c")]
    [InlineData("far-stored", "1-8 2-6")] // the code system is not here, what somebody expanded is
    [InlineData("of-far", "1-8 2-6 a1 b1")]
    [InlineData("only-stored", "b1")] // without a definition; what only groups others is no code of the set
    public void What_is_within_each_other_is_followed(string set, string codes)
    {
        var expansion = Terminology().Expand("urn:" + set, out var fault);

        Assert.Null(fault);
        Assert.Equal(codes, string.Join(' ', expansion!.Codes.Select(code => code.Code)));
        var asked = Terminology();
        Assert.All(expansion.Codes, code => Assert.True(asked.Contains("urn:" + set, code.System, code.Code)));
        Assert.All(["a", "a1", "a2", "b", "b1", "b2", "c", "z"], code => Assert.Equal(expansion.Contains("urn:s", code), asked.Contains("urn:" + set, "urn:s", code)));
    }

    [Theory]
    [InlineData("loop", "processing", "contains itself")]
    [InlineData("loop-1", "processing", "contains itself")]
    [InlineData("loop-2", "processing", "contains itself")]
    [InlineData("deep40", "too-costly", "lie within each other")]
    [InlineData("far", "not-found", "http://loinc.org")]
    [InlineData("far-page", "not-found", "http://loinc.org")] // a page of an expansion is not the set
    [InlineData("far-second-page", "not-found", "http://loinc.org")]
    [InlineData("far-cut", "not-found", "http://loinc.org")] // nor is what was cut short
    public void What_cannot_be_followed_is_refused_with_the_reason(string set, string code, string reason)
    {
        Assert.Null(Terminology().Expand("urn:" + set, out var fault));

        Assert.Equal(code, fault!.Code);
        Assert.Contains(reason, fault.Text);
    }

    [Fact]
    public void Whether_a_code_is_in_a_set_is_left_open_where_a_circle_or_a_missing_system_decides()
    {
        var terminology = Terminology();

        Assert.Null(terminology.Contains("urn:loop", "urn:s", "b"));
        Assert.Null(terminology.Contains("urn:loop-3", "urn:s", "c")); // listed, but the set contains itself
        Assert.Null(terminology.Contains("urn:odd", "urn:s", "a")); // a filter that cannot be used
        Assert.Null(terminology.Contains("urn:far-page", "http://loinc.org", "2-6"));
        Assert.True(terminology.Contains("urn:far", "urn:s", "a1"));
        Assert.False(terminology.Contains("urn:far-stored", "http://loinc.org", "3-4"));
    }
}
