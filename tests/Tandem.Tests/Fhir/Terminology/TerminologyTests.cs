using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Tests.Fhir.Validation;
using Tandem.Tests.Support;
using Xunit;

namespace Tandem.Tests.Fhir.Terminology;

public sealed class TerminologyTests
{
    private const string Animals = """
        {"resourceType":"CodeSystem","url":"urn:animals","version":"2","content":"complete","caseSensitive":true,"concept":[
          {"code":"animal","display":"Animal","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"dog","display":"Dog","concept":[{"code":"puppy","display":"Young dog"}]},
            {"code":"cat","display":"Cat","property":[{"code":"legs","valueInteger":4},{"code":"home","valueCoding":{"system":"urn:homes","code":"sofa"}}]},
            {"code":"dodo","display":"Dodo","property":[{"code":"inactive","valueBoolean":true}]}]},
          {"code":"stone","display":"Stone"},{"code":"pebble","property":[{"code":"parent","valueCode":"stone"}]}]}
        """;

    private static TerminologyService With(params string[] resources)
    {
        var own = resources.Append(Animals).Select(Checked.Parsed).ToDictionary(node => (node["resourceType"u8].Text!, node["url"u8].Text!));
        return new((type, url, _) => own.GetValueOrDefault((type, url)));
    }

    private static string Set(string compose, string url = "urn:set") => $$"""{"resourceType":"ValueSet","url":"{{url}}","status":"active","compose":{{compose}}}""";

    private static string Codes(TerminologyService terminology, string url = "urn:set") =>
        terminology.Expand(url, out var fault) is { } expansion ? string.Join(' ', expansion.Codes.Select(code => code.Code)) : fault!.Code;

    [Theory] // R4 4.9.5
    [InlineData("""{"property":"concept","op":"is-a","value":"dog"}""", "dog puppy")]
    [InlineData("""{"property":"concept","op":"descendent-of","value":"animal"}""", "dog puppy cat dodo")]
    [InlineData("""{"property":"concept","op":"is-not-a","value":"animal"}""", "stone pebble")]
    [InlineData("""{"property":"concept","op":"generalizes","value":"puppy"}""", "animal dog puppy")]
    [InlineData("""{"property":"concept","op":"in","value":"cat,stone"}""", "cat stone")]
    [InlineData("""{"property":"code","op":"regex","value":"p.*"}""", "puppy pebble")]
    [InlineData("""{"property":"code","op":"regex","value":"do|cat"}""", "cat")] // of the whole value
    [InlineData("""{"property":"legs","op":"=","value":"4"}""", "cat")]
    [InlineData("""{"property":"legs","op":"exists","value":"true"}""", "cat")]
    [InlineData("""{"property":"parent","op":"=","value":"stone"}""", "pebble")]
    [InlineData("""{"property":"child","op":"=","value":"puppy"}""", "dog")]
    [InlineData("""{"property":"inactive","op":"=","value":"true"}""", "dodo")]
    [InlineData("""{"property":"home","op":"=","value":"sofa"}""", "cat")]
    [InlineData("""{"property":"home","op":"=","value":"urn:homes#sofa"}""", "cat")]
    [InlineData("""{"property":"home","op":"=","value":"urn:other#sofa"}""", "")]
    [InlineData("""{"property":"concept","op":"child-of","value":"dog"}""", "not-supported")]
    [InlineData("""{"property":"concept","op":"is-a"}""", "invalid")]
    [InlineData("""{"property":"concept","op":"is-a","value":"unicorn"}""", "invalid")] // nor such a code
    [InlineData("""{"property":"concept","op":"is-not-a","value":"unicorn"}""", "invalid")]
    [InlineData("""{"property":"concept","op":"generalizes","value":"unicorn"}""", "invalid")]
    [InlineData("""{"property":"wings","op":"=","value":"2"}""", "invalid")] // the code system has no such property
    [InlineData("""{"property":"wings","op":"exists","value":"false"}""", "invalid")]
    [InlineData("""{"property":"legs","op":"exists","value":"maybe"}""", "invalid")]
    public void Filters_choose_concepts(string filter, string codes) =>
        Assert.Equal(codes, Codes(With(Set($$"""{"include":[{"system":"urn:animals","filter":[{{filter}}]}]}"""))));

    [Theory]
    [InlineData("include", """{"system":"urn:many","filter":[{"property":"code","op":"regex","value":"c1"}]}""")]
    [InlineData("include", """{"valueSet":["urn:many?fhir_vs"]}""")]
    [InlineData("exclude", """{"system":"urn:many"}""")]
    public void A_value_set_that_takes_too_much_to_work_out_is_refused(string member, string part)
    {
        var parts = string.Join(',', Enumerable.Repeat(part, 1_000));
        var others = member == "exclude" ? "\"include\":[{\"system\":\"urn:animals\"}]," : "";
        var terminology = With(Many, Set($$"""{{{others}}"{{member}}":[{{parts}}]}"""));

        Assert.Equal("too-costly", Codes(terminology));
    }

    [Fact]
    public void A_hierarchy_however_deep_is_gone_through_once()
    {
        var chain = string.Join(',', Enumerable.Range(0, 40_000).Select(number => $$"""{"code":"c{{number}}","property":[{"code":"parent","valueCode":"c{{number + 1}}"}]}"""));
        var terminology = With($$"""{"resourceType":"CodeSystem","url":"urn:deep","content":"complete","concept":[{{chain}}]}""");
        var took = ProcessorTime.Of(() => Assert.Equal(40_000, terminology.Expand("urn:deep?fhir_vs=isa/c39999", out _)!.Codes.Count));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(8)); // each code's whole way up takes longer
    }

    [Fact]
    public void A_parent_that_is_written_in_both_ways_is_one()
    {
        var system = With("""{"resourceType":"CodeSystem","url":"urn:both","content":"complete","concept":[{"code":"top","property":[{"code":"child","valueCode":"in"}],"concept":[{"code":"in","property":[{"code":"parent","valueCode":"top"}]}]}]}""").FindCodeSystem("urn:both")!;

        Assert.Equal(("top", "in"), (Assert.Single(system.ParentsOf("in")), Assert.Single(system.ChildrenOf("top"))));
        system = With("""{"resourceType":"CodeSystem","url":"urn:two","content":"complete","concept":[{"code":"a","concept":[{"code":"c"}]},{"code":"b","concept":[{"code":"c"}]}]}""").FindCodeSystem("urn:two")!;
        Assert.Equal(["a", "b"], system.ParentsOf("c"));
        Assert.True(system.IsA("c", "b"));
    }

    [Fact]
    public void Expansions_are_kept_while_they_have_few_codes()
    {
        var many = Checked.Parsed(Many);
        var terminology = new TerminologyService((type, url, _) => type == "CodeSystem" ? many : Checked.Parsed(Set("""{"include":[{"system":"urn:many"}]}""", url)));
        var first = terminology.Expand("urn:0", out _);

        Assert.Same(first, terminology.Expand("urn:0", out _));
        for (var number = 1; number <= 50; number++)
            Assert.NotNull(terminology.Expand($"urn:{number}", out _));
        Assert.NotSame(first, terminology.Expand("urn:0", out _)); // fifty of 20,000 codes are too many to hold
    }

    private static readonly string Many = $$"""{"resourceType":"CodeSystem","url":"urn:many","content":"complete","concept":[{{string.Join(',', Enumerable.Range(0, 20_000).Select(number => "{\"code\":\"c" + number + "\"}"))}}]}""";

    [Theory] // R4 snomedct.html, loinc.html: value sets that only their address defines
    [InlineData("urn:animals?fhir_vs", "animal dog puppy cat dodo stone pebble")]
    [InlineData("urn:animals?fhir_vs=isa/dog", "dog puppy")]
    [InlineData("urn:animals?fhir_vs=isa/", "not-found")]
    [InlineData("urn:animals?fhir_vs=refset/dog", "not-found")]
    [InlineData("urn:animals?fhir_vsx", "not-found")]
    [InlineData("?fhir_vs", "not-found")]
    [InlineData("urn:unknown?fhir_vs", "not-found")]
    [InlineData("http://loinc.org/vs", "a b")]
    [InlineData("http://snomed.info/sct?fhir_vs=isa/1", "1 2")]
    [InlineData("http://snomed.info/sct/900000000000207008?fhir_vs", "1 2")] // an edition is the version of the one system
    [InlineData("http://snomed.info/sct/11000172109?fhir_vs", "not-found")]
    public void An_address_can_be_a_value_set(string url, string codes)
    {
        var known = new Dictionary<(string Url, string? Version), FhirNode>();
        foreach (var one in new[]
        {
            Animals,
            """{"resourceType":"CodeSystem","url":"http://loinc.org","content":"complete","concept":[{"code":"a"},{"code":"b"}]}""",
            """{"resourceType":"CodeSystem","url":"http://snomed.info/sct","version":"http://snomed.info/sct/900000000000207008","content":"complete","concept":[{"code":"1","concept":[{"code":"2"}]}]}""",
        }.Select(Checked.Parsed))
            known[(one["url"u8].Text!, null)] = known[(one["url"u8].Text!, one["version"u8].Text)] = one;

        Assert.Equal(codes, Codes(new((_, address, version) => known.GetValueOrDefault((address, version))), url));
    }

    private const string Loose = """
        {"resourceType":"CodeSystem","url":"urn:loose","content":"complete","caseSensitive":false,"concept":[
          {"code":"weight","concept":[{"code":"mg","property":[{"code":"legs","valueString":"a"}]},{"code":"Kg"}]}]}
        """;

    [Theory] // R4 4.8.10 CodeSystem.caseSensitive: of a system that says nothing the case counts
    [InlineData("""{"include":[{"system":"urn:loose"}]}""", "MG", true)]
    [InlineData("""{"include":[{"system":"urn:loose","concept":[{"code":"KG"}]}]}""", "kg", true)]
    [InlineData("""{"include":[{"system":"urn:loose","concept":[{"code":"KG"}]}]}""", "mg", false)]
    [InlineData("""{"include":[{"system":"urn:loose"}],"exclude":[{"system":"urn:loose","concept":[{"code":"KG"}]}]}""", "kG", false)]
    [InlineData("""{"include":[{"system":"urn:loose","filter":[{"property":"concept","op":"descendent-of","value":"WEIGHT"}]}]}""", "MG", true)]
    [InlineData("""{"include":[{"system":"urn:loose","filter":[{"property":"concept","op":"descendent-of","value":"WEIGHT"}]}]}""", "Weight", false)]
    [InlineData("""{"include":[{"system":"urn:loose","filter":[{"property":"code","op":"in","value":"MG,G"}]}]}""", "mg", true)]
    [InlineData("""{"include":[{"system":"urn:loose","filter":[{"property":"legs","op":"=","value":"A"}]}]}""", "mg", false)] // a property is no code
    [InlineData("""{"include":[{"system":"urn:strict","concept":[{"code":"KG"}]}]}""", "kg", false)]
    [InlineData("""{"include":[{"system":"urn:strict"}]}""", "KG", false)]
    public void The_case_of_a_code_counts_where_its_system_says_so(string compose, string code, bool contained)
    {
        var terminology = With(Set(compose), Loose, Loose.Replace("urn:loose", "urn:strict").Replace("\"caseSensitive\":false,", "", StringComparison.Ordinal));

        Assert.Equal(contained, terminology.Contains("urn:set", compose.Contains("urn:strict", StringComparison.Ordinal) ? "urn:strict" : "urn:loose", code));
    }

    [Theory] // codes are given as their system writes them, so that what is left out in another case is
    [InlineData("""{"include":[{"system":"urn:loose","concept":[{"code":"MG"},{"code":"mg"}]}]}""", "mg")]
    [InlineData("""{"include":[{"system":"urn:loose"}],"exclude":[{"system":"urn:loose","concept":[{"code":"MG"}]}]}""", "weight Kg")]
    public void Codes_are_listed_in_the_case_of_their_system(string compose, string codes) => Assert.Equal(codes, Codes(With(Set(compose), Loose)));

    [Theory] // RFC 5646; UCUM: what the form of a code tells where its system is not here
    [InlineData("all-languages", "urn:ietf:bcp:47", "en-US", null)] // whether it is registered is not told by its form
    [InlineData("all-languages", "urn:ietf:bcp:47", "zh-Hant-TW-x-own", null)]
    [InlineData("all-languages", "urn:ietf:bcp:47", "en_US", false)]
    [InlineData("all-languages", "urn:ietf:bcp:47", "English", false)]
    [InlineData("all-languages", "urn:ietf:bcp:47", "en-", false)]
    [InlineData("all-languages", "urn:iso:std:iso:639-1", "en", false)]
    [InlineData("all-time-units", "http://unitsofmeasure.org", "min", true)]
    [InlineData("all-time-units", "http://unitsofmeasure.org", "kg", false)]
    [InlineData("all-time-units", "http://unitsofmeasure.org", "fortnights", null)]
    [InlineData("all-distance-units", "http://unitsofmeasure.org", "[mi_i]", true)]
    [InlineData("all-distance-units", "http://unitsofmeasure.org", "h", false)]
    [InlineData("ucum-units", "http://unitsofmeasure.org", "mg/dL", true)]
    public void The_form_of_a_code_tells_what_it_can(string set, string system, string code, bool? contained) =>
        Assert.Equal(contained, TerminologyService.Shipped.Contains("http://hl7.org/fhir/ValueSet/" + set, system, code));

    [Theory] // R4 4.9.6: parts of one include hold together, includes add up, excludes take away
    [InlineData("""{"include":[{"system":"urn:animals"}]}""", "animal dog puppy cat dodo stone pebble")]
    [InlineData("""{"inactive":false,"include":[{"system":"urn:animals"}]}""", "animal dog puppy cat stone pebble")]
    [InlineData("""{"include":[{"system":"urn:animals","concept":[{"code":"cat"},{"code":"dog"}]}]}""", "cat dog")]
    [InlineData("""{"include":[{"system":"urn:animals"}],"exclude":[{"system":"urn:animals","filter":[{"property":"concept","op":"is-a","value":"animal"}]}]}""", "stone pebble")]
    [InlineData("""{"include":[{"valueSet":["urn:dogs"]},{"system":"urn:animals","concept":[{"code":"stone"}]}]}""", "dog puppy stone")]
    [InlineData("""{"include":[{"valueSet":["urn:dogs"],"system":"urn:animals","concept":[{"code":"stone"},{"code":"dog"}]}]}""", "dog")]
    [InlineData("""{"include":[{"system":"urn:animals","concept":[{"code":"cat"},{"code":"unicorn"}]}]}""", "cat")] // no code of a system that is here whole
    [InlineData("""{"include":[{"system":"urn:animals","version":"3","concept":[{"code":"unicorn"}]}]}""", "unicorn")] // another version may have it
    [InlineData("""{"inactive":false,"include":[{"system":"urn:animals","concept":[{"code":"cat"},{"code":"dodo"}]}]}""", "cat")]
    [InlineData("""{"include":[{"system":"urn:animals","filter":[{"property":"code","op":"not-in","value":"dog,stone"},{"property":"legs","op":"exists","value":"false"}]}]}""", "animal puppy dodo pebble")]
    [InlineData("""{"include":[{"valueSet":["urn:set"]}]}""", "processing")]
    [InlineData("""{"include":[{"valueSet":["urn:none"]}]}""", "not-found")]
    [InlineData("""{"include":[{"system":"http://loinc.org"}]}""", "not-found")]
    public void A_definition_is_followed(string compose, string codes)
    {
        var dogs = Set("""{"include":[{"system":"urn:animals","filter":[{"property":"concept","op":"is-a","value":"dog"}]}]}""", "urn:dogs");

        var terminology = With(Set(compose), dogs);
        Assert.Equal(codes, Codes(terminology));
        if (terminology.Expand("urn:set", out _) is { } expansion)
            Assert.All(["cat", "dodo", "dog", "stone", "unicorn"], code => Assert.Equal(expansion.Contains("urn:animals", code), terminology.Contains("urn:set", "urn:animals", code)));
    }

    [Fact]
    public void Whether_a_code_is_in_a_set_is_told_without_expanding_it_and_left_open_where_it_cannot_be_known()
    {
        var terminology = With(
            Set("""{"include":[{"system":"http://loinc.org"},{"system":"urn:animals"}],"exclude":[{"system":"urn:animals","concept":[{"code":"dog"}]}]}"""));

        Assert.True(terminology.Contains("urn:set", "urn:animals", "cat"));
        Assert.False(terminology.Contains("urn:set", "urn:animals", "dog"));
        Assert.False(terminology.Contains("urn:set", "urn:other", "cat"));
        Assert.Null(terminology.Contains("urn:set", "http://loinc.org", "2823-3"));
        Assert.Null(With(Set("""{"include":[{"system":"urn:animals"}],"exclude":[{"valueSet":["urn:none"]}]}""")).Contains("urn:set", "urn:animals", "cat")); // it may be left out
        Assert.Null(terminology.Contains("urn:none", "urn:animals", "cat"));
    }

    [Fact]
    public void A_set_too_large_to_expand_is_refused_and_can_still_be_asked()
    {
        var many = string.Join(',', Enumerable.Range(0, TerminologyService.MostCodes + 1).Select(number => $$"""{"code":"c{{number}}"}"""));
        var terminology = With($$"""{"resourceType":"CodeSystem","url":"urn:many","content":"complete","concept":[{{many}}]}""", Set("""{"include":[{"system":"urn:many"}]}"""));

        Assert.Equal("too-costly", Codes(terminology));
        Assert.True(terminology.Contains("urn:set", "urn:many", "c7"));
    }

    [Fact] // a terminology may be large, and each of its versions
    public void Of_a_code_system_the_named_version_alone_is_read()
    {
        var read = new List<string?>();
        var terminology = new TerminologyService((type, _, version) =>
        {
            if (type != "CodeSystem")
                return default;
            read.Add(version);
            return Checked.Parsed($$"""{"resourceType":"CodeSystem","url":"urn:s","version":"{{version}}","content":"complete","concept":[{"code":"a"}]}""");
        });

        var expansion = terminology.Expand(Checked.Parsed(Set("""{"include":[{"system":"urn:s","version":"1"}]}""")), out _);

        Assert.Equal(("1", "1"), (expansion!.Codes.Single().Version, string.Join(' ', read)));
    }

    [Fact] // R4 4.8.9: hierarchies nested and by property
    public void Who_is_below_whom_is_known()
    {
        var terminology = With();

        Assert.True(terminology.IsA("urn:animals", "puppy", "animal"));
        Assert.False(terminology.IsA("urn:animals", "animal", "puppy"));
        Assert.True(terminology.IsA("urn:animals", "pebble", "stone"));
        Assert.Null(terminology.IsA("urn:animals", "unicorn", "animal"));
        Assert.Equal(["dog", "puppy"], terminology.FindCodeSystem("urn:animals")!.Below("dog").Select(concept => concept.Code));
    }

    [Fact]
    public void Codes_codings_and_concepts_are_members()
    {
        var terminology = With(Set("""{"include":[{"system":"urn:animals"}]}"""), Set("""{"include":[{"system":"http://loinc.org"}]}""", "urn:lab"));

        Assert.Null(terminology.MemberOf(FhirValue.Of(Checked.Parsed("""{"coding":[{"system":"http://loinc.org","code":"2823-3"},{"system":"urn:x","code":"y"}]}""")), "urn:lab"));
        Assert.True(terminology.MemberOf(FhirValue.Of("cat"), "urn:set"));
        Assert.True(terminology.MemberOf(FhirValue.Of(Checked.Parsed("""{"system":"urn:animals","code":"cat"}""")), "urn:set"));
        Assert.True(terminology.MemberOf(FhirValue.Of(Checked.Parsed("""{"coding":[{"system":"urn:x","code":"y"},{"system":"urn:animals","code":"cat"}]}""")), "urn:set"));
        Assert.False(terminology.MemberOf(FhirValue.Of(Checked.Parsed("""{"coding":[{"system":"urn:x","code":"y"}]}""")), "urn:set"));
        Assert.False(terminology.MemberOf(FhirValue.Of(Checked.Parsed("""{"code":"cat"}""")), "urn:set")); // of which system is not said
    }

    [Fact] // R4 4.10
    public void Maps_translate_forwards_and_backwards()
    {
        var map = Checked.Parsed("""
            {"resourceType":"ConceptMap","url":"urn:map","group":[{"source":"urn:a","target":"urn:b","element":[
              {"code":"1","target":[{"code":"one","equivalence":"equivalent"},{"code":"single","equivalence":"wider"},{"code":"any","equivalence":"subsumes"}]}],"unmapped":{"mode":"fixed","code":"other"}}]}
            """);

        Assert.Equal(["equivalent one", "wider single", "subsumes any"], ConceptTranslation.Of(map, new("urn:a", "1")).Select(found => $"{found.Equivalence} {found.Code}"));
        Assert.Equal(["narrower 1"], ConceptTranslation.Of(map, new("urn:b", "single", IsReverse: true)).Select(found => $"{found.Equivalence} {found.Code}"));
        Assert.Equal(["specializes 1"], ConceptTranslation.Of(map, new("urn:b", "any", IsReverse: true)).Select(found => $"{found.Equivalence} {found.Code}"));
        Assert.Equal(["inexact other"], ConceptTranslation.Of(map, new("urn:a", "9")).Select(found => $"{found.Equivalence} {found.Code}"));
        Assert.Empty(ConceptTranslation.Of(map, new("urn:c", "1")));
        Assert.Empty(ConceptTranslation.Of(map, new("urn:a", "1", TargetSystem: "urn:c")));
        var provided = Checked.Parsed("""{"resourceType":"ConceptMap","group":[{"source":"urn:z","target":"urn:b","unmapped":{"mode":"provided"}}]}""");
        Assert.Equal(["equal urn:b 9"], ConceptTranslation.Of(provided, new("urn:z", "9")).Select(found => $"{found.Equivalence} {found.System} {found.Code}"));
        var further = Checked.Parsed("""{"resourceType":"ConceptMap","group":[{"source":"urn:a","target":"urn:b","element":[{"code":"2","target":[{"code":"two"}]}],"unmapped":{"mode":"other-map","url":"urn:map"}}]}""");
        Assert.Equal(["two", "one", "single", "any"], new[] { "2", "1" }.SelectMany(code => ConceptTranslation.Of(further, new("urn:a", code), url => url == "urn:map" ? map : default)).Select(found => found.Code));
    }

    [Fact]
    public void Shipped_value_sets_expand_or_say_why_not()
    {
        var terminology = TerminologyService.Shipped;
        var urls = ShippedResources.Urls("ValueSet").ToList();
        var expanded = urls.Count(url => terminology.Expand(url, out _) is { Codes.Count: > 0 });

        Assert.True(urls.Count > 1000 && expanded > 1000, $"{expanded} of {urls.Count}");
        Assert.Equal("male female other unknown", Codes(terminology, "http://hl7.org/fhir/ValueSet/administrative-gender"));
        Assert.True(terminology.IsA("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "_ActEncounterCode"));
    }

    [Theory] // HL7 adds codes to its systems: those that ship are of 2019
    [InlineData("", false, "MR NEWER")]
    [InlineData("\"version\":\"2.9\",", false, "MR")] // the version that ships
    [InlineData("\"version\":\"3.0\",", false, "MR NEWER")]
    [InlineData("", true, "MR")] // the site has the system itself, in the version that it means
    public void A_listed_code_that_is_newer_than_the_shipped_system_belongs_to_the_set(string version, bool hasOwn, string codes)
    {
        const string identifiers = "http://terminology.hl7.org/CodeSystem/v2-0203";
        var set = Set($$"""{"include":[{"system":"{{identifiers}}",{{version}}"concept":[{"code":"MR"},{"code":"NEWER"}]}]}""");
        var own = $$"""{"resourceType":"CodeSystem","url":"{{identifiers}}","version":"4.0.0","content":"complete","concept":[{"code":"MR"}]}""";
        var terminology = hasOwn ? With(set, own) : With(set);

        Assert.Equal(codes, Codes(terminology));
        Assert.Equal(codes.Contains("NEWER", StringComparison.Ordinal), terminology.Contains("urn:set", identifiers, "NEWER"));
    }

    [Fact] // addresses come from outside: whatever is asked for, what is here is read once
    public void Names_of_what_is_not_here_take_no_place_of_what_is()
    {
        const string gender = "http://hl7.org/fhir/administrative-gender";
        var terminology = With(Set("""{"include":[{"system":"urn:animals"}]}"""));
        foreach (var number in Enumerable.Range(0, 6_000))
            Assert.Null(terminology.FindCodeSystem($"urn:none-{number}") ?? (object?)terminology.Expand($"urn:none-{number}", out _));
        foreach (var number in Enumerable.Range(0, 6_000))
            Assert.NotNull(terminology.FindCodeSystem($"{gender}|{number}"));

        Assert.Same(terminology.FindCodeSystem("urn:animals"), terminology.FindCodeSystem("urn:animals"));
        Assert.Same(terminology.Expand("urn:set", out _), terminology.Expand("urn:set", out _));
        Assert.Same(terminology.FindCodeSystem(gender + "|4.0.1"), terminology.FindCodeSystem(gender + "|5"));
    }

    [Fact] // as …?fhir_vs does
    public void What_is_here_under_more_addresses_than_are_kept_is_still_read_once_for_each_question()
    {
        var system = Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:s","content":"complete","concept":[{"code":"a"}]}""");
        var terminology = new TerminologyService((_, _, _) => system);
        foreach (var number in Enumerable.Range(0, 5_000))
            Assert.NotNull(terminology.FindCodeSystem($"urn:s-{number}"));

        Assert.Same(terminology.FindCodeSystem("urn:s"), terminology.FindCodeSystem("urn:s"));
    }
}
