using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("true and {}", "")]
    [InlineData("false and {}", "false")]
    [InlineData("{} and false", "false")]
    [InlineData("true or {}", "true")]
    [InlineData("{} or {}", "")]
    [InlineData("true xor {}", "")]
    [InlineData("{} implies true", "true")]
    [InlineData("{} implies false", "")]
    [InlineData("true and true and {} and false", "false")]
    [InlineData("name.first() and true", "true")]
    public void Logic_knows_a_third_value(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Theory]
    [InlineData("(1 | 2) = (2 | 1)", "false")]
    [InlineData("(1 | 2) ~ (2 | 1)", "true")]
    [InlineData("1 = 1.0", "true")]
    [InlineData("'A' = 'a'", "false")]
    [InlineData("'A\t b' ~ 'a\n B'", "true")]
    [InlineData("'a  b' ~ 'a b'", "false")]
    [InlineData("' ab' ~ 'ab'", "false")]
    [InlineData("1 = '1'", "false")]
    [InlineData("1.23 ~ 1.2", "true")]
    [InlineData("name.first() = name.last()", "false")]
    [InlineData("name = name", "true")]
    [InlineData("name.given.first() = 'Ada'", "true")]
    [InlineData("birthDate = '1980-02-29'", "true")]
    [InlineData("birthDate = 'soon'", "false")]
    [InlineData("{} = 1", "")]
    [InlineData("gender in ('male' | 'female')", "true")]
    [InlineData("name.given contains 'B'", "true")]
    [InlineData("{} in name", "")]
    public void Equality_and_membership(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Fact]
    public void Objects_are_equal_whatever_the_order_of_their_properties()
    {
        var pair = Parsed("""{ "a": { "x": 1, "y": [1.0, "é"] }, "b": { "y": [1, "\u00e9"], "x": 1 }, "c": { "y": ["é", 1], "x": 1 } }""");
        Assert.Equal("true", Gives("a = b", pair));
        Assert.Equal("false", Gives("a = c", pair));
        Assert.Equal("true", Gives("a ~ c", pair));
        Assert.Equal("2", Gives("(a | b | c).count()", pair));
    }

    [Theory]
    [InlineData("7 div 2", "3")]
    [InlineData("7 mod 2", "1")]
    [InlineData("-7 mod 2", "-1")]
    [InlineData("3000000000.0 div 1", "")]
    [InlineData("1 / 4", "0.25")]
    [InlineData("1 / 0", "")]
    [InlineData("2147483647 + 1", "")]
    [InlineData("79228162514264337593543950335.0 * 10", "")]
    [InlineData("'a' + 'b' & {} & 'c'", "abc")]
    [InlineData("'a' + {}", "")]
    [InlineData("multipleBirth * 3", "6")]
    public void Arithmetic(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Theory]
    [InlineData("1 + 'a'", "The operator + is not defined between Integer and String.")]
    [InlineData("1 < 'a'", "A value of type Integer cannot be compared with one of type String.")]
    [InlineData("name < 1", "There are 2 items where at most one is allowed.")]
    [InlineData("-'a'", "A value of type String has no sign.")]
    [InlineData("%unset", "The variable %unset is not set.")]
    [InlineData("name.given.first().abs()", "abs() works on a number, not on a value of type String.")]
    public void What_has_no_answer_is_an_error_in_a_sentence(string expression, string reason) => Assert.Equal(reason, Fails(expression, Patient));

    [Theory]
    [InlineData("6.9 'mmol/L' > 6000 'umol/L'", "true")]
    [InlineData("1 'g/L' = 100 'mg/dL'", "true")]
    [InlineData("2 '1' > 1.5", "true")]
    [InlineData("120 'mm[Hg]' > 15 'kPa'", "true")]
    [InlineData("38.0 'Cel' = 100.4 '[degF]'", "true")]
    [InlineData("180 '[lb_av]' > 81 'kg'", "true")]
    [InlineData("1 'mmol/L' > 1 'mg/dL'", "")]
    [InlineData("1 'mmol/L' = 1 'mg/dL'", "")]
    [InlineData("1 'mmol/L' ~ 1 'mg/dL'", "false")]
    [InlineData("1 '[IU]/mL' = 1000 '[IU]/L'", "true")]
    [InlineData("1 '10*9/L' = 1000000 '/mL'", "true")]
    [InlineData("5 'mg{total}/d' = 5 'mg/d'", "true")]
    [InlineData("1 year = 12 months", "true")]
    [InlineData("1 year = 1 'a'", "")]
    [InlineData("1 year ~ 1 'a'", "true")]
    [InlineData("2 weeks = 14 'd'", "true")]
    [InlineData("1 year = 365 days", "true")]
    [InlineData("1 month = 30 days", "true")]
    [InlineData("1 'a' > 1 day", "")]
    [InlineData("1 year > 1 'd'", "")]
    [InlineData("2 'mg' + 3 'g'", "3002 'mg'")]
    [InlineData("3 'm' + 3 'cm'", "303 'cm'")]
    [InlineData("3 'm' - 3 'cm'", "297 'cm'")]
    [InlineData("3 'cm' - 3 'm'", "-297 'cm'")]
    [InlineData("7 'd' + 12 'h'", "180 'h'")]
    [InlineData("1 year + 6 months", "18 months")]
    [InlineData("1 year + 1 'd'", "")]
    [InlineData("1 'Cel' + 1 'Cel'", "2 'Cel'")]
    [InlineData("1 'Cel' + 1 'K'", "")]
    [InlineData("3 'mg' * 2", "6 'mg'")]
    [InlineData("(6 'mg' / 2 'mL') = 3 'g/L'", "true")]
    [InlineData("6 'mg' / 2 'mg'", "3 '1'")]
    [InlineData("(6 'm' / 2 'm/s') = 3 's'", "true")]
    [InlineData("1 'nonsense' = 1 'nonsense'", "true")]
    [InlineData("1 'nonsense' < 1 'mg'", "")]
    public void Quantities_are_compared_across_units(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("value > 6.0 'mmol/L'", "true")]
    [InlineData("value >= 6900 'umol/L'", "true")]
    [InlineData("component.value.ofType(Quantity) < 16 'kPa'", "true")]
    public void Quantities_of_the_record_are_compared_too(string expression, string expected) => Assert.Equal(expected, Gives(expression, Observation));

    [Theory] // FHIR R4 2.9.1.5: a UCUM code of time is the calendar's where it meets the calendar
    [InlineData("value = 2 years", "true")]
    [InlineData("value = 2 'a'", "true")]
    [InlineData("value > 23 months", "true")]
    [InlineData("@2020-01-01 + value", "2022-01-01")]
    [InlineData("value + 6 months", "30 months")]
    [InlineData("value + 1 'a'", "3 'a'")]
    public void A_duration_of_the_record_is_one_of_the_calendar(string expression, string expected) =>
        Assert.Equal(expected, Gives(expression, Parsed("""{ "resourceType": "Observation", "valueQuantity": { "value": 2, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a" } }""")));

    [Theory]
    [InlineData("1 'm/U24' = 1 'm'", "")]
    [InlineData("1 'U16' = 2 'U16'", "false")]
    [InlineData("1 'U24' = 1 'U23.U'", "")]
    public void A_unit_too_small_for_its_digits_is_one_that_is_not_known(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory] // by = in small sets, and no otherwise in large ones (FHIRPath 2.0, 5.3.8)
    [InlineData("1 '1'")]
    [InlineData("1L")]
    [InlineData("1.0")]
    [InlineData("0.8 'kg'")]
    [InlineData("800 'g'")]
    [InlineData("800000.0 'mg'")]
    [InlineData("60 minutes")]
    [InlineData("1 'h'")]
    [InlineData("0 'g'")]
    [InlineData("98.6 '[degF]'")]
    public void A_large_set_has_no_duplicates_either(string again) => Assert.Equal(
        "13", Gives($"(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 800.00 'g' | 1 hour | 0.0 'kg' | 37 'Cel' | {again}).count()"));

    [Theory] // name[1].given[0] and deceased have only extensions
    [InlineData("name[1].given[0] + 'c'", "")]
    [InlineData("name[1].given[0] & 'c'", "c")]
    [InlineData("name[1].given[0] > 'a'", "")]
    [InlineData("name[1].given[0].upper()", "")]
    [InlineData("name[1].given[0].matches('a')", "")]
    [InlineData("'a'.startsWith(name[1].given[0])", "")]
    [InlineData("name[1].given.join(',')", "Addie")]
    [InlineData("name.given.sort().skip(1)", "Ada, Addie, B")]
    public void What_has_no_value_counts_as_nothing(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Fact]
    public void A_date_or_quantity_without_a_value_counts_as_nothing()
    {
        var observation = Parsed("""{ "resourceType": "Observation", "_effectiveDateTime": { "id": "e" }, "valueQuantity": { "_value": { "id": "v" }, "unit": "mg" } }""");
        Assert.Equal("", Gives("effective > @2000", observation));
        Assert.Equal("", Gives("effective + 1 day", observation));
        Assert.Equal("", Gives("value > 1 'mg'", observation));
        Assert.Equal("", Gives("value * 2", observation));
    }

    [Fact]
    public void A_quantity_with_a_comparator_is_no_definite_value() =>
        Assert.Contains("cannot be compared", Fails("value > 5 'mg'", Parsed("""{ "resourceType": "Observation", "valueQuantity": { "value": 5, "comparator": "<", "unit": "mg" } }""")), StringComparison.Ordinal);
}
