using System.Text;
using Tandem.Fhir.Json;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Json;

public sealed class JsonSpliceTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 10, 30, 0, 5, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""",
        """{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-11-22T09:30:00.005Z"}}""")]
    [InlineData("""{"active":true,"resourceType":"Patient","id":"old","gender":"female"}""",
        """{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-11-22T09:30:00.005Z"},"active":true,"gender":"female"}""")]
    [InlineData("""{"resourceType":"Patient","meta":{"versionId":"1","tag":[{"code":"a,}"}],"lastUpdated":"2000","source":"urn:s"},"name":[{"family":"É\u0041\/}"}]}""",
        """{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-11-22T09:30:00.005Z","tag":[{"code":"a,}"}],"source":"urn:s"},"name":[{"family":"É\u0041\/}"}]}""")]
    [InlineData("""{"resourceType":"Patient","meta":{},"_id":{"extension":[]},"x":1.50e3}""",
        """{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-11-22T09:30:00.005Z"},"x":1.50e3}""")]
    [InlineData("{\n  \"resourceType\" : \"Patient\",\n  \"active\" : true,\n  \"id\" : \"o\"\n}\n",
        "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"2026-11-22T09:30:00.005Z\"},\n  \"active\" : true\n}")]
    public void Identity_is_put_in_and_the_rest_stays(string sent, string stored) =>
        Assert.Equal(stored, Splice(sent, null));

    [Fact]
    public void A_source_replaces_the_one_sent_and_is_escaped() => Assert.Equal(
        """{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-11-22T09:30:00.005Z","source":"urn:a\"b#é","tag":[]}}""",
        Splice("""{"resourceType":"Patient","meta":{"source":"urn:s","tag":[],"_source":{"id":"x"}}}""", "urn:a\"b#é"));

    [Fact]
    public void A_resource_inside_a_bundle_is_cut_out_whole()
    {
        var bundle = Parse("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Group","actual":true}},{}]}""");
        var spliced = JsonSplice.WithIdentity(bundle["entry"u8].First["resource"u8], "g", "1", At, null);
        Assert.Equal("""{"resourceType":"Group","id":"g","meta":{"versionId":"1","lastUpdated":"2026-11-22T09:30:00.005Z"},"actual":true}""",
            Encoding.UTF8.GetString(spliced));
    }

    [Fact]
    public void What_is_no_resource_is_refused() =>
        Assert.Throws<ArgumentException>(() => JsonSplice.WithIdentity(Parse("""{"id":"x"}"""), "p", "1", At, null));

    [Fact]
    public void Every_member_of_real_resources_survives_byte_for_byte()
    {
        Assert.SkipWhen(SyntheaBundles.File is null, SyntheaBundles.Absent);
        var count = 0;
        foreach (var (_, bytes) in SyntheaBundles.Read().Take(5))
        {
            foreach (var entry in FhirJson.ParseStored(bytes).Root["entry"u8].Items)
            {
                var sent = entry["resource"u8];
                var stored = FhirJson.ParseStored(JsonSplice.WithIdentity(sent, "new-id", "3", At, "urn:test")).Root;
                Assert.True(stored["id"u8].Is("new-id"u8));
                foreach (var member in sent.Properties.AsEnumerable().Where(member => member.Name is not ("id" or "meta")))
                    Assert.True(member.Raw.SequenceEqual(stored[member.NameUtf8].Raw));
                count++;
            }
        }

        Assert.True(count > 100, $"{count}");
    }

    [Fact]
    public void A_splice_allocates_the_result_alone()
    {
        var root = Parse(LabObservation.Json);
        var length = JsonSplice.WithIdentity(root, "a", "1", At, "urn:x").Length;
        Assert.InRange(Allocated.Least(() => JsonSplice.WithIdentity(root, "a", "1", At, "urn:x")), length, length + 64);
    }

    private static string Splice(string sent, string? source) =>
        Encoding.UTF8.GetString(JsonSplice.WithIdentity(Parse(sent), "p1", "7", At, source));

    private static FhirNode Parse(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
}
