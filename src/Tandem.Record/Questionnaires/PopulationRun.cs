using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;

namespace Tandem.Record.Questionnaires;

/// <summary>One filling of a questionnaire: walks its items with the variables that hold at each.</summary>
internal sealed class PopulationRun(OperationRequest call, FhirNode questionnaire, FhirNode subjectResource)
{
    private readonly AnswerValue answerValue = new(new AnswerChoice(questionnaire, call.Fhir.Service.Definitions.Current.Terminology));
    private readonly PopulationWork work = new(call.Fhir.Cancel);
    private readonly HashSet<RefusalDetail> told = [];
    private ObservedItems? observed;

    /// <summary>What could not be filled in.</summary>
    internal List<RefusalDetail> Issues { get; } = [];

    /// <summary>Why the questionnaire cannot be filled in; null when it can.</summary>
    internal Refusal? Fault => work.Fault;

    /// <summary>Finds the observations that items are bound to.</summary>
    internal Task ObserveAsync()
    {
        foreach (var way in new[] { "-sourceQueries", "-sourceStructureMap" })
        {
            if (questionnaire.Sdc(way).Exists)
                Tell(new("not-supported", $"The questionnaire is to be filled in by {way[1..]} too, which is not done here.", "Questionnaire"));
        }

        observed = new ObservedItems(call, subjectResource, answerValue, work, Issues);
        return observed.FindAsync(questionnaire);
    }

    /// <summary>Writes the response's items for those of a questionnaire or group; an item of which nothing is known stands without an answer.</summary>
    internal void Items(FhirWriter into, FhirNode holder, Dictionary<string, FhirValue[]> known)
    {
        var here = WithVariables(holder, known);
        foreach (var item in holder["item"u8].Items)
        {
            if (item["type"u8].Is("display"u8))
                continue;
            foreach (var scope in Scopes(item, here))
            {
                if (!work.MayWrite())
                    return;
                into.Item(written => Item(written, item, scope));
            }
        }
    }

    private void Item(FhirWriter into, FhirNode item, Dictionary<string, FhirValue[]> scope)
    {
        into.Text("linkId", item["linkId"u8].Text).Text("text", item["text"u8].Text);
        if (item["type"u8].Is("group"u8))
        {
            into.Array("item", items => Items(items, item, scope));
            return;
        }

        var answers = Answers(item, WithVariables(item, scope));
        into.Array("answer", array =>
        {
            for (var number = 0; number < answers.Count; number++)
            {
                var (write, isFirst) = (answers[number], number == 0);
                array.Item(answer =>
                {
                    write(answer);
                    if (isFirst)
                        answer.Array("item", items => Items(items, item, scope));
                });
            }
        });
    }

    /// <summary>A repeating group stands once per item of its population context, with that item as the context's name.</summary>
    private IEnumerable<Dictionary<string, FhirValue[]>> Scopes(FhirNode item, Dictionary<string, FhirValue[]> known)
    {
        var population = item.Sdc("itemPopulationContext");
        if (Readable(population, item) is not { } expression || NameOf(population, item) is not { } name)
            return [known];
        var found = Evaluate(expression, known, item);
        return item["repeats"u8].Boolean == true && found.Count > 0
            ? found.Select(one => new Dictionary<string, FhirValue[]>(known) { [name] = [one] })
            : [new Dictionary<string, FhirValue[]>(known) { [name] = [.. found] }];
    }

    private Dictionary<string, FhirValue[]> WithVariables(FhirNode holder, Dictionary<string, FhirValue[]> known)
    {
        var all = known;
        foreach (var variable in holder["extension"u8].Items)
        {
            if (variable["url"u8].Text?.EndsWith("/variable", StringComparison.Ordinal) != true || Readable(variable, holder) is not { } expression || NameOf(variable, holder) is not { } name)
                continue;
            all = new(all) { [name] = [.. Evaluate(expression, all, holder)] };
        }

        return all;
    }

    private List<Action<FhirWriter>> Answers(FhirNode item, Dictionary<string, FhirValue[]> scope)
    {
        var values = new List<FhirValue>();
        if (Readable(item.Sdc("initialExpression"), item) is { } expression)
            values.AddRange(Evaluate(expression, scope, item));
        else if (observed?.Value(item) is { } measured)
            values.AddRange(measured);
        else
            return [.. item["initial"u8].Items.AsEnumerable().Concat(item["answerOption"u8].Items.AsEnumerable().Where(option => option["initialSelected"u8].Boolean == true)).SelectMany(initial => initial.Properties.AsEnumerable().Where(member => member.Name.StartsWith("value", StringComparison.Ordinal)))
                .Select(member => (Action<FhirWriter>)(answer => answer.Raw(member.Name, member)))];

        var answers = new List<Action<FhirWriter>>();
        if (values.Count > 1 && item["repeats"u8].Boolean != true)
        {
            Issues.Add(new("multiple-matches", $"There are {values.Count} values, and the item takes one answer; none is chosen.", $"item {item["linkId"u8].Text}"));
            return answers;
        }

        foreach (var value in values)
        {
            if (answerValue.Of(item, value) is { } answer)
                answers.Add(answer);
            else
                Issues.Add(new("value", $"A value of type {value.TypeName}{(value.Node["comparator"u8].Exists ? " with a comparator" : "")} does not fit an item of type {item["type"u8].Text}.", $"item {item["linkId"u8].Text}"));
        }

        return answers;
    }

    /// <summary>The FHIRPath of an expression extension, null when there is none; one of another language is told.</summary>
    private string? Readable(FhirNode extension, FhirNode holder)
    {
        if (extension.Exists && extension.FhirPath() is null)
            Tell(new("not-supported", "Only FHIRPath is evaluated here; an expression of another language, such as a query, is left out.", PlaceOf(holder)));
        return extension.FhirPath();
    }

    private string? NameOf(FhirNode extension, FhirNode holder)
    {
        if (extension["valueExpression"u8]["name"u8].Text is { } name)
            return name;
        Tell(new("required", "A variable or population context has no name, so no expression can ask for it; it is left out.", PlaceOf(holder)));
        return null;
    }

    /// <summary>Tells once what holds wherever its item is repeated.</summary>
    private void Tell(RefusalDetail issue)
    {
        if (told.Add(issue))
            Issues.Add(issue);
    }

    private static string PlaceOf(FhirNode holder) => holder["linkId"u8].Text is { } link ? $"item {link}" : "Questionnaire";

    private IReadOnlyList<FhirValue> Evaluate(string text, Dictionary<string, FhirValue[]> known, FhirNode item)
    {
        if (!work.MayEvaluate())
            return [];
        if (FhirPathExpression.Compile(text, out var fault) is not { } expression)
        {
            Issues.Add(new("invalid", fault!.Reason, $"item {item["linkId"u8].Text}"));
            return [];
        }

        var context = ExpressionContext.Of(call, subjectResource);
        foreach (var (name, values) in known)
            context.With(name, values);
        if (expression.TryEvaluate(context, out var found, out fault))
            return found;
        Issues.Add(new("processing", fault!.Reason, $"item {item["linkId"u8].Text}"));
        return [];
    }
}
