using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Code systems, value sets and concept maps that hold together (R4 4.8, 4.9, 4.10).</summary>
public sealed class DefinitionCheckTests
{
    private static readonly Checked Known = new(
        Checked.Parsed("""
            {"resourceType":"CodeSystem","url":"urn:wards","version":"2","content":"complete",
             "property":[{"code":"beds","type":"integer"},{"code":"open","type":"boolean"},{"code":"floor","type":"Coding"}],"filter":[{"code":"near","operator":["="]}],
             "concept":[{"code":"icu","property":[{"code":"floor","valueCoding":{"system":"urn:floors","code":"1"}}]},{"code":"er"}]}
            """),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:floors","content":"complete","concept":[{"code":"1"}]}"""),
        Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:part","content":"fragment","property":[{"code":"floor","type":"Coding"}],"concept":[{"code":"icu"}]}"""),
        Checked.Parsed("""{"resourceType":"ValueSet","url":"urn:set","status":"active","compose":{"include":[{"system":"urn:wards","concept":[{"code":"icu"}]},{"system":"urn:far","concept":[{"code":"a"}]}]}}"""));

    private static string Finds(string type, string elements) => Known.Finds($$"""{"resourceType":"{{type}}","name":"A","status":"active",{{elements}}}""");

    [Theory]
    [InlineData("ValueSet", "http://example.org/a", "")]
    [InlineData("ValueSet", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "")]
    [InlineData("ValueSet", "ValueSet/a", "error value ValueSet.url")]
    [InlineData("Questionnaire", "a", "error value Questionnaire.url")]
    public void The_address_of_a_definition_is_absolute(string type, string url, string finds) => Assert.Equal(finds, Finds(type, $"\"url\":\"{url}\""));

    [Fact] // R4 Device.url: a network address
    public void The_address_of_a_device_is_where_it_is_reached() => Assert.Equal("", Known.Finds("""{"resourceType":"Device","url":"10.20.30.40/api"}"""));

    [Theory]
    [InlineData(""" "content":"not-present" """, "")]
    [InlineData(""" "content":"not-present","concept":[{"code":"a"}]""", "concept[0]")]
    [InlineData(""" "content":"supplement","supplements":"urn:wards","concept":[{"code":"icu","concept":[{"code":"er"}]}]""", "")]
    [InlineData(""" "content":"complete","supplements":"urn:wards","concept":[{"code":"icu"}]""", "content")]
    [InlineData(""" "content":"supplement","supplements":"urn:wards","concept":[{"code":"icu","concept":[{"code":"kitchen"}]}]""", "warning value CodeSystem.concept[0].concept[0]")] // another release may have it
    [InlineData(""" "content":"supplement","supplements":"urn:wards|2","concept":[{"code":"kitchen"}]""", "concept[0]")]
    [InlineData(""" "content":"supplement","supplements":"urn:wards|1","concept":[{"code":"kitchen"}]""", "")]
    [InlineData(""" "content":"supplement","supplements":"urn:part","concept":[{"code":"kitchen"}]""", "")]
    public void A_code_system_is_what_it_says_of_its_content(string elements, string place) =>
        Assert.Equal(place.Length == 0 || place.StartsWith("warning", StringComparison.Ordinal) ? place : "error value CodeSystem." + place, Finds("CodeSystem", elements));

    private const string Standard = "http://hl7.org/fhir/concept-properties#";

    [Theory]
    [InlineData("""{"code":"a","type":"string"},{"code":"b","uri":"urn:b","type":"string"}""", "")]
    [InlineData("""{"code":"a","type":"string"},{"code":"a","type":"string"}""", "property[1]")]
    [InlineData("""{"code":"a","uri":"urn:b","type":"string"},{"code":"b","uri":"urn:b","type":"string"}""", "property[1]")]
    [InlineData($$"""{"code":"inactive","uri":"{{Standard}}inactive","type":"boolean"},{"code":"old","uri":"{{Standard}}deprecated","type":"dateTime"},{"code":"notSelectable","uri":"{{Standard}}notSelectable","type":"boolean"}""", "")]
    [InlineData($$"""{"code":"inactive","uri":"{{Standard}}inactive","type":"code"}""", "property[0]")]
    [InlineData($$"""{"code":"deprecated","uri":"{{Standard}}deprecated","type":"boolean"}""", "property[0]")]
    [InlineData($$"""{"code":"parent","uri":"{{Standard}}parent","type":"string"}""", "property[0]")]
    [InlineData($$"""{"code":"inactive","uri":"{{Standard}}notSelectable","type":"boolean"}""", "property[0]")]
    [InlineData($$"""{"code":"abstract","uri":"{{Standard}}notSelectable","type":"boolean"}""", "")]
    public void A_property_is_declared_once_with_the_type_that_its_address_has(string properties, string place) =>
        Assert.Equal(place.Length == 0 ? "" : "error value CodeSystem." + place, Finds("CodeSystem", $"\"content\":\"complete\",\"property\":[{properties}]"));

    [Theory]
    [InlineData("integer", """ "valueInteger":1""", "")]
    [InlineData("dateTime", """ "valueDateTime":"2026" """, "")]
    [InlineData("Coding", """ "valueCoding":{"system":"urn:floors","code":"1"}""", "")]
    [InlineData("decimal", """ "valueInteger":1""", "error value CodeSystem.concept[0].concept[0].property[0]")]
    [InlineData("code", """ "valueString":"b" """, "error value CodeSystem.concept[0].concept[0].property[0]")]
    [InlineData("Coding", """ "valueCoding":{"system":"urn:floors","code":"9"}""", "warning code-invalid CodeSystem.concept[0].concept[0].property[0].value.code")]
    public void A_concept_has_values_of_the_types_that_are_declared(string type, string value, string finds) => Assert.Equal(finds, Finds(
        "CodeSystem", $$""" "content":"complete","property":[{"code":"a","type":"{{type}}"}],"concept":[{"code":"b","concept":[{"code":"c","property":[{"code":"a",{{value}}}]}]}]"""));

    [Theory]
    [InlineData(""" "system":"urn:wards","concept":[{"code":"icu"}]""", "")]
    [InlineData(""" "system":"#wards" """, "error value ValueSet.compose.include[0].system")]
    [InlineData(""" "system":"wards" """, "error value ValueSet.compose.include[0].system")]
    [InlineData(""" "system":"urn:wards","concept":[{"code":"icu"},{"code":"kitchen"}]""", "warning value ValueSet.compose.include[0].concept[1].code")] // another release may have it
    [InlineData(""" "system":"urn:wards","version":"2","concept":[{"code":"icu"},{"code":"kitchen"}]""", "error value ValueSet.compose.include[0].concept[1].code")]
    [InlineData(""" "system":"urn:wards","version":"1","concept":[{"code":"kitchen"}]""", "")]
    [InlineData(""" "system":"urn:part","concept":[{"code":"kitchen"}]""", "")]
    public void A_value_set_takes_codes_that_their_system_has(string part, string finds)
    {
        Assert.Equal(finds, Finds("ValueSet", $$""" "compose":{"include":[{{{part}}}]}"""));
        Assert.Equal(finds.Replace("include", "exclude"), Finds("ValueSet", $$""" "compose":{"include":[{"system":"urn:wards"}],"exclude":[{{{part}}}]}"""));
    }

    [Theory]
    [InlineData("concept", "is-a", "icu", "")]
    [InlineData("concept", "is-a", "kitchen", "warning value V.value")]
    [InlineData("concept", "=", "kitchen", "warning value V.value")]
    [InlineData("open", "=", "true", "")]
    [InlineData("open", "=", "1", "error value V.value")]
    [InlineData("notSelectable", "=", "yes", "error value V.value")]
    [InlineData("floor", "=", "urn:floors#1", "")]
    [InlineData("floor", "=", "urn:floors|2#1", "")]
    [InlineData("floor", "=", "urn:floors#9", "warning value V.value")]
    [InlineData("floor", "=", "1", "error value V.value")]
    [InlineData("beds", "=", "1", "")]
    [InlineData("near", "=", "er", "")]
    [InlineData("near", "in", "er", "error value V.op")]
    [InlineData("far", "=", "er", "warning value V.property")]
    public void A_filter_asks_for_what_the_code_system_can_say(string property, string op, string value, string finds) => Assert.Equal(
        finds.Replace("V", "ValueSet.compose.include[0].filter[0]"),
        Finds("ValueSet", $$""" "compose":{"include":[{"system":"urn:wards","filter":[{"property":"{{property}}","op":"{{op}}","value":"{{value}}"}]}]}"""));

    [Fact] // as the value sets of R4 filter LOINC, whose properties are codes of its own
    public void What_is_here_in_part_may_be_filtered_in_other_ways() =>
        Assert.Equal("", Finds("ValueSet", """ "compose":{"include":[{"system":"urn:part","filter":[{"property":"floor","op":"=","value":"first"}]}]}"""));

    [Theory]
    [InlineData("text/fhirpath", "%age > 3", "")]
    [InlineData("text/fhirpath", "%age-1 > 3", "")]
    [InlineData("text/fhirpath", "%age > $", "error value")]
    [InlineData("text/fhirpath", "%size > 3", "error value")]
    [InlineData("text/cql", "age", "error value")]
    public void A_filter_that_is_worked_out_names_declared_parameters(string language, string expression, string finds)
    {
        var found = Finds("ValueSet", $$"""
            "extension":[{"url":"http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter","extension":[{"url":"name","valueCode":"age"}]}],
            "compose":{"include":[{"system":"urn:wards","filter":[{"property":"beds","op":"=","_value":{"extension":[
              {"url":"http://hl7.org/fhir/StructureDefinition/cqf-expression","valueExpression":{"language":"{{language}}","expression":"{{expression}}"} }]} }]}]}
            """);

        Assert.Equal(finds.Length == 0 ? "" : finds + " ValueSet.compose.include[0].filter[0].value.extension[0].value", found);
    }

    [Theory]
    [InlineData("urn:wards", "icu", "urn:wards", "icu", "")]
    [InlineData("urn:wards", "er", "urn:wards", "icu", "error code-invalid ConceptMap.group[0].element[0].code")]
    [InlineData("urn:wards", "icu", "urn:wards", "er", "error code-invalid ConceptMap.group[0].element[0].target[0].code")]
    [InlineData("urn:wards", "kitchen", "urn:wards", "icu", "warning code-invalid ConceptMap.group[0].element[0].code")]
    [InlineData("urn:far", "b", "urn:far", "b", "")] // of a system that is not here
    public void A_concept_map_maps_codes_of_its_source_to_codes_of_its_target(string source, string code, string target, string to, string finds) => Assert.Equal(finds, Finds(
        "ConceptMap", $$""" "sourceCanonical":"urn:set","targetCanonical":"urn:set","group":[{"source":"{{source}}","target":"{{target}}","element":[{"code":"{{code}}","target":[{"code":"{{to}}","equivalence":"equal"}]}]}]"""));
}
