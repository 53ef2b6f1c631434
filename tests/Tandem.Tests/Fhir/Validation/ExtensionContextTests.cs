using Tandem.Fhir.Json;
using Tandem.Tests.Support;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Where an extension may stand (R4 2.4.0.2 and 5.3.4): StructureDefinition.context and contextInvariant.</summary>
public sealed class ExtensionContextTests
{
    private const string It = """{"url":"http://example.org/x","valueString":"v"}""";
    private const string Wrong = "error extension";

    private static FhirNode Extension(string contexts, string invariants = "", string url = "http://example.org/x") => Checked.Parsed($$"""
        {"resourceType":"StructureDefinition","url":"{{url}}","name":"x","status":"active","kind":"complex-type","abstract":false,"type":"Extension","derivation":"constraint",
         "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","context":[{{contexts}}]{{(invariants.Length == 0 ? "" : $",\"contextInvariant\":[{invariants}]")}}}
        """);

    private static string Context(string type, string expression) => $$"""{"type":"{{type}}","expression":"{{expression}}"}""";

    private static string Finds(string contexts, string resource, string invariants = "", params FhirNode[] more) =>
        new Checked([Extension(contexts, invariants), .. more]).Finds(resource.Replace("IT", It, StringComparison.Ordinal));

    private static void IsAllowed(bool allowed, string finds)
    {
        if (allowed)
            Assert.Equal("", finds);
        else
            Assert.StartsWith(Wrong, finds);
    }

    private const string OnPatient = """{"resourceType":"Patient","extension":[IT]}""";
    private const string OnContact = """{"resourceType":"Patient","contact":[{"name":{"text":"n"}},{"extension":[IT],"name":{"text":"n"}}]}""";
    private const string OnContactName = """{"resourceType":"Patient","contact":[{"name":{"text":"n","extension":[IT]}}]}""";
    private const string OnGiven = """{"resourceType":"Patient","name":[{"use":"official","given":["a","b"],"_given":[null,{"extension":[IT]}]},{"use":"old","text":"n"}]}""";
    private const string OnValue = """{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":1,"extension":[IT]}}""";
    private const string OnText = """{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueString":"v","_valueString":{"extension":[IT]}}""";
    private const string OnItem = """{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"string","extension":[IT]}]}]}""";
    private const string OnContained = """{"resourceType":"Observation","status":"final","code":{"text":"c"},"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","extension":[IT]}]}""";

    [Theory]
    [InlineData("\"extension\":[", "IT")]
    [InlineData("\"name\":[{\"family\":\"a\",\"_given\":[", """{"extension":[IT]}""")]
    public void A_long_list_of_extensions_is_walked_once(string before, string item)
    {
        const int length = 100_000;
        var resource = Checked.Parsed("{\"resourceType\":\"Patient\"," + before + string.Join(',', Enumerable.Repeat(item.Replace("IT", It, StringComparison.Ordinal), length)) + (before.Contains('{', StringComparison.Ordinal) ? "]}]}" : "]}"));
        var took = ProcessorTime.Of(() => Assert.Equal("", new Checked(Extension(Context("element", "Patient") + "," + Context("element", "HumanName.given"))).Finds(resource, Tandem.Fhir.Validation.ValidationOptions.Default)));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // a way past all before it for each is five thousand million steps
    }

    [Theory] // R4 2.4.0: what the parts of an extension mean, its definition says
    [InlineData("""{"url":"species","valueCodeableConcept":{"text":"dog"}},{"url":"breed","valueCodeableConcept":{"text":"pug"}}""", "")]
    [InlineData("""{"url":"species","valueCodeableConcept":{"text":"dog"}},{"url":"bread","valueCodeableConcept":{"text":"pug"}}""", "error extension Patient.extension[0].extension[1]")]
    [InlineData("""{"url":"species","valueCodeableConcept":{"text":"dog"}},{"url":"http://example.org/more","valueString":"v"}""", "")]
    public void The_parts_of_an_extension_are_those_of_its_definition(string parts, string finds) => Assert.Equal(finds, new Checked().Finds(
        $$"""{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-animal","extension":[{{parts}}]}]}"""));

    [Theory]
    [InlineData("Element", OnPatient, true)]
    [InlineData("Resource", OnPatient, true)]
    [InlineData("DomainResource", OnPatient, true)]
    [InlineData("Patient", OnPatient, true)]
    [InlineData("Observation", OnPatient, false)]
    [InlineData("BackboneElement", OnPatient, false)]
    [InlineData("Resource", OnContact, false)]
    [InlineData("BackboneElement", OnContact, true)]
    [InlineData("Patient.contact", OnContact, true)]
    [InlineData("Patient", OnContact, false)]
    [InlineData("DomainResource", OnContactName, false)]
    [InlineData("HumanName", OnContactName, true)]
    [InlineData("Patient.contact.name", OnContactName, true)]
    [InlineData("Patient.name", OnContactName, false)]
    [InlineData("HumanName.given", OnGiven, true)]
    [InlineData("Patient.name.given", OnGiven, true)]
    [InlineData("string", OnGiven, true)]
    [InlineData("HumanName", OnGiven, false)]
    [InlineData("code", OnGiven, false)]
    [InlineData("Observation.value[x]", OnValue, true)]
    [InlineData("Quantity", OnValue, true)]
    [InlineData("string", OnText, true)]
    [InlineData("Quantity", OnText, false)] // of the types of value[x] the one it has
    [InlineData("Questionnaire.item", OnItem, true)]
    [InlineData("Questionnaire.item.item", OnItem, true)]
    [InlineData("CanonicalResource", """{"resourceType":"Questionnaire","status":"draft","extension":[IT]}""", true)] // as later versions call it
    [InlineData("MetadataResource", """{"resourceType":"Questionnaire","status":"draft","extension":[IT]}""", true)]
    [InlineData("CanonicalResource.status", """{"resourceType":"Questionnaire","status":"draft","_status":{"extension":[IT]}}""", true)]
    [InlineData("CanonicalResource", OnItem, false)]
    [InlineData("CanonicalResource", OnPatient, false)]
    [InlineData("Patient", OnContained, true)]
    [InlineData("Observation", OnContained, false)]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Patient", OnPatient, true)]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Observation", OnPatient, false)]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Patient#Patient.contact", OnContact, true)]
    [InlineData("http://hl7.org/fhir/StructureDefinition/Patient#Patient.contact", OnPatient, false)]
    public void An_element_is_meant_by_its_type_or_path(string expression, string resource, bool allowed) => IsAllowed(allowed, Finds(Context("element", expression), resource));

    [Fact]
    public void Of_several_places_any_will_do() => Assert.Equal("", Finds(Context("element", "Observation") + "," + Context("element", "Patient"), OnPatient));

    [Theory]
    [InlineData("http://example.org/p", OnPatient, false)] // who keeps to the profile is active
    [InlineData("http://example.org/p", """{"resourceType":"Patient","active":true,"extension":[IT]}""", true)]
    [InlineData("http://example.org/p#Patient.name", """{"resourceType":"Patient","active":true,"name":[{"text":"n","extension":[IT]}]}""", true)]
    [InlineData("http://example.org/p#Patient.name", """{"resourceType":"Patient","name":[{"text":"n","extension":[IT]}]}""", false)]
    [InlineData("http://example.org/p#Patient.name", """{"resourceType":"Patient","active":true,"extension":[IT]}""", false)]
    [InlineData("http://example.org/p#Patient.identifier:mrn", """{"resourceType":"Patient","active":true,"identifier":[{"system":"urn:mrn","value":"1","extension":[IT]}]}""", true)]
    [InlineData("http://example.org/p#Patient.identifier:mrn", """{"resourceType":"Patient","active":true,"identifier":[{"system":"urn:else","value":"1","extension":[IT]}]}""", false)]
    [InlineData("http://example.org/p", """{"resourceType":"Observation","status":"final","code":{"text":"c"},"extension":[IT]}""", false)]
    [InlineData("http://example.org/unknown#Patient.name", OnPatient, true)] // a profile that is not here cannot say no
    public void An_element_of_a_profile_is_meant_by_its_id(string expression, string resource, bool allowed)
    {
        var profile = Checked.Profile("p", "Patient", """
            {"id":"Patient.active","path":"Patient.active","min":1},
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn"},
            {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","fixedUri":"urn:mrn"}
            """);

        IsAllowed(allowed, Finds(Context("element", expression), resource, "", profile));
    }

    [Theory]
    [InlineData("http://example.org/outer", """{"url":"http://example.org/outer","extension":[IT]}""", true)]
    [InlineData("http://example.org/outer", """{"url":"http://example.org/outer","valueHumanName":{"text":"n","extension":[IT]}}""", true)] // the value stands for it
    [InlineData("http://example.org/outer", """{"url":"http://example.org/outer","valueString":"v","_valueString":{"extension":[IT]}}""", true)]
    [InlineData("http://example.org/outer", """{"url":"http://example.org/other","extension":[IT]}""", false)]
    [InlineData("http://example.org/outer", "IT", false)]
    [InlineData("http://example.org/outer", """{"url":"http://example.org/outer","extension":[{"url":"part","extension":[IT]}]}""", false)]
    [InlineData("http://example.org/outer#part", """{"url":"http://example.org/outer","extension":[{"url":"part","extension":[IT]}]}""", true)]
    [InlineData("http://example.org/outer#Extension.extension:part", """{"url":"http://example.org/outer","extension":[{"url":"part","valueString":"v","_valueString":{"extension":[IT]}}]}""", true)]
    [InlineData("http://example.org/outer#part", """{"url":"http://example.org/outer","extension":[{"url":"piece","extension":[IT]}]}""", false)]
    public void An_extension_is_meant_by_its_address(string expression, string extension, bool allowed) =>
        IsAllowed(allowed, Finds(Context("extension", expression), $$"""{"resourceType":"Patient","extension":[{{extension}}]}"""));

    [Theory]
    [InlineData("Patient", OnPatient, true)]
    [InlineData("Patient.contact", OnPatient, false)]
    [InlineData("Patient.contact.where(name.exists())", OnContact, true)]
    [InlineData("Patient.contact.where(name.empty())", OnContact, false)]
    [InlineData("Patient.name.where(use = 'official').given", OnGiven, true)]
    [InlineData("Patient.name.where(use = 'old').given", OnGiven, false)]
    [InlineData("Patient.name.given.first()", OnGiven, false)] // it stands on the second
    [InlineData("descendants()", OnContactName, true)]
    [InlineData("Observation.value", OnValue, true)]
    [InlineData("Observation.value.ofType(Quantity)", OnText, false)]
    [InlineData("Observation.value.ofType(string)", OnText, true)]
    [InlineData("Patient.where(%rootResource is Observation)", OnContained, true)]
    [InlineData("Observation", OnContained, false)]
    [InlineData("Patient.name.(", OnPatient, true)] // what cannot be read cannot say no
    public void An_expression_selects_the_elements_that_may_have_it(string expression, string resource, bool allowed) => IsAllowed(allowed, Finds(Context("fhirpath", expression), resource));

    [Theory]
    [InlineData("active.exists()", OnPatient, false)] // asked of the element that has the extension
    [InlineData("active.exists()", """{"resourceType":"Patient","active":true,"extension":[IT]}""", true)]
    [InlineData("%extension.value = 'v'", OnPatient, true)]
    [InlineData("%extension.value = 'w'", OnPatient, false)]
    [InlineData("%resource.contact.count() = 2", OnContact, true)]
    [InlineData("name.exists()", OnContact, true)]
    [InlineData("$this.length() = 1", OnGiven, true)]
    [InlineData("%extension.url.endsWith('x')", OnGiven, true)]
    [InlineData("extension('http://example.org/x').count() = 1", OnPatient, true)]
    public void A_rule_about_the_place_has_to_hold(string rule, string resource, bool holds)
    {
        var finds = Finds(Context("element", "Element"), resource, $"\"{rule}\"");

        Assert.Equal(holds ? "" : "error invariant Patient.extension[0]", finds);
    }

    [Fact]
    public void Every_rule_about_the_place_counts_and_one_that_cannot_be_read_is_told()
    {
        var finds = Finds(Context("element", "Patient"), OnPatient, "\"true\",\"active.exists()\",\"a.(\"");

        Assert.Equal("error invariant Patient.extension[0]\nwarning processing Patient.extension[0]", finds);
        Assert.Contains("The extension x may stand only where active.exists() holds", new Checked(Extension(Context("element", "Patient"), "\"active.exists()\"")).Says(
            OnPatient.Replace("IT", It, StringComparison.Ordinal)));
    }

    /// <summary>Published definitions bear extensions in places that R4 does not declare for them.</summary>
    [Theory]
    [InlineData("""{"resourceType":"ValueSet","status":"draft","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version","valueCode":"4.0.0"}]}""")]
    [InlineData("""
        {"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","status":"draft","kind":"resource","abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
         "differential":{"element":[{"id":"Patient","path":"Patient"},{"id":"Patient.id","path":"Patient.id","type":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type","valueUrl":"string"},
         {"url":"http://hl7.org/fhir/StructureDefinition/regex","valueString":"[a-z]"}],"code":"http://hl7.org/fhirpath/System.String"}]}]}}
        """)]
    [InlineData("""{"resourceType":"SearchParameter","url":"http://example.org/s","name":"s","status":"draft","description":"d","code":"s","base":["Patient"],"type":"token","expression":"Patient.active","multipleOr":true,"_multipleOr":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation","valueCode":"SHALL"}]}}""")]
    public void Extensions_may_stand_where_published_definitions_have_them(string resource) => Assert.DoesNotContain("error", new Checked().Finds(resource));

    [Theory]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"height","valueString":"v"}]}""", "error extension Patient.extension[0]")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"height","valueString":"v"}]}}""", "error extension Patient.birthDate.extension[0]")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://example.org/e","extension":[{"url":"height","valueString":"v"}]}]}""", "")]
    public void Only_a_part_of_an_extension_has_a_plain_name(string resource, string finds) => Assert.Equal(finds, new Checked().Finds(resource));
}
