using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>Whether an item of a questionnaire is enabled by the answers of a response (R4 Questionnaire.item.enableWhen, enableBehavior).</summary>
internal sealed class ItemConditions(FhirNode response)
{
    private const string Expression = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";

    /// <summary>Null where it cannot be told: an expression decides, or values do not compare.</summary>
    internal bool? IsEnabled(FhirNode asked)
    {
        if (asked["extension"u8].Items.AsEnumerable().Any(extension => extension["url"u8].Text == Expression))
            return null;
        var conditions = asked["enableWhen"u8].Items.AsEnumerable().Select(Holds).ToList();
        if (conditions.Count == 0)
            return true;
        var decides = asked["enableBehavior"u8].Text == "any";
        return conditions.Contains(decides) ? decides : conditions.Contains(null) ? null : !decides;
    }

    private bool? Holds(FhirNode condition)
    {
        var answers = AnswersTo(condition["question"u8].Text, response).ToList();
        var wanted = condition.Properties.AsEnumerable().FirstOrDefault(property => property.NameUtf8.StartsWith("answer"u8));
        var operation = condition["operator"u8].Text;
        if (operation == "exists")
            return answers.Count > 0 == (wanted.Boolean == true);
        if (answers.Count == 0)
            return false;
        var held = answers.ConvertAll(answer => Compares(operation, answer, wanted));
        return held.Contains(true) ? true : held.Contains(null) ? null : false;
    }

    private static bool? Compares(string? operation, FhirNode answer, FhirNode wanted) => operation switch
    {
        "=" => Equal(answer, wanted),
        "!=" => !Equal(answer, wanted),
        _ when Order(answer, wanted) is { } order => operation switch { ">" => order > 0, "<" => order < 0, ">=" => order >= 0, "<=" => order <= 0, _ => null },
        _ => null,
    };

    private static bool? Equal(FhirNode answer, FhirNode wanted) =>
        wanted["value"u8].Exists ? Order(answer, wanted) is { } order ? order == 0 : null : ResponseCheck.Is(wanted, answer);

    /// <summary>Numbers, quantities of one unit, and dates of one precision.</summary>
    private static int? Order(FhirNode answer, FhirNode wanted)
    {
        if (wanted["value"u8].Exists)
            return answer["code"u8].Text == wanted["code"u8].Text && answer["unit"u8].Text == wanted["unit"u8].Text ? Order(answer["value"u8], wanted["value"u8]) : null;
        if (answer.Number is { } left && wanted.Number is { } right)
            return left.CompareTo(right);
        return answer.Text is { } text && wanted.Text is { } other && text.Length == other.Length && !text.Contains('+', StringComparison.Ordinal)
            ? string.CompareOrdinal(text, other)
            : null;
    }

    private static IEnumerable<FhirNode> AnswersTo(string? question, FhirNode holder)
    {
        foreach (var item in holder["item"u8].Items.AsEnumerable())
        {
            foreach (var answer in item["answer"u8].Items.AsEnumerable())
            {
                if (item["linkId"u8].Text == question && ResponseCheck.ValueOf(answer) is { Exists: true } value)
                    yield return value;
                foreach (var below in AnswersTo(question, answer))
                    yield return below;
            }

            foreach (var below in AnswersTo(question, item))
                yield return below;
        }
    }
}
