using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Profiles written as a differential (R4 5.1).</summary>
public sealed class ProfileTests
{
    private const string Asked = "http://example.org/p";

    private static Checked Of(string type, string elements) => new(Checked.Profile("p", type, elements));

    [Theory] // R4 5.1.0.6, 2.24.0.5
    [InlineData("""{"path":"Patient.name","min":1}""", "{}", "error required Patient.name")]
    [InlineData("""{"path":"Patient.name","min":1}""", """{"name":[{"text":"A"}]}""", "")]
    [InlineData("""{"path":"Patient.name","min":2}""", """{"name":[{"text":"A"}]}""", "error required Patient.name")]
    [InlineData("""{"path":"Patient.photo","max":"0"}""", """{"photo":[{"title":"x"}]}""", "error structure Patient.photo")]
    [InlineData("""{"path":"Patient.name","max":"1"}""", """{"name":[{"text":"A"},{"text":"B"}]}""", "error structure Patient.name")]
    [InlineData("""{"path":"Patient.name.family","min":1}""", """{"name":[{"family":"T"},{"text":"B"}]}""", "error required Patient.name[1].family")]
    [InlineData("""{"path":"Patient.gender","fixedCode":"female"}""", """{"gender":"male"}""", "error value Patient.gender")]
    [InlineData("""{"path":"Patient.gender","fixedCode":"female"}""", """{"gender":"female"}""", "")]
    [InlineData("""{"path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}""",
        """{"maritalStatus":{"text":"married","coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M","display":"Married"}]}}""", "")]
    [InlineData("""{"path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"M"}]}}""",
        """{"maritalStatus":{"coding":[{"system":"urn:own","code":"wed"},{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}""", "")] // in whatever place
    [InlineData("""{"path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"M"}]}}""",
        """{"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"S"}]}}""", "error value Patient.maritalStatus")]
    [InlineData("""{"path":"Patient.maritalStatus","fixedCodeableConcept":{"text":"m"}}""", """{"maritalStatus":{"text":"m","id":"1"}}""", "error value Patient.maritalStatus")]
    [InlineData("""{"path":"Patient.name.family","maxLength":5}""", """{"name":[{"family":"Tester"}]}""", "error too-long Patient.name[0].family")]
    [InlineData("""{"path":"Patient.name.family","maxLength":6}""", """{"name":[{"family":"Tester"}]}""", "")]
    [InlineData("""{"path":"Patient.name.family","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minLength","valueInteger":7}]}""", """{"name":[{"family":"Tester"}]}""", "error invariant Patient.name[0].family")]
    [InlineData("""{"path":"Patient.name.family","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minLength","valueInteger":6}]}""", """{"name":[{"family":"Tester"}]}""", "")]
    [InlineData("""{"path":"Patient.name.family","min":1,"maxLength":10000000000,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minLength","valueInteger":10000000000}]}""",
        """{"name":[{"family":"Tester"},{"text":"B"}]}""", "error required Patient.name[1].family")] // no integers of R4: passed over
    [InlineData("""{"path":"Patient.name.family","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/regex","valueString":"[A-Z]'\\w+"}]}""", """{"name":[{"family":"OTester"},{"family":"O'Tester"}]}""", "error invariant Patient.name[0].family")]
    [InlineData("""{"path":"Patient.maritalStatus","binding":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/yesnodontknow"}],"strength":"preferred","valueSet":"http://hl7.org/fhir/ValueSet/marital-status"}}""",
        """{"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}""", "error code-invalid Patient.maritalStatus")]
    [InlineData("""{"path":"Patient.maritalStatus","binding":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/marital-status"}],"strength":"preferred","valueSet":"http://hl7.org/fhir/ValueSet/yesnodontknow"}}""",
        """{"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}""", "")]
    [InlineData("""{"path":"Patient.language","binding":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/all-languages"}],"strength":"preferred","valueSet":"http://hl7.org/fhir/ValueSet/languages"}}""",
        """{"language":"en"}""", "")]
    [InlineData("""{"path":"Patient.multipleBirth[x]","type":[{"code":"integer"}],"maxValueInteger":3}""", """{"multipleBirthInteger":4}""", "error value Patient.multipleBirth")]
    [InlineData("""{"path":"Patient.multipleBirth[x]","type":[{"code":"integer"}],"minValueInteger":3,"maxValueInteger":3}""", """{"multipleBirthInteger":3}""", "")]
    [InlineData("""{"path":"Patient.birthDate","minValueDate":"1900-01-01"}""", """{"birthDate":"1850-01-01"}""", "error value Patient.birthDate")]
    [InlineData("""{"path":"Patient.deceased[x]","type":[{"code":"boolean"}]}""", """{"deceasedDateTime":"2026-01-01"}""", "error structure Patient.deceased")]
    [InlineData("""{"path":"Patient.deceased[x]","type":[{"code":"boolean"}]}""", """{"deceasedBoolean":false}""", "")]
    [InlineData("""{"path":"Patient.gender","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/yesnodontknow"}}""", """{"gender":"male"}""", "error code-invalid Patient.gender")]
    [InlineData("""{"path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/marital-status"}}""", // the type's own set, more strictly
        """{"maritalStatus":{"coding":[{"system":"urn:own","code":"wed"}]}}""", "error code-invalid Patient.maritalStatus\nwarning code-invalid Patient.maritalStatus")]
    [InlineData("""{"path":"Patient.name","constraint":[{"key":"t-1","severity":"error","human":"A name has a family name","expression":"family.exists()"}]}""",
        """{"name":[{"text":"A"}]}""", "error invariant Patient.name[0]")]
    [InlineData("""{"path":"Patient.name","constraint":[{"key":"inv-1","severity":"error","human":"A name has a family name","expression":"family.exists()"}]}""",
        """{"name":[{"text":"A"}]}""", "error invariant Patient.name[0]")] // a rule of Parameters has this key in R4
    [InlineData("""{"path":"Patient.contact","constraint":[{"key":"pat-1","severity":"error","human":"As R4","expression":"relationship.exists()","source":"http://hl7.org/fhir/StructureDefinition/Patient"}]}""",
        """{"contact":[{"name":{"text":"A"}}]}""", "")] // the type's own, as a snapshot repeats it
    [InlineData("""{"path":"Patient","constraint":[{"key":"t-2","severity":"warning","human":"Somebody cares","expression":"generalPractitioner.exists()"}]}""", "{}", "warning invariant Patient")]
    [InlineData("""{"path":"Patient","constraint":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice","valueBoolean":true}],"key":"t-2","severity":"warning","human":"Somebody cares","expression":"generalPractitioner.exists()"}]}""", "{}", "")] // noted
    [InlineData("""{"path":"Patient","constraint":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice","valueBoolean":false}],"key":"t-2","severity":"error","human":"Somebody cares","expression":"generalPractitioner.exists()"}]}""", "{}", "error invariant Patient")]
    [InlineData("""{"path":"Patient.generalPractitioner","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Practitioner"]}]}""",
        """{"generalPractitioner":[{"reference":"Organization/1"}]}""", "error value Patient.generalPractitioner[0]")]
    [InlineData("""{"path":"Patient.generalPractitioner","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Practitioner","http://example.org/none"]}]}""",
        """{"generalPractitioner":[{"reference":"Organization/1"}]}""", "")] // what is not here may be about any type
    [InlineData("""{"path":"Patient.contained","type":[{"code":"Resource","profile":["http://hl7.org/fhir/StructureDefinition/Organization"]}]}""",
        """{"contained":[{"resourceType":"Practitioner","id":"p"}],"generalPractitioner":[{"reference":"#p"}]}""", "error invalid Patient.contained[0]")] // a type named as a profile
    [InlineData("""{"path":"Patient.contained","type":[{"code":"Resource","profile":["http://hl7.org/fhir/StructureDefinition/Practitioner"]}]}""",
        """{"contained":[{"resourceType":"Practitioner","id":"p"}],"generalPractitioner":[{"reference":"#p"}]}""", "")]
    public void What_a_profile_asks_for_is_checked(string element, string content, string finds) =>
        Assert.Equal(finds, Of("Patient", element).Finds(OfPatient(content), Asked));

    [Theory] // R4 ElementDefinition.contentReference: the rules of the element hold for those that are defined by it
    [InlineData("""{"path":"Questionnaire.item.text","min":1}""", "error required Questionnaire.item[0].item[0].item[0].text")]
    [InlineData("""{"path":"Questionnaire.item.type","fixedCode":"group"}""", "error value Questionnaire.item[0].item[0].item[0].type")]
    [InlineData("""{"path":"Questionnaire.item","constraint":[{"key":"t-1","severity":"error","human":"h","expression":"text.exists()"}]}""", "error invariant Questionnaire.item[0].item[0].item[0]")]
    [InlineData("""{"path":"Questionnaire.item","min":1}""", "")]
    [InlineData("""{"path":"Questionnaire.item.prefix","max":"0"}""", "")]
    public void What_is_said_of_an_element_holds_within_it_too(string element, string finds)
    {
        const string form = """
            {"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"a","type":"group","text":"A","item":[{"linkId":"b","type":"group","text":"B","item":[{"linkId":"c","type":"string"}]}]}]}
            """;
        var derived = new Checked(Checked.Profile("q", "Questionnaire", element), Checked.Profile("p", "Questionnaire", """{"path":"Questionnaire.title","max":"1"}""", "http://example.org/q"));

        Assert.Equal(finds, Of("Questionnaire", element).Finds(form, Asked));
        Assert.Equal(finds, derived.Finds(form, Asked));
    }

    [Fact] // packages name versions
    public void A_type_of_the_specification_is_known_by_its_version_too() => Assert.Equal("", Of("Observation", """{"path":"Observation.referenceRange.low","type":[{"code":"Quantity","profile":["http://hl7.org/fhir/StructureDefinition/SimpleQuantity|4.0.1"]}]}""").Finds(
            """{"resourceType":"Observation","status":"final","code":{"text":"c"},"referenceRange":[{"low":{"value":1}}]}""", Asked));

    [Fact]
    public void What_is_said_of_an_element_holds_where_another_is_defined_by_it() => Assert.Equal(
        "error required Observation.component[0].referenceRange[0].low",
        Of("Observation", """{"path":"Observation.referenceRange.low","min":1}""").Finds(
            """{"resourceType":"Observation","status":"final","code":{"text":"c"},"component":[{"code":{"text":"d"},"valueString":"e","referenceRange":[{"text":"f"}]}]}""", Asked));

    [Theory] // R4 ElementDefinition.binding: code, Coding, CodeableConcept, Quantity, string and uri alone
    [InlineData("required", "\"valueDateTime\":\"2026-01-01\"", "")]
    [InlineData("required", "\"valueTime\":\"10:00:00\"", "")]
    [InlineData("extensible", "\"valueDateTime\":\"2026-01-01\"", "")]
    [InlineData("required", "\"valueString\":\"a\"", "error code-invalid Observation.value")]
    [InlineData("required", "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:a\",\"code\":\"a\"}]}", "error code-invalid Observation.value")]
    public void A_binding_of_a_choice_is_about_what_bears_codes(string strength, string value, string finds)
    {
        const string most = """[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/yesnodontknow"}]""";
        string Finds(string binding) => Of("Observation", $$"""{"path":"Observation.value[x]","binding":{ {{binding}} } }""")
            .Finds($$"""{"resourceType":"Observation","status":"final","code":{"text":"c"},{{value}} }""", Asked);

        Assert.Equal(finds, Finds($"\"strength\":\"{strength}\",\"valueSet\":\"http://hl7.org/fhir/ValueSet/yesnodontknow\""));
        Assert.Equal(finds, Finds($"\"strength\":\"preferred\",\"valueSet\":\"http://hl7.org/fhir/ValueSet/marital-status\",\"extension\":{most}"));
    }

    [Fact] // a unit in words is no code
    public void A_required_unit_needs_a_code() => Assert.Equal(
        "error code-invalid Observation.value",
        Of("Observation", """{"path":"Observation.value[x]","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/ucum-common"}}""")
            .Finds("""{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":1,"unit":"mg"}}""", Asked));

    [Theory] // in whatever unit of the same kind
    [InlineData("1000", "")]
    [InlineData("1001", "error value Observation.value")]
    public void A_quantity_is_within_its_bounds(string value, string finds) => Assert.Equal(finds, Of(
        "Observation", """{"path":"Observation.value[x]","type":[{"code":"Quantity"}],"maxValueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"g"}}""").Finds(
        $$"""{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":{{value}},"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"} }""", Asked));

    [Theory] // R4 string.value: below a primitive a snapshot has id, extension and value
    [InlineData("""{"birthDate":"1970-01-01"}""", "")]
    [InlineData("""{"_birthDate":{"extension":[{"url":"http://example.org/x","valueCode":"unknown"}]}}""", "error required Patient.birthDate.value")]
    [InlineData("""{"birthDate":"1870-01-01"}""", "error value Patient.birthDate")]
    [InlineData("{}", "error required Patient.birthDate")]
    public void A_snapshot_may_walk_into_a_primitive(string content, string finds)
    {
        var profile = Checked.Parsed("""
            {"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","status":"active","kind":"resource","abstract":false,"type":"Patient","derivation":"constraint",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","snapshot":{"element":[{"id":"Patient","path":"Patient"},{"id":"Patient.birthDate","path":"Patient.birthDate","min":1,"max":"1","type":[{"code":"date"}]},
             {"id":"Patient.birthDate.id","path":"Patient.birthDate.id","min":0,"max":"1","type":[{"code":"http://hl7.org/fhirpath/System.String"}]},
             {"id":"Patient.birthDate.extension","path":"Patient.birthDate.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"open"},"min":0,"max":"*","type":[{"code":"Extension"}]},
             {"id":"Patient.birthDate.value","path":"Patient.birthDate.value","representation":["xmlAttr"],"min":1,"max":"1","minValueDate":"1900-01-01","type":[{"code":"http://hl7.org/fhirpath/System.Date"}]}]}}
            """);

        Assert.Equal(finds, new Checked(profile).Finds(OfPatient(content), Asked));
    }

    [Theory] // beside the element's own binding; for whom a certain use is meant cannot be told
    [InlineData("required", "", "error code-invalid Patient.maritalStatus")]
    [InlineData("maximum", "", "error code-invalid Patient.maritalStatus")]
    [InlineData("extensible", "", "warning code-invalid Patient.maritalStatus")]
    [InlineData("candidate", "", "")]
    [InlineData("required", """,{"url":"usage","valueUsageContext":{"code":{"code":"venue"},"valueCodeableConcept":{"text":"a"}}}""", "")]
    [InlineData("required", """,{"url":"any","valueBoolean":true}""", "")]
    public void An_additional_binding_holds_too(string purpose, string usage, string finds)
    {
        const string set = "http://hl7.org/fhir/ValueSet/yesnodontknow";
        const string married = """{"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}}""";
        string Element(string more) => $$"""{"path":"Patient.maritalStatus","binding":{"strength":"extensible","valueSet":"http://hl7.org/fhir/ValueSet/marital-status",{{more}} } }""";
        var extension = $$"""
            "extension":[{"url":"http://hl7.org/fhir/tools/StructureDefinition/additional-binding","extension":[{"url":"purpose","valueCode":"{{purpose}}"},{"url":"valueSet","valueCanonical":"{{set}}"}{{usage}}]}]
            """;

        Assert.Equal(finds, Of("Patient", Element(extension)).Finds(OfPatient(married), Asked));
        if (usage.Length == 0)
        {
            Assert.Equal(finds, Of("Patient", Element($$""" "additional":[{"purpose":"{{purpose}}","valueSet":"{{set}}"}] """)).Finds(OfPatient(married), Asked));
            Assert.Equal(finds, Of("Patient", Element(extension.Replace("http://hl7.org/fhir/tools/StructureDefinition/additional-binding", "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional"))).Finds(OfPatient(married), Asked));
        }
    }

    [Theory] // ElementDefinition.type.aggregation
    [InlineData("contained", "#o", "")]
    [InlineData("contained", "Organization/1", "error value Bundle.entry[0].resource.managingOrganization")]
    [InlineData("referenced", "#o", "error value Bundle.entry[0].resource.managingOrganization")]
    [InlineData("referenced", "Organization/1", "")]
    [InlineData("bundled", "http://example.org/Organization/1", "")]
    [InlineData("bundled", "Organization/1", "")]
    [InlineData("bundled", "Organization/2", "error value Bundle.entry[0].resource.managingOrganization")]
    [InlineData("bundled", "Organization/3", "error value Bundle.entry[0].resource.managingOrganization")] // R4 2.36.4.1: of another server
    public void What_a_reference_points_to_lies_where_the_profile_says(string aggregation, string reference, string finds)
    {
        var check = Of("Patient", $$"""{"path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Organization"],"aggregation":["{{aggregation}}"]}]}""");

        Assert.Equal(finds, check.Finds($$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","meta":{"profile":["{{Asked}}"]},
              "contained":[{"resourceType":"Organization","id":"o","name":"o"}],"generalPractitioner":[{"reference":"#o"}],"managingOrganization":{"reference":"{{reference}}"} } },
             {"fullUrl":"http://example.org/Organization/1","resource":{"resourceType":"Organization","name":"o"} },
             {"fullUrl":"http://other.org/Organization/3","resource":{"resourceType":"Organization","name":"o"} }]}
            """));
        if (aggregation == "bundled")
            Assert.Equal("", check.Finds(OfPatient($$"""{"managingOrganization":{"reference":"{{reference}}"} }"""), Asked)); // which bundle it may come in is not told
    }

    [Theory]
    [InlineData(",\"active\":true", "")]
    [InlineData("", "error value Patient.managingOrganization")]
    public void What_a_reference_points_to_keeps_to_a_profile_that_it_may_point_to(string active, string finds)
    {
        var check = new Checked(
            Checked.Profile("p", "Patient", """{"path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":["http://example.org/named","http://example.org/active"]}]}"""),
            Checked.Profile("named", "Organization", """{"path":"Organization.alias","min":1}"""),
            Checked.Profile("active", "Organization", """{"path":"Organization.active","min":1}"""));

        Assert.Equal(finds, check.Finds(OfPatient($$"""{"managingOrganization":{"reference":"#o"},"contained":[{"resourceType":"Organization","id":"o","name":"o"{{active}} }]}"""), Asked));
    }

    [Fact]
    public void A_profile_of_another_type_is_an_error() =>
        Assert.Equal("error invalid Observation", Of("Patient", """{"path":"Patient.name","min":1}""").Finds("""{"resourceType":"Observation","status":"final","code":{"text":"a"}}""", Asked));

    [Theory]
    [InlineData("http://example.org/p|2")]
    [InlineData("http://example.org/p|1")] // another version than the one that is here
    [InlineData("http://example.org/none|1")]
    public void A_profile_that_many_claim_is_looked_for_once(string canonical)
    {
        var (asked, profile) = (0, Checked.Profile("p", "Patient", """{"path":"Patient.name","min":1}"""));
        var validator = new FhirValidator(new ProfileSet(Find), TerminologyService.Shipped);
        var patient = Checked.Parsed($$"""{"resourceType":"Patient","meta":{"profile":["{{canonical}}"]} }""");
        var first = validator.Validate(patient);
        Assert.Single(first, issue => issue.Severity != IssueSeverity.Information);

        var before = asked;
        Assert.Equal(first.Count, validator.Validate(patient).Count);

        Assert.Equal(before, asked);

        FhirNode Find(string type, string url, string? version)
        {
            asked++;
            return url == "http://example.org/p" && version == "2" ? profile : default;
        }
    }

    [Fact] // R4 5.1.0.17
    public void A_profile_that_is_asked_for_and_not_here_is_an_error_one_that_is_claimed_a_warning()
    {
        Assert.Equal("error not-found Patient", new Checked().Finds("""{"resourceType":"Patient"}""", "http://example.org/none"));
        Assert.Equal("warning not-found Patient.meta.profile[0]", new Checked().Finds("""{"resourceType":"Patient","meta":{"profile":["http://example.org/none"]}}"""));
    }

    [Theory]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Patient|3.0.1", "not-found")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Patient|4.0.1", "")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/vitalsigns|3.0.1", "not-found")]
    public void A_version_of_a_profile_that_is_not_here_is_told(string claimed, string finds)
    {
        Assert.Equal(finds.Length > 0 ? "warning not-found Patient.meta.profile[0]" : "", new Checked().Finds($$"""{"resourceType":"Patient","meta":{"profile":["{{claimed}}"]} }"""));
        Assert.Equal(finds.Length > 0 ? "error not-found Patient" : "", new Checked().Finds("""{"resourceType":"Patient"}""", claimed));
    }

    [Fact]
    public void A_profile_that_is_claimed_is_checked() =>
        Assert.Equal("error required Patient.name", Of("Patient", """{"path":"Patient.name","min":1}""").Finds("""{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]}}"""));

    [Fact]
    public void A_profile_derived_from_a_profile_asks_for_both()
    {
        var both = new Checked(
            Checked.Profile("p", "Patient", """{"id":"Patient.birthDate","path":"Patient.birthDate","min":1},{"id":"Patient.gender","path":"Patient.gender","mustSupport":true}""", "http://example.org/q"),
            Checked.Profile("q", "Patient", """
                {"id":"Patient.name","path":"Patient.name","min":1},{"id":"Patient.gender","path":"Patient.gender","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/yesnodontknow"}}
                """));

        Assert.Equal("error required Patient.name\nerror required Patient.birthDate", both.Finds("""{"resourceType":"Patient"}""", Asked));
        Assert.Equal("error code-invalid Patient.gender", both.Finds("""{"resourceType":"Patient","name":[{"text":"a"}],"birthDate":"1980","gender":"female"}""", Asked));
    }

    [Fact]
    public void A_profile_derived_from_itself_or_from_what_is_not_here_is_refused_with_a_reason()
    {
        var circle = new Checked(Checked.Profile("p", "Patient", "{}", "http://example.org/q"), Checked.Profile("q", "Patient", "{}", "http://example.org/p"));

        Assert.Contains("derived from itself", circle.Says("""{"resourceType":"Patient"}""", Asked));
        Assert.Contains("which it derives from, is not here", new Checked(Checked.Profile("p", "Patient", "{}", "http://example.org/gone")).Says("""{"resourceType":"Patient"}""", Asked));
        Assert.Contains("which FHIR R4 does not have", Of("Patient", """{"path":"Patient.shoeSize","min":1}""").Says("""{"resourceType":"Patient"}""", Asked));
    }

    [Fact] // R4 2.4.1: a modifier that is not understood makes the resource unsafe
    public void An_unknown_modifier_extension_is_an_error_an_unknown_extension_only_noted()
    {
        Assert.Equal("error extension Patient.modifierExtension[0]", new Checked().Finds("""{"resourceType":"Patient","modifierExtension":[{"url":"http://example.org/not","valueBoolean":true}]}"""));
        Assert.Equal("", new Checked().Finds("""{"resourceType":"Patient","extension":[{"url":"http://example.org/some","valueBoolean":true}]}"""));
    }

    [Fact] // R4 2.4.1
    public void An_extension_that_modifies_nothing_must_not_stand_among_those_that_do() => Assert.Equal(
        "error extension Patient.modifierExtension[0]",
        new Checked().Finds("""{"resourceType":"Patient","modifierExtension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"a"}}]}"""));

    [Fact]
    public void Nor_one_that_modifies_what_it_stands_on_among_those_that_do_not() => Assert.Equal(
        "error extension Patient.extension[0]",
        new Checked(Checked.Profile("x", "Extension", """{"id":"Extension","path":"Extension","isModifier":true}""")).Finds("""{"resourceType":"Patient","extension":[{"url":"http://example.org/x","valueBoolean":true}]}"""));

    [Theory] // R4 2.9.1.4: the resource that the element lies in, and the one around it, which an entry of a bundle has not
    [InlineData("Patient", "Patient.contained.name", "%resource is Practitioner and %rootResource is Patient", "Patient.contained[0].name[0]",
        """{"resourceType":"Patient","generalPractitioner":[{"reference":"#d"}],"contained":[{"resourceType":"Practitioner","id":"d","name":[{"text":"a"}]}]}""")]
    [InlineData("Bundle", "Bundle.entry.resource.name", "%resource is Patient and %rootResource is Patient", "Bundle.entry[0].resource.name[0]",
        """{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","name":[{"text":"a"}]}}]}""")]
    [InlineData("Bundle", "Bundle.entry.resource.contained.name", "%resource is Practitioner and %rootResource is Patient", "Bundle.entry[0].resource.contained[0].name[0]",
        """{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","generalPractitioner":[{"reference":"#d"}],"contained":[{"resourceType":"Practitioner","id":"d","name":[{"text":"a"}]}]}}]}""")]
    [InlineData("Patient", "Patient.contained", "%context is Practitioner and %resource is Patient and %rootResource is Patient", "Patient.contained[0]",
        """{"resourceType":"Patient","generalPractitioner":[{"reference":"#d"}],"contained":[{"resourceType":"Practitioner","id":"d","name":[{"text":"a"}]}]}""")]
    [InlineData("Bundle", "Bundle.entry.resource", "%context is Patient and %resource is Bundle and %rootResource is Bundle", "Bundle.entry[0].resource",
        """{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","name":[{"text":"a"}]}}]}""")]
    public void A_rule_sees_the_resource_around_its_element(string type, string path, string rule, string place, string resource)
    {
        string Finds(string expression) => Of(type, $$"""{"path":"{{path}}","constraint":[{"key":"t-1","severity":"error","human":"h","expression":"{{expression}}"}]}""").Finds(resource, Asked);

        Assert.Equal("", Finds(rule));
        Assert.Equal($"error invariant {place}", Finds($"({rule}).not()"));
    }

    [Fact]
    public void A_rule_of_an_extension_sees_the_resource_it_stands_in()
    {
        var extension = Checked.Profile("x", "Extension", """{"path":"Extension","constraint":[{"key":"x-1","severity":"error","human":"h","expression":"%resource is Patient"}]}""");

        Assert.Equal("", new Checked(extension).Finds("""{"resourceType":"Patient","name":[{"text":"a","extension":[{"url":"http://example.org/x","valueString":"b"}]}]}"""));
    }

    [Theory] // R4 2.4.0.2: the specification's own extensions: value type and place
    [InlineData("""{"resourceType":"Patient","birthDate":"1980-01-01","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1980-01-01T10:00:00Z"}]}}""", "")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1980-01-01T10:00:00Z"}]}""", "error extension Patient.extension[0]")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueString":"noon"}]}}""", "error structure Patient.birthDate.extension[0].value")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-nationality","extension":[{"url":"code","valueCodeableConcept":{"text":"x"}}]}]}""", "")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-nationality","extension":[{"url":"code","valueString":"x"}]}]}""", "error structure Patient.extension[0].extension[0].value")]
    [InlineData("""{"resourceType":"Patient","contact":[{"name":{"text":"x","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}}]}""", "")]
    public void A_known_extension_is_held_against_its_definition(string resource, string finds) => Assert.Equal(finds, new Checked().Finds(resource));

    private static string OfPatient(string content) => "{\"resourceType\":\"Patient\"" + (content == "{}" ? "}" : "," + content[1..]);
}
