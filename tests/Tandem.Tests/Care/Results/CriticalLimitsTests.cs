using Tandem.Care.Results;
using Tandem.Fhir.Json;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Results;

public sealed class CriticalLimitsTests
{
    private const string Potassium = """
        {"resourceType":"ObservationDefinition","extension":[{"url":"https://tandem.example/fhir/StructureDefinition/status","valueCode":"active"},
        {"url":"https://tandem.example/fhir/StructureDefinition/effective","valuePeriod":{"start":"2026-01-01"}},{"url":"https://tandem.example/fhir/StructureDefinition/valence","valueInteger":1}],
        "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium","_text":{"extension":[
        {"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"es"},{"url":"content","valueString":"Potasio"}]}]}},
        "quantitativeDetails":{"unit":{"coding":[{"system":"http://unitsofmeasure.org","code":"mmol/L"}]}},
        "qualifiedInterval":[{"category":"critical","range":{"low":{"value":2.8},"high":{"value":6.2}},"extension":[{"url":"https://tandem.example/fhir/StructureDefinition/critical-at-limit","valueBoolean":true}]},
        {"category":"critical","age":{"high":{"value":1,"code":"mo"}},"range":{"high":{"value":7.0}}}]}
        """;

    private const string Glucose = """
        {"resourceType":"ObservationDefinition","extension":[{"url":"https://tandem.example/fhir/StructureDefinition/status","valueCode":"active"},
        {"url":"https://tandem.example/fhir/StructureDefinition/effective","valuePeriod":{"start":"2026-01-01"}},{"url":"https://tandem.example/fhir/StructureDefinition/molar-mass","valueDecimal":180.156}],
        "code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}],"text":"Glucose"},
        "quantitativeDetails":{"unit":{"coding":[{"system":"http://unitsofmeasure.org","code":"mg/dL"}]}},
        "qualifiedInterval":[{"category":"critical","range":{"low":{"value":50},"high":{"value":450}}}]}
        """;

    private static readonly CriticalLimits Limits = Read(Potassium, Glucose);

    [Theory]
    [InlineData("2823-3", "", "6.3", "mmol/L", CriticalReason.High)]
    [InlineData("2823-3", "", "6.2", "mmol/L", CriticalReason.High)] // at the limit
    [InlineData("2823-3", "", "6.1", "mmol/L", null)]
    [InlineData("2823-3", "", "2.8", "mEq/L", CriticalReason.Low)] // one equivalent per mole
    [InlineData("2823-3", "", "2.9", "mEq/L", null)]
    [InlineData("2345-7", "", "50", "mg/dL", null)] // outside, not at, the limit
    [InlineData("2345-7", "", "49", "mg/dL", CriticalReason.Low)]
    [InlineData("2345-7", "", "2.7", "mmol/L", CriticalReason.Low)] // 48.6 mg/dL
    [InlineData("2345-7", "", "2.8", "mmol/L", null)] // 50.4 mg/dL
    [InlineData("2345-7", "", "25.1", "mmol/L", CriticalReason.High)]
    [InlineData("2345-7", "<", "20", "mg/dL", CriticalReason.Low)]
    [InlineData("2345-7", "<", "50", "mg/dL", CriticalReason.Low)]
    [InlineData("2345-7", "<=", "50", "mg/dL", null)]
    [InlineData("2345-7", "<", "60", "mg/dL", null)] // leaves it open
    [InlineData("2345-7", ">", "600", "mg/dL", CriticalReason.High)]
    [InlineData("2345-7", ">", "400", "mg/dL", null)]
    [InlineData("2345-7", ">", "20", "mg/dL", null)] // above 20 says nothing of a low limit
    [InlineData("2345-7", "", "600", "arb'U", null)] // a unit that cannot be compared
    [InlineData("9999-9", "", "600", "mg/dL", null)]
    public void A_value_is_compared_in_the_unit_of_the_limit(string code, string comparator, string value, string unit, CriticalReason? expected)
    {
        var finding = Limits.Assess(Result(code, value, unit, comparator: comparator), Adult);

        Assert.Equal(expected, finding?.Reason);
    }

    [Theory]
    [InlineData("\"valueString\":\"8.0 mmol/L\"", CriticalReason.High, false)]
    [InlineData("\"valueString\":\">8.0mmol/L\"", CriticalReason.High, false)]
    [InlineData("\"valueString\":\"≤ 2.5\",\"referenceRange\":[{\"low\":{\"value\":3.5,\"unit\":\"mmol/L\"}}]", CriticalReason.Low, false)]
    [InlineData("\"valueString\":\"4.1 mmol/L\"", null, false)]
    [InlineData("\"valueString\":\"8.0\"", null, true)]
    [InlineData("\"valueString\":\"8.0 furlong\"", null, true)]
    [InlineData("\"valueString\":\"haemolysed\"", null, true)]
    [InlineData("\"valueCodeableConcept\":{\"text\":\"high\"}", null, true)]
    [InlineData("\"valueQuantity\":{\"value\":8.0}", null, true)]
    [InlineData("\"valueQuantity\":{\"comparator\":\">\",\"value\":6.0,\"unit\":\"mmol/L\"}", null, true)]
    [InlineData("\"dataAbsentReason\":{\"text\":\"not done\"}", null, false)]
    [InlineData("\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2823-3\"}]},\"valueQuantity\":{\"value\":8.0,\"unit\":\"mmol/L\"}}]", CriticalReason.High, false)]
    [InlineData("\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2823-3\"}]},\"valueString\":\"haemolysed\"}]", null, true)]
    public void What_cannot_be_compared_is_told_apart_from_what_is_not_critical(string value, CriticalReason? expected, bool isUndecided)
    {
        var result = RecordFixture.Json($$"""
            {"resourceType":"Observation","issued":"2026-03-02T10:00:00Z","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},{{value}}}
            """);

        Assert.Equal((expected, isUndecided), (Limits.Assess(result, Adult, out var undecided)?.Reason, undecided is not null));
    }

    [Fact]
    public void A_ratio_needs_no_unit()
    {
        var ratio = Read(Potassium.Replace("mmol/L", "{INR}"));

        Assert.Equal(CriticalReason.High, ratio.Assess(RecordFixture.Json("""
            {"resourceType":"Observation","issued":"2026-03-02T10:00:00Z","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"valueString":"8.0"}
            """), Adult)?.Reason);
    }

    [Theory]
    [InlineData("LL")]
    [InlineData("HH")]
    [InlineData("AA")]
    public void The_laboratorys_own_flag_counts_whatever_the_unit(string flag)
    {
        var finding = Limits.Assess(Result("9999-9", "3", "arb'U", flag), Adult);

        Assert.Equal((CriticalReason.Flagged, flag, "3 arb'U"), (finding!.Reason, finding.Limit, finding.Value));
    }

    [Theory]
    [InlineData("H")]
    [InlineData("A")]
    [InlineData("N")]
    public void An_abnormal_flag_alone_is_not_critical(string flag) => Assert.Null(Limits.Assess(Result("9999-9", "3", "mmol/L", flag), Adult));

    [Fact]
    public void The_interval_closest_cut_to_the_patient_holds()
    {
        var newborn = RecordFixture.Json("""{"resourceType":"Patient","birthDate":"2026-02-20"}""");

        Assert.Null(Limits.Assess(Result("2823-3", "6.8", "mmol/L"), newborn));
        Assert.NotNull(Limits.Assess(Result("2823-3", "7.1", "mmol/L"), newborn));
        Assert.NotNull(Limits.Assess(Result("2823-3", "6.8", "mmol/L"), default));
    }

    [Fact]
    public void Limits_hold_from_their_day_and_the_sites_own_win()
    {
        var limits = CriticalLimits.Read(
            [("a", RecordFixture.Json(Glucose), false), ("b", RecordFixture.Json(Glucose.Replace("450", "400").Replace("2026-01-01", "2026-03-02")), true)],
            (_, _, _) => { });

        Assert.Null(limits.Assess(Result("2345-7", "420", "mg/dL", issued: "2026-03-01T23:59:59Z"), Adult));
        Assert.NotNull(limits.Assess(Result("2345-7", "420", "mg/dL", issued: "2026-03-02T00:00:00Z"), Adult));
        Assert.Null(limits.Assess(Result("2345-7", "900", "mg/dL", issued: "2025-12-31T00:00:00Z"), Adult));
    }

    [Fact]
    public void The_finding_says_what_passed_which_limit_in_both_languages()
    {
        var finding = Limits.Assess(Result("2823-3", "7.10", "mmol/L"), Adult)!;

        Assert.Equal(("Potassium", "Potasio", "7.10 mmol/L", "≥ 6.2 mmol/L"), (finding.Analyte, finding.AnalyteEs, finding.Value, finding.Limit));
    }

    [Theory]
    [InlineData("\"code\":\"2823-3\"", "\"code\":null", "code")]
    [InlineData("mmol/L", "furlong", "quantitativeDetails.unit")]
    [InlineData("\"start\":\"2026-01-01\"", "\"end\":\"2027-01-01\"", "extension(effective)")]
    [InlineData("\"mo\"", "\"moon\"", "qualifiedInterval[1]")]
    public void A_wrong_definition_is_told_with_its_place_and_the_others_hold(string from, string to, string place)
    {
        var faults = new List<(string Reference, string Element)>();
        var limits = CriticalLimits.Read(
            [("x", RecordFixture.Json(Potassium.Replace(from, to)), false), ("y", RecordFixture.Json(Glucose), false)],
            (reference, element, _) => faults.Add((reference, element)));

        Assert.Equal([("x", place)], faults);
        Assert.NotNull(limits.Assess(Result("2345-7", "900", "mg/dL"), Adult));
    }

    [Fact]
    public void A_draft_holds_for_nobody() =>
        Assert.Null(Read(Glucose.Replace("\"active\"", "\"draft\"")).Assess(Result("2345-7", "900", "mg/dL"), Adult));

    [Theory]
    [InlineData("10*3/uL", "12", 12)]
    [InlineData("x10^9/L", "12", 12)]
    [InlineData("K/uL", "12", 12)]
    [InlineData("/uL", "12000", 12)]
    [InlineData("10*6/L", "12000", 12)]
    public void Cell_counts_are_compared_however_they_are_written(string unit, string value, int expected) =>
        Assert.Equal(expected, LabUnits.Convert(decimal.Parse(value, null), unit, "10*3/uL", null, null));

    [Fact]
    public void Mass_becomes_substance_only_with_a_molar_mass()
    {
        Assert.Null(LabUnits.Convert(100, "mg/dL", "mmol/L", null, null));
        Assert.Equal(442.0, (double)LabUnits.Convert(5, "mg/dL", "umol/L", 113.12m, null)!.Value, 0.1); // creatinine
        Assert.Equal(2.5, (double)LabUnits.Convert(10.02m, "mg/dL", "mmol/L", 40.078m, null)!.Value, 0.001); // calcium
        Assert.Equal(5.0, (double)LabUnits.Convert(2.5m, "mmol/L", "mEq/L", 40.078m, 2)!.Value, 0.001);
    }

    private static FhirNode Adult => RecordFixture.Json("""{"resourceType":"Patient","birthDate":"1960-01-01"}""");

    private static CriticalLimits Read(params string[] definitions) => CriticalLimits.Read(
        definitions.Select(definition => ("x", RecordFixture.Json(definition), false)), (_, element, reason) => Assert.Fail(element + ": " + reason));

    private static FhirNode Result(
        string code, string value, string unit, string flag = "N", string comparator = "", string issued = "2026-03-02T10:00:00Z") => RecordFixture.Json(
        $$"""
        {"resourceType":"Observation","status":"final","issued":"{{issued}}","code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},
        "interpretation":[{"coding":[{"code":"{{flag}}"}]}],
        "valueQuantity":{ {{(comparator.Length == 0 ? "" : $"\"comparator\":\"{comparator}\",")}} "value":{{value}},"unit":"{{unit}}" } }
        """);
}
