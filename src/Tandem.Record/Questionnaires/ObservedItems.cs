using System.Globalization;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Questionnaires;

/// <summary>
/// The observations that a form's items are bound to by observationLinkPeriod (SDC 3.0, 6.3): the latest of the item's code about the subject within its period that has a value for it.
/// Below an item that is bound, values come only from the components of its observation and from the observations that it has as members.
/// </summary>
internal sealed class ObservedItems(OperationRequest call, FhirNode subject, AnswerValue answers, PopulationWork work, List<RefusalDetail> issues)
{
    /// <summary>How many observations are looked at for one with a value.</summary>
    private const int MostTried = 50;

    private readonly string reference = $"{subject["resourceType"u8].Text}/{subject["id"u8].Text}";
    private readonly Dictionary<FhirNode, Found> bound = [];

    /// <summary>An observation, missing for a component of one, with its value.</summary>
    private sealed record Found(FhirNode Observation, IReadOnlyList<FhirValue> Value);

    /// <summary>The value of what an item is bound to; null when it is bound to nothing.</summary>
    internal IReadOnlyList<FhirValue>? Value(FhirNode item) => bound.TryGetValue(item, out var found) ? found.Value : null;

    /// <summary>Looks for the observations of all items of a questionnaire.</summary>
    internal async Task FindAsync(FhirNode questionnaire)
    {
        if (subject["resourceType"u8].Is("Patient"u8))
            await BelowAsync(questionnaire, null);
    }

    /// <param name="holder">A questionnaire or an item.</param>
    /// <param name="above">The nearest item above that asks for an observation; null for none.</param>
    private async Task BelowAsync(FhirNode holder, FhirNode? above)
    {
        foreach (var item in holder["item"u8].Items)
        {
            var isAsked = item.Sdc("observationLinkPeriod") is { Exists: true } && item["code"u8].Exists;
            if (isAsked && Since(item) is { } since && await FindAsync(item, since, above) is { } found)
                bound[item] = found;
            await BelowAsync(item, isAsked ? item : above);
        }
    }

    private async Task<Found?> FindAsync(FhirNode item, string since, FhirNode? above)
    {
        if (above is null)
            return Best(item, await SearchAsync(since, $"&code={Uri.EscapeDataString(string.Join(',', item["code"u8].Items.AsEnumerable().Select(Token)))}"));
        if (bound.GetValueOrDefault(above.Value)?.Observation is not { Exists: true } panel)
            return null;
        var members = panel["hasMember"u8].Items.AsEnumerable().Select(member => Relative(member)?.Split('/')).Where(parts => parts is ["Observation", _, ..]).Select(parts => parts![1]).Take(MostTried);
        var read = await SearchAsync(since, $"&_id={Uri.EscapeDataString(string.Join(',', members.Prepend(panel["id"u8].Text!)))}");
        var components = read.Where(found => found.Observation["id"u8].Text == panel["id"u8].Text).SelectMany(found => Evaluate("component", FhirValue.Of(found.Observation)));
        return Best(item, [
            .. components.Where(component => HasCode(component.Node, item)).Select(component => new Found(default, Evaluate("value", component))),
            .. read.Where(found => found.Observation["id"u8].Text != panel["id"u8].Text && HasCode(found.Observation, item)),
        ]);
    }

    /// <summary>The first that has a value for the item; for a group, which has no answer, the first.</summary>
    private Found? Best(FhirNode item, List<Found> found) => item["type"u8].Is("group"u8)
        ? found.FirstOrDefault()
        : found.Find(one => one.Value is [var value] && IsOfType(item, value)) ?? found.Find(one => one.Value.Count > 0) ?? found.FirstOrDefault();

    /// <summary>True also for a quantity of which no number can be told, by its comparator or its unit: an older value would hide it.</summary>
    private bool IsOfType(FhirNode item, FhirValue value) => answers.Of(item, value) is not null || (value.TypeName == "Quantity" && item["type"u8].Text is "decimal" or "integer" or "quantity");

    private async Task<List<Found>> SearchAsync(string since, string which)
    {
        if (!work.MaySearch())
            return [];
        var reply = await SearchResources.FindAsync(
            call.Fhir, "Observation", $"subject={Uri.EscapeDataString(reference)}&date=ge{since}&status=final,amended,corrected&_sort=-date&_count={MostTried.ToString(CultureInfo.InvariantCulture)}{which}");
        return reply.Status != 200 ? [] :
        [
            .. FhirJson.ParseStored(reply.Body).Root["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8])
                .Where(resource => resource["resourceType"u8].Is("Observation"u8) && IsOfSubject(resource))
                .Select(observation => new Found(observation, Evaluate("value", FhirValue.Of(observation)))),
        ];
    }

    /// <summary>False for what was seen of someone or something else than the subject it is kept with, such as a fetus (R4 Observation.focus).</summary>
    private bool IsOfSubject(FhirNode observation) => observation["focus"u8].Items.AsEnumerable().All(focus => Relative(focus) == reference);

    private string? Relative(FhirNode of) => of["reference"u8].Text is { } text ? call.Fhir.Own.Relative(text) : null;

    private static IReadOnlyList<FhirValue> Evaluate(string path, FhirValue of) => FhirPathExpression.Compile(path).Evaluate(new FhirPathContext(of.Node).At(of));

    private static bool HasCode(FhirNode holder, FhirNode item) => holder["code"u8]["coding"u8].Items.AsEnumerable().Select(Token).Intersect(item["code"u8].Items.AsEnumerable().Select(Token)).Any();

    /// <summary>A coding as a search has it.</summary>
    internal static string Token(FhirNode coding) => $"{Escaped(coding["system"u8].Text)}|{Escaped(coding["code"u8].Text)}";

    private static string Escaped(string? text) => (text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>When an item's period began, at the earliest at the first moment that there is; null with an issue for one that cannot be told.</summary>
    private string? Since(FhirNode item)
    {
        var period = item.Sdc("observationLinkPeriod")["valueDuration"u8];
        double? unit = (period["code"u8].Text ?? period["unit"u8].Text) switch
        {
            "a" or "year" or "years" => 365.25 * 86_400,
            "mo" or "month" or "months" => 30.44 * 86_400,
            "wk" or "week" or "weeks" => 7 * 86_400,
            "d" or "day" or "days" => 86_400,
            "h" or "hour" or "hours" => 3_600,
            "min" or "minute" or "minutes" => 60,
            "s" or "second" or "seconds" => 1,
            _ => null,
        };
        if (unit is null || period["value"u8].Number is not { } value || value < 0)
        {
            issues.Add(new("value", "The observationLinkPeriod has to be an amount of a, mo, wk, d, h, min or s.", $"item {item["linkId"u8].Text}"));
            return null;
        }

        var now = call.Fhir.Service.Clock.GetUtcNow();
        var since = now.AddSeconds(-Math.Min((double)value * unit.Value, Math.Floor((now - DateTimeOffset.MinValue).TotalSeconds)));
        return since.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
