using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Validation;
using Tandem.Tests.Support;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

public sealed class InvariantTests
{
    private static readonly Checked Base = new();

    [Fact]
    public void Every_rule_of_the_specification_compiles()
    {
        var rules = R4.Types.All.SelectMany(type => type.Rules.Concat(type.Elements.SelectMany(element => element.Rules))).Distinct().ToList();

        Assert.True(rules.Count > 180, $"only {rules.Count} rules");
        Assert.Empty(rules.Where(rule => FhirPathExpression.Compile(rule.Expression, out _) is null).Select(rule => rule.Key));
    }

    [Theory] // each rule once broken and once kept
    [InlineData("obs-6", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueString":"x","dataAbsentReason":{"text":"asked"}}""", "error invariant Observation")]
    [InlineData("obs-6", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"dataAbsentReason":{"text":"asked"}}""", "")]
    [InlineData("obs-3", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"referenceRange":[{"appliesTo":[{"text":"all"}]}]}""", "error invariant Observation.referenceRange[0]")]
    [InlineData("per-1", """{"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"period":{"start":"2026-02-01","end":"2026-01-01"}}""", "error invariant Encounter.period")]
    [InlineData("pat-1", """{"resourceType":"Patient","contact":[{"gender":"female"}]}""", "error invariant Patient.contact[0]")]
    [InlineData("pat-1", """{"resourceType":"Patient","contact":[{"name":{"text":"A Testperson"}}]}""", "")]
    [InlineData("cpt-2", """{"resourceType":"Patient","telecom":[{"value":"555-0100"}]}""", "error invariant Patient.telecom[0]")]
    [InlineData("qty-3", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueQuantity":{"value":1,"code":"mg"}}""", "error invariant Observation.value")]
    [InlineData("ref-1", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"subject":{"reference":"#p"}}""", "error invariant Observation.subject")]
    [InlineData("ref-1", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"subject":{"display":"somebody"}}""", "")]
    [InlineData("dom-3", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"contained":[{"resourceType":"Patient","id":"p"}]}""", "error invariant Observation")]
    [InlineData("dom-3", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}""", "")]
    [InlineData("dom-3", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"contained":[{"resourceType":"Binary","id":"p","contentType":"image/png"}],"text":{"status":"additional","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src='#p' alt='a'/></div>"}}""", "")]
    [InlineData("dom-3", """{"resourceType":"Composition","status":"final","type":{"text":"a"},"date":"2026-01-01","author":[{"display":"a"}],"title":"a","contained":[{"resourceType":"Binary","id":"p","contentType":"image/png"}],"section":[{"text":{"status":"additional","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src='#p' alt='a'/></div>"}}]}""", "")]
    [InlineData("dom-4", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"contained":[{"resourceType":"Patient","id":"p","meta":{"versionId":"1"}}],"subject":{"reference":"#p"}}""", "error invariant Observation")]
    [InlineData("ele-1", """{"resourceType":"Patient","name":[{"id":"a"}]}""", "error invariant Patient.name[0]")]
    [InlineData("R4 2.24.0.1", """{"resourceType":"Patient","name":[{"id":"a b","text":"c"}]}""", "error value Patient.name[0].id")]
    [InlineData("R4 2.24.0.1", """{"resourceType":"Patient","name":[{"id":"a","text":"b"}],"telecom":[{"id":"a","system":"phone","value":"1"}]}""", "error value Patient.telecom[0].id")]
    [InlineData("R4 2.24.0.1", """{"resourceType":"Patient","name":[{"id":"a","text":"b"}],"contained":[{"resourceType":"Organization","id":"o","name":"o","telecom":[{"id":"a","system":"phone","value":"1"}]}],"managingOrganization":{"reference":"#o"}}""", "")]
    [InlineData("R4 5.1.0.9", """{"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","status":"draft","kind":"resource","abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","snapshot":{"element":[{"id":"Patient","path":"Patient","definition":"a","min":0,"max":"*","base":{"path":"Patient","min":0,"max":"*"}},{"id":"Patient.name","path":"Patient.name","definition":"a","min":0,"max":"*","base":{"path":"Patient.name","min":0,"max":"*"},"type":[{"id":"t","code":"HumanName"}]}]},"differential":{"element":[{"id":"Patient","path":"Patient"},{"id":"Patient.name","path":"Patient.name","type":[{"id":"t","code":"HumanName"}]}]}}""", "")]
    [InlineData("tim-1", """{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"display":"x"},"occurrenceTiming":{"repeat":{"duration":3}}}""", "error invariant ServiceRequest.occurrence.repeat")]
    [InlineData("bdl-7", """{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient"}},{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient"}}]}""", "error invariant Bundle")]
    [InlineData("que-2", """{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"string"},{"linkId":"1","type":"string"}]}""", "error invariant Questionnaire")]
    [InlineData("que-7", """{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"string","enableWhen":[{"question":"2","operator":"exists","answerBoolean":true}]},{"linkId":"2","type":"string"}]}""", "")]
    [InlineData("que-7", """{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"string","enableWhen":[{"question":"2","operator":"exists","answerString":"a"}]},{"linkId":"2","type":"string"}]}""", "error invariant Questionnaire.item[0].enableWhen[0]")]
    [InlineData("que-12", """{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"string","enableWhen":[{"question":"2","operator":"=","answerString":"a"},{"question":"2","operator":"=","answerString":"b"}]},{"linkId":"2","type":"string"}]}""", "error invariant Questionnaire.item[0]")]
    [InlineData("txt-1", """{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>a</script></div>"}}""", "error invariant Patient.text.div")]
    [InlineData("txt-2", """{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p> </p></div>"}}""", "error invariant Patient.text.div")]
    [InlineData("sqty-1", """{"resourceType":"Observation","status":"final","code":{"text":"a"},"referenceRange":[{"low":{"value":1,"comparator":"<"}}]}""", "error invariant Observation.referenceRange[0].low")]
    public void A_rule_is_kept_or_said_to_be_broken(string key, string resource, string finds)
    {
        Assert.Equal(finds, Base.Finds(resource));
        if (finds.Length > 0)
            Assert.Contains($"({key})", Base.Says(resource), StringComparison.Ordinal);
    }

    [Theory] // R4 2.9.1.1: such a value is there, and is nothing to compare or to look into
    [InlineData("\"subject\":{\"_reference\":{0}}")]
    [InlineData("\"valueRange\":{\"low\":{\"_value\":{0}},\"high\":{\"value\":1}}")]
    [InlineData("\"effectivePeriod\":{\"_start\":{0},\"end\":\"2026-01-01\"}")]
    public void A_value_that_is_absent_with_a_reason_keeps_no_rule_from_being_checked(string element)
    {
        const string absent = """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}""";
        var resource = $$"""{"resourceType":"Observation","status":"final","code":{"text":"a"},{{element.Replace("{0}", absent, StringComparison.Ordinal)}} }""";

        Assert.Equal("", Base.Finds(resource));
    }

    [Theory] // R4 2.4.0: Unicode characters instead of entities of HTML; those of XML itself are none
    [InlineData("a&nbsp;b &copy;", "error invalid Patient.text.div")]
    [InlineData("a\u00a0b &amp;copy; &#160;", "")]
    public void A_narrative_has_no_entities_of_html(string content, string finds) =>
        Assert.Equal(finds, Base.Finds($$"""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{content}}</div>"} }"""));

    [Theory] // R4 4.1.3.1: a concept of a required set has a code of it; what bears only extensions says in them why
    [InlineData("\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\"}]", "error code-invalid Condition.clinicalStatus")]
    [InlineData("\"text\":\"over\"", "error code-invalid Condition.clinicalStatus")]
    [InlineData("\"coding\":[{\"code\":\"bogus\"}]", "error code-invalid Condition.clinicalStatus")]
    [InlineData("\"coding\":[{\"code\":\"bogus\"},{\"display\":\"b\"}]", "error code-invalid Condition.clinicalStatus")]
    [InlineData("\"coding\":[{\"code\":\"bogus\"},{\"system\":\"http://example.org/c\",\"code\":\"bogus\"}]", "error code-invalid Condition.clinicalStatus")]
    [InlineData("\"coding\":[{\"code\":\"bogus\"},{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]", "")]
    [InlineData("\"coding\":[{\"code\":\"active\"}]", "")] // which system is meant is not said; it may be the right one
    [InlineData("\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]", "")]
    [InlineData("\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]", "")]
    public void A_required_concept_without_a_code_is_an_error(string concept, string finds) =>
        Assert.Equal(finds, Base.Finds($$"""{"resourceType":"Condition","clinicalStatus":{ {{concept}} },"subject":{"reference":"Patient/1"} }"""));

    [Theory] // extension elementdefinition-maxValueSet of R4's own bindings
    [InlineData("""{"resourceType":"Patient","language":"en-US"}""", "")]
    [InlineData("""{"resourceType":"Patient","language":"en_US"}""", "error code-invalid Patient.language")]
    [InlineData("""{"resourceType":"Patient","communication":[{"language":{"text":"Spanish"}}]}""", "")]
    [InlineData("""{"resourceType":"Patient","communication":[{"language":{"coding":[{"system":"urn:iso:std:iso:639-1","code":"es"},{"system":"urn:ietf:bcp:47","code":"es"}]}}]}""", "")]
    [InlineData("""{"resourceType":"Patient","communication":[{"language":{"coding":[{"system":"urn:iso:std:iso:639-1","code":"es"}]}}]}""", "error code-invalid Patient.communication[0].language")]
    [InlineData("""{"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"length":{"value":5,"unit":"fortnight","system":"http://unitsofmeasure.org","code":"2.wk"}}""", "warning code-invalid Encounter.length")]
    [InlineData("""{"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"length":{"value":5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}""", "error code-invalid Encounter.length\nwarning code-invalid Encounter.length")]
    public void No_code_leaves_the_widest_value_set(string resource, string finds) => Assert.Equal(finds, Base.Finds(resource));

    [Theory] // R4 2.24.0.1 uri; RFC 3061, RFC 4122
    [InlineData("urn:oid:2.16.840.1.113883.4.3.25", "")]
    [InlineData("urn:oid:2.16.840.1.113883.4.3.25x", "error value Patient.identifier[0].system")]
    [InlineData("urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01", "")]
    [InlineData("urn:uuid:ce6d6b2e", "error value Patient.identifier[0].system")]
    [InlineData("urn:example:x", "")]
    public void An_address_that_begins_as_an_OID_or_UUID_is_one(string address, string finds) =>
        Assert.Equal(finds, Base.Finds($$"""{"resourceType":"Patient","identifier":[{"system":"{{address}}","value":"1"}] }"""));

    [Fact] // R4 2.29.0: entries of a bundle are validated too, each for itself
    public void A_rule_broken_in_a_bundle_is_found_where_it_is() => Assert.Equal(
        "error invariant Bundle.entry[1].resource.contact[0]",
        Base.Finds("""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01","resource":{"resourceType":"Patient"}},
             {"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02","resource":{"resourceType":"Patient","contact":[{"gender":"male"}]}}]}
            """));

    [Fact] // R4 2.3.0: types that a reference may point to
    public void A_reference_to_a_wrong_type_is_an_error()
    {
        const string with = """{"resourceType":"Observation","status":"final","code":{"text":"a"},"subject":{"reference":"REF"}}""";

        Assert.Equal("error value Observation.subject", Base.Finds(with.Replace("REF", "Medication/1")));
        Assert.Equal("error value Observation.subject", Base.Finds(with.Replace("REF", "https://example.org/fhir/Medication/1/_history/2")));
        Assert.Equal("", Base.Finds(with.Replace("REF", "Patient/1")));
        Assert.Equal("", Base.Finds(with.Replace("REF", "urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01")));
    }

    [Theory] // R4 Reference.type
    [InlineData("\"reference\":\"Patient/1\",\"type\":\"Patient\"", "")]
    [InlineData("\"reference\":\"Patient/1\",\"type\":\"http://hl7.org/fhir/StructureDefinition/Patient\"", "warning code-invalid Bundle.entry[0].resource.performer[0].type")]
    [InlineData("\"reference\":\"Patient/1\",\"type\":\"Practitioner\"", "error value Bundle.entry[0].resource.performer[0]")]
    [InlineData("\"reference\":\"Patient/1\",\"type\":\"http://hl7.org/fhir/StructureDefinition/Practitioner\"", "error value Bundle.entry[0].resource.performer[0]\nwarning code-invalid Bundle.entry[0].resource.performer[0].type")]
    [InlineData("\"reference\":\"#c\",\"type\":\"Patient\"", "error value Bundle.entry[0].resource.performer[0]")]
    [InlineData("\"reference\":\"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02\",\"type\":\"Organization\"", "error value Bundle.entry[0].resource.performer[0]")]
    [InlineData("\"reference\":\"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02\",\"type\":\"Patient\"", "")]
    [InlineData("\"reference\":\"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a03\",\"type\":\"Patient\"", "")]
    [InlineData("\"identifier\":{\"system\":\"urn:a\",\"value\":\"1\"},\"type\":\"Location\"", "error value Bundle.entry[0].resource.performer[0]")] // not among its targets
    public void The_type_that_a_reference_says_is_that_of_its_target(string reference, string finds) => Assert.Equal(finds, Base.Finds($$"""
        {"resourceType":"Bundle","type":"collection","entry":[
         {"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a01","resource":{"resourceType":"Observation","status":"final","code":{"text":"a"},"performer":[{ {{reference}} }],
          "contained":[{"resourceType":"Practitioner","id":"c"}],"note":[{"authorReference":{"reference":"#c"},"text":"b"}]} },
         {"fullUrl":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02","resource":{"resourceType":"Patient"} }]}
        """));

    [Fact] // R4 4.1.3.2
    public void A_code_outside_an_extensible_value_set_is_a_warning()
    {
        const string with = """{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"SYS","code":"M"}]}}""";

        Assert.Equal("", Base.Finds(with.Replace("SYS", "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus")));
        Assert.Equal("warning code-invalid Patient.maritalStatus", Base.Finds(with.Replace("SYS", "http://example.org/own")));
        Assert.Equal("", Base.Finds("""{"resourceType":"Patient","maritalStatus":{"text":"it is complicated"}}"""));
        Assert.Equal("warning code-invalid Patient.maritalStatus", Base.Finds("""{"resourceType":"Patient","maritalStatus":{"coding":[{"display":"wed"},{"system":"http://example.org/own","code":"M"}]}}"""));
    }

    [Theory] // R4 2.24.0.12: Age, Distance and Duration are bound to units
    [InlineData("a", "")]
    [InlineData("s", "warning code-invalid Condition.onset")]
    public void A_unit_outside_those_of_its_type_is_a_warning(string unit, string finds) => Assert.Equal(finds, Base.Finds($$"""
        {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"subject":{"reference":"Patient/1"},
         "onsetAge":{"value":3,"system":"http://unitsofmeasure.org","code":"{{unit}}"} }
        """));

    [Fact]
    public void Rules_find_nothing_wrong_in_synthetic_patients()
    {
        Assert.SkipWhen(SyntheaBundles.File is null, SyntheaBundles.Absent);

        var errors = new SortedSet<string>();
        var count = 0;
        foreach (var (_, bytes) in SyntheaBundles.Read().Take(12))
        {
            foreach (var entry in FhirJson.ParseStored(bytes).Root["entry"u8].Items)
            {
                count++;
                errors.UnionWith(FhirValidator.Shipped.Validate(FhirJson.ParseStored(entry["resource"u8].RawMemory.ToArray()).Root, new() { ClaimedProfiles = false })
                    .Where(issue => issue.IsError).Select(issue => $"{issue.Expression}: {issue.Text}"));
            }
        }

        Assert.True(count > 3000);
        Assert.Empty(errors);
    }

    [Fact]
    public void Rules_of_an_observation_cost_little_memory()
    {
        var observation = Checked.Parsed("""
            {"resourceType":"Observation","id":"o","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/1"},"encounter":{"reference":"Encounter/1"},
             "effectiveDateTime":"2026-11-20T08:15:00Z","performer":[{"reference":"Practitioner/1"}],
             "valueQuantity":{"value":4.1,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},
             "referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"}}]}
            """);
        for (var warm = 0; warm < 200; warm++)
            Assert.DoesNotContain(FhirValidator.Shipped.Validate(observation), issue => issue.IsError);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20; round++)
            FhirValidator.Shipped.Validate(observation);

        Assert.True((GC.GetAllocatedBytesForCurrentThread() - before) / 20 < 16 * 1024);
    }

    [Fact]
    public void Each_entry_of_a_large_transaction_is_validated_with_little_memory()
    {
        var entries = string.Join(',', Enumerable.Range(0, 2_000).Select(number => $$$"""
            {"fullUrl":"urn:uuid:{{{Address(number)}}}","resource":{"resourceType":"Observation","status":"final","code":{"text":"a"},"device":{"reference":"urn:uuid:{{{Address((number + 1) % 2_000)}}}"} } }
            """));
        var bundle = Checked.Parsed($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entries}}]}""");
        string[] finds = [.. bundle["entry"u8].Items.AsEnumerable().Take(50).Select(Finds)];
        Assert.All(finds, found => Assert.Equal("error value Observation.device", found)); // the address of an observation is known: it is that of an entry

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var entry in bundle["entry"u8].Items.AsEnumerable().Take(50))
            FhirValidator.Shipped.Validate(entry["resource"u8]);

        Assert.True((GC.GetAllocatedBytesForCurrentThread() - before) / 50 < 64 * 1024);

        static string Address(int number) => $"0a5d6f3e-1111-4222-8333-{number:d12}";
        static string Finds(FhirNode entry) => Base.Finds(entry["resource"u8], ValidationOptions.Default);
    }

    [Fact]
    public void A_narrative_is_read_once_however_much_is_contained()
    {
        var contained = string.Join(',', Enumerable.Range(0, 500).Select(number => $$"""{"resourceType":"Binary","id":"b{{number}}","contentType":"image/png"}"""));
        var images = string.Concat(Enumerable.Range(0, 500).Select(number => $"<img src='#b{number}' alt='{new string('a', 100)}'/>"));
        var resource = $$"""{"resourceType":"Basic","contained":[{{contained}}],"text":{"status":"additional","div":"<div>{{images}}</div>"} }""";
        var (all, one) = (Checked.Parsed(resource), Checked.Parsed(resource.Replace("#b250'", "#c'", StringComparison.Ordinal)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal((true, false), (ContainedUse.IsComplete(all), ContainedUse.IsComplete(one)));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * images.Length);
    }

    [Fact]
    public void The_parts_of_a_long_array_are_each_looked_at_once()
    {
        const int length = 150_000;
        string Many(string item) => string.Join(',', Enumerable.Repeat(item, length));
        var parts = Checked.Parsed("{\"resourceType\":\"Patient\",\"name\":[{\"given\":[" + Many("\"a\"") + "],\"_given\":[" + Many("{\"id\":\"1\"}") + "]}]}");
        var took = ProcessorTime.Of(() => Assert.Equal("", Base.Finds(parts, ValidationOptions.Default)));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // a way back past all others for each is twenty thousand million steps
    }

    [Theory] // Bundle.entry.fullUrl: it is absolute and shall not disagree with the id in the resource
    [InlineData("urn:uuid:0a5d6f3e-1111-4222-8333-444455556666", """{"resourceType":"Patient"}""", "")]
    [InlineData("http://example.org/fhir/Patient/1", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/fhir/Patient/1", """{"resourceType":"Patient"}""", "")]
    [InlineData("http://example.org/anything", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/fhir/Patient/2", """{"resourceType":"Patient","id":"1"}""", "error invariant Bundle.entry[0].fullUrl")]
    [InlineData("http://example.org/fhir/Person/1", """{"resourceType":"Patient","id":"1"}""", "error invariant Bundle.entry[0].fullUrl")]
    [InlineData("Patient/1", """{"resourceType":"Patient","id":"1"}""", "error value Bundle.entry[0].fullUrl")]
    public void The_address_of_an_entry_is_that_of_its_resource(string address, string resource, string finds) => Assert.Equal(
        finds, new Checked().Finds($$$"""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"{{{address}}}","resource":{{{resource}}} }]}"""));

    [Fact] // what an entry's resource contains is found from the bundle's rules
    public void A_rule_of_a_bundle_follows_references_to_contained_resources()
    {
        var profile = Checked.Profile("p", "Bundle", """
            {"id":"Bundle","path":"Bundle","constraint":[{"key":"b-1","severity":"error","human":"h","expression":"entry.resource.ofType(Observation).all(device.resolve() is Device)"}]}
            """);
        static string Bundle(string reference) => $$$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/o","resource":{"resourceType":"Observation","status":"final","code":{"text":"c"},"device":{"reference":"{{{reference}}}"},
             "contained":[{"resourceType":"Device","id":"d"}]}}]}
            """;

        Assert.DoesNotContain("error invariant Bundle\n", new Checked(profile).Finds(Bundle("#d"), "http://example.org/p") + "\n");
        Assert.Contains("error invariant Bundle\n", new Checked(profile).Finds(Bundle("#x"), "http://example.org/p") + "\n");
    }
}
