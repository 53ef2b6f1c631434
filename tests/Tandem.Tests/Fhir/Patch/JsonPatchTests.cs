using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Patch;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Patch;

/// <summary>JSON Patch, by the sections of RFC 6902 and RFC 6901.</summary>
public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[]""", """{"a":1}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")] // A.1
    [InlineData("""{"a":["x","z"]}""", """[{"op":"add","path":"/a/1","value":"y"}]""", """{"a":["x","y","z"]}""")] // A.2
    [InlineData("""{"a":1,"b":2}""", """[{"op":"remove","path":"/a"}]""", """{"b":2}""")] // A.3
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/1"}]""", """{"a":[1,3]}""")] // A.4
    [InlineData("""{"a":1,"b":2}""", """[{"op":"replace","path":"/a","value":3}]""", """{"a":3,"b":2}""")] // A.5
    [InlineData("""{"a":{"x":1,"y":2},"b":{}}""", """[{"op":"move","from":"/a/x","path":"/b/z"}]""", """{"a":{"y":2},"b":{"z":1}}""")] // A.6
    [InlineData("""{"a":[1,2,3,4]}""", """[{"op":"move","from":"/a/1","path":"/a/3"}]""", """{"a":[1,3,4,2]}""")] // A.7
    [InlineData("""{"a":1,"b":[2]}""", """[{"op":"test","path":"/a","value":1},{"op":"test","path":"/b/0","value":2}]""", """{"a":1,"b":[2]}""")] // A.8
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":{"c":{}}}]""", """{"a":1,"b":{"c":{}}}""")] // A.10
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2,"xyz":3}]""", """{"a":1,"b":2}""")] // A.11
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")] // A.14
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":[2]}]""", """{"a":[1,[2]]}""")] // A.16
    [InlineData("""{"a":[{"b":1}]}""", """[{"op":"copy","from":"/a/0","path":"/a/-"},{"op":"replace","path":"/a/0/b","value":2}]""", """{"a":[{"b":2},{"b":1}]}""")] // 4.5
    [InlineData("""{"a":1.50,"x":"ä"}""", """[{"op":"test","path":"/a","value":1.5},{"op":"test","path":"/x","value":"ä"}]""", """{"a":1.50,"x":"ä"}""")] // 4.6
    [InlineData("""{"o":{"a":1,"b":[true,null]}}""", """[{"op":"test","path":"/o","value":{"b":[true,null],"a":1e0}}]""", """{"o":{"a":1,"b":[true,null]}}""")] // 4.6
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")] // 4.1: what is there is replaced
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2}}]""", """{"b":2}""")] // 4.3
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/a"}]""", """{"a":1}""")] // 4.4
    [InlineData("""{"":{"":1}}""", """[{"op":"replace","path":"//","value":2}]""", """{"":{"":2}}""")] // RFC 6901 5
    public void An_operation_changes_what_it_names_and_keeps_every_other_byte(string before, string patch, string after) =>
        Assert.Equal(after, Apply(before, patch, out _));

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", "conflict", "[0]")] // A.9
    [InlineData("""[{"op":"add","path":"/b/c","value":2}]""", "processing", "[0]")] // A.12
    [InlineData("""[{"op":"add","path":"/x","value":1},{"op":"remove","path":"/nothing"}]""", "processing", "[1]")]
    [InlineData("""[{"op":"replace","path":"/nothing","value":1}]""", "processing", "[0]")] // 4.3
    [InlineData("""[{"op":"add","path":"/l/3","value":1}]""", "processing", "[0]")] // 4.1: not beyond the end
    [InlineData("""[{"op":"add","path":"/l/01","value":1}]""", "processing", "[0]")] // RFC 6901 4
    [InlineData("""[{"op":"remove","path":"/l/-"}]""", "processing", "[0]")]
    [InlineData("""[{"op":"remove","path":""}]""", "processing", "[0]")]
    [InlineData("""[{"op":"copy","from":"/z","path":"/a"}]""", "processing", "[0]")]
    [InlineData("""[{"op":"test","path":"/a","value":"1"}]""", "conflict", "[0]")] // A.15: a number is no string
    [InlineData("""[{"op":"test","path":"/z","value":1}]""", "conflict", "[0]")]
    public void What_does_not_fit_the_resource_is_refused_with_its_place(string patch, string code, string place)
    {
        Assert.Null(Apply("""{"a":1,"l":[1,2]}""", patch, out var fault));
        Assert.Equal((false, code, place), (fault!.IsMalformed, fault.Code, fault.Place));
    }

    [Theory]
    [InlineData("""[{"op":"spam","path":"/a"}]""")]
    [InlineData("""[{"path":"/a"}]""")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""")]
    [InlineData("""[{"op":"add","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a"}]""")] // A.13's kin: a member that is required
    [InlineData("""[{"op":"move","path":"/a"}]""")]
    [InlineData("""[{"op":"move","from":"/a","path":"/a/b"}]""")] // 4.4
    [InlineData("""[{"op":"remove","path":"/~2"}]""")] // RFC 6901 3
    [InlineData("""[3]""")]
    [InlineData("""{"op":"add"}""")]
    public void What_is_no_patch_is_refused_as_it_is(string patch)
    {
        Assert.Null(Apply("""{"a":1}""", patch, out var fault));
        Assert.True(fault!.IsMalformed);
    }

    [Fact]
    public void A_patch_that_doubles_the_resource_again_and_again_is_stopped()
    {
        var doubling = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"op":"copy","from":"","path":"/c{{i}}"}"""));
        var deepening = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"op":"copy","from":"","path":"{{string.Concat(Enumerable.Repeat("/d", Math.Min(i + 1, 7)))}}"}"""));

        Assert.Null(Apply($$"""{"a":"{{new string('x', 1000)}}"}""", $"[{doubling}]", out var much));
        Assert.Null(Apply("""{"a":1}""", $"[{deepening}]", out var deep));
        Assert.Equal(("too-costly", true), (much?.Code, much?.IsTooMuch));
        Assert.NotNull(deep);
    }

    [Fact] // 4.6
    public void A_test_of_a_large_object_looks_at_each_member_once()
    {
        var members = Enumerable.Range(100_000, 100_000).Select(i => $"\"m{i}\":1").ToList();
        var (resource, patch) = ($$"""{"o":{ {{string.Join(',', members)}} } }""", $$"""[{"op":"test","path":"/o","value":{ {{string.Join(',', Enumerable.Reverse(members))}} } }]""");
        var took = ProcessorTime.Of(() => Assert.NotNull(Apply(resource, patch, out _)));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // each held against each is five thousand million comparisons
    }

    private static string? Apply(string resource, string patch, out PatchFault? fault)
    {
        var read = ResourcePatch.Read(Parse(patch), out fault);
        return read?.Apply(Parse(resource), JsonLimits.Resource, out fault) is { } result ? Encoding.UTF8.GetString(result.Bytes.Span) : null;
    }

    private static FhirNode Parse(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
}
