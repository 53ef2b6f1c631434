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
            if (item["enableWhen"u8].Exists && item["item"u8].Exists)
                Inside(item, run);
            Check(item, run);
        }
    }

    private static void Inside(FhirNode item, ValidationRun run)
    {
        var within = new HashSet<string>(StringComparer.Ordinal);
        Collect(item["item"u8], within);
        foreach (var condition in item["enableWhen"u8].Items)
        {
            if (condition["question"u8] is { Text: { } question } place && within.Contains(question))
                run.Add(IssueSeverity.Error, "invariant", "An item is not enabled by the answer to a question inside it.", FhirValue.Of(place, "string"));
        }
    }

    private static void Collect(FhirNode items, HashSet<string> into)
    {
        foreach (var item in items.Items)
        {
            if (item["linkId"u8].Text is { } link)
                into.Add(link);
            Collect(item["item"u8], into);
        }
    }
}
