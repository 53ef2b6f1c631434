using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// A response against its questionnaire (R4 QuestionnaireResponse): its items are those of the form, where the form has them and in its order; answers
/// are of the type asked for, among the options, within the limits that the item sets (<see cref="AnswerLimits"/>) and no more than allowed; of a response that is complete
/// nothing required is missing. What the form does not enable has no answers.
/// </summary>
internal sealed class ResponseCheck(ValidationRun run, FhirNode questionnaire, FhirNode response)
{
    private readonly ItemConditions conditions = new(run, questionnaire, response);
    private readonly NamedSets sets = new(run, questionnaire);
    private readonly AnswerLimits limits = new(run, questionnaire, response);
    private readonly Stack<ItemLevel> levels = [];
    private readonly Dictionary<FhirNode, FormLevel> known = [];
    private readonly bool isComplete = response["status"u8].Text is "completed" or "amended";

    /// <summary>How many items around the one that is looked at are not enabled, or cannot be told to be: what is required in them is asked of nobody.</summary>
    private int unasked;

    internal void Check() => Items(questionnaire["item"u8], response, response);

    /// <summary>The items of one level: those of the form, of a group or below an answer.</summary>
    private void Items(FhirNode asked, FhirNode holder, FhirNode place)
    {
        levels.Push(new(asked, holder));
        var level = LevelOf(asked);
        var given = new Dictionary<int, List<FhirNode>>();
        var furthest = 0;
        foreach (var item in holder["item"u8].Items)
        {
            if (item["linkId"u8].Text is not { } link || !level.Places.TryGetValue(link, out var at))
            {
                Say("structure", "The questionnaire has no item with this linkId here.", item["linkId"u8] is { Exists: true } named ? named : item);
                continue;
            }

            if (at < furthest)
                Say("structure", "The items do not stand in the order of the questionnaire.", item);
            furthest = Math.Max(furthest, at);
            if (!given.TryAdd(at, [item]))
                given[at].Add(item);
        }

        foreach (var at in given.Keys.Union(level.Required).Order())
            Item(level.Items[at], given.GetValueOrDefault(at) ?? [], place);
        levels.Pop();
    }

    /// <summary>The items of a form that stand beside each other, read once however often they are answered.</summary>
    private FormLevel LevelOf(FhirNode asked)
    {
        if (!known.TryGetValue(asked, out var level))
            known[asked] = level = new(asked);
        return level;
    }

    private void Item(FhirNode asked, List<FhirNode> given, FhirNode place)
    {
        var type = asked["type"u8].Text;
        var isEnabled = conditions.IsEnabled(asked, levels);
        var isAsked = isComplete && isEnabled == true && unasked == 0;
        var mayRepeat = asked["repeats"u8].Boolean == true;
        if (isEnabled == false && given.Find(HasAnswers) is { Exists: true } closed)
        {
            Say("invariant", "This item is not enabled by the other answers, so it has none itself.", closed);
            return;
        }

        if (isAsked && asked["required"u8].Boolean == true && type != "display" && !given.Exists(type == "group" ? HasAnswers : IsAnswered))
            Say("required", $"The questionnaire asks for an answer to {asked["linkId"u8].Text}.", given.Count > 0 ? given[0] : place);
        if (given.Count > 1 && !(mayRepeat && type == "group"))
            Say("structure", "This item does not repeat; several answers belong into one item.", given[1]);
        if (given.Count > 0)
            Occurrences(asked, type == "group", given, isAsked);
        unasked += isEnabled == true ? 0 : 1;
        foreach (var item in given)
        {
            if (type is "group" or "display" or "question" && item["answer"u8].First is { Exists: true } answer)
                Say("structure", $"An item of the type {type} has no answers.", answer);
            else if (item["answer"u8].Items.AsEnumerable().Skip(1).FirstOrDefault() is { Exists: true } second && !mayRepeat)
                Say("structure", "This item takes one answer.", second);
            else
                Answers(asked, type, item);
            if (type == "group")
                Items(asked["item"u8], item, item);
            else if (item["item"u8].First is { Exists: true } misplaced)
                Say("structure", "Only a group has items right below it; those of a question stand below its answers.", misplaced);
        }

        unasked -= isEnabled == true ? 0 : 1;
    }

    /// <summary>How often a group stands, or how many answers a question has (extensions minOccurs and maxOccurs); a question that may be left out may be so altogether.</summary>
    private void Occurrences(FhirNode asked, bool isGroup, List<FhirNode> given, bool isAsked)
    {
        var (count, what) = isGroup ? (given.Count, "of these groups") : (given.Sum(item => item["answer"u8].Items.AsEnumerable().Count(answer => ValueOf(answer).Exists)), "answers");
        if (asked.Said(ItemExtensions.Core + "questionnaire-maxOccurs").Number is { } most && count > most)
            Say("structure", $"The questionnaire takes at most {most} {what}; here are {count}.", given[^1]);
        var isMissing = count == 0 && asked["required"u8].Boolean == true; // which is said as such
        if (isAsked && !isMissing && asked.Said(ItemExtensions.Core + "questionnaire-minOccurs").Number is { } least && count < least)
            Say("required", $"The questionnaire asks for at least {least} {what}; here are {count}.", given[^1]);
    }

    private void Answers(FhirNode asked, string? type, FhirNode item)
    {
        foreach (var answer in item["answer"u8].Items)
        {
            if (ValueOf(answer) is { Exists: true } value)
                Answer(asked, type, value);
            Items(asked["item"u8], answer, answer);
        }

        var answers = item["answer"u8].Items.AsEnumerable().Select(ValueOf).Where(value => value.Exists).ToList();
        var exclusive = asked["answerOption"u8].Items.AsEnumerable().Where(option => option.Said(ItemExtensions.Core + "questionnaire-optionExclusive").Boolean == true).Select(ValueOf).ToList();
        if (answers.Count > 1 && answers.Find(value => exclusive.Exists(option => option.Name == value.Name && Is(option, value))) is { Exists: true } alone)
            Say("invariant", "This answer excludes all others.", alone);
    }

    private void Answer(FhirNode asked, string? type, FhirNode value)
    {
        var name = value.Name;
        var options = asked["answerOption"u8].Items.AsEnumerable().Select(ValueOf).Where(option => option.Exists).ToList();
        if (!Fits(type, name, options))
            Say("structure", $"The questionnaire asks for an answer of the type {type}.", value);
        else if (options.Count > 0 && !(type == "open-choice" && name == "valueString") && !options.Exists(option => option.Name == name && Is(option, value)))
            Say("code-invalid", "The answer is not among the options of the questionnaire.", value);
        else if (asked["answerValueSet"u8].Text is { } set && IsAmong(set, type, value) == false)
            Say("code-invalid", "The answer is not in the value set of the questionnaire.", value);
        else
            limits.Check(asked, value);
    }

    /// <summary>Whether a coding, or a text that stands for a code, is in a value set; free texts of an open choice are in none. Null when it cannot be said.</summary>
    private bool? IsAmong(string set, string? type, FhirNode value) => value.Name switch
    {
        "valueCoding" => sets.Has(set, value),
        "valueString" when type != "open-choice" => sets.HasCode(set, value.Text ?? ""),
        _ => null,
    };

    /// <summary>The type of an answer by the type of its item; a choice may be among values of other types (R4 Questionnaire.item.answerOption).</summary>
    private static bool Fits(string? type, string name, List<FhirNode> options) => type switch
    {
        "text" => name == "valueString",
        "url" => name == "valueUri",
        "choice" => name == "valueCoding" || options.Exists(option => option.Name == name),
        "open-choice" => name is "valueCoding" or "valueString" || options.Exists(option => option.Name == name),
        "boolean" or "decimal" or "integer" or "date" or "dateTime" or "time" or "string" or "attachment" or "reference" or "quantity" =>
            name.AsSpan(5).Equals(type, StringComparison.OrdinalIgnoreCase),
        _ => true,
    };

    /// <summary>A coding by system and code; anything else by its text.</summary>
    internal static bool Is(FhirNode option, FhirNode value) => option.IsObject
        ? (option["reference"u8].Text ?? option["code"u8].Text) == (value["reference"u8].Text ?? value["code"u8].Text) && option["system"u8].Text == value["system"u8].Text
        : option.Text == value.Text;

    /// <summary>The value of an answer or an option; missing when there is none.</summary>
    internal static FhirNode ValueOf(FhirNode answer) => answer.Properties.AsEnumerable().FirstOrDefault(property => property.NameUtf8.StartsWith("value"u8));

    /// <summary>Whether there is an answer in an item or anywhere below it.</summary>
    private static bool HasAnswers(FhirNode item) => IsAnswered(item) || item["item"u8].Items.AsEnumerable().Any(HasAnswers);

    /// <summary>Whether a question has an answer: a value, or items with answers that stand below one.</summary>
    private static bool IsAnswered(FhirNode item) =>
        item["answer"u8].Items.AsEnumerable().Any(answer => ValueOf(answer).Exists || answer["item"u8].Items.AsEnumerable().Any(HasAnswers));

    private void Say(string code, string text, FhirNode at) => run.Add(IssueSeverity.Error, code, text, FhirValue.Of(at, "string"));
}
