using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The conditions of a questionnaire's items (R4 Questionnaire.item.enableWhen.question: the nearest question among ancestors and what stands before or after): none asks
/// a question inside its own item, which is only there once the item is enabled.
/// </summary>
internal static class QuestionnaireCheck
{
    internal static void Check(FhirNode holder, ValidationRun run)
    {
        foreach (var item in holder["item"u8].Items)
        {
            foreach (var condition in item["enableWhen"u8].Items)
            {
                if (condition["question"u8] is { Text: { } question } place && ItemConditions.Asks(item["item"u8], question))
                    run.Add(IssueSeverity.Error, "invariant", "An item is not enabled by the answer to a question inside it.", FhirValue.Of(place, "string"));
            }

            Check(item, run);
        }
    }
}
