using Tandem.Fhir.Json;
using Tandem.Record.Operations;

namespace Tandem.Record.Validation;

/// <summary>
/// The questionnaire that a response answers: one that the response contains (<c>#id</c>), one that a reference within the record leads to, or the one that its canonical address means
/// (R4 QuestionnaireResponse.questionnaire).
/// </summary>
internal static class AnsweredQuestionnaire
{
    /// <summary>Finds it; missing when it is not here or may not be read.</summary>
    internal static FhirNode Of(OperationRequest call, FhirNode response)
    {
        if (response["questionnaire"u8].Text is not { Length: > 0 } canonical)
            return default;
        if (canonical.StartsWith('#'))
            return response["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["resourceType"u8].Is("Questionnaire"u8) && one["id"u8].Text == canonical[1..].Split('|')[0]);
        var here = ValidateResource.Resolve(call.Fhir, canonical);
        return here["resourceType"u8].Is("Questionnaire"u8) ? here : NamedDefinition.ByCanonical(call, "Questionnaire", canonical);
    }
}
