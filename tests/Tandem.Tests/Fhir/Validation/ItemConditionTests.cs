using Tandem.Tests.Support;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Which items of a questionnaire are enabled: by the nearest question (R4 Questionnaire.item.enableWhen) and by expressions (SDC 3.0).</summary>
public sealed class ItemConditionTests
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";
    private const string Closed = "error invariant QuestionnaireResponse.item[1]";

    private static string Finds(string questionnaire, string items) => new Checked().Finds(
        Checked.Parsed($$"""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{{items}}]}"""),
        new() { Questionnaire = Checked.Parsed($$"""{"resourceType":"Questionnaire","status":"active","item":[{{questionnaire}}]}""") });

    private static string Group(bool condition, string more) => $$"""{"linkId":"g","item":[{"linkId":"c","answer":[{"valueBoolean":{{(condition ? "true" : "false")}} }]}{{more}}]}""";

    [Theory]
    [InlineData(true, true, "")]
    [InlineData(false, false, "")]
    [InlineData(true, false, "error required QuestionnaireResponse.item[0]\nerror invariant QuestionnaireResponse.item[1].item[1]")]
    public void A_question_of_a_group_that_repeats_counts_for_its_own_group(bool firstIsTrue, bool firstIsAnswered, string finds)
    {
        const string Form = """
            {"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"c","type":"boolean"},
             {"linkId":"d","type":"string","required":true,"enableWhen":[{"question":"c","operator":"=","answerBoolean":true}]}]}
            """;
        const string Answered = """,{"linkId":"d","answer":[{"valueString":"a"}]}""";

        Assert.Equal(finds, Finds(Form, Group(firstIsTrue, firstIsAnswered ? Answered : "") + "," + Group(!firstIsTrue, firstIsAnswered ? "" : Answered)));
    }

    [Theory]
    [InlineData("%resource.item.where(linkId='c').answer.value = true", true, "")]
    [InlineData("%resource.item.where(linkId='c').answer.value = true", false, Closed)]
    [InlineData("QuestionnaireResponse.descendants().where(linkId='c').answer.value.ofType(boolean)", true, "")]
    [InlineData("QuestionnaireResponse.descendants().where(linkId='c').answer.value.ofType(boolean)", false, Closed)]
    [InlineData("%questionnaire.item.count() = 3", true, Closed)]
    [InlineData("%resource.item.where(linkId='other').answer.value", false, "")]
    [InlineData("%unknown.exists()", false, "")]
    [InlineData("%context.item.exists()", false, "")]
    [InlineData("item.where(linkId='other').exists()", false, "")]
    [InlineData("%resource.item.exists() and item.where(linkId='other').exists()", false, "")]
    [InlineData("no expression (", false, "")]
    public void An_expression_enables_where_it_looks_at_the_response_alone_and_has_an_answer(string expression, bool answer, string finds)
    {
        var form = $$"""
            {"linkId":"c","type":"boolean"},
            {"linkId":"d","type":"string","extension":[{"url":"{{Sdc}}","valueExpression":{"language":"text/fhirpath","expression":"{{expression}}"} }]}
            """;

        Assert.Equal(finds, Finds(form, $$"""{"linkId":"c","answer":[{"valueBoolean":{{(answer ? "true" : "false")}} }]},{"linkId":"d","answer":[{"valueString":"a"}]}"""));
    }

    [Theory] // what the form does not ask cannot be missing (R4 Questionnaire.item.enableWhen)
    [InlineData("\"enableWhen\":[{\"question\":\"c\",\"operator\":\"=\",\"answerBoolean\":true}]", true, "error required QuestionnaireResponse.item[1].item[0].item[0]")]
    [InlineData("\"enableWhen\":[{\"question\":\"c\",\"operator\":\"=\",\"answerBoolean\":true}]", false, "")]
    [InlineData("\"extension\":[{\"url\":\"" + Sdc + "\",\"valueExpression\":{\"language\":\"text/cql\",\"expression\":\"Adult\"}}]", true, "")]
    public void Nothing_is_required_in_a_group_that_is_not_enabled_though_it_stands_without_answers(string condition, bool answer, string finds)
    {
        var form = $$"""
            {"linkId":"c","type":"boolean"},{"linkId":"g","type":"group",{{condition}},"item":[{"linkId":"inner","type":"group","item":[{"linkId":"d","type":"string","required":true}]}]}
            """;

        Assert.Equal(finds, Finds(form, $$"""{"linkId":"c","answer":[{"valueBoolean":{{(answer ? "true" : "false")}} }]},{"linkId":"g","item":[{"linkId":"inner","item":[{"linkId":"d"}]}]}"""));
    }

    [Theory]
    [InlineData("=", "answerDecimal 1.50", "valueDecimal 1.5", "")]
    [InlineData("=", "answerDecimal 1.5", "valueDecimal 1.6", Closed)]
    [InlineData("!=", "answerDecimal 1.50", "valueDecimal 1.5", Closed)]
    [InlineData("=", "answerString 'a'", "valueString 'a'; valueString 'b'", "")]
    [InlineData("!=", "answerString 'a'", "valueString 'a'; valueString 'b'", Closed)] // "no answer has a value that is equal"
    [InlineData("!=", "answerString 'c'", "valueString 'a'; valueString 'b'", "")]
    [InlineData("!=", "answerString 'a'", "", "")] // whether that is so without any answer is not agreed
    public void Numbers_are_equal_by_what_they_are_and_unequal_means_that_no_answer_is_equal(string operation, string wanted, string answers, string finds)
    {
        static string Pair(string pair) => $"\"{pair.Split(' ')[0]}\":{pair.Split(' ')[1].Replace('\'', '"')}";
        var type = wanted.StartsWith("answerDecimal", StringComparison.Ordinal) ? "decimal" : "string";
        var form = $$"""{"linkId":"c","type":"{{type}}","repeats":true},{"linkId":"d","type":"string","enableWhen":[{"question":"c","operator":"{{operation}}",{{Pair(wanted)}} }]}""";
        var given = answers.Length == 0 ? "" : $",\"answer\":[{string.Join(',', answers.Split("; ").Select(answer => "{" + Pair(answer) + "}"))}]";

        Assert.Equal(finds, Finds(form, $$"""{"linkId":"c"{{given}}},{"linkId":"d","answer":[{"valueString":"a"}]}"""));
    }

    [Fact]
    public void What_an_expression_enables_is_required()
    {
        const string Form = $$"""{"linkId":"d","type":"string","required":true,"extension":[{"url":"{{Sdc}}","valueExpression":{"language":"text/fhirpath","expression":"%resource.status = 'completed'"} }]}""";

        Assert.Equal("error required QuestionnaireResponse.item[0]", Finds(Form, """{"linkId":"d"}"""));
    }

    [Fact]
    public void The_text_of_an_expression_in_forms_for_the_health_record_of_Finland_enables_too()
    {
        const string Form = """
            {"linkId":"c","type":"boolean"},
            {"linkId":"d","type":"string","extension":[{"url":"http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen","valueString":"%resource.item.where(linkId='c').answer.value = true"}]}
            """;

        Assert.Equal(Closed, Finds(Form, """{"linkId":"c","answer":[{"valueBoolean":false}]},{"linkId":"d","answer":[{"valueString":"a"}]}"""));
    }

    [Theory]
    [InlineData("before", "")]
    [InlineData("inside", "error invariant Questionnaire.item[1].enableWhen[0].question")]
    [InlineData("deeper", "error invariant Questionnaire.item[1].enableWhen[0].question")]
    public void An_item_does_not_wait_for_a_question_inside_it(string question, string finds) => Assert.Equal(finds, new Checked().Finds($$"""
        {"resourceType":"Questionnaire","status":"active","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">A form</div>"},"item":[
         {"linkId":"before","type":"boolean"},
         {"linkId":"group","type":"group","enableWhen":[{"question":"{{question}}","operator":"=","answerBoolean":true}],
          "item":[{"linkId":"inside","type":"boolean","item":[{"linkId":"deeper","type":"boolean"}]}]}]}
        """));

    [Fact]
    public void A_long_form_and_its_response_are_walked_once()
    {
        const int length = 20_000;
        var form = string.Join(',', Enumerable.Range(0, length).Select(at => $$"""{"linkId":"{{at}}","type":"boolean","enableWhen":[{"question":"{{length - 1 - at}}","operator":"=","answerBoolean":true}]}"""));
        var items = string.Join(',', Enumerable.Range(0, length).Select(at => $$"""{"linkId":"{{at}}","answer":[{"valueBoolean":true}]}"""));
        var took = ProcessorTime.Of(() => Assert.Equal("", Finds(form, items)));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // each item held against each, and for each condition, is a thousand million texts
    }

    [Theory] // R4 Questionnaire.item.enableWhen.question; SDC 3.0: the parts of a modular form are put together before anybody fills it in
    [InlineData("b", "", "")]
    [InlineData("nope", "", "error invariant Questionnaire.item[0].enableWhen[0].question")]
    [InlineData("nope", """ "extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-assemble-expectation","valueCode":"assemble-child"}],""", "")]
    public void An_item_waits_for_a_question_that_the_form_has(string question, string more, string finds) => Assert.Equal(finds, new Checked().Finds($$"""
        {"resourceType":"Questionnaire","status":"active",{{more}}"item":[{"linkId":"a","type":"string","enableWhen":[{"question":"{{question}}","operator":"exists","answerBoolean":true}]},
         {"linkId":"g","type":"group","item":[{"linkId":"b","type":"boolean"}]}]}
        """));
}
