using Tandem.Care.Patients;
using static Tandem.Tests.Care.Patients.PatientSamples;

namespace Tandem.Tests.Care.Patients;

/// <summary>What Observations say as results.</summary>
public sealed class ResultReadingTests
{
    [Fact]
    public void A_value_keeps_its_digits_and_its_range()
    {
        var row = Only(AResult(5.0, Noon));

        Assert.Equal(("5.0", 5.0, "mmol/L", 3.5, 5.1, "3.5-5.1"), (row.Value, row.Number, row.UnitText, row.Low, row.High, row.Range));
    }

    [Theory]
    [InlineData(6.8, "", "H")]
    [InlineData(2.1, "", "L")]
    [InlineData(4.4, "", "N")]
    [InlineData(6.8, "HH", "HH")]
    [InlineData(6.8, "N", "N")]
    public void The_laboratorys_flag_counts_and_else_its_range(double value, string stated, string flag) =>
        Assert.Equal(flag, Only(AResult(value, Noon, flag: stated)).Flag);

    [Fact]
    public void A_range_in_another_unit_says_nothing_of_the_value()
    {
        var row = Only(AResult(120, Noon, unit: "mg/dL"));

        Assert.Equal((null, null, null), (row.Low, row.High, row.Flag));
        Assert.Equal("3.5-5.1", row.Range);
    }

    [Fact]
    public void A_value_known_only_as_below_is_not_drawn()
    {
        var row = Only("""{"resourceType":"Observation","status":"final","code":{"text":"Troponin"},"valueQuantity":{"value":3,"comparator":"<","unit":"ng/L"}}""");

        Assert.Equal(("<3", null), (row.Value, row.Number));
    }

    [Fact]
    public void Codes_of_different_systems_never_meet()
    {
        var one = Only("""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:a","code":"K"}]},"valueInteger":1}""").Code;
        var other = Only("""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:b","code":"K"}]},"valueInteger":1}""").Code;

        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Each_component_is_a_result_of_its_own()
    {
        var rows = ResultReading.Read(Version("Observation", "bp", """
            {"resourceType":"Observation","status":"final","code":{"text":"Blood pressure"},"component":[
            {"code":{"text":"Systolic"},"valueQuantity":{"value":142,"unit":"mmHg"}},{"code":{"text":"Diastolic"},"valueQuantity":{"value":88,"unit":"mmHg"}}]}
            """));

        Assert.Equal([("Systolic", "142", "bp#1"), ("Diastolic", "88", "bp#2")], rows.Select(row => (row.Name, row.Value!, row.Id)));
    }

    [Fact]
    public void A_cancelled_result_without_a_value_is_still_told()
    {
        var row = Only("""{"resourceType":"Observation","status":"cancelled","code":{"text":"Potassium"},"dataAbsentReason":{"text":"Not Performed"}}""");

        Assert.Equal((null, "Not Performed", false), (row.Value, row.Absent, row.Stands));
    }

    [Theory]
    [InlineData("\"valueString\":\"turbid\"", "turbid")]
    [InlineData("\"valueCodeableConcept\":{\"coding\":[{\"code\":\"260373001\",\"display\":\"Detected\"}]}", "Detected")]
    [InlineData("\"valueBoolean\":true", "true")]
    [InlineData("\"valueRatio\":{\"numerator\":{\"value\":1},\"denominator\":{\"value\":40}}", "1 : 40")]
    [InlineData("\"valueRange\":{\"low\":{\"value\":2},\"high\":{\"value\":5}}", "2–5")]
    public void Values_of_every_kind_have_words(string value, string words) =>
        Assert.Equal(words, Only($$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},{{value}}}""").Value);

    [Fact]
    public void A_drawing_keeps_time_true_and_marks_what_is_outside()
    {
        var rows = new[] { (0, 4.0), (1, 4.2), (10, 6.9) }.Select(v => Only(AResult(v.Item2, Noon.AddDays(v.Item1)))).ToList();

        var drawing = SeriesDrawing.Of(rows)!;

        Assert.Equal(["circle", "circle", "up"], drawing.Points.Select(point => point.Shape));
        Assert.Equal(9, (drawing.Points[2].X - drawing.Points[1].X) / (drawing.Points[1].X - drawing.Points[0].X), 3);
        Assert.Null(SeriesDrawing.Of(rows[..1]));
    }

    private static ResultRow Only(string json) => Assert.Single(ResultReading.Read(Version("Observation", "x", json)));
}
