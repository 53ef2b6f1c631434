using Tandem.Fhir.Validation;
using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>A response against its questionnaire (R4 QuestionnaireResponse).</summary>
public sealed class ResponseTests
{
    private const string Form = """
        {"resourceType":"Questionnaire","status":"active","item":[
         {"linkId":"1","type":"choice","required":true,"answerOption":[{"valueCoding":{"system":"http://example.org/c","code":"yes"}},{"valueCoding":{"system":"http://example.org/c","code":"no"}}],
          "item":[{"linkId":"1.1","type":"string","maxLength":5}]},
         {"linkId":"2","type":"group","repeats":true,"item":[{"linkId":"2.1","type":"integer","required":true},{"linkId":"2.2","type":"date","repeats":true}]},
         {"linkId":"3","type":"decimal","required":true,"enableWhen":[{"question":"1","operator":"=","answerCoding":{"system":"http://example.org/c","code":"yes"}}]},
         {"linkId":"4","type":"display"},
         {"linkId":"5","type":"choice","answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"},
         {"linkId":"6","type":"open-choice","answerOption":[{"valueInteger":1},{"valueInteger":2}]},
         {"linkId":"7","type":"text","enableBehavior":"any","enableWhen":[{"question":"2.1","operator":">","answerInteger":5},{"question":"6","operator":"exists","answerBoolean":true}]},
         {"linkId":"8","type":"quantity"},
         {"linkId":"9","type":"choice","answerValueSet":"#own"}],
         "contained":[{"resourceType":"ValueSet","id":"own","status":"active","compose":{"include":[{"system":"http://example.org/c","concept":[{"code":"mine"}]}]}}]}
        """;

    private const string No = """{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"no"}}]}""";
    private const string Yes = """{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"yes"}}]}""";

    private static string Finds(string items, string status = "completed") => new Checked().Finds(
        Checked.Parsed($$"""{"resourceType":"QuestionnaireResponse","status":"{{status}}","item":[{{items}}]}"""), new() { Questionnaire = Checked.Parsed(Form) });

    [Theory]
    [InlineData(No, "")]
    [InlineData(Yes + """,{"linkId":"3","answer":[{"valueDecimal":1.5}]}""", "")]
    [InlineData("""{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"no"},"item":[{"linkId":"1.1","answer":[{"valueString":"short"}]}]}]}""", "")]
    [InlineData(No + """,{"linkId":"2","item":[{"linkId":"2.1","answer":[{"valueInteger":9}]},{"linkId":"2.2","answer":[{"valueDate":"2026"},{"valueDate":"2025"}]}]},{"linkId":"2","item":[{"linkId":"2.1","answer":[{"valueInteger":1}]}]},{"linkId":"7","answer":[{"valueString":"t"}]}""", "")]
    [InlineData(No + """,{"linkId":"5","answer":[{"valueCoding":{"system":"http://hl7.org/fhir/administrative-gender","code":"male"}}]},{"linkId":"6","answer":[{"valueString":"other"}]},{"linkId":"7","answer":[{"valueString":"t"}]}""", "")]
    [InlineData(No + """,{"linkId":"6","answer":[{"valueInteger":2}]},{"linkId":"8","answer":[{"valueQuantity":{"value":1}}]}""", "")]
    [InlineData(No + """,{"linkId":"9","answer":[{"valueCoding":{"system":"http://example.org/c","code":"mine"}}]}""", "")]
    public void A_response_that_keeps_to_its_questionnaire_is_sound(string items, string finds) => Assert.Equal(finds, Finds(items));

    [Theory]
    [InlineData(No + """,{"linkId":"10","text":"t"}""", "error structure QuestionnaireResponse.item[1].linkId")]
    [InlineData(No + """,{"linkId":"2.1","answer":[{"valueInteger":9}]}""", "error structure QuestionnaireResponse.item[1].linkId")]
    [InlineData(No + """,{"text":"t"}""", "error required QuestionnaireResponse.item[1].linkId\nerror structure QuestionnaireResponse.item[1]")]
    [InlineData(No + """,{"_linkId":{"extension":[{"url":"http://example.org/x","valueCode":"unknown"}]},"text":"t"}""", "error structure QuestionnaireResponse.item[1]")]
    [InlineData("""{"linkId":"4"},""" + No, "error structure QuestionnaireResponse.item[1]")]
    [InlineData(No + """,{"linkId":"8","answer":[{"valueInteger":9}]}""", "error structure QuestionnaireResponse.item[1].answer[0].value")]
    [InlineData(No + """,{"linkId":"8","answer":[{"valueQuantity":{"value":1}},{"valueQuantity":{"value":2}}]}""", "error structure QuestionnaireResponse.item[1].answer[1]")]
    [InlineData(No + "," + No, "error structure QuestionnaireResponse.item[1]")]
    [InlineData("""{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"maybe"}}]}""", "error code-invalid QuestionnaireResponse.item[0].answer[0].value")]
    [InlineData(No + """,{"linkId":"5","answer":[{"valueCoding":{"system":"http://hl7.org/fhir/request-status","code":"active"}}]}""", "error code-invalid QuestionnaireResponse.item[1].answer[0].value")]
    [InlineData(No + """,{"linkId":"6","answer":[{"valueInteger":3}]}""", "error code-invalid QuestionnaireResponse.item[1].answer[0].value")]
    [InlineData("""{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"no"},"item":[{"linkId":"1.1","answer":[{"valueString":"longer"}]}]}]}""", "error value QuestionnaireResponse.item[0].answer[0].item[0].answer[0].value")]
    [InlineData("""{"linkId":"4"}""", "error required QuestionnaireResponse")]
    [InlineData(Yes, "error required QuestionnaireResponse")]
    [InlineData(No + """,{"linkId":"3","answer":[{"valueDecimal":1.5}]}""", "error invariant QuestionnaireResponse.item[1]")]
    [InlineData(No + """,{"linkId":"7","answer":[{"valueString":"t"}]}""", "error invariant QuestionnaireResponse.item[1]")]
    [InlineData(No + """,{"linkId":"2","item":[{"linkId":"2.2","answer":[{"valueDate":"2026"}]}]}""", "error required QuestionnaireResponse.item[1]")]
    [InlineData(No + """,{"linkId":"9","answer":[{"valueCoding":{"system":"http://example.org/c","code":"yours"}}]}""", "error code-invalid QuestionnaireResponse.item[1].answer[0].value")]
    [InlineData("""{"linkId":"1","answer":[{"valueCoding":{"system":"http://example.org/c","code":"no"}}],"item":[{"linkId":"1.1","answer":[{"valueString":"short"}]}]}""", "error invariant QuestionnaireResponse.item[0]\nerror structure QuestionnaireResponse.item[0].item[0]")] // qrs-1
    [InlineData("""{"linkId":"1","item":[{"linkId":"1.1","answer":[{"valueString":"short"}]}]}""", "error required QuestionnaireResponse.item[0]\nerror structure QuestionnaireResponse.item[0].item[0]")]
    [InlineData(No + """,{"linkId":"4","item":[{"linkId":"1.1","answer":[{"valueString":"short"}]}]}""", "error structure QuestionnaireResponse.item[1].item[0]")]
    public void What_does_not_keep_to_the_questionnaire_is_found(string items, string finds) => Assert.Equal(finds, Finds(items));

    [Fact]
    public void What_is_in_progress_may_lack_answers() => Assert.Equal("", Finds("""{"linkId":"4"}""", "in-progress"));
}
