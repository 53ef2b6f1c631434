using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>The items of one level of a questionnaire, and what holds their answers: the response, an item of a group, or an answer.</summary>
internal readonly record struct ItemLevel(FhirNode Asked, FhirNode Holder);

/// <summary>
/// Whether an item of a questionnaire is enabled by the answers of a response (R4 Questionnaire.item.enableWhen, enableBehavior; enableWhenExpression of SDC 3.0).
/// </summary>
internal sealed class ItemConditions(ValidationRun run, FhirNode questionnaire, FhirNode response)
{
    /// <summary>The same as the text of an expression, in forms for Finland's personal health record.</summary>
    private const string Kanta = "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen";

    private readonly Dictionary<FhirNode, HashSet<string>> questions = [];
    private readonly Dictionary<FhirNode, Dictionary<string, List<FhirNode>>> answers = [];

    /// <summary>Null where it cannot be told: an expression has no answer, or values do not compare.</summary>
    /// <param name="asked">The item.</param>
    /// <param name="levels">Where it is asked, the innermost first.</param>
    internal bool? IsEnabled(FhirNode asked, IEnumerable<ItemLevel> levels)
    {
        if (asked["extension"u8].Items.AsEnumerable().FirstOrDefault(extension => extension["url"u8].Text is ItemExtensions.Sdc + "enableWhenExpression" or Kanta) is { Exists: true } expression)
            return IsTrue(ResponseCheck.ValueOf(expression));
        var conditions = asked["enableWhen"u8].Items.AsEnumerable().Select(condition => Holds(condition, levels)).ToList();
        if (conditions.Count == 0)
            return true;
        var decides = asked["enableBehavior"u8].Text == "any";
        return conditions.Contains(decides) ? decides : conditions.Contains(null) ? null : !decides;
    }

    /// <summary>The questions among items and below them, read once however many conditions ask for one.</summary>
    private HashSet<string> QuestionsOf(FhirNode items)
    {
        if (questions.TryGetValue(items, out var known))
            return known;
        var found = questions[items] = new(StringComparer.Ordinal);
        Collect(items, found);
        return found;
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

    /// <summary>An expression, or the text of one. It is asked only where it looks at nothing but the response, as guides differ in what else a path begins from.</summary>
    private bool? IsTrue(FhirNode expression)
    {
        var text = expression.IsObject && expression["language"u8].Text == "text/fhirpath" ? expression["expression"u8].Text : expression.Text;
        if (text is null || FhirPathExpression.Compile(text, out _) is not { } compiled || !IsOfResponse(compiled.Outline()))
            return null;
        var context = run.OwnContext(response, response).With("questionnaire", questionnaire).WithoutAnswer("context", "Where the expression is asked is not told here.").At(response);
        return compiled.TryEvaluate(context, out var found, out _) && found is [{ Boolean: { } holds }] ? holds : null;
    }

    private static bool IsOfResponse(SyntaxNode node) => node.Kind switch
    {
        "AxisExpression" => false,
        "ChildExpression" when node.Name == "QuestionnaireResponse" && node.Arguments[0].Kind == "AxisExpression" => true,
        "BinaryExpression" => node.Arguments.All(IsOfResponse),
        _ => node.Arguments.Count == 0 || IsOfResponse(node.Arguments[0]),
    };

    /// <summary>A question that stands several times, as its group repeats, is asked where it is nearest.</summary>
    private bool? Holds(FhirNode condition, IEnumerable<ItemLevel> levels)
    {
        var question = condition["question"u8].Text ?? "";
        var given = AnswersTo(question, levels.FirstOrDefault(level => QuestionsOf(level.Asked).Contains(question)).Holder);
        var wanted = condition.Properties.AsEnumerable().FirstOrDefault(property => property.NameUtf8.StartsWith("answer"u8));
        var operation = condition["operator"u8].Text;
        if (operation == "exists")
            return given.Count > 0 == (wanted.Boolean == true);
        if (given.Count == 0)
            return operation == "!=" ? null : false; // no answer is equal, yet most forms wait for one
        if (operation == "!=")
            return !AnyOf(given, "=", wanted); // "no answer has a value that is equal" (R4 questionnaire-enable-operator)
        return AnyOf(given, operation, wanted);
    }

    private static bool? AnyOf(List<FhirNode> given, string? operation, FhirNode wanted)
    {
        var held = given.ConvertAll(answer => Compares(operation, answer, wanted));
        return held.Contains(true) ? true : held.Contains(null) ? null : false;
    }

    private static bool? Compares(string? operation, FhirNode answer, FhirNode wanted) => operation switch
    {
        "=" => Equal(answer, wanted),
        _ when Order(answer, wanted) is { } order => operation switch { ">" => order > 0, "<" => order < 0, ">=" => order >= 0, "<=" => order <= 0, _ => null },
        _ => null,
    };

    private static bool? Equal(FhirNode answer, FhirNode wanted) =>
        wanted["value"u8].Exists || wanted.Number is not null ? Order(answer, wanted) is { } order ? order == 0 : null : ResponseCheck.Is(wanted, answer);

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

    private List<FhirNode> AnswersTo(string question, FhirNode holder)
    {
        if (!answers.TryGetValue(holder, out var known))
            Collect(holder, answers[holder] = known = new(StringComparer.Ordinal));
        return known.GetValueOrDefault(question) ?? [];
    }

    /// <summary>The answers below a holder by their questions, in the order given.</summary>
    private static void Collect(FhirNode holder, Dictionary<string, List<FhirNode>> into)
    {
        foreach (var item in holder["item"u8].Items)
        {
            foreach (var answer in item["answer"u8].Items)
            {
                if (item["linkId"u8].Text is { } link && ResponseCheck.ValueOf(answer) is { Exists: true } value && !into.TryAdd(link, [value]))
                    into[link].Add(value);
                Collect(answer, into);
            }

            Collect(item, into);
        }
    }
}
