using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class ObservationMappingTests
{
    [Theory]
    [InlineData("NM", "98.00", """{"value":98.00,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("NM", "+007", """{"value":7,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("NM", "-.5", """{"value":-0.5,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("NM", "<0.1", """{"value":0.1,"comparator":"<","unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("SN", ">^100", """{"value":100,"comparator":">","unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("SN", "^182", """{"value":182,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("ST", "8.0", """{"value":8.0,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    [InlineData("ST", ">8.0", """{"value":8.0,"comparator":">","unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""")]
    public void Numbers_are_quantities_with_every_digit(string type, string value, string json) =>
        Assert.Equal(json, MappingText.Observation($"OBX|1|{type}|5^C||{value}|g/L|||||F")["valueQuantity"].ToString());

    [Theory]
    [InlineData("SN", "^1^:^128", "valueRatio", """{"numerator":{"value":1},"denominator":{"value":128}}""")]
    [InlineData("SN", "^2^-^4", "valueRange", """{"low":{"value":2},"high":{"value":4}}""")]
    [InlineData("SN", "^2^+", "valueString", "\"2 +\"")]
    [InlineData("SN", "<>^5", "valueString", "\"<> 5\"")]
    [InlineData("NM", "NEGATIVE", "valueString", "\"NEGATIVE\"")]
    [InlineData("ST", "a^b~c", "valueString", "\"a^b\\nc\"")]
    [InlineData("ST", "8.0", "valueString", "\"8.0\"")] // a number without a unit may be anything
    [InlineData("FT", "one\\.br\\two", "valueString", "\"one\\ntwo\"")]
    [InlineData("DT", "20261120", "valueDateTime", "\"2026-11-20\"")]
    [InlineData("TS", "20261120083000", "valueDateTime", "\"2026-11-20T08:30:00-06:00\"")]
    [InlineData("DTM", "soon", "valueString", "\"soon\"")]
    [InlineData("TM", "0830", "valueTime", "\"08:30:00\"")]
    [InlineData("TM", "2530", "valueString", "\"2530\"")]
    [InlineData("NR", "2^4", "valueRange", """{"low":{"value":2},"high":{"value":4}}""")]
    [InlineData("", "word", "valueString", "\"word\"")]
    [InlineData("XYZ", "word", "valueString", "\"word\"")]
    [InlineData("IS", "POS", "valueCodeableConcept", """{"coding":[{"code":"POS"}],"text":"POS"}""")]
    [InlineData("CE", "260373001^Detected^SCT", "valueCodeableConcept", """{"coding":[{"system":"http://snomed.info/sct","code":"260373001","display":"Detected"}],"text":"Detected"}""")]
    [InlineData("CWE", "X^Xx^99L^Y^Yy^LN^^^what was said", "valueCodeableConcept",
        """{"coding":[{"system":"urn:tandem:source:north:codes:99L","code":"X","display":"Xx"},{"system":"http://loinc.org","code":"Y","display":"Yy"}],"text":"what was said"}""")]
    public void Each_type_of_value_has_its_own_element(string type, string value, string element, string json) =>
        Assert.Equal(json, MappingText.Observation($"OBX|1|{type}|5^C||{value}||||||F")[element].ToString());

    [Fact]
    public void Several_values_are_components()
    {
        var components = MappingText.Observation("OBX|1|NM|5^C||60~120|/min|||||F")["component"].Items.AsEnumerable().ToList();
        Assert.Equal(["60", "120"], components.Select(c => c["valueQuantity"]["value"].Text));
        Assert.All(components, c => Assert.Equal("5", c["code"]["coding"].First["code"].Text));
    }

    [Theory]
    [InlineData("F", "final", null)]
    [InlineData("P", "preliminary", null)]
    [InlineData("C", "corrected", null)]
    [InlineData("X", "cancelled", "not-performed")]
    [InlineData("D", "entered-in-error", null)]
    [InlineData("W", "entered-in-error", null)]
    [InlineData("R", "preliminary", null)]
    [InlineData("I", "registered", null)]
    [InlineData("S", "preliminary", null)]
    [InlineData("A", "amended", null)]
    [InlineData("N", "unknown", "not-asked")]
    [InlineData("", "final", null)]
    public void The_status_is_that_of_table_0085_and_else_that_of_the_report(string sent, string status, string? absent)
    {
        var observation = MappingText.Observation($"OBX|1|NM|5^C||||||||{sent}");
        Assert.Equal((status, absent), (observation["status"].Text, observation["dataAbsentReason"]["coding"].First["code"].Text));
    }

    [Theory]
    [InlineData("LL~A", "LL A")]
    [InlineData("H^High^HL70078", "H")]
    [InlineData("hh", "HH")]
    [InlineData("N", "N")]
    public void Flags_are_interpretations(string sent, string codes)
    {
        var interpretation = MappingText.Observation($"OBX|1|NM|5^C||1|||{sent}|||F")["interpretation"].Items.AsEnumerable().Select(i => i["coding"].First).ToList();
        Assert.Equal(codes, string.Join(' ', interpretation.Select(i => i["code"].Text)));
        Assert.All(interpretation, i => Assert.Equal("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", i["system"].Text));
    }

    [Fact]
    public void A_flag_of_the_senders_own_is_kept_as_it_is() =>
        Assert.Equal("!!", MappingText.Observation("OBX|1|NM|5^C||1|||!!|||F")["interpretation"].First["coding"].First["code"].Text);

    [Theory]
    [InlineData("3.5-5.1", "3.5", "5.1")]
    [InlineData("49 - 92", "49", "92")]
    [InlineData("70_105", "70", "105")]
    [InlineData("-2.0 to +2.0", "-2.0", "2.0")]
    [InlineData("-2--1", "-2", "-1")]
    [InlineData("<5", null, "5")]
    [InlineData(">= 60", "60", null)]
    [InlineData("negative", null, null)]
    [InlineData("2026-11-20", null, null)]
    public void Limits_are_read_out_of_the_range_and_its_text_is_kept(string sent, string? low, string? high)
    {
        var range = MappingText.Observation($"OBX|1|NM|5^C||1|g/L|{sent}||||F")["referenceRange"].First;
        Assert.Equal((sent, low, high), (range["text"].Text, range["low"]["value"].Text, range["high"]["value"].Text));
    }

    [Theory]
    [InlineData("mmol/L", "mmol/L")]
    [InlineData("mg/dl", "mg/dl")]
    [InlineData("10*3/uL", "10*3/uL")]
    [InlineData("x10*9/L", "10*9/L")]
    [InlineData("10^3/uL", "10*3/uL")]
    [InlineData("10E3/mcL", "10*3/uL")]
    [InlineData("K/uL", "10*3/uL")]
    [InlineData("mmHg", "mm[Hg]")]
    [InlineData("UMOLL", "umol/L")]
    [InlineData("mL/min/1.73m2", "mL/min/{1.73_m2}")]
    [InlineData("{score}", "{score}")]
    [InlineData("%", "%")]
    [InlineData("ug/(24.h)", "ug/(24.h)")]
    [InlineData("ng{FEU}/mL", "ng{FEU}/mL")]
    [InlineData("%^percent^UCUM", "%")]
    [InlineData("foo^^UCUM", "foo")]
    [InlineData("x^y^L^mg/dL^^UCUM", "mg/dL")]
    [InlineData("g/L", "g/L")]
    [InlineData("G/L", "10*9/L")]
    [InlineData("C", null)]
    [InlineData("ft", null)]
    [InlineData("EU/dL", null)]
    [InlineData("Units", null)]
    [InlineData("titer", null)]
    [InlineData("mg/", null)]
    [InlineData("(g", null)]
    public void A_unit_has_its_ucum_code_when_that_is_sure(string sent, string? code)
    {
        var quantity = MappingText.Observation($"OBX|1|NM|5^C||1|{sent}|||||F")["valueQuantity"];
        Assert.Equal(code, quantity["code"].Text);
        Assert.Equal(code is null ? null : "http://unitsofmeasure.org", quantity["system"].Text);
        Assert.NotNull(quantity["unit"].Text);
    }

    [Fact]
    public void Who_made_the_observation_is_named_without_a_resource_of_its_own()
    {
        var performers = MappingText.Observation("OBX|1|NM|5^C||1||||||F|||||77^Testtech^Gus|||||||NorthLab^L^^^^CLIA&2.16.840.1.113883.4.7&ISO^XX^^^11D0000001")["performer"]
            .Items.AsEnumerable().ToList();
        Assert.Equal([("Practitioner", "Gus Testtech", "77"), ("Organization", "NorthLab", "11D0000001")],
            performers.Select(p => (p["type"].Text, p["display"].Text, p["identifier"]["value"].Text)));
        Assert.Equal("urn:oid:2.16.840.1.113883.4.7", performers[1]["identifier"]["system"].Text);
    }
}
