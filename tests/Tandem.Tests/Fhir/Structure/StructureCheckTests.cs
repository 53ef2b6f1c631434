using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Structure;

public sealed class StructureCheckTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient","id":"a.B-1","active":true,"birthDate":"1970","name":[{"given":["Ana"],"family":"Testperson"}]}""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://example.org/x","valueString":"unknown"}]}}""")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-02-28","_birthDate":{"extension":[{"url":"http://example.org/t","valueDateTime":"1970-02-28T10:00:00+02:00"}]}}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":[null,"B"],"_given":[{"id":"g"},null]}]}""")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":false,"contained":[{"resourceType":"Organization","id":"o","name":"Clinic"}]}""")]
    [InlineData("""{"resourceType":"Patient","_gender":{"extension":[{"url":"http://example.org/a","valueCode":"masked"}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Text</div>"}}""")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://example.org/outer","extension":[{"url":"inner","valueBoolean":true}]}]}""")]
    [InlineData("""{"resourceType":"Observation","_status":{"extension":[{"url":"http://example.org/a","valueCode":"unknown"}]},"code":{"text":"x"},"_valueString":{"id":"v"},"valueString":"y"}""")]
    [InlineData("""{"resourceType":"Patient","photo":[{"data":"QUJD","contentType":"image\/png","size":3}]}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"code":"bogus"}]}}""")] // said as a rule
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:0b9f5b0e-5b5e-4b5e-9b5e-0b9f5b0e5b5e","resource":{"resourceType":"Patient"}}]}""")]
    public void A_sound_resource_has_no_issue(string json) => Assert.Empty(Check(json));

    [Theory]
    [InlineData("""{"resourceType":"Patient","gender":"femal"}""", "code-invalid", "Patient.gender")]
    [InlineData("""{"resourceType":"Patient","gender":null}""", "value", "Patient.gender")]
    [InlineData("""{"resourceType":"Patient","gender":""}""", "value", "Patient.gender")]
    [InlineData("""{"resourceType":"Patient","id":"a b"}""", "value", "Patient.id")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "value", "Patient.active")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-02-30"}""", "value", "Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-02-28T00:00:00Z"}""", "value", "Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"1970-02-28T10:00:00"}""", "value", "Patient.deceased")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"1970-02-28T10:00Z"}""", "value", "Patient.deceased")]
    [InlineData("""{"resourceType":"Patient","meta":{"lastUpdated":"1970-02-28"}}""", "value", "Patient.meta.lastUpdated")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"1970","deceasedBoolean":true}""", "structure", "Patient.deceased")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"Testperson"}}""", "structure", "Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "structure", "Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "structure", "Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":["Testperson"]}""", "structure", "Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","birthDate":["1970"]}""", "structure", "Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null]}]}""", "value", "Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",""]}]}""", "value", "Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","language":" "}""", "value", "Patient.language")]
    [InlineData("""{"resourceType":"Patient","implicitRules":" "}""", "value", "Patient.implicitRules")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A","\u0001"]}]}""", "value", "Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A"],"_given":[{"id":"a"},{"id":"b"}]}]}""", "structure", "Patient.name[0].given")]
    [InlineData("""{"resourceType":"Patient","link":[{"type":"refer"}]}""", "required", "Patient.link[0].other")]
    [InlineData("""{"resourceType":"Observation","code":{"text":"x"}}""", "required", "Observation.status")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"1"}}""", "value", "Observation.value.value")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1.5}""", "value", "Observation.value")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"_valueString":{"id":"v"},"valueInteger":1}""", "structure", "Observation.value")]
    [InlineData("""{"resourceType":"Patient","extension":[{"valueString":"x"}]}""", "required", "Patient.extension[0].url")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://example.org/x"}]}""", "invariant", "Patient.extension[0]")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Group","contained":[{"resourceType":"Patient"}],"type":"person","actual":true}]}""", "invariant", "Patient.contained[0].contained")]
    [InlineData("""{"resourceType":"Patient","contained":[{"id":"x"}]}""", "structure", "Patient.contained[0]")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","gender":"x"}}]}""", "code-invalid", "Bundle.entry[0].resource.gender")]
    [InlineData("""{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"gone"}]}}""", "code-invalid", "Condition.clinicalStatus")]
    [InlineData("""{"resourceType":"Patient","a b":"x"}""", "structure", "Patient.a b")]
    [InlineData("""{"resourceType":"Patient","a:b":"x"}""", "structure", "Patient.a:b")]
    [InlineData("""{"resourceType":"Patient","__v":1}""", "structure", "Patient._v")]
    [InlineData("""{"resourceType":"Patient","zzz":[{"y":{"$$hashKey":1}}]}""", "structure", "Patient.zzz[0].y.$$hashKey")]
    [InlineData("""{"resourceType":"Patient","zzz":{"a2345678901234567890123456789012345678901234567890123456789012345":1}}""", "structure", "Patient.zzz.a2345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("""{"resourceType":"Patient","_name":{"id":"1"}}""", "structure", "Patient.name")]
    [InlineData("""{"resourceType":"Patient","zzz":{"y":[[1]]}}""", "structure", "Patient.zzz.y[0]")]
    [InlineData("""{"resourceType":"Patient","zzz":{"y":["a","b\u0001"]}}""", "structure", "Patient.zzz.y[1]")]
    [InlineData("""{"resourceType":"Dragon"}""", "structure", "Dragon.resourceType")]
    [InlineData("""{"id":"x"}""", "structure", "Resource")]
    [InlineData("""["Patient"]""", "structure", "Resource")]
    public void A_fault_is_an_error_with_its_place(string json, string code, string expression)
    {
        var issue = Assert.Single(Check(json));
        Assert.True(issue.IsError);
        Assert.Equal((code, expression), (issue.Code, issue.Expression));
        Assert.DoesNotContain("Testperson", issue.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","favouriteColour":"blue"}""", "Patient.favouriteColour")]
    [InlineData("""{"resourceType":"Patient","name":[{"nick":1}]}""", "Patient.name[0].nick")]
    [InlineData("""{"resourceType":"Patient","value":1}""", "Patient.value")]
    public void An_unknown_element_is_a_warning(string json, string expression)
    {
        var issue = Assert.Single(Check(json));
        Assert.True(issue.IsWarning);
        Assert.Equal(("structure", expression), (issue.Code, issue.Expression));
    }

    [Theory] // R4 2.24.0.1: strings SHOULD always contain non-whitespace content
    [InlineData("""{"resourceType":"Patient","address":[{"line":[" "],"city":"Bonn"}]}""", "Patient.address[0].line[0]")]
    [InlineData("""{"resourceType":"Patient","address":[{"text":" \r\n\u0020\t"}]}""", "Patient.address[0].text")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"note":[{"text":"\n "}]}""", "Observation.note[0].text")]
    public void A_text_of_blanks_is_a_warning(string json, string expression)
    {
        var issue = Assert.Single(Check(json));
        Assert.True(issue.IsWarning);
        Assert.Equal(("value", expression), (issue.Code, issue.Expression));
    }

    [Theory] // R4 2.24.0.1: a string has at most 1024*1024 characters; addresses have no limit
    [InlineData("a", 1024 * 1024, "title", true)]
    [InlineData("a", (1024 * 1024) + 1, "title", false)]
    [InlineData("\u03b1", 600_000, "title", true)]
    [InlineData("\\u03b1", 200_000, "title", true)]
    [InlineData("\\u03b1", (1024 * 1024) + 1, "title", false)]
    [InlineData("a", 2_000_000, "url", true)]
    public void The_length_of_a_text_is_in_characters(string letter, int count, string element, bool isSound)
    {
        var issues = Check($$"""{"resourceType":"Patient","photo":[{"{{element}}":"{{string.Concat(Enumerable.Repeat(letter, count))}}"}]}""");

        Assert.Equal(isSound ? [] : ["value Patient.photo[0].title"], issues.Select(issue => $"{issue.Code} {issue.Expression}"));
    }

    [Theory] // R4 2.4.0: XHTML, so XML of one div; HTML's names of characters are let pass, and are told of as a rule
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a &amp; b<br/></div>", true)]
    [InlineData("<div>a&nbsp;b</div>", true)]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'/>", true)]
    [InlineData("<div xmlns = 'http://www.w3.org/1999/xhtml'>a</div>", true)]
    [InlineData("<div title='xmlns='>a</div>", true)]
    [InlineData("<div xmlns=''>a</div>", false)]
    [InlineData("<!-- c --><div>a</div>", false)]
    [InlineData("<?xml version='1.0'?><div xmlns='http://www.w3.org/1999/xhtml'>a</div>", false)]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a & b</div>", false)]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a <br> b</div>", false)]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p></div>", false)]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a</div><div>b</div>", false)]
    [InlineData("<div xmlns='urn:other'>a</div>", false)]
    [InlineData("<p>a</p>", false)]
    [InlineData("a", false)]
    public void A_narrative_is_one_well_formed_div(string div, bool isSound) => IsSound(isSound, div);

    [Fact]
    public void A_narrative_has_elements_within_each_other_to_a_limit()
    {
        IsSound(true, $"<div>{string.Concat(Enumerable.Repeat("<b>", 100))}a{string.Concat(Enumerable.Repeat("</b>", 100))}</div>");
        IsSound(false, $"<div>{string.Concat(Enumerable.Repeat("<b>", 200))}a{string.Concat(Enumerable.Repeat("</b>", 200))}</div>");
    }

    private static void IsSound(bool isSound, string div)
    {
        var json = $$"""{"resourceType":"Patient","text":{"status":"generated","div":"{{div}}"} }""";

        Assert.Equal(isSound ? [] : ["value Patient.text.div"], Check(json).Select(issue => $"{issue.Code} {issue.Expression}"));
        Assert.NotNull(System.Xml.Linq.XDocument.Parse(Encoding.UTF8.GetString(Tandem.Fhir.Xml.FhirXmlWriter.ToXml(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root))).Root); // whatever it is, as XML it can be read
    }

    [Fact]
    public void An_issue_names_line_and_column()
    {
        var issue = Assert.Single(Check("{\n  \"resourceType\": \"Patient\",\n  \"gender\": \"x\"\n}"));
        Assert.Equal((3, 13), (issue.Line, issue.Column));
    }

    [Fact]
    public void Another_type_than_expected_is_an_error()
    {
        var document = FhirJson.Parse("""{"resourceType":"Patient"}"""u8.ToArray(), JsonLimits.Resource, out _)!;
        Assert.Empty(StructureCheck.Check(document.Root, "Patient"));
        Assert.Equal("invalid", Assert.Single(StructureCheck.Check(document.Root, "Group")).Code);
    }

    [Fact]
    public void A_resource_full_of_faults_stops_after_a_hundred()
    {
        var names = string.Join(',', Enumerable.Repeat("""{"use":"x","period":[]}""", 500));
        var issues = Check($$"""{"resourceType":"Patient","name":[{{names}}]}""");
        Assert.Equal(101, issues.Count);
        Assert.Equal("too-costly", issues[^1].Code);
    }

    [Fact]
    public void However_much_may_be_said_of_a_resource_only_errors_make_it_wrong()
    {
        var names = string.Join(',', Enumerable.Repeat("""{"text":"a","unheard":"x"}""", 500));
        var issues = Check($$"""{"resourceType":"Patient","name":[{{names}}]}""");
        Assert.Equal(101, issues.Count);
        Assert.DoesNotContain(issues, issue => issue.IsError);
        Assert.Equal("Patient.active", Check($$"""{"resourceType":"Patient","name":[{{names}}],"active":"x"}""").Single(issue => issue.IsError).Expression);
    }

    [Theory]
    [InlineData("""{"id":"a"}""", 0)]
    [InlineData("{}", 101)]
    public void Values_that_are_left_out_of_a_long_array_are_each_looked_at_once(string part, int issues)
    {
        const int length = 300_000;
        var json = $$"""{"resourceType":"Patient","name":[{"given":[{{string.Join(',', Enumerable.Repeat("null", length))}}],"_given":[{{string.Join(',', Enumerable.Repeat(part, length))}}]}]}""";
        var root = FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
        var took = ProcessorTime.Of(() => Assert.Equal(issues, StructureCheck.Check(root).Count));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // each held against each is forty-five thousand million steps
    }

    [Fact]
    public void A_sound_resource_costs_no_memory()
    {
        var root = FhirJson.ParseStored(Encoding.UTF8.GetBytes(LabObservation.Json)).Root;
        Assert.Empty(StructureCheck.Check(root));
        Assert.Equal(0, Allocated.Least(() => StructureCheck.Check(root)));
    }

    [Fact]
    public void A_hundred_Synthea_bundles_pass()
    {
        Assert.SkipWhen(SyntheaBundles.File is null, SyntheaBundles.Absent);
        var read = 0;
        foreach (var (name, bytes) in SyntheaBundles.Read())
        {
            var document = FhirJson.Parse(bytes, JsonLimits.Bundle, out var fault);
            Assert.True(document is not null, $"{name}: {fault}");
            Assert.Empty(StructureCheck.Check(document.Root));
            read++;
        }

        Assert.True(read >= 100, $"{read} bundles");
    }

    [Fact]
    public void A_damaged_resource_never_throws()
    {
        var random = new Random(20261122);
        byte[][] samples = [Encoding.UTF8.GetBytes(LabObservation.Json), .. Samples()];
        var parsed = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = samples[round % samples.Length].ToArray();
            for (var hit = random.Next(1, 4); hit > 0; hit--)
                Damage(bytes, random);
            if (FhirJson.Parse(bytes, JsonLimits.Resource, out _) is not { } document)
                continue;
            parsed++;
            Assert.All(StructureCheck.Check(document.Root), issue => Assert.True(issue is { Line: > 0, Column: > 0 }));
        }

        Assert.True(parsed > 2000, $"{parsed} were JSON at all");
    }

    private static void Damage(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        if (random.Next(3) == 0)
        {
            bytes[at] = (byte)"{}[]:,\"_x0-T "[random.Next(13)];
            return;
        }

        var to = random.Next(bytes.Length);
        var length = Math.Min(random.Next(1, 30), bytes.Length - Math.Max(at, to));
        bytes.AsSpan(at, length).ToArray().CopyTo(bytes, to);
    }

    private static IEnumerable<byte[]> Samples() =>
    [
        """{"resourceType":"Patient","name":[{"given":[null,"B"],"_given":[{"id":"g"},null]}],"contained":[{"resourceType":"Group","type":"person","actual":true}],"deceasedBoolean":false}"""u8.ToArray(),
        """{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","extension":[{"url":"http://example.org/x","valuePeriod":{"start":"2020"}}]}}]}"""u8.ToArray(),
    ];

    private static IReadOnlyList<FhirIssue> Check(string json)
    {
        var document = FhirJson.Parse(Encoding.UTF8.GetBytes(json), JsonLimits.Resource, out var fault);
        Assert.True(document is not null, $"{fault}");
        return StructureCheck.Check(document.Root);
    }
}
