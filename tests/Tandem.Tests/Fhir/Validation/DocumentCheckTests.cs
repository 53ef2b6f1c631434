using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Whether documents and messages are whole (R4 3.3.1, 2.36.4.1).</summary>
public sealed class DocumentCheckTests
{
    private const string Site = "http://example.org/";

    private static string Document(string composition, params string[] entries) => $$"""
        {"resourceType":"Bundle","type":"document","timestamp":"2026-01-01T00:00:00Z","identifier":{"system":"urn:ids","value":"1"},"link":[{"relation":"stylesheet","url":"Binary/css"}],"entry":[
         {{Composition(composition)}}{{string.Concat(entries.Select(entry => "," + entry))}} ]}
        """;

    private static string Composition(string elements) => $$"""
        {"fullUrl":"{{Site}}Composition/c","resource":{"resourceType":"Composition","id":"c","status":"final","type":{"text":"t"},"date":"2026-01-01","title":"t","author":[{"display":"a"}],{{elements}} } }
        """;

    private static string Entry(string type, string id, string elements, string site = Site) =>
        $$"""{"fullUrl":"{{site}}{{type}}/{{id}}","resource":{"resourceType":"{{type}}","id":"{{id}}",{{elements}} } }""";

    private static string Finds(string resource) => new Checked().Finds(resource);

    private static string Problem(string id, string version = "") =>
        Entry("Condition", id, $$"""{{(version.Length == 0 ? "" : $"\"meta\":{{\"versionId\":\"{version}\"}},")}}"subject":{"reference":"Patient/p"}""");

    private static readonly string Patient = Entry("Patient", "p", "\"active\":true");

    [Fact]
    public void A_document_that_holds_all_that_its_composition_leads_to_is_whole() => Assert.Equal("", Finds(Document(
        """ "subject":{"reference":"Patient/p"},"section":[{"title":"a","section":[{"title":"b","entry":[{"reference":"Condition/a"},{"reference":"https://elsewhere.example.org/Condition/x"}]}]}]""",
        Patient, Problem("a"), Entry("Binary", "css", "\"contentType\":\"text/css\""))));

    [Theory]
    [InlineData(""" "subject":{"reference":"Patient/q"}""", "subject")]
    [InlineData(""" "encounter":{"reference":"Encounter/q"}""", "encounter")]
    [InlineData(""" "custodian":{"reference":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}""", "custodian")]
    [InlineData(""" "attester":[{"mode":"legal","party":{"reference":"Practitioner/q"}}]""", "attester[0].party")]
    [InlineData(""" "event":[{"detail":[{"reference":"Procedure/q"}]}]""", "event[0].detail[0]")]
    [InlineData(""" "section":[{"title":"a","section":[{"title":"b","entry":[{"reference":"Condition/q"}]}]}]""", "section[0].section[0].entry[0]")]
    [InlineData(""" "section":[{"title":"a","author":[{"reference":"Device/q"}],"text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>a</div>"}}]""", "section[0].author[0]")]
    public void What_a_composition_refers_to_is_in_the_document(string elements, string place) =>
        Assert.Equal("error not-found Bundle.entry[0].resource." + place, Finds(Document(elements)));

    [Fact]
    public void A_resource_on_another_server_is_not_the_one_that_a_relative_reference_means()
    {
        var document = Document(""" "subject":{"reference":"Patient/p"}""", Entry("Patient", "p", "\"active\":true", "http://other.example.org/"));

        Assert.Equal("error not-found Bundle.entry[0].resource.subject\nerror business-rule Bundle.entry[1].resource", Finds(document));
        Assert.Contains("one holds a resource of this type and id", new Checked().Says(document), StringComparison.Ordinal);
        Assert.DoesNotContain("one holds", new Checked().Says(Document(""" "subject":{"reference":"Patient/q"}""")), StringComparison.Ordinal);
    }

    [Theory] // R4 2.36.4.1: the version is told by meta.versionId
    [InlineData("Condition/a/_history/1", "Condition/a/_history/2", "")]
    [InlineData("Condition/a", "Condition/a/_history/2", "error multiple-matches Bundle.entry[0].resource.section[0].entry[0]")]
    [InlineData("Condition/a/_history/1", "http://example.org/Condition/a/_history/2", "")]
    [InlineData("Condition/a/_history/1", "Condition/a/_history/3", "error not-found Bundle.entry[0].resource.section[0].entry[1]")]
    public void A_reference_says_which_version_it_means_where_there_are_several(string one, string other, string finds) => Assert.Equal(finds, Finds(Document(
        $$""" "subject":{"reference":"Patient/p"},"section":[{"title":"a","entry":[{"reference":"{{one}}"},{"reference":"{{other}}"}]}]""",
        Patient, Problem("a", "1"), Problem("a", "2").Replace("\"subject\":{\"reference\":\"Patient/p\"}", "\"subject\":{\"display\":\"p\"}"))));

    [Fact]
    public void An_entry_that_nothing_leads_to_or_from_does_not_belong_to_the_document() =>
        Assert.Equal("error business-rule Bundle.entry[1].resource", Finds(Document(""" "subject":{"display":"p"}""", Patient)));

    [Fact]
    public void An_entry_that_only_refers_to_others_is_for_provenances()
    {
        const string composition = """ "subject":{"reference":"Patient/p"}""";
        var provenance = Entry("Provenance", "v", """ "target":[{"reference":"Patient/p"}],"recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"a"}}]""");

        Assert.Equal("warning business-rule Bundle.entry[2].resource", Finds(Document(composition, Patient, Problem("a"))));
        Assert.Equal("", Finds(Document(composition, Patient, provenance)));
    }

    [Fact]
    public void A_link_of_the_narrative_leads_to_an_entry() => Assert.Equal("", Finds(Document(
        """ "text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'><img src='Binary/i' alt='i'/></div>"}""", Entry("Binary", "i", "\"contentType\":\"image/png\""))));

    [Fact]
    public void A_message_holds_what_its_header_is_about_and_an_entry_too_many_is_only_told()
    {
        static string Message(string focus, params string[] entries) => Finds($$"""
            {"resourceType":"Bundle","type":"message","entry":[{"fullUrl":"{{Site}}MessageHeader/m","resource":{"resourceType":"MessageHeader","id":"m","eventUri":"urn:a","source":{"endpoint":"http://example.org/"},"focus":[{"reference":"{{focus}}"}]} }
             {{string.Concat(entries.Select(entry => "," + entry))}} ]}
            """);

        Assert.Equal("", Message("Patient/p", Patient));
        Assert.Equal("error not-found Bundle.entry[0].resource.focus[0]", Message("Patient/q"));
        Assert.Equal("warning business-rule Bundle.entry[2].resource", Message("Patient/p", Patient, Entry("Patient", "r", "\"active\":true")));
    }

    [Fact] // whatever stands in it: the memory it takes grows as the document does
    public void A_document_of_many_versions_of_one_resource_costs_no_more_than_one_of_as_many_resources()
    {
        static long Allocated(int count)
        {
            var entries = string.Join(',', Enumerable.Range(0, count).Select(number => $$$"""{"fullUrl":"urn:a:1","resource":{"resourceType":"Basic","meta":{"versionId":"{{{number}}}"},"implicitRules":"urn:a:1"}}"""));
            var document = Checked.Parsed($$$"""{"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:a:0","resource":{"resourceType":"Composition","section":[{"entry":[{"reference":"urn:a:1"}]}]}},{{{entries}}}]}""");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains("multiple-matches Bundle.entry[0]", new Checked().Finds(document, new() { Structure = false }), StringComparison.Ordinal);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(10);
        Assert.InRange(Allocated(4000), 0, 3 * Allocated(2000));
    }
}
