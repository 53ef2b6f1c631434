using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The conditions of a questionnaire's items (R4 Questionnaire.item.enableWhen.question: the nearest question among ancestors and what stands before or after): each asks
/// a question that the form has, and none a question inside its own item, which is only there once the item is enabled.
/// </summary>
internal sealed class QuestionnaireCheck
{
    private readonly ValidationRun run;
    private readonly HashSet<string> links = new(StringComparer.Ordinal);
    private readonly bool isWhole;

    private QuestionnaireCheck(FhirNode questionnaire, ValidationRun run)
    {
        this.run = run;
        isWhole = !questionnaire.Said(ItemExtensions.Sdc + "assemble-expectation").Exists;
        Collect(questionnaire["item"u8], links);
    }

    internal static void Check(FhirNode questionnaire, ValidationRun run) => new QuestionnaireCheck(questionnaire, run).Items(questionnaire);

    private void Items(FhirNode holder)
    {
        foreach (var item in holder["item"u8].Items)
        {
            if (item["enableWhen"u8].Exists)
                Conditions(item);
            Items(item);
        }
    }

    private void Conditions(FhirNode item)
    {
        var within = new HashSet<string>(StringComparer.Ordinal);
        Collect(item["item"u8], within);
        foreach (var condition in item["enableWhen"u8].Items)
        {
            if (condition["question"u8] is not { Text: { } question } place)
                continue;
            if (within.Contains(question))
                run.Add(IssueSeverity.Error, "invariant", "An item is not enabled by the answer to a question inside it.", FhirValue.Of(place, "string"));
            else if (isWhole && !links.Contains(question)) // what a part of a form asks may stand in another part (SDC 3.0 modular forms)
                run.Add(IssueSeverity.Error, "invariant", "The questionnaire has no item with this linkId.", FhirValue.Of(place, "string"));
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
