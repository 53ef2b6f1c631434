using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Patch;

namespace Tandem.Tests.Fhir.Patch;

/// <summary>FHIRPath Patch (R4 fhirpatch.html): what the official cases hold, and what lists, companions and choices need.</summary>
public sealed class FhirPathPatchTests
{
    private const string FourNumbers = """{"resourceType":"Patient","identifier":[{"value":"1"},{"value":"2"},{"value":"3"},{"value":"4"}]}""";

    [Theory]
    [InlineData("""{"resourceType":"Patient","birthDate":"1920-01-01"}""", "", """{"resourceType":"Patient","birthDate":"1920-01-01"}""")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1920-01-01"}""", "replace Patient.birthDate valueDate 1930-01-01", """{"resourceType":"Patient","birthDate":"1930-01-01"}""")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1920-01-01"}""", "delete Patient.birthDate", """{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient"}""", "delete Patient.birthDate", """{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient"}""", "add Patient birthDate valueDate 1930-01-01", """{"resourceType":"Patient","birthDate":"1930-01-01"}""")]
    [InlineData("""{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "replace Patient.contact[0].gender valueCode female", """{"resourceType":"Patient","contact":[{"gender":"female"}]}""")]
    [InlineData("""{"resourceType":"Patient","contact":[{"name":{"text":"a"},"gender":"male"}]}""", "delete Patient.contact[0].name.text", """{"resourceType":"Patient","contact":[{"gender":"male"}]}""")]
    [InlineData("""{"resourceType":"Patient","contact":[{"name":{"text":"a"}}]}""", "delete Patient.contact[0].name.text", """{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient","contact":[{"name":{"text":"a"}}]}""", "add Patient.contact[0] gender valueCode male", """{"resourceType":"Patient","contact":[{"name":{"text":"a"},"gender":"male"}]}""")]
    [InlineData("""{"resourceType":"Patient"}""", """add Patient maritalStatus valueCodeableConcept {"text":"m"}""", """{"resourceType":"Patient","maritalStatus":{"text":"m"}}""")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{"id":"1","text":"m"}}""", """replace Patient.maritalStatus valueCodeableConcept {"id":"2","text":"n"}""", """{"resourceType":"Patient","maritalStatus":{"id":"2","text":"n"}}""")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{"text":"m"}}""", "delete Patient.maritalStatus", """{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "delete Patient.contact[0]", """{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient"}""", """add Patient identifier valueIdentifier {"value":"3"}""", """{"resourceType":"Patient","identifier":[{"value":"3"}]}""")]
    public void A_single_element_is_added_replaced_and_deleted(string before, string patch, string after) => Assert.Equal(after, Apply(before, patch, out _));

    [Theory] // insert, delete and move in lists
    [InlineData("insert Patient.identifier 4 N", "1,2,3,4,N")]
    [InlineData("insert Patient.identifier 0 N", "N,1,2,3,4")]
    [InlineData("insert Patient.identifier 2 N", "1,2,N,3,4")]
    [InlineData("delete Patient.identifier[0]", "2,3,4")]
    [InlineData("delete Patient.identifier[3]", "1,2,3")]
    [InlineData("delete Patient.identifier.where(value='2')", "1,3,4")]
    [InlineData("move Patient.identifier 3 0", "4,1,2,3")]
    [InlineData("move Patient.identifier 0 3", "2,3,4,1")]
    [InlineData("move Patient.identifier 1 2", "1,3,2,4")]
    [InlineData("move Patient.identifier 1 0;move Patient.identifier 2 1", "2,3,1,4")]
    [InlineData("move Patient.identifier 3 0;move Patient.identifier 3 1;move Patient.identifier 3 2", "4,3,2,1")]
    public void Items_of_a_list_are_put_in_taken_out_and_moved(string patch, string values)
    {
        var result = FhirJson.ParseStored(Encoding.UTF8.GetBytes(Apply(FourNumbers, patch, out _)!)).Root;
        Assert.Equal(values, string.Join(',', result["identifier"u8].Items.AsEnumerable().Select(item => item["value"u8].Text)));
    }

    [Fact]
    public void An_element_without_a_name_of_its_own_is_given_by_its_parts()
    {
        var patch = """
            {"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"contact"},
            {"name":"value","part":[{"name":"name","valueHumanName":{"text":"a"}},{"name":"telecom","valueContactPoint":{"value":"1"}},{"name":"telecom","valueContactPoint":{"value":"2"}}]}]}
            """;
        Assert.Equal(
            """{"resourceType":"Patient","contact":[{"name":{"text":"a"},"telecom":[{"value":"1"},{"value":"2"}]}]}""",
            ApplyParameters("""{"resourceType":"Patient"}""", patch, out _));
    }

    [Theory] // R4 2.6.2.3: a primitive's value and its companion are one element
    [InlineData("delete Patient.name.given[0]", """{"resourceType":"Patient","name":[{"given":["B"]}]}""")]
    [InlineData("delete Patient.name.given[1]", """{"resourceType":"Patient","name":[{"given":["A"],"_given":[{"id":"x"}]}]}""")]
    [InlineData("move Patient.name.given 0 1", """{"resourceType":"Patient","name":[{"given":["B","A"],"_given":[null,{"id":"x"}]}]}""")]
    [InlineData("insert Patient.name.given 0 C", """{"resourceType":"Patient","name":[{"given":["C","A","B"],"_given":[null,{"id":"x"},null]}]}""")]
    [InlineData("replace Patient.name.given[0] valueString D", """{"resourceType":"Patient","name":[{"given":["D","B"]}]}""")]
    [InlineData("delete Patient.name.given[0].id", """{"resourceType":"Patient","name":[{"given":["A","B"]}]}""")]
    [InlineData("""add Patient.name.given[1] extension valueExtension {"url":"u","valueCode":"c"}""", """{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"x"},{"extension":[{"url":"u","valueCode":"c"}]}]}]}""")]
    public void A_primitive_keeps_its_extensions_beside_it(string patch, string after) =>
        Assert.Equal(after, Apply("""{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"x"},null]}]}""", patch, out _));

    [Theory]
    [InlineData("replace Observation.value valueString five", """{"resourceType":"Observation","valueString":"five"}""")]
    [InlineData("delete Observation.value", """{"resourceType":"Observation"}""")]
    [InlineData("delete Observation.value.unit", """{"resourceType":"Observation","valueQuantity":{"value":5.0}}""")]
    public void A_choice_is_named_without_its_type(string patch, string after) =>
        Assert.Equal(after, Apply("""{"resourceType":"Observation","valueQuantity":{"value":5.0,"unit":"mg"}}""", patch, out _));

    [Fact]
    public void A_resource_is_put_into_contained()
    {
        var patch = """
            {"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"contained"},
            {"name":"value","resource":{"resourceType":"Organization","id":"o"}}]}
            """;
        Assert.Equal(
            """{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}""", ApplyParameters("""{"resourceType":"Patient"}""", patch, out _));
    }

    [Theory]
    [InlineData("replace Patient.birthDate valueDate 1930-01-01")] // nothing to replace
    [InlineData("replace Patient.name.family valueString X")] // two
    [InlineData("delete Patient.name")]
    [InlineData("add Patient.name[0].period end valueDate 2021-12-01")] // the official case: an operation on what is missing
    [InlineData("add Patient gender valueCode male")] // there already
    [InlineData("add Patient nothing valueCode male")]
    [InlineData("insert Patient.identifier 1 N")] // beyond an empty list
    [InlineData("insert Patient.gender 0 N")]
    [InlineData("move Patient.name 0 2")]
    [InlineData("insert Patient.name.where(family='A') 0 N")] // not the whole list
    [InlineData("delete Patient.name.family.first().length()")] // a value, no element
    [InlineData("delete Patient")]
    [InlineData("add Patient deceased valueString x")] // a choice without that type
    public void What_does_not_fit_is_refused_with_its_place(string patch)
    {
        var two = """{"resourceType":"Patient","gender":"male","name":[{"family":"A"},{"family":"B"}]}""";
        Assert.Null(Apply(two, "delete Patient.zzz;" + patch, out var fault));
        Assert.False(fault!.IsMalformed);
        Assert.Equal("Parameters.parameter[1]", fault.Place);
    }

    [Theory]
    [InlineData("""{"name":"other"}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"spoil"},{"name":"path","valueString":"Patient"}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"delete"}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.("}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"value","valueCode":"a"}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"move"},{"name":"path","valueString":"Patient.name"},{"name":"source","valueInteger":1}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.name"},{"name":"type","valueCode":"move"}]}""")]
    [InlineData("""{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.name"},{"name":"where","valueString":"family='A'"}]}""")]
    public void What_is_no_patch_is_refused_as_it_is(string parameter)
    {
        Assert.Null(ApplyParameters("""{"resourceType":"Patient"}""", parameter, out var fault));
        Assert.True(fault!.IsMalformed);
    }

    [Fact]
    public void Digits_escapes_and_white_space_of_the_rest_stay()
    {
        var before = "{\"resourceType\":\"Observation\", \"zzz\" : 1.500 ,\"note\":[ {\"text\":\"\\u00e4\"} ],\"status\":\"final\"}";
        var after = Apply(before, "replace Observation.status valueCode amended", out _)!;
        Assert.Contains("\"zzz\":1.500", after);
        Assert.Contains("[ {\"text\":\"\\u00e4\"} ]", after);
    }

    /// <summary>Operations in short: <c>type path [name] [numbers] [valueType value]</c>, separated by semicolons.</summary>
    private static string? Apply(string resource, string patch, out PatchFault? fault) =>
        ApplyParameters(resource, string.Join(',', patch.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Operation)), out fault);

    private static string Operation(string text)
    {
        var words = text.Split(' ', 5);
        var parts = $$"""{"name":"type","valueCode":"{{words[0]}}"},{"name":"path","valueString":"{{words[1]}}"}""";
        parts += words[0] switch
        {
            "insert" => $$""",{"name":"index","valueInteger":{{words[2]}}},{"name":"value",{{(words[1].EndsWith("given", StringComparison.Ordinal) ? $"\"valueString\":\"{words[3]}\"" : $$"""
                "valueIdentifier":{"value":"{{words[3]}}"}
                """)}}}""",
            "move" => $$""",{"name":"source","valueInteger":{{words[2]}}},{"name":"destination","valueInteger":{{words[3]}}}""",
            "add" => $$""",{"name":"name","valueString":"{{words[2]}}"},{"name":"value","{{words[3]}}":{{Value(words[4])}}}""",
            "replace" => $$""",{"name":"value","{{words[2]}}":{{Value(words[3])}}}""",
            _ => "",
        };
        return $$"""{"name":"operation","part":[{{parts}}]}""";
    }

    private static string Value(string text) => text.StartsWith('{') ? text : $"\"{text}\"";

    private static string? ApplyParameters(string resource, string parameters, out PatchFault? fault)
    {
        var patch = ResourcePatch.Read(Parse($$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}"""), out fault);
        return patch?.Apply(Parse(resource), JsonLimits.Resource, out fault) is { } result ? Encoding.UTF8.GetString(result.Bytes.Span) : null;
    }

    private static FhirNode Parse(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
}
