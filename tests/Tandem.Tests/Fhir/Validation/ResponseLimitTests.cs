using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>What an item of a questionnaire asks of its answers by extensions of R4 and SDC. Extensions are written <c>name type value</c>, each on its own line.</summary>
public sealed class ResponseLimitTests
{
    private const string Broken = "error value QuestionnaireResponse.item[0].answer[0].value";
    private const string Kilometre = """{"value":2,"system":"http://unitsofmeasure.org","code":"km"}""";
    private const string Metre = """{"system":"http://unitsofmeasure.org","code":"m"}""";

    private static IReadOnlyList<FhirIssue> Issues(string item, string answers, string status, params IEnumerable<FhirNode> definitions) => new Checked(definitions).Validator.Validate(
        Checked.Parsed($$"""{"resourceType":"QuestionnaireResponse","status":"{{status}}","contained":[{"resourceType":"Patient","id":"p","gender":"female"}],"item":[{"linkId":"1"{{(answers.Length > 0 ? $",\"answer\":[{answers}]" : "")}} }]}"""),
        new()
        {
            Questionnaire = Checked.Parsed($$"""
                {"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1",{{item}} }],
                 "contained":[{"resourceType":"ValueSet","id":"lengths","status":"active","compose":{"include":[{"system":"http://unitsofmeasure.org","concept":[{"code":"m"}]}]} }]}
                """),
            Resolve = reference => reference == "Patient/1" ? Checked.Parsed("""{"resourceType":"Patient","id":"1"}""") : default,
        });

    private static string Item(string type, string extensions) => $"\"type\":\"{type}\",\"repeats\":true,\"extension\":[{string.Join(',', extensions.Split('\n').Select(Extension))}]";

    private static string Extension(string line)
    {
        var parts = line.Split(' ', 3);
        var url = parts[0].StartsWith("sdc-", StringComparison.Ordinal) ? "http://hl7.org/fhir/uv/sdc/StructureDefinition/" : "http://hl7.org/fhir/StructureDefinition/";
        return $"{{\"url\":\"{url}{parts[0]}\",\"{parts[1]}\":{parts[2]}}}";
    }

    private static string Told(IEnumerable<FhirIssue> issues) => string.Join('\n', issues
        .Where(issue => issue.Severity != IssueSeverity.Information && issue.Expression.Contains("item", StringComparison.Ordinal))
        .Select(issue => $"{issue.Severity.ToString().ToLowerInvariant()} {issue.Code} {issue.Expression}"));

    private static string Finds(string type, string extensions, string answers, params IEnumerable<FhirNode> definitions) => Told(Issues(Item(type, extensions), answers, "completed", definitions));

    [Theory]
    [InlineData("integer", "minValue valueInteger 5", """{"valueInteger":5}""", "")]
    [InlineData("integer", "minValue valueInteger 5", """{"valueInteger":4}""", Broken)]
    [InlineData("integer", "maxValue valueInteger 5", """{"valueInteger":5}""", "")]
    [InlineData("integer", "maxValue valueInteger 5", """{"valueInteger":6}""", Broken)]
    [InlineData("decimal", "maxValue valueDecimal 1.5", """{"valueDecimal":1.50}""", "")]
    [InlineData("decimal", "maxValue valueDecimal 1.5", """{"valueDecimal":1.51}""", Broken)]
    [InlineData("decimal", "minValue valueInteger 2", """{"valueDecimal":1.9}""", Broken)]
    [InlineData("date", "minValue valueDate \"2020\"", """{"valueDate":"2020"}""", "")]
    [InlineData("date", "minValue valueDate \"2020\"", """{"valueDate":"2020-01-01"}""", "")]
    [InlineData("date", "minValue valueDate \"2020\"", """{"valueDate":"2019-12"}""", Broken)]
    [InlineData("date", "maxValue valueDate \"2020\"", """{"valueDate":"2021"}""", Broken)]
    [InlineData("dateTime", "maxValue valueDateTime \"2020-06\"", """{"valueDateTime":"2020-06"}""", "")]
    [InlineData("dateTime", "maxValue valueDateTime \"2020-06\"", """{"valueDateTime":"2020"}""", "")]
    [InlineData("dateTime", "maxValue valueDateTime \"2020-06\"", """{"valueDateTime":"2020-06-30"}""", Broken)]
    [InlineData("dateTime", "maxValue valueDateTime \"2020-06-30T10:00:00Z\"", """{"valueDateTime":"2020-06-30T12:00:00+02:00"}""", "")]
    [InlineData("dateTime", "maxValue valueDateTime \"2020-06-30T10:00:00Z\"", """{"valueDateTime":"2020-06-30T12:00:01+02:00"}""", Broken)]
    [InlineData("time", "minValue valueTime \"08:00:00\"", """{"valueTime":"08:00:00"}""", "")]
    [InlineData("time", "minValue valueTime \"08:00:00\"", """{"valueTime":"07:59:59"}""", Broken)]
    [InlineData("date", "minValue valueTime \"08:00:00\"", """{"valueDate":"2020"}""", "")]
    public void An_answer_lies_between_the_least_and_the_most(string type, string extensions, string answer, string finds) => Assert.Equal(finds, Finds(type, extensions, answer));

    [Theory]
    [InlineData("decimal", "maxDecimalPlaces valueInteger 2", """{"valueDecimal":-5.12}""", "")]
    [InlineData("decimal", "maxDecimalPlaces valueInteger 2", """{"valueDecimal":-5.120}""", Broken)]
    [InlineData("string", "minLength valueInteger 3", """{"valueString":"abc"}""", "")]
    [InlineData("string", "minLength valueInteger 3", """{"valueString":"ab"}""", Broken)]
    [InlineData("string", "regex valueString \"[a-z]+@[a-z]+\"", """{"valueString":"a@b"}""", "")]
    [InlineData("string", "regex valueString \"[a-z]+@[a-z]+\"", """{"valueString":"a@b.c"}""", Broken)]
    [InlineData("integer", "regex valueString \"[0-9]{4}\"", """{"valueInteger":1234}""", "")]
    [InlineData("integer", "regex valueString \"[0-9]{4}\"", """{"valueInteger":12345}""", Broken)]
    [InlineData("string", "regex valueString \"(?!no).*\"", """{"valueString":"not"}""", Broken)]
    public void An_answer_has_the_form_that_is_asked_for(string type, string extensions, string answer, string finds) => Assert.Equal(finds, Finds(type, extensions, answer));

    [Theory]
    [InlineData("[")]
    [InlineData("(?=(a+)+$)b|(a+)+$")]
    public void A_pattern_that_cannot_be_used_is_told_once_by_its_text(string pattern)
    {
        var text = new string('a', 5_000) + "!";

        var issue = Assert.Single(Issues(Item("string", $"regex valueString \"{pattern}\""), $"{{\"valueString\":\"{text}\"}},{{\"valueString\":\"{text}\"}}", "completed"), issue => issue.Expression.Contains("item", StringComparison.Ordinal));

        Assert.Equal(IssueSeverity.Warning, issue.Severity);
        Assert.Contains(pattern, issue.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"value\":2,\"system\":\"http://unitsofmeasure.org\",\"code\":\"km\"}", "")]
    [InlineData("{\"value\":2000,\"system\":\"http://unitsofmeasure.org\",\"code\":\"m\"}", "")]
    [InlineData("{\"value\":1999,\"system\":\"http://unitsofmeasure.org\",\"code\":\"m\"}", Broken)]
    [InlineData("{\"value\":3,\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"}", Broken)]
    [InlineData("{\"value\":3,\"unit\":\"km\"}", Broken)]
    [InlineData("{\"value\":3,\"system\":\"http://unitsofmeasure.org\",\"code\":\"own-unit\"}", "warning not-supported QuestionnaireResponse.item[0].answer[0].value")]
    [InlineData("{\"unit\":\"km\"}", "")]
    public void A_quantity_is_no_less_than_the_least_whatever_its_unit(string quantity, string finds) =>
        Assert.Equal(finds, Finds("quantity", "sdc-questionnaire-minQuantity valueQuantity " + Kilometre, $"{{\"valueQuantity\":{quantity}}}"));

    [Theory]
    [InlineData("{\"value\":2000,\"system\":\"http://unitsofmeasure.org\",\"code\":\"m\"}", "")]
    [InlineData("{\"value\":2001,\"system\":\"http://unitsofmeasure.org\",\"code\":\"m\"}", Broken)]
    public void A_quantity_is_no_more_than_the_most_whatever_its_unit(string quantity, string finds) =>
        Assert.Equal(finds, Finds("quantity", "sdc-questionnaire-maxQuantity valueQuantity " + Kilometre, $"{{\"valueQuantity\":{quantity}}}"));

    [Fact]
    public void Quantities_without_any_unit_compare_as_numbers()
    {
        const string Most = "sdc-questionnaire-maxQuantity valueQuantity {\"value\":2}";

        Assert.Equal("", Finds("quantity", Most, """{"valueQuantity":{"value":2}}"""));
        Assert.Equal(Broken, Finds("quantity", Most, """{"valueQuantity":{"value":3}}"""));
    }

    [Theory]
    [InlineData("questionnaire-unitOption valueCoding " + Metre, "m", "")]
    [InlineData("questionnaire-unitOption valueCoding " + Metre, "km", "error code-invalid QuestionnaireResponse.item[0].answer[0].value")]
    [InlineData("questionnaire-unitOption valueCoding " + Metre + "\nsdc-questionnaire-unitOpen valueCode \"optionsOrType\"", "km", "")]
    [InlineData("questionnaire-unitValueSet valueCanonical \"#lengths\"", "m", "")]
    [InlineData("questionnaire-unitValueSet valueCanonical \"#lengths\"", "km", "error code-invalid QuestionnaireResponse.item[0].answer[0].value")]
    [InlineData("questionnaire-unitValueSet valueCanonical \"http://example.org/not-here\"", "km", "")]
    public void A_unit_is_one_of_those_the_questionnaire_takes(string extensions, string unit, string finds) =>
        Assert.Equal(finds, Finds("quantity", extensions, $$$"""{"valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"{{{unit}}}"}}"""));

    [Theory]
    [InlineData("mimeType valueCode \"image/gif\"", """{"contentType":"image/GIF"}""", "")]
    [InlineData("mimeType valueCode \"text/plain\"", """{"contentType":"text/plain; charset=utf-8"}""", "")]
    [InlineData("mimeType valueCode \"image/*\"", """{"contentType":"image/png"}""", "")]
    [InlineData("mimeType valueCode \"image/gif\"\nmimeType valueCode \"image/png\"", """{"contentType":"image/png"}""", "")]
    [InlineData("mimeType valueCode \"image/gif\"", """{"contentType":"image/png"}""", Broken)]
    [InlineData("maxSize valueDecimal 3", """{"contentType":"text/plain","data":"YWJj","size":3}""", "")]
    [InlineData("maxSize valueDecimal 3", """{"contentType":"text/plain","data":"YWJjZA=="}""", Broken)]
    [InlineData("maxSize valueDecimal 3", """{"contentType":"text/plain","url":"http://example.org/a","size":4}""", Broken)]
    [InlineData("maxSize valueDecimal 9", """{"contentType":"text/plain","data":"YWJj","size":4}""", "error value QuestionnaireResponse.item[0].answer[0].value.size")]
    public void An_attachment_is_of_the_type_and_size_that_the_questionnaire_takes(string extensions, string attachment, string finds) =>
        Assert.Equal(finds, Finds("attachment", extensions, $"{{\"valueAttachment\":{attachment}}}"));

    [Theory]
    [InlineData("Patient/1", "")]
    [InlineData("http://example.org/fhir/Patient/1/_history/2", "")]
    [InlineData("urn:uuid:00000000-0000-4000-8000-000000000001", "")]
    [InlineData("http://example.org/page", "")]
    [InlineData("Chair/1", Broken)]
    [InlineData("http://example.org/fhir/Chair/1", Broken)]
    [InlineData("http ://example.org/fhir/Patient/1", Broken)]
    public void A_reference_is_the_address_of_a_resource(string address, string finds) =>
        Assert.Equal(finds, Finds("reference", "entryFormat valueString \"a resource\"", $"{{\"valueReference\":{{\"reference\":\"{address}\"}}}}"));

    [Theory]
    [InlineData("questionnaire-referenceResource valueCode \"Patient\"\nquestionnaire-referenceResource valueCode \"Group\"", "Group/1", "")]
    [InlineData("questionnaire-referenceResource valueCode \"Patient\"\nquestionnaire-referenceResource valueCode \"Group\"", "Location/1", Broken)]
    [InlineData("questionnaire-referenceProfile valueCanonical \"http://example.org/Named\"", "Location/1", Broken)]
    [InlineData("questionnaire-referenceProfile valueCanonical \"http://example.org/Named\"", "Patient/1", Broken)]
    [InlineData("questionnaire-referenceProfile valueCanonical \"http://example.org/Named\"", "Patient/2", "")]
    [InlineData("questionnaire-referenceProfile valueCanonical \"http://example.org/Gendered\"", "Patient/1", Broken)]
    [InlineData("questionnaire-referenceProfile valueCanonical \"http://example.org/Gendered\"", "#p", "")]
    public void A_reference_points_to_what_the_questionnaire_takes(string extensions, string address, string finds) => Assert.Equal(finds, Finds(
        "reference",
        extensions,
        $"{{\"valueReference\":{{\"reference\":\"{address}\"}}}}",
        Checked.Profile("Named", "Patient", """{"id":"Patient.name","path":"Patient.name","min":1}"""),
        Checked.Profile("Gendered", "Patient", """{"id":"Patient.gender","path":"Patient.gender","min":1}""")));

    [Theory]
    [InlineData("questionnaire-maxOccurs valueInteger 2", """{"valueString":"a"},{"valueString":"b"}""", "completed", "")]
    [InlineData("questionnaire-maxOccurs valueInteger 2", """{"valueString":"a"},{"valueString":"b"},{"valueString":"c"}""", "in-progress", "error structure QuestionnaireResponse.item[0]")]
    [InlineData("questionnaire-minOccurs valueInteger 2", """{"valueString":"a"},{"valueString":"b"}""", "completed", "")]
    [InlineData("questionnaire-minOccurs valueInteger 2", """{"valueString":"a"}""", "completed", "error required QuestionnaireResponse.item[0]")]
    [InlineData("questionnaire-minOccurs valueInteger 2", """{"valueString":"a"}""", "in-progress", "")]
    [InlineData("questionnaire-minOccurs valueInteger 2", "", "completed", "error required QuestionnaireResponse.item[0]")]
    public void There_are_as_many_answers_as_the_questionnaire_asks_for(string extensions, string answers, string status, string finds) =>
        Assert.Equal(finds, Told(Issues(Item("string", extensions), answers, status)));

    [Fact]
    public void A_required_answer_that_is_missing_is_told_once() => Assert.Equal(
        "error required QuestionnaireResponse.item[0]", Told(Issues("\"required\":true," + Item("string", "questionnaire-minOccurs valueInteger 2"), "", "completed")));

    [Theory]
    [InlineData("questionnaire-maxOccurs valueInteger 1", "error structure QuestionnaireResponse.item[1]")]
    [InlineData("questionnaire-minOccurs valueInteger 3", "error required QuestionnaireResponse.item[1]")]
    [InlineData("questionnaire-maxOccurs valueInteger 2\nquestionnaire-minOccurs valueInteger 2", "")]
    public void A_group_stands_as_often_as_the_questionnaire_asks_for(string extensions, string finds) => Assert.Equal(finds, new Checked().Finds(
        Checked.Parsed("""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"1","text":"a"},{"linkId":"1","text":"b"}]}"""),
        new() { Questionnaire = Checked.Parsed($$"""{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1",{{Item("group", extensions)}} }]}""") }));

    [Theory]
    [InlineData("""{"valueString":"none"}""", "")]
    [InlineData("""{"valueString":"a"},{"valueString":"b"}""", "")]
    [InlineData("""{"valueString":"a"},{"valueString":"none"}""", "error invariant QuestionnaireResponse.item[0].answer[1].value")]
    public void An_exclusive_option_stands_alone(string answers, string finds)
    {
        var options = $$"""{"valueString":"a"},{"valueString":"b"},{"valueString":"none","extension":[{{Extension("questionnaire-optionExclusive valueBoolean true")}}]}""";

        Assert.Equal(finds, Told(Issues($"\"type\":\"string\",\"repeats\":true,\"answerOption\":[{options}]", answers, "completed")));
    }

    [Theory]
    [InlineData("string", "m", "")]
    [InlineData("string", "metre", "error code-invalid QuestionnaireResponse.item[0].answer[0].value")]
    [InlineData("open-choice", "metre", "")]
    public void A_text_is_a_code_of_the_value_set_unless_the_choice_is_open(string type, string text, string finds) =>
        Assert.Equal(finds, Told(Issues($"\"type\":\"{type}\",\"answerValueSet\":\"#lengths\"", $"{{\"valueString\":\"{text}\"}}", "completed")));

    [Fact]
    public void An_item_of_the_abstract_type_question_has_no_answers() =>
        Assert.Equal("error structure QuestionnaireResponse.item[0].answer[0]", Told(Issues("\"type\":\"question\"", """{"valueString":"a"}""", "completed")));
}
