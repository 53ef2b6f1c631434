using Tandem.Fhir.Search;

namespace Tandem.Tests.Fhir.Search;

public sealed class UcumTests
{
    [Theory]
    [InlineData(5, "mg/L", "g/L", 0.005)]
    [InlineData(90, "mg/dL", "g/L", 0.9)]
    [InlineData(0.95, "g/L", "mg/dL", 95)]
    [InlineData(1, "kg", "[lb_av]", 2.2046226218487757)]
    [InlineData(37, "Cel", "K", 310.15)]
    [InlineData(98.6, "[degF]", "Cel", 37)]
    [InlineData(1, "h", "min", 60)]
    [InlineData(7, "mg", "mg", 7)]
    public void A_number_is_converted_into_a_unit_of_the_same_kind(double value, string from, string to, double expected) =>
        Assert.Equal(expected, Ucum.Convert(value, from, to)!.Value, expected * 1e-12);

    [Theory]
    [InlineData("mg", "mL")]
    [InlineData("mmol/L", "mg/dL")] // an amount of substance is no mass
    [InlineData("mg", "nonsense-unit")]
    [InlineData("{beats}", "mg")]
    public void Units_of_other_kinds_have_no_conversion(string from, string to) => Assert.Null(Ucum.Convert(1, from, to));

    [Fact]
    public void Powers_of_ten_are_exact() => Assert.Equal(0.0054, Ucum.Convert(5.4, "mg", "g"));
}
