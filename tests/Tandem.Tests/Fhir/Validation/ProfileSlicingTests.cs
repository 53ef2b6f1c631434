using Tandem.Fhir.Validation;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Slices that are told apart by profiles (R4 5.1.0.15), by what only the profile of a type says, and within other slices.</summary>
public sealed class ProfileSlicingTests
{
    private const string Asked = "http://example.org/p";

    private static readonly Tandem.Fhir.Json.FhirNode Coded = Checked.Profile("coded", "Condition", """{"id":"Condition.code","path":"Condition.code","min":1}""");
    private static readonly Tandem.Fhir.Json.FhirNode Told = Checked.Profile("told", "Condition", """{"id":"Condition.note","path":"Condition.note","min":1}""");

    private const string ById = "urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a0";

    [Theory] // as the International Patient Summary slices Bundle.entry, by the type and by the profile of the resource
    [InlineData(""","code":{"text":"x"}""", "")]
    [InlineData(""","note":[{"text":"x"}]""", "")]
    [InlineData("", "error required Bundle.entry")]
    public void Entries_are_told_apart_by_the_profile_of_their_resource(string content, string finds)
    {
        var check = new Checked(Coded, Told, Checked.Profile("p", "Bundle", """
            {"id":"Bundle.entry","path":"Bundle.entry","slicing":{"discriminator":[{"type":"type","path":"resource"},{"type":"profile","path":"resource"}],"rules":"open"}},
            {"id":"Bundle.entry:patient","path":"Bundle.entry","sliceName":"patient","min":1,"max":"1"},
            {"id":"Bundle.entry:patient.resource","path":"Bundle.entry.resource","min":1,"type":[{"code":"Patient"}]},
            {"id":"Bundle.entry:problem","path":"Bundle.entry","sliceName":"problem","min":1},
            {"id":"Bundle.entry:problem.resource","path":"Bundle.entry.resource","min":1,"type":[{"code":"Condition","profile":["http://example.org/coded","http://example.org/told"]}]}
            """));

        var bundle = $$$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"{{{ById}}}1","resource":{"resourceType":"Patient"}},
             {"fullUrl":"{{{ById}}}2","resource":{"resourceType":"Condition","subject":{"reference":"{{{ById}}}1"}{{{content}}} }}]}
            """;

        Assert.Equal(finds, check.Finds(bundle, Asked));
        if (finds.Length > 0)
            Assert.Equal("The slice problem of entry is missing; what would be it does not keep to its profile: Condition.code: code is missing (coded) (p).", check.Says(bundle, Asked));
    }

    [Theory] // as it slices the entries of a section, which is a slice itself
    [InlineData("""{"reference":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02"}""", ""","note":[{"text":"x"}]""", "")]
    [InlineData("""{"reference":"urn:uuid:ce6d6b2e-31a4-4b6b-b0a2-3b2a7d3b4a02"}""", "", "error structure Bundle.entry[0].resource.section[0].entry[0]\nerror required Bundle.entry[0].resource.section[0].entry")]
    [InlineData("""{"reference":"Condition/elsewhere"}""", "", "warning not-found Bundle.entry[0].resource.section[0].entry[0]\nwarning not-found Bundle.entry[0].resource.section[0].entry")]
    [InlineData("""{"reference":"Patient/elsewhere"}""", "", "error structure Bundle.entry[0].resource.section[0].entry[0]\nerror required Bundle.entry[0].resource.section[0].entry")]
    [InlineData("""{"display":"x"}""", "", "warning not-found Bundle.entry[0].resource.section[0].entry[0]\nwarning not-found Bundle.entry[0].resource.section[0].entry")]
    public void Entries_of_a_section_are_told_apart_by_the_profile_of_what_they_point_to(string entry, string content, string finds)
    {
        var check = new Checked(Coded, Told, Checked.Profile("p", "Composition", """
            {"id":"Composition.section","path":"Composition.section","slicing":{"discriminator":[{"type":"value","path":"code"}],"rules":"open"}},
            {"id":"Composition.section:problems","path":"Composition.section","sliceName":"problems","min":1},
            {"id":"Composition.section:problems.code","path":"Composition.section.code","min":1,"patternCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"11450-4"}]}},
            {"id":"Composition.section:problems.entry","path":"Composition.section.entry","slicing":{"discriminator":[{"type":"profile","path":"resolve()"}],"rules":"closed"}},
            {"id":"Composition.section:problems.entry:problem","path":"Composition.section.entry","sliceName":"problem","min":1,"type":[{"code":"Reference","targetProfile":["http://example.org/coded","http://example.org/told"]}]}
            """));

        Assert.Equal(finds, check.Finds($$$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"{{{ById}}}1","resource":
              {"resourceType":"Composition","meta":{"profile":["{{{Asked}}}"]},"status":"final","type":{"text":"x"},"date":"2026","title":"x","author":[{"display":"x"}],
               "section":[{"title":"x","code":{"coding":[{"system":"http://loinc.org","code":"11450-4"}]},"entry":[{{{entry}}}]}]}},
             {"fullUrl":"{{{ById}}}2","resource":{"resourceType":"Condition","subject":{"display":"x"}{{{content}}} }}]}
            """));
    }

    [Theory] // what decides is the code of what is pointed to, which only the profile of the target says
    [InlineData("a", "")]
    [InlineData("b", "error required Observation.hasMember")]
    public void Items_are_told_apart_by_what_the_profile_of_their_target_says(string code, string finds)
    {
        var check = new Checked(
            Checked.Profile("p", "Observation", """
                {"id":"Observation.hasMember","path":"Observation.hasMember","slicing":{"discriminator":[{"type":"value","path":"resolve().code"}],"rules":"open"}},
                {"id":"Observation.hasMember:a","path":"Observation.hasMember","sliceName":"a","min":1,"type":[{"code":"Reference","targetProfile":["http://example.org/a"]}]}
                """),
            Checked.Profile("a", "Observation", """{"id":"Observation.code","path":"Observation.code","patternCodeableConcept":{"text":"a"}}"""));

        Assert.Equal(finds, check.Finds($$$"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"hasMember":[{"reference":"#m"}],
             "contained":[{"resourceType":"Observation","id":"m","status":"final","code":{"text":"{{{code}}}"}}]}
            """, Asked));
    }

    [Theory] // the slice says how often the system is there, its type's profile which
    [InlineData("urn:nhs", "")]
    [InlineData("urn:other", "error required Patient.identifier")]
    public void A_slice_is_told_apart_by_what_the_profile_of_its_type_says(string system, string finds)
    {
        var check = new Checked(
            Checked.Profile("p", "Patient", """
                {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
                {"id":"Patient.identifier:nhs","path":"Patient.identifier","sliceName":"nhs","min":1,"type":[{"code":"Identifier","profile":["http://example.org/nhs"]}]},
                {"id":"Patient.identifier:nhs.system","path":"Patient.identifier.system","min":1}
                """),
            Checked.Profile("nhs", "Identifier", """{"id":"Identifier.system","path":"Identifier.system","fixedUri":"urn:nhs"}"""));

        Assert.Equal(finds, check.Finds($$"""{"resourceType":"Patient","identifier":[{"system":"{{system}}","value":"1"}]}""", Asked));
        Assert.Equal(finds, check.Finds($$"""{"resourceType":"Patient","identifier":[{"system":"urn:more","value":"1"},{"system":"{{system}}","value":"2"}]}""", Asked));
    }

    [Theory] // the codings of every component are sliced; of one component more is said of a slice of them
    [InlineData("http://loinc.org", "error required Observation.component[0].code.coding[0].display")]
    [InlineData("http://snomed.info/sct", "")]
    public void A_slice_within_a_slice_is_told_apart_as_in_the_element_around(string system, string finds)
    {
        var profile = Checked.Profile("p", "Observation", """
            {"id":"Observation.component","path":"Observation.component","slicing":{"discriminator":[{"type":"exists","path":"value"}],"rules":"open"}},
            {"id":"Observation.component.code.coding","path":"Observation.component.code.coding","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"closed"}},
            {"id":"Observation.component.code.coding:loinc","path":"Observation.component.code.coding","sliceName":"loinc"},
            {"id":"Observation.component.code.coding:loinc.system","path":"Observation.component.code.coding.system","min":1,"fixedUri":"http://loinc.org"},
            {"id":"Observation.component.code.coding:sct","path":"Observation.component.code.coding","sliceName":"sct"},
            {"id":"Observation.component.code.coding:sct.system","path":"Observation.component.code.coding.system","min":1,"fixedUri":"http://snomed.info/sct"},
            {"id":"Observation.component:measured","path":"Observation.component","sliceName":"measured"},
            {"id":"Observation.component:measured.value[x]","path":"Observation.component.value[x]","min":1},
            {"id":"Observation.component:measured.code.coding:loinc","path":"Observation.component.code.coding","sliceName":"loinc"},
            {"id":"Observation.component:measured.code.coding:loinc.display","path":"Observation.component.code.coding.display","min":1}
            """);

        Assert.Equal(finds, new Checked(profile).Finds($$$"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"component":[{"code":{"coding":[{"system":"{{{system}}}","code":"1"}]},"valueString":"x"},
             {"code":{"coding":[{"system":"http://loinc.org","code":"2"}]},"dataAbsentReason":{"text":"x"}}]}
            """, Asked));
    }

    [Fact] // a differential that only closes what it derives from
    public void A_slicing_that_is_only_closed_tells_apart_as_before()
    {
        const string slicing = """{"id":"Patient.telecom","path":"Patient.telecom","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},""";
        var check = new Checked(
            Checked.Profile("p", "Patient", """{"id":"Patient.telecom","path":"Patient.telecom","slicing":{"rules":"closed"}}""", "http://example.org/q"),
            Checked.Profile("q", "Patient", slicing + """
                {"id":"Patient.telecom:phone","path":"Patient.telecom","sliceName":"phone"},{"id":"Patient.telecom:phone.system","path":"Patient.telecom.system","fixedCode":"phone"},
                {"id":"Patient.telecom:phone.use","path":"Patient.telecom.use","min":1}
                """));

        Assert.Equal("error required Patient.telecom[0].use", check.Finds("""{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"}]}""", Asked));
        Assert.Equal("error structure Patient.telecom[0]", check.Finds("""{"resourceType":"Patient","telecom":[{"system":"email","value":"1"}]}""", Asked));
    }

    [Fact] // each is a member of all the others, and each has to keep to the profile that its members keep to
    public void References_in_a_circle_come_to_an_end()
    {
        const string members = """
            {"id":"Observation.hasMember","path":"Observation.hasMember","slicing":{"discriminator":[{"type":"profile","path":"resolve()"}],"rules":"closed"}},
            {"id":"Observation.hasMember:same","path":"Observation.hasMember","sliceName":"same","type":[{"code":"Reference","targetProfile":["http://example.org/p"]}]},
            {"id":"Observation.note","path":"Observation.note","constraint":[{"key":"t-1","severity":"error","human":"h","expression":"%resource.conformsTo('http://example.org/p')"}]}
            """;
        var all = Enumerable.Range(1, 12).ToList();
        string Of(int number, string more) => $$"""
            {"resourceType":"Observation","id":"{{number}}","status":"final","code":{"text":"x"},"note":[{"text":"x"}]{{more}},"hasMember":[{{string.Join(',', all.Select(other => $$"""{"reference":"Observation/{{other}}"}"""))}}]}
            """;
        string Finds(string more)
        {
            var check = new Checked(Checked.Profile("p", "Observation", members + more));
            var record = all.ToDictionary(number => $"Observation/{number}", number => Of(number, number == 7 ? "" : ",\"issued\":\"2026-11-28T12:00:00Z\""));
            return check.Finds(Checked.Parsed(record["Observation/1"]), new ValidationOptions { Profiles = [Asked], Resolve = reference => Checked.Parsed(record[reference]) });
        }

        Assert.Equal("", Finds(""));
        Assert.Contains("error structure Observation.hasMember[6]", Finds(""",{"id":"Observation.issued","path":"Observation.issued","min":1}"""), StringComparison.Ordinal);
    }
}
