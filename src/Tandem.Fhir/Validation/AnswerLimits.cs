using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// What an item asks of each of its answers beyond their type: length and form of texts (maxLength; extensions minLength and regex), decimal places
/// (maxDecimalPlaces), the least and the most (minValue, maxValue). Units, attachments and references have checks of their own.
/// </summary>
internal sealed class AnswerLimits(ValidationRun run, FhirNode questionnaire, FhirNode response)
{
    private static readonly FhirPathExpression HasForm = FhirPathExpression.Compile("toString().matchesFull(%pattern)");

    private readonly QuantityLimits quantities = new(run, new(run, questionnaire));
    private readonly AttachmentLimits attachments = new(run);
    private readonly ReferenceLimits references = new(run, response);
    private readonly HashSet<string> unusable = new(StringComparer.Ordinal);

    internal void Check(FhirNode asked, FhirNode value)
    {
        if (value.Kind == JsonKind.String)
            Length(asked, value, value.Text!);
        if (!value.IsObject && asked.Said(ItemExtensions.Core + "regex") is { Text: { } pattern } said)
            Form(said, pattern, value);
        if (value.Number is { } number && asked.Said(ItemExtensions.Core + "maxDecimalPlaces").Number is { } places && number.Scale > places)
            Say($"The questionnaire takes at most {places} decimal places.", value);
        Bound(asked.Said(ItemExtensions.Core + "minValue"), value, isMost: false);
        Bound(asked.Said(ItemExtensions.Core + "maxValue"), value, isMost: true);
        switch (value.Name)
        {
            case "valueQuantity":
                quantities.Check(asked, value);
                break;
            case "valueAttachment":
                attachments.Check(asked, value);
                break;
            case "valueReference":
                references.Check(asked, value);
                break;
        }
    }

    private void Length(FhirNode asked, FhirNode value, string text)
    {
        if (asked["maxLength"u8].Number is { } most && text.Length > most)
            Say($"The answer has {text.Length} characters; the questionnaire takes {most}.", value);
        if (asked.Said(ItemExtensions.Core + "minLength").Number is { } least && text.Length < least)
            Say($"The answer has {text.Length} characters; the questionnaire asks for {least}.", value);
    }

    /// <summary>A pattern is a stranger's: what it may cost is bounded, and one that cannot be used is told of once and not asked again.</summary>
    private void Form(FhirNode said, string pattern, FhirNode value)
    {
        if (unusable.Contains(pattern))
            return;
        var context = run.OwnContext(response, response).With("pattern", FhirValue.Of(said, "string")).At(FhirValue.Of(value, "string"));
        if (!HasForm.TryEvaluate(context, out var found, out var fault) && unusable.Add(pattern))
            run.Add(IssueSeverity.Warning, "processing", $"The pattern {pattern} of the questionnaire cannot be used: {fault!.Reason}", FhirValue.Of(value, "string"));
        if (found is [{ Boolean: false }])
            Say($"The questionnaire asks for an answer that looks like {pattern}.", value);
    }

    private void Bound(FhirNode bound, FhirNode value, bool isMost)
    {
        if (bound.Text is not { } text || Order(value, bound) is not { } order || (isMost ? order <= 0 : order >= 0))
            return;
        var isMoment = bound.Kind == JsonKind.String;
        Say(isMost ? $"The questionnaire takes nothing {(isMoment ? "after" : "greater than")} {text}." : $"The questionnaire takes nothing {(isMoment ? "before" : "less than")} {text}.", value);
    }

    private static int? Order(FhirNode value, FhirNode bound)
    {
        if (value.Number is { } left && bound.Number is { } right)
            return left.CompareTo(right);
        return Moment(value) is { } moment && Moment(bound) is { } other && moment.Kind == other.Kind ? Order(moment, other) : null;
    }

    /// <summary>
    /// What is known less precisely counts from where it begins, as in the reference validator: the last of June is after a greatest value that is June. Null where it
    /// depends on an offset from UTC that is not there.
    /// </summary>
    private static int? Order(PartialDateTime left, PartialDateTime right)
    {
        if (DateComparison.Compare(left, right) is { } order)
            return order;
        return left.Precision < DatePrecision.Hour || right.Precision < DatePrecision.Hour ? left.Local.CompareTo(right.Local) : null;
    }

    private static PartialDateTime? Moment(FhirNode value) => value.Name switch
    {
        "valueDate" or "valueDateTime" or "valueInstant" => PartialDateTime.Parse(value.Text, FhirValueKind.DateTime),
        "valueTime" => PartialDateTime.Parse(value.Text, FhirValueKind.Time),
        _ => null,
    };

    private void Say(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Of(at, "string"));
}
