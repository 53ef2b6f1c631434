using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class SearchParameterTests
{
    [Fact]
    public void Every_expression_of_a_search_parameter_compiles()
    {
        var expressions = R4.AllSearchParameters
            .SelectMany(parameter => parameter.Components.Select(part => part.Expression).Append(parameter.Expression))
            .Where(expression => expression.Length > 0)
            .Distinct()
            .ToArray();
        Assert.True(expressions.Length > 800, $"Only {expressions.Length} expressions were found.");
        var faults = expressions.Where(expression => FhirPathExpression.Compile(expression, out _) is null);
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("Patient", "given", "Ada, B, , Addie")]
    [InlineData("Patient", "birthdate", "1980-02-29")]
    [InlineData("Patient", "gender", "female")]
    public void An_expression_gives_what_is_indexed(string type, string code, string expected)
    {
        Assert.True(R4.TryFindSearchParameter(type, code, out var parameter));
        Assert.Equal(expected, Gives(parameter.Expression, Patient));
    }

    [Fact]
    public void A_date_parameter_reads_every_form_of_the_choice()
    {
        Assert.True(R4.TryFindSearchParameter("Observation", "combo-value-quantity", out var quantities));
        Assert.Equal(2, FhirPathExpression.Compile(quantities.Expression).Evaluate(new FhirPathContext(Observation)).Count);
        Assert.True(R4.TryFindSearchParameter("Observation", "date", out var date));
        Assert.Equal("2026-11-20T08:15:00-05:00", Gives(date.Expression, Observation));
    }
}
