using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>The words beside a code against the names that its code system and value set give it (R4 2.24.0.7).</summary>
public sealed class DisplayTests
{
    private const string Wards = """
        {"resourceType":"CodeSystem","url":"urn:wards","version":"2","content":"complete","concept":[
          {"code":"icu","display":"Intensive care","designation":[{"language":"es-MX","value":"Cuidados intensivos"},{"value":"ICU"}]},
          {"code":"er","display":"Emergency room"},{"code":"x"}]}
        """;

    private static string Finds(string coding, string language = "", string element = "code") => new Checked(Checked.Parsed(Wards)).Finds(
        $$"""{"resourceType":"Observation",{{(language.Length == 0 ? "" : $"\"language\":\"{language}\",")}}"status":"final","{{element}}":{"coding":[{{coding}}],"text":"x"}{{(element == "code" ? "" : ",\"code\":{\"text\":\"x\"}")}}}""");

    [Theory]
    [InlineData("""{"system":"urn:wards","code":"icu","display":"Intensive care"}""")]
    [InlineData("""{"system":"urn:wards","code":"icu","display":"intensive  CARE "}""")] // neither case nor blanks count
    [InlineData("""{"system":"urn:wards","code":"icu","display":"ICU"}""")] // a designation
    [InlineData("""{"system":"urn:wards","code":"icu","display":"cuidados intensivos"}""")] // in whatever language
    [InlineData("""{"system":"urn:wards","code":"icu"}""")]
    [InlineData("""{"system":"urn:wards","code":"x","display":"Anything"}""")] // a code without names
    [InlineData("""{"system":"urn:elsewhere","code":"icu","display":"Anything"}""")]
    [InlineData("""{"system":"urn:wards","version":"1","code":"icu","display":"Intensive therapy"}""")] // another version may call it so
    [InlineData("""{"code":"icu","display":"Anything"}""")]
    public void A_display_that_is_a_name_of_the_code_or_cannot_be_judged_is_let_be(string coding) => Assert.Equal("", Finds(coding));

    [Theory]
    [InlineData("""{"system":"urn:wards","code":"icu","display":"Kitchen"}""")]
    [InlineData("""{"system":"urn:wards","version":"2","code":"icu","display":"Kitchen"}""")]
    [InlineData("""{"system":"urn:wards","code":"icu","display":"Emergency room"}""")] // the name of another code
    [InlineData("""{"system":"urn:wards","code":"icu","display":""}""", "error")]
    public void A_display_that_says_something_else_is_a_warning(string coding, string also = "")
    {
        var finds = Finds(coding);

        if (also.Length == 0)
            Assert.Equal("warning invalid Observation.code.coding[0].display", finds);
        else
            Assert.StartsWith(also, finds);
    }

    [Fact]
    public void In_a_language_that_has_no_names_here_nothing_is_said_and_the_right_name_is_told_in_the_language_of_the_resource()
    {
        Assert.Equal("", Finds("""{"system":"urn:wards","code":"er","display":"Urgencias"}""", "es"));
        Assert.Equal("", Finds("""{"system":"urn:wards","code":"icu","display":"Cuidados intensivos"}""", "es"));
        Assert.Equal("", Finds("""{"system":"urn:wards","code":"icu","display":"Intensive care"}""", "es-ES")); // any language will do
        Assert.NotEqual("", Finds("""{"system":"urn:wards","code":"icu","display":"Cocina"}""", "es"));
        Assert.NotEqual("", Finds("""{"system":"urn:wards","code":"er","display":"Urgencias"}""", "en-US"));
        var says = new Checked(Checked.Parsed(Wards)).Says("""{"resourceType":"Patient","language":"es","meta":{"tag":[{"system":"urn:wards","code":"icu","display":"Cocina"}]}}""");
        Assert.Equal("The code system calls this code \"Cuidados intensivos\"; the display says something else.", says);
    }

    [Fact] // R4 4.9.8 ValueSet.compose.include.concept.display, by way of a value set that takes another in
    public void The_words_of_the_value_set_that_an_element_is_bound_to_hold_too()
    {
        const string category = "http://hl7.org/fhir/ValueSet/condition-clinical";
        const string clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
        var sets = new[]
        {
            Checked.Parsed($$"""{"resourceType":"ValueSet","url":"{{category}}","status":"active","compose":{"include":[{"valueSet":["urn:ours"]}]} }"""),
            Checked.Parsed($$"""{"resourceType":"ValueSet","url":"urn:ours","status":"active","compose":{"include":[{"system":"{{clinical}}","concept":[{"code":"active","display":"Still ill","designation":[{"language":"es","value":"Sigue enferma"}]}]}]} }"""),
        };
        string Condition(string display) =>
            $$"""{"resourceType":"Condition","subject":{"reference":"Patient/p"},"clinicalStatus":{"coding":[{"system":"{{clinical}}","code":"active","display":"{{display}}"}]} }""";

        Assert.Equal("", new Checked(sets).Finds(Condition("Active")));
        Assert.Equal("", new Checked(sets).Finds(Condition("still ill")));
        Assert.Equal("", new Checked(sets).Finds(Condition("Sigue enferma")));
        Assert.Equal("warning invalid Condition.clinicalStatus.coding[0].display", new Checked(sets).Finds(Condition("Resting")));
        Assert.Equal("warning invalid Condition.clinicalStatus.coding[0].display", new Checked().Finds(Condition("Still ill")));
    }

    [Theory] // R4 4.8.10 CodeSystem.caseSensitive
    [InlineData("ICU", "The code system writes this code icu; it is the same whatever the case of its letters, but better written so.")]
    [InlineData("icu", "")]
    public void A_code_in_another_case_is_noted_where_case_does_not_count(string code, string says)
    {
        var check = new Checked(Checked.Parsed(Wards.Replace("\"version\"", "\"caseSensitive\":false,\"version\"")));
        var issues = check.Validator.Validate(Checked.Parsed($$"""{"resourceType":"Basic","code":{"coding":[{"system":"urn:wards","code":"{{code}}","display":"Intensive care"}]} }"""));

        Assert.Equal(says, string.Join('\n', issues.Where(issue => issue.Expression.EndsWith(".code", StringComparison.Ordinal) && issue.Expression.Contains("coding", StringComparison.Ordinal)).Select(issue => issue.Text)));
    }

    [Fact]
    public void A_contained_resource_has_a_language_of_its_own()
    {
        var finds = new Checked(Checked.Parsed(Wards)).Finds("""
            {"resourceType":"Observation","language":"es","status":"final","code":{"coding":[{"system":"urn:wards","code":"er","display":"Urgencias"}]},"subject":{"reference":"#p"},
             "contained":[{"resourceType":"Device","id":"p","language":"en","type":{"coding":[{"system":"urn:wards","code":"er","display":"Urgencias"}]}}]}
            """);

        Assert.Equal("warning invalid Observation.contained[0].type.coding[0].display", finds);
    }
}
