using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// What an item asks of a quantity: its unit (extensions unitOption and unitValueSet, unless unitOpen leaves others open) and the least and the most (minQuantity,
/// maxQuantity of SDC 3.0), whatever unit of the same kind they are in.
/// </summary>
internal sealed class QuantityLimits(ValidationRun run, NamedSets sets)
{
    internal void Check(FhirNode asked, FhirNode quantity)
    {
        Unit(asked, quantity);
        Bound(asked.Said(ItemExtensions.Sdc + "minQuantity"), quantity, isMost: false);
        Bound(asked.Said(ItemExtensions.Sdc + "maxQuantity"), quantity, isMost: true);
    }

    private void Unit(FhirNode asked, FhirNode quantity)
    {
        var options = asked.AllSaid(ItemExtensions.Core + "questionnaire-unitOption");
        var set = asked.Said(ItemExtensions.Core + "questionnaire-unitValueSet").Text;
        if ((options.Count == 0 && set is null) || asked.Said(ItemExtensions.Sdc + "unitOpen").Text is "optionsOrType" or "optionsOrString")
            return;
        if (options.Exists(option => ResponseCheck.Is(option, quantity)) || (set is not null && sets.Has(set, quantity) != false))
            return;
        List<string?> allowed = [.. options.Select(option => option["code"u8].Text), set];
        Say("code-invalid", $"The unit is none of those that the questionnaire takes: {string.Join(", ", allowed.OfType<string>())}.", quantity);
    }

    private void Bound(FhirNode bound, FhirNode quantity, bool isMost)
    {
        if (quantity["value"u8].Number is not { } value || bound["value"u8].Number is not { } limit)
            return;
        var isSame = IsSame(quantity, bound);
        var shown = $"{(isMost ? "greatest" : "least")} quantity that the questionnaire takes, {bound["value"u8].Text} {bound["unit"u8].Text ?? bound["code"u8].Text}".TrimEnd();
        if (!isSame && (IsUnknown(quantity) || IsUnknown(bound)))
            run.Add(IssueSeverity.Warning, "not-supported", $"A unit is not known here, so it was not compared with the {shown}.", FhirValue.Of(quantity, "Quantity"));
        else if (!isSame && !TryAlign(quantity, ref value, bound, ref limit))
            Say("value", $"The quantity has no code for a unit that compares with the {shown}.", quantity);
        else if (isMost ? value > limit : value < limit)
            Say("value", $"The quantity is {(isMost ? "greater" : "less")} than the {shown}.", quantity);
    }

    /// <summary>One code, or plain numbers: words for a unit say nothing of its size.</summary>
    private static bool IsSame(FhirNode quantity, FhirNode bound) => quantity["code"u8].Text is { } code
        ? code == bound["code"u8].Text && quantity["system"u8].Text == bound["system"u8].Text
        : !(quantity["unit"u8].Exists || bound["unit"u8].Exists || bound["code"u8].Exists);

    private static bool TryAlign(FhirNode quantity, ref decimal value, FhirNode bound, ref decimal limit) =>
        UnitOf(quantity) is { } from && UnitOf(bound) is { } to && UcumUnit.TryAlign(from, ref value, to, ref limit);

    private static bool IsUnknown(FhirNode quantity) => quantity["system"u8].Text == Ucum.System && quantity["code"u8].Exists && UnitOf(quantity) is null;

    private static UcumUnit? UnitOf(FhirNode quantity) => quantity["system"u8].Text == Ucum.System && quantity["code"u8].Text is { } code ? UcumUnit.Parse(code) : null;

    private void Say(string code, string text, FhirNode at) => run.Add(IssueSeverity.Error, code, text, FhirValue.Of(at, "Quantity"));
}
