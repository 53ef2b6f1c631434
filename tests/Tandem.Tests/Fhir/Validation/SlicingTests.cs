using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Slicing (R4 5.1.0.14 to 5.1.0.18).</summary>
public sealed class SlicingTests
{
    private const string Asked = "http://example.org/p";

    private static string Patient(string content) => $$"""{"resourceType":"Patient",{{content}}}""";

    private static string Identifiers(string slicing) => $$"""
        {"id":"Patient.identifier","path":"Patient.identifier","slicing":{{slicing}}},
        {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","min":1,"max":"1"},
        {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","min":1,"fixedUri":"urn:mrn"},
        {"id":"Patient.identifier:mrn.value","path":"Patient.identifier.value","min":1},
        {"id":"Patient.identifier:ssn","path":"Patient.identifier","sliceName":"ssn","max":"1"},
        {"id":"Patient.identifier:ssn.system","path":"Patient.identifier.system","min":1,"fixedUri":"urn:ssn"}
        """;

    [Theory] // 5.1.0.15: by value
    [InlineData("open", false, """[{"system":"urn:mrn","value":"1"},{"system":"urn:other","value":"2"}]""", "")]
    [InlineData("open", false, """[{"system":"urn:other","value":"2"}]""", "error required Patient.identifier")]
    [InlineData("open", false, """[{"system":"urn:mrn"}]""", "error required Patient.identifier[0].value")]
    [InlineData("open", false, """[{"system":"urn:mrn","value":"1"},{"system":"urn:mrn","value":"2"}]""", "error structure Patient.identifier[1]")]
    [InlineData("closed", false, """[{"system":"urn:mrn","value":"1"},{"system":"urn:other","value":"2"}]""", "error structure Patient.identifier[1]")]
    [InlineData("openAtEnd", false, """[{"system":"urn:other","value":"2"},{"system":"urn:mrn","value":"1"}]""", "error structure Patient.identifier[1]")]
    [InlineData("openAtEnd", false, """[{"system":"urn:mrn","value":"1"},{"system":"urn:other","value":"2"}]""", "")]
    [InlineData("openAtEnd", false, """[{"system":"urn:ssn"},{"system":"urn:other"},{"system":"urn:mrn","value":"1"}]""", "error structure Patient.identifier[2]")]
    [InlineData("open", true, """[{"system":"urn:ssn"},{"system":"urn:mrn","value":"1"}]""", "error structure Patient.identifier[1]")]
    [InlineData("open", true, """[{"system":"urn:mrn","value":"1"},{"system":"urn:ssn"}]""", "")]
    [InlineData("open", true, """[{"system":"urn:ssn"},{"system":"urn:other"},{"system":"urn:mrn","value":"1"}]""", "error structure Patient.identifier[2]")]
    public void Items_are_told_apart_by_value(string rules, bool ordered, string identifiers, string finds)
    {
        var profile = Checked.Profile("p", "Patient", Identifiers($$"""{"discriminator":[{"type":"value","path":"system"}],"rules":"{{rules}}","ordered":{{(ordered ? "true" : "false")}}}"""));

        Assert.Equal(finds, new Checked(profile).Finds(Patient($"\"identifier\":{identifiers}"), Asked));
    }

    [Fact]
    public void Slices_are_found_by_path_where_elements_have_no_ids()
    {
        var profile = Checked.Profile("p", "Patient", """
            {"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"path":"Patient.identifier","sliceName":"mrn","min":1},
            {"path":"Patient.identifier.system","min":1,"fixedUri":"urn:mrn"},
            {"path":"Patient.identifier","sliceName":"ssn"},
            {"path":"Patient.identifier.system","min":1,"fixedUri":"urn:ssn"}
            """);

        Assert.Equal("error required Patient.identifier", new Checked(profile).Finds(Patient("""
            "identifier":[{"system":"urn:ssn"}]
            """), Asked));
    }

    [Theory] // pattern on the sliced element itself, as US Core slices Observation.category
    [InlineData("vital-signs", "")]
    [InlineData("laboratory", "error required Observation.category")]
    public void Items_are_told_apart_by_pattern(string code, string finds)
    {
        var profile = Checked.Profile("p", "Observation", """
            {"id":"Observation.category","path":"Observation.category","slicing":{"discriminator":[{"type":"pattern","path":"$this"}],"rules":"open"},"min":1},
            {"id":"Observation.category:vs","path":"Observation.category","sliceName":"vs","min":1,"max":"1",
             "patternCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}}
            """);
        var observation = $$"""
            {"resourceType":"Observation","status":"final","code":{"text":"a"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{code}}"}]}]}
            """;

        Assert.Equal(finds, new Checked(profile).Finds(observation, Asked));
    }

    [Theory] // by the value set that the codes of a slice have to be of
    [InlineData("http://terminology.hl7.org/CodeSystem/observation-category", "")]
    [InlineData("urn:own", "error required Observation.category")]
    public void Items_are_told_apart_by_a_required_binding(string system, string finds)
    {
        var profile = Checked.Profile("p", "Observation", """
            {"id":"Observation.category","path":"Observation.category","slicing":{"discriminator":[{"type":"value","path":"$this"}],"rules":"open"}},
            {"id":"Observation.category:vs","path":"Observation.category","sliceName":"vs","min":1,"binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/observation-category"}}
            """);

        Assert.Equal(finds, new Checked(profile).Finds($$"""{"resourceType":"Observation","status":"final","code":{"text":"a"},"category":[{"coding":[{"system":"{{system}}","code":"laboratory"}]}]}""", Asked));
    }

    [Theory] // by type, with the short form of a choice
    [InlineData("\"valueQuantity\":{\"value\":1,\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"}", "")]
    [InlineData("\"valueQuantity\":{\"value\":1}", "error required Observation.value.code")]
    [InlineData("\"valueString\":\"much\"", "error structure Observation.value")]
    public void A_choice_is_told_apart_by_type(string value, string finds)
    {
        var profile = Checked.Profile("p", "Observation", """
            {"id":"Observation.value[x]","path":"Observation.value[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"closed"}},
            {"id":"Observation.value[x]:valueQuantity","path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}]},
            {"id":"Observation.value[x]:valueQuantity.code","path":"Observation.value[x].code","min":1}
            """);

        Assert.Equal(finds, new Checked(profile).Finds($$"""{"resourceType":"Observation","status":"final","code":{"text":"a"},{{value}}}""", Asked));
    }

    [Theory] // exists
    [InlineData("""[{"text":"A"}]""", "error required Patient.name[0].use")]
    [InlineData("""[{"text":"A","use":"official"},{"family":"T"}]""", "")]
    public void Items_are_told_apart_by_what_they_have(string names, string finds)
    {
        var profile = Checked.Profile("p", "Patient", """
            {"id":"Patient.name","path":"Patient.name","slicing":{"discriminator":[{"type":"exists","path":"text"}],"rules":"open"}},
            {"id":"Patient.name:told","path":"Patient.name","sliceName":"told"},
            {"id":"Patient.name:told.text","path":"Patient.name.text","min":1},
            {"id":"Patient.name:told.use","path":"Patient.name.use","min":1},
            {"id":"Patient.name:other","path":"Patient.name","sliceName":"other"},
            {"id":"Patient.name:other.text","path":"Patient.name.text","max":"0"}
            """);

        Assert.Equal(finds, new Checked(profile).Finds(Patient($"\"name\":{names}"), Asked));
    }

    [Theory] // a slice that says only how often it is there is the one that the type's own profile tells apart
    [InlineData("http://example.org/street", "")]
    [InlineData("http://example.org/house", "error structure Organization.address[0].line[0].extension[0]\nerror required Organization.address[0].line[0].extension")]
    public void A_slice_of_the_profile_of_a_type_is_told_apart_as_there(string url, string finds)
    {
        const string slicing = "\"slicing\":{\"discriminator\":[{\"type\":\"value\",\"path\":\"url\"}],\"rules\":\"RULES\"}";
        var check = new Checked(
            Checked.Profile("p", "Organization", $$"""
                {"id":"Organization.address","path":"Organization.address","type":[{"code":"Address","profile":["http://example.org/address"]}]},
                {"id":"Organization.address.line.extension","path":"Organization.address.line.extension",{{slicing.Replace("RULES", "closed", StringComparison.Ordinal)}} },
                {"id":"Organization.address.line.extension:street","path":"Organization.address.line.extension","sliceName":"street","min":1}
                """),
            Checked.Profile("address", "Address", $$"""
                {"id":"Address.line.extension","path":"Address.line.extension",{{slicing.Replace("RULES", "open", StringComparison.Ordinal)}} },
                {"id":"Address.line.extension:street","path":"Address.line.extension","sliceName":"street","type":[{"code":"Extension","profile":["http://example.org/street"]}]}
                """),
            Checked.Profile("street", "Extension", """{"id":"Extension.url","path":"Extension.url","fixedUri":"http://example.org/street"}"""));

        Assert.Equal(finds, check.Finds($$"""{"resourceType":"Organization","name":"a","address":[{"line":["b"],"_line":[{"extension":[{"url":"{{url}}","valueString":"b"}]}]}]}""", Asked));
    }

    [Fact] // profile, through resolve()
    public void References_are_told_apart_by_what_they_point_to()
    {
        var profile = Checked.Profile("p", "CarePlan", """
            {"id":"CarePlan.addresses","path":"CarePlan.addresses","slicing":{"discriminator":[{"type":"profile","path":"resolve()"}],"rules":"open"}},
            {"id":"CarePlan.addresses:coded","path":"CarePlan.addresses","sliceName":"coded","min":1,"type":[{"code":"Reference","targetProfile":["http://example.org/coded"]}]}
            """);
        var check = new Checked(profile, Checked.Profile("coded", "Condition", """{"id":"Condition.code","path":"Condition.code","min":1}"""));
        static string Plan(string condition) => $$"""
            {"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"display":"x"},"addresses":[{"reference":"#c"}],
             "contained":[{"resourceType":"Condition","id":"c","subject":{"display":"x"}{{condition}} }]}
            """;

        Assert.Equal("", check.Finds(Plan(",\"code\":{\"text\":\"x\"}"), Asked));
        Assert.StartsWith("error required CarePlan.addresses", check.Finds(Plan(""), Asked));
    }

    [Fact] // 5.1.0.18 default slice
    public void What_fits_no_slice_belongs_to_the_default_slice()
    {
        var profile = Checked.Profile("p", "Patient", Identifiers("""{"discriminator":[{"type":"value","path":"system"}],"rules":"closed"}""") + """
            ,{"id":"Patient.identifier:@default","path":"Patient.identifier","sliceName":"@default"},
            {"id":"Patient.identifier:@default.use","path":"Patient.identifier.use","min":1}
            """);

        Assert.Equal("error required Patient.identifier[1].use", new Checked(profile).Finds(Patient("""
            "identifier":[{"system":"urn:mrn","value":"1"},{"system":"urn:other"}]
            """), Asked));
    }

    [Fact] // 5.1.0.16 re-slicing
    public void A_slice_is_sliced_again()
    {
        var profile = Checked.Profile("p", "Patient", """
            {"id":"Patient.telecom","path":"Patient.telecom","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"id":"Patient.telecom:phone","path":"Patient.telecom","sliceName":"phone","slicing":{"discriminator":[{"type":"value","path":"use"}],"rules":"open"}},
            {"id":"Patient.telecom:phone.system","path":"Patient.telecom.system","fixedCode":"phone"},
            {"id":"Patient.telecom:phone/home","path":"Patient.telecom","sliceName":"phone/home","min":1},
            {"id":"Patient.telecom:phone/home.use","path":"Patient.telecom.use","fixedCode":"home"}
            """);

        Assert.Equal("error required Patient.telecom", new Checked(profile).Finds(Patient("""
            "telecom":[{"system":"phone","value":"1","use":"work"},{"system":"email","value":"a@example.org","use":"home"}]
            """), Asked));
        Assert.Equal("", new Checked(profile).Finds(Patient("""
            "telecom":[{"system":"phone","value":"1","use":"home"}]
            """), Asked));
    }

    [Theory] // the specification's own vital signs profiles: slices within slices, from differentials
    [InlineData("8480-6", "8462-4", "")]
    [InlineData("8480-6", "9999-9", "error required Observation.component\nwarning code-invalid Observation.component[1].code")]
    public void Blood_pressure_needs_both_components(string first, string second, string finds)
    {
        static string Component(string code) => $$"""
            {"code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"} }
            """;
        var pressure = $$"""
            {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-11-20",
             "component":[{{Component(first)}},{{Component(second)}}]}
            """;

        Assert.Equal(finds, new Checked().Finds(pressure, "http://hl7.org/fhir/StructureDefinition/bp"));
    }

    [Theory] // a slice need not say something of every discriminator, or may say that there is nothing
    [InlineData("""{"system":"phone","use":"home"}""", "homePhone")]
    [InlineData("""{"system":"phone","use":"work"}""", "")]
    [InlineData("""{"system":"phone"}""", "")]
    [InlineData("""{"system":"email"}""", "email")]
    [InlineData("""{"system":"email","use":"work"}""", "")]
    [InlineData("""{"system":"fax","use":"old"}""", "fax")]
    public void What_a_slice_says_nothing_of_does_not_tell_it_apart(string telecom, string slice)
    {
        static string Slice(string name, string system, string use) => $$"""
            ,{"id":"Patient.telecom:{{name}}","path":"Patient.telecom","sliceName":"{{name}}"},{"id":"Patient.telecom:{{name}}.system","path":"Patient.telecom.system","min":1,"fixedCode":"{{system}}"}
            {{use.Replace("ELEMENT", $"\"id\":\"Patient.telecom:{name}.use\",\"path\":\"Patient.telecom.use\"", StringComparison.Ordinal)}}
            """;
        var profile = Checked.Profile("p", "Patient", """{"id":"Patient.telecom","path":"Patient.telecom","slicing":{"discriminator":[{"type":"value","path":"system"},{"type":"value","path":"use"}],"rules":"closed"}}"""
            + Slice("homePhone", "phone", """,{ELEMENT,"min":1,"fixedCode":"home"}""") + Slice("email", "email", """,{ELEMENT,"max":"0"}""") + Slice("fax", "fax", ""));

        Assert.Equal(slice.Length > 0 ? "" : "error structure Patient.telecom[0]", new Checked(profile).Finds(Patient($"\"telecom\":[{telecom}]"), Asked));
    }

    [Theory] // type, through resolve()
    [InlineData("#i1", "")]
    [InlineData("#i2", "error structure List.entry[0]")]
    public void Items_are_told_apart_by_the_type_of_what_they_point_to(string reference, string finds)
    {
        var profile = Checked.Profile("p", "List", """
            {"id":"List.entry","path":"List.entry","slicing":{"discriminator":[{"type":"type","path":"item.resolve()"}],"rules":"closed"}},
            {"id":"List.entry:condition","path":"List.entry","sliceName":"condition"},
            {"id":"List.entry:condition.item","path":"List.entry.item","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Condition"]}]}
            """);

        Assert.Equal(finds, new Checked(profile).Finds($$$"""
            {"resourceType":"List","status":"current","mode":"working","entry":[{"item":{"reference":"{{{reference}}}"}}],"note":[{"authorReference":{"reference":"#i3"}},{"authorReference":{"reference":"{{{(reference == "#i1" ? "#i2" : "#i1")}}}"}}],
             "contained":[{"resourceType":"Condition","id":"i1","subject":{"reference":"Patient/a"}},{"resourceType":"Organization","id":"i2","name":"o"},{"resourceType":"Organization","id":"i3","name":"o"}]}
            """, Asked).Split('\n').FirstOrDefault(line => line.Contains("List.entry", StringComparison.Ordinal)) ?? "");
    }

    private const string Kind = "http://example.org/kind";

    [Theory] // R4 5.1.0.16: a discriminator that looks for an extension finds it in a slice of a slice too
    [InlineData("one", "", "")]
    [InlineData("one", "|1", "")] // packages name versions
    [InlineData("two", "", "error required PlanDefinition.action")]
    public void Items_are_told_apart_by_an_extension_in_a_slice_of_a_slice(string kind, string version, string finds)
    {
        var extension = Checked.Profile("kind", "Extension", $$"""{"id":"Extension.url","path":"Extension.url","fixedUri":"{{Kind}}"},{"id":"Extension.value[x]","path":"Extension.value[x]","type":[{"code":"code"}]}""");
        var profile = Checked.Profile("p", "PlanDefinition", $$"""
            {"id":"PlanDefinition.action","path":"PlanDefinition.action","slicing":{"discriminator":[{"type":"value","path":"extension('{{Kind}}').value"}],"rules":"open"} },
            {"id":"PlanDefinition.action.extension:kind","path":"PlanDefinition.action.extension","sliceName":"kind","type":[{"code":"Extension","profile":["{{Kind}}{{version}}"]}]},
            {"id":"PlanDefinition.action:one","path":"PlanDefinition.action","sliceName":"one","min":1},
            {"id":"PlanDefinition.action:one.extension:kind/One","path":"PlanDefinition.action.extension","sliceName":"kind/One","min":1,"max":"1","type":[{"code":"Extension","profile":["{{Kind}}{{version}}"]}]},
            {"id":"PlanDefinition.action:one.extension:kind/One.valueCode","path":"PlanDefinition.action.extension.valueCode","min":1,"fixedCode":"one"}
            """);

        Assert.Equal(finds, new Checked(profile, extension).Finds($$"""{"resourceType":"PlanDefinition","status":"active","action":[{"title":"a","extension":[{"url":"{{Kind}}","valueCode":"{{kind}}"}]}]}""", Asked));
    }

    [Theory] // R4 5.1.0.15
    [InlineData(Kind, "")]
    [InlineData("http://example.org/other", "error required Patient.extension")]
    public void An_extension_is_told_by_its_address_where_its_definition_is_not_here(string url, string finds)
    {
        var profile = Checked.Profile("p", "Patient", $$"""
            {"id":"Patient.extension","path":"Patient.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"open"} },
            {"id":"Patient.extension:kind","path":"Patient.extension","sliceName":"kind","min":1,"type":[{"code":"Extension","profile":["{{Kind}}"]}]}
            """);

        Assert.Equal(finds, new Checked(profile).Finds(Patient($$""" "extension":[{"url":"{{url}}","valueCode":"a"}] """), Asked));
    }

    [Fact]
    public void What_a_profile_that_is_not_here_would_tell_apart_is_not_called_missing()
    {
        var profile = Checked.Profile("p", "Patient", """
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","min":1,"type":[{"code":"Identifier","profile":["http://example.org/mrn"]}]}
            """);

        Assert.Equal("warning not-found Patient.identifier", new Checked(profile).Finds(Patient(""" "identifier":[{"system":"urn:mrn","value":"1"}] """), Asked));
    }

    [Fact]
    public void Nor_is_there_too_much_of_it_where_another_discriminator_fits()
    {
        var profile = Checked.Profile("p", "Bundle", """
            {"id":"Bundle.entry","path":"Bundle.entry","slicing":{"discriminator":[{"type":"profile","path":"resource"},{"type":"type","path":"resource"}],"rules":"open"}},
            {"id":"Bundle.entry:only","path":"Bundle.entry","sliceName":"only","max":"1"},
            {"id":"Bundle.entry:only.resource","path":"Bundle.entry.resource","type":[{"code":"Patient","profile":["http://example.org/none"]}]}
            """);

        Assert.Equal("", new Checked(profile).Finds("""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/1","resource":{"resourceType":"Patient"}},{"fullUrl":"http://example.org/2","resource":{"resourceType":"Patient"}}]}
            """, Asked));
    }
}
