using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Fhir.Json;

/// <summary>What a text has to be before it is kept (RFC 8259 7 and 8).</summary>
public sealed class SentTextTests
{
    [Theory] // ~ stands for a byte of ISO 8859-1
    [InlineData("{\"resourceType\":\"Patient\",\n\"name\":[{\"family\":\"M~ller\"}]}", "2:21")]
    [InlineData("{\"resourceType\":\"Patient\",\"n~me\":1}", "1:29")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"~\"}]", "1:40")]
    public void What_is_no_utf8_is_refused_with_its_place(string text, string place)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes[Array.IndexOf(bytes, (byte)'~')] = 0xfc;

        Assert.Null(FhirJson.Parse(bytes, JsonLimits.Resource, out var fault));
        Assert.Equal(("The text is not UTF-8.", place), (fault!.Reason, $"{fault.Line}:{fault.Column}"));
        Assert.True(FhirJson.ParseStored(bytes).Bytes.Length > 0); // what was stored before stays readable
    }

    [Theory]
    [InlineData("""{"a":"x\ud800"}""", false)]
    [InlineData("""{"a":"\udc00\ud800"}""", false)]
    [InlineData("""{"a":"\ud800\n\udc00"}""", false)]
    [InlineData("""{"\uD800":1}""", false)]
    [InlineData("""{"a":"\\ud800 \ud83d\ude00 \u00fc"}""", true)]
    public void Half_a_character_is_refused(string text, bool isWhole)
    {
        Assert.Equal(isWhole, FhirJson.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.Resource, out var fault) is not null);
        Assert.Equal(isWhole, fault is null);
    }

    [Theory]
    [InlineData("""{"resourceTyp\u0065":"P\u0061tient","\u0061ctive":true,"name":[{"f\u0061mily":"\u0061"}]}""", """{"resourceType":"Patient","active":true,"name":[{"family":"\u0061"}]}""")]
    [InlineData("""{"\u0061\"b":1}""", """{"a\"b":1}""")]
    public void Names_are_kept_without_escapes_and_values_as_they_were_sent(string sent, string kept)
    {
        var json = FhirJson.Parse(Encoding.UTF8.GetBytes(sent), JsonLimits.Resource, out var fault);

        Assert.True(json is not null, fault?.Reason);
        Assert.Equal(kept, Encoding.UTF8.GetString(json.Bytes.Span));
    }

    [Fact]
    public void A_property_that_occurs_twice_is_found_behind_its_escapes()
    {
        Assert.Null(FhirJson.Parse("{\"active\":true,\"\\u0061ctive\":false}"u8.ToArray(), JsonLimits.Resource, out var fault));
        Assert.Contains("twice", fault!.Reason);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Depth_has_a_limit_that_is_told_as_what_it_is(int depth, bool isRead)
    {
        var text = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

        Assert.Equal(isRead, FhirJson.Parse(text, new JsonLimits(1000, 64), out var fault) is not null);
        Assert.Equal(isRead ? null : "The text is nested more than 64 levels deep; objects and arrays count as one each.", fault?.Reason);
    }
}
