using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Xml;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Xml;

/// <summary>FHIR XML (R4 2.6.1) to JSON (2.6.2) and back.</summary>
public sealed class FhirXmlTests
{
    private const string Ns = "xmlns=\"http://hl7.org/fhir\"";
    private const string Div = "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">a <b>b</b> &amp; &lt; ä</div>";

    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a","active":true,"name":[{"family":"Testperson","given":["A","B"]}],"birthDate":"1990-01"}""",
        """<Patient NS><id value="a"/><active value="true"/><name><family value="Testperson"/><given value="A"/><given value="B"/></name><birthDate value="1990-01"/></Patient>""")]
    [InlineData("""{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.500,"unit":"mg"}}""",
        """<Observation NS><status value="final"/><valueQuantity><value value="1.500"/><unit value="mg"/></valueQuantity></Observation>""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"id":"x","extension":[{"url":"http://e","valueCode":"c"}]}}""",
        """<Patient NS><birthDate id="x"><extension url="http://e"><valueCode value="c"/></extension></birthDate></Patient>""")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null,"C"],"_given":[null,{"id":"y"},null]}]}""",
        """<Patient NS><name><given value="A"/><given id="y"/><given value="C"/></name></Patient>""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"N"}],"managingOrganization":{"reference":"#o"}}""",
        """<Patient NS><contained><Organization><id value="o"/><name value="N"/></Organization></contained><managingOrganization><reference value="#o"/></managingOrganization></Patient>""")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}""",
        """<Bundle NS><type value="batch"/><entry><resource><Patient/></resource><request><method value="POST"/><url value="Patient"/></request></entry></Bundle>""")]
    [InlineData("""{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"200","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"value"}]}}}]}""",
        """<Bundle NS><type value="batch-response"/><entry><response><status value="200"/><outcome><OperationOutcome><issue><severity value="warning"/><code value="value"/></issue></OperationOutcome></outcome></response></entry></Bundle>""")]
    [InlineData("""{"resourceType":"Patient","extension":[{"id":"i","url":"http://e","extension":[{"url":"n","valueDecimal":1e2}]}]}""",
        """<Patient NS><extension id="i" url="http://e"><extension url="n"><valueDecimal value="1e2"/></extension></extension></Patient>""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"a","valueInteger":-3},{"name":"b","resource":{"resourceType":"Patient"}}]}""",
        """<Parameters NS><parameter><name value="a"/><valueInteger value="-3"/></parameter><parameter><name value="b"/><resource><Patient/></resource></parameter></Parameters>""")]
    [InlineData("""{"resourceType":"Patient","name":[{"text":" \n\t","given":[" "]}]}""",
        """<Patient NS><name><text value=" &#xA;&#x9;"/><given value=" "/></name></Patient>""")]
    public void Both_forms_say_the_same(string json, string xml)
    {
        Assert.Equal(xml.Replace("NS", Ns, StringComparison.Ordinal), Xml(json));
        Assert.Equal(json, Json(xml.Replace("NS", Ns, StringComparison.Ordinal)));
    }

    [Fact] // 2.6.1: the order of the definitions
    public void Elements_stand_in_the_order_of_the_definitions() =>
        Assert.Equal(
            $"""<Patient {Ns}><id value="a"/><meta><versionId value="1"/><lastUpdated value="2026-03-02T15:00:00Z"/></meta><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">x</div></text><active value="true"/><gender value="male"/></Patient>""",
            Xml("""{"gender":"male","active":true,"text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>","status":"generated"},"meta":{"lastUpdated":"2026-03-02T15:00:00Z","versionId":"1"},"id":"a","resourceType":"Patient"}"""));

    [Fact] // 2.4.0
    public void The_narrative_stays_xhtml()
    {
        var json = $$$"""{"resourceType":"Patient","text":{"status":"generated","div":"{{{Div}}}"}}""";
        Assert.Contains("<div xmlns=\"http://www.w3.org/1999/xhtml\">a <b>b</b> &amp; &lt; ä</div>", Xml(json));
        Assert.Equal(json, Json(Xml(json)));
        Assert.Contains("a\u00a0b", Xml("""{"resourceType":"Patient","text":{"status":"generated","div":"<div>a&nbsp;b</div>"}}"""));
        Assert.Contains("&lt;div&gt;a &lt;br&gt; b", Xml("""{"resourceType":"Patient","text":{"status":"generated","div":"<div>a <br> b</div>"}}"""));
    }

    [Theory] // 2.4.0: without a prefix, whatever the XML has around it or in it
    [InlineData("""<h:div xmlns:h="http://www.w3.org/1999/xhtml">a <h:b class="c">b</h:b><h:br/> &amp; <h:p></h:p></h:div>""")]
    [InlineData("""<div xmlns="http://www.w3.org/1999/xhtml" xmlns:h="http://www.w3.org/1999/xhtml">a <h:b class="c">b</h:b><br/> &amp; <p></p></div>""")]
    public void A_narrative_with_a_prefix_becomes_one_without(string div) => Assert.Contains(
        """<div xmlns=\"http://www.w3.org/1999/xhtml\">a <b class=\"c\">b</b><br /> &amp; <p></p></div>""",
        Json($"""<Patient {Ns}><text><status value="generated"/>{div}</text></Patient>"""));

    [Fact]
    public void What_the_definitions_do_not_know_goes_along()
    {
        foreach (var json in new[]
        {
            """{"resourceType":"Patient","active":true,"zzz":"1","other":{"a":"b"}}""",
            """{"resourceType":"Patient","other":{"id":"x","a":"b"},"more":[{"id":"1"},{"id":"2","a":{"id":"y"}}]}""",
            """{"resourceType":"Patient","other":{"id":"x","extension":[{"url":"http://e","valueCode":"c"}],"a":"b"}}""",
            """{"resourceType":"Patient","zzz":"1","_zzz":{"id":"z","extension":[{"url":"http://e","valueInteger":1}]}}""",
            """{"resourceType":"Patient","other":{"extension":"x"}}""",
        })
        {
            Assert.Equal(json, Json(Xml(json)));
        }
        Assert.Equal($"""<Patient {Ns}><active value="&#x9;a&#xA;b&quot;"/></Patient>""", Xml("""{"resourceType":"Patient","active":"\ta\nb\"","b c":1}"""));
    }

    [Theory]
    [InlineData("zzz")]
    [InlineData("élan-1.b")]
    [InlineData("1a")]
    [InlineData("a:b")]
    [InlineData("__a")]
    [InlineData("")]
    public void A_name_that_the_check_lets_pass_goes_along(string name)
    {
        foreach (var json in new[] { $$"""{"resourceType":"Patient","{{name}}":"x"}""", $$"""{"resourceType":"Patient","zzz":{"{{name}}":"x"} }""".Replace("} }", "}}", StringComparison.Ordinal) })
        {
            var passes = !StructureCheck.Check(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root).Any(issue => issue.IsError);
            Assert.Equal(name is "zzz" or "élan-1.b", passes);
            if (passes)
                Assert.Equal(json, Json(Xml(json)));
        }
    }

    [Theory] // R4 ElementDefinition, eld-19
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_name_has_as_many_characters_as_one_of_fhir_or_was_stored_before_it_had_to(int length, bool isSound)
    {
        var json = $$"""{"resourceType":"Patient","zzz":{"{{new string('z', length)}}":"x"} }""".Replace("} }", "}}", StringComparison.Ordinal);
        var resource = FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;

        Assert.Equal(isSound, !StructureCheck.Check(resource).Any(issue => issue.IsError));
        Assert.DoesNotContain(StructureCheck.Check(resource, isSent: false), issue => issue.IsError);
        Assert.Equal(json, Json(Xml(json)));
    }

    [Fact]
    public void What_the_definitions_do_not_know_is_looked_at_once_each_however_much_it_is()
    {
        var json = $$"""{"resourceType":"Patient",{{string.Join(',', Enumerable.Range(100_000, 100_000).Select(i => $"\"_m{i}\":{{\"id\":\"x\"}},\"m{i}\":\"1\""))}}}""";
        var took = ProcessorTime.Of(() => Assert.Contains("""<m100000 id="x" value="1"/><m100001 id="x" value="1"/>""", Xml(json)));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // each looked for among all is forty thousand million steps
    }

    [Fact]
    public void What_would_be_too_long_as_xml_is_none()
    {
        var root = FhirJson.ParseStored(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","zzz":[{{string.Join(',', Enumerable.Repeat("1", 1000))}}]}""")).Root;
        var whole = FhirXmlWriter.ToXml(root);

        Assert.Equal(whole, FhirXmlWriter.ToXmlWithin(whole.Length, root, indent: false));
        Assert.Null(FhirXmlWriter.ToXmlWithin(whole.Length - 1, root, indent: false));
        Assert.Null(FhirXmlWriter.ToXmlWithin(100, root, indent: true));
    }

    [Fact]
    public void Control_characters_that_xml_does_not_have_do_not_break_it() =>
        Assert.Contains("a\uFFFDb", Xml("""{"resourceType":"Patient","name":[{"family":"a\u0001b"}]}"""));

    [Theory]
    [InlineData("01", "\"01\"")]
    [InlineData("+1", "\"+1\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData("", "\"\"")]
    [InlineData("1 2", "\"1 2\"")]
    [InlineData("-0.00", "-0.00")]
    public void A_number_that_is_none_stays_text_and_is_refused_by_the_check(string value, string expected)
    {
        var json = Json($"""<Observation {Ns}><status value="final"/><code><text value="x"/></code><valueQuantity><value value="{value}"/></valueQuantity></Observation>""");
        Assert.Contains($"\"value\":{expected}", json);
        Assert.Equal(expected[0] == '"', StructureCheck.Check(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root).Any(issue => issue.IsError));
    }

    [Theory]
    [InlineData("<Patient/>", "namespace")]
    [InlineData("""<Nothing xmlns="http://hl7.org/fhir"/>""", "resource type")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir">text</Patient>""", "text")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir" value="x"/>""", "attribute")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><active value="true" other="x"/></Patient>""", "attribute")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><identifier value="1"/></Patient>""", "attribute")] // it would be read as identifier.value
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><contained value="1"><Organization/></contained></Patient>""", "attribute")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><active value="true"></Patient>""", "FHIR XML")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"/><Patient xmlns="http://hl7.org/fhir"/>""", "FHIR XML")]
    [InlineData("""<!DOCTYPE x [<!ENTITY e "y">]><Patient xmlns="http://hl7.org/fhir"><active value="&e;"/></Patient>""", "DTD")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><contained/></Patient>""", "exactly one")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><x:active xmlns:x="urn:other" value="true"/></Patient>""", "namespace")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><active/></Patient>""", "ele-1")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><name><given value="a"/><given></given></name></Patient>""", "ele-1")]
    [InlineData("""<Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml"><x:a xmlns:x="urn:other"/></div></text></Patient>""", "XHTML")]
    [InlineData("", "FHIR XML")]
    [InlineData("{}", "FHIR XML")]
    public void What_is_no_fhir_xml_is_refused_with_its_place(string xml, string reason)
    {
        Assert.Null(FhirXmlReader.ToJson(Encoding.UTF8.GetBytes(xml), JsonLimits.Resource, out var fault));
        Assert.Contains(reason, fault!.Reason);
        Assert.True(fault.Line >= 1 && fault.Column >= 1);
    }

    [Fact]
    public void Depth_and_size_have_limits()
    {
        var deep = $"""<Patient {Ns}>{string.Concat(Enumerable.Repeat("<extension url=\"u\">", 200))}{string.Concat(Enumerable.Repeat("</extension>", 200))}</Patient>""";
        Assert.Null(FhirXmlReader.ToJson(Encoding.UTF8.GetBytes(deep), JsonLimits.Resource, out var fault));
        Assert.Contains("deep", fault!.Reason);
        Assert.Null(FhirXmlReader.ToJson(new byte[2000], new JsonLimits(1000, 64), out fault));
        Assert.Contains("1,000", fault!.Reason);
        var many = Encoding.UTF8.GetBytes($"<Bundle {Ns}>{string.Concat(Enumerable.Repeat("<a/>", 200))}</Bundle>");
        Assert.NotNull(FhirXmlReader.ToJson(many, new JsonLimits(200 * 32, 64), out _));
        Assert.Null(FhirXmlReader.ToJson(many, new JsonLimits(199 * 32, 64), out fault));
        Assert.Contains("199 elements", fault!.Reason);
        Assert.Null(FhirXmlReader.ToJson(new byte[] { 0x3c, 0xff, 0x3e }, JsonLimits.Resource, out fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void Every_third_party_resource_comes_back_as_it_was()
    {
        Assert.SkipWhen(SyntheaBundles.File is null, SyntheaBundles.Absent);
        var count = 0;
        foreach (var (name, bytes) in SyntheaBundles.Read())
        {
            var bundle = FhirJson.ParseStored(bytes).Root;
            var back = FhirXmlReader.ToJson(FhirXmlWriter.ToXml(bundle), JsonLimits.Bundle, out var fault);
            Assert.True(back is not null, fault?.Reason);
            Assert.True(SameContent.Equal(bundle, FhirJson.ParseStored(back).Root), name);
            count += bundle["entry"u8].Items.Count;
        }

        Assert.True(count > 30_000, "too few resources were found");
    }

    private static string Xml(string json)
    {
        var text = Encoding.UTF8.GetString(FhirXmlWriter.ToXml(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root));
        return text[(text.IndexOf("?>", StringComparison.Ordinal) + 2)..].TrimStart('\n').Replace(" />", "/>", StringComparison.Ordinal);
    }

    private static string Json(string xml)
    {
        var json = FhirXmlReader.ToJson(Encoding.UTF8.GetBytes(xml), JsonLimits.Resource, out var fault);
        Assert.True(json is not null, fault?.Reason);
        return Encoding.UTF8.GetString(json);
    }
}
