using Tandem.Fhir.FhirPath;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class NavigationTests
{
    [Theory]
    [InlineData("Patient.name.given", "Ada, B, , Addie")]
    [InlineData("DomainResource.id", "p1")]
    [InlineData("name[0].given[1]", "B")]
    [InlineData("name[-1]", "")]
    [InlineData("name[7]", "")]
    [InlineData("Observation.status", "")]
    [InlineData("multipleBirth", "2")]
    [InlineData("multipleBirth.is(integer)", "true")]
    [InlineData("nothing.at.all", "")]
    public void A_path_follows_elements(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Theory]
    [InlineData("value.unit", "mmol/L")]
    [InlineData("value is Quantity", "true")]
    [InlineData("value.ofType(string)", "")]
    [InlineData("component.value.ofType(string)", "none")]
    [InlineData("component.value.count()", "2")]
    [InlineData("(component.value as Quantity).value", "120")]
    [InlineData("effective", "2026-11-20T08:15:00-05:00")]
    [InlineData("effective is dateTime", "true")]
    [InlineData("valueQuantity.value", "6.9")]
    [InlineData("descendants().ofType(Quantity).value", "6.9, 120")]
    public void A_choice_is_found_by_its_stem(string expression, string expected) => Assert.Equal(expected, Gives(expression, Observation));

    [Fact]
    public void A_choice_is_found_where_the_type_is_not_known() =>
        Assert.Equal("3, FHIR", Gives("thing.value | thing.value.type().namespace", Parsed("""{ "thing": { "valuePositiveInt": 3, "valueless": 4, "value": null } }""")));

    [Theory]
    [InlineData("birthDate.extension('http://example.org/time').value.is(dateTime)", "true")]
    [InlineData("birthDate.id", "bd")]
    [InlineData("name[1].given[0].extension.value", "ah")]
    [InlineData("name[1].given.select(hasValue())", "false, true")]
    [InlineData("deceased.extension.value", "asked")]
    [InlineData("deceased.exists()", "true")]
    [InlineData("deceased.hasValue()", "false")]
    [InlineData("deceased is boolean", "true")]
    [InlineData("deceased = true", "false")]
    [InlineData("children().where($this is boolean).count()", "2")]
    public void A_primitive_has_extensions(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Theory]
    [InlineData("type().name", "Patient")]
    [InlineData("name.first().type().name", "HumanName")]
    [InlineData("birthDate.type().namespace", "FHIR")]
    [InlineData("birthDate.getValue().type().namespace", "System")]
    [InlineData("contained.type().name", "Organization")]
    [InlineData("$this is Resource", "true")]
    [InlineData("contained.ofType(DomainResource).id", "org")]
    [InlineData("gender is string", "true")]
    [InlineData("gender.ofType(string)", "")]
    [InlineData("gender is System.String", "false")]
    [InlineData("1 is System.Integer and 1.0 is Decimal and @2026 is Date", "true")]
    public void Items_know_their_types(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Fact]
    public void Evaluation_may_start_at_an_element()
    {
        var name = Patient["name"].First;
        var context = new FhirPathContext(Patient).At(name, "HumanName");
        Assert.Equal("Ada, B", Gives("HumanName.given", context));
        Assert.Equal("p1, Testperson", Gives("%resource.id | %context.family", context));
    }

    [Fact]
    public void A_strict_evaluation_refuses_elements_that_do_not_exist()
    {
        Assert.Equal("HumanName has no element \"givn\".", Fails("name.givn", Patient, strict: true));
        Assert.Equal("Observation has no element \"valueQuantity\".", Fails("valueQuantity", Observation, strict: true));
        Assert.Equal("Period has no element \"unit\".", Fails("value.as(Period).unit", Observation, strict: true));
        Assert.Contains("2 items", Fails("component.value as Quantity", Observation, strict: true), StringComparison.Ordinal);
        Assert.Equal("6.9", Gives("value.value", Observation, strict: true));
    }

    [Fact]
    public void Descendants_do_not_name_the_type() =>
        Assert.DoesNotContain("Organization", Gives("descendants().where($this is string)", Patient), StringComparison.Ordinal);
}
