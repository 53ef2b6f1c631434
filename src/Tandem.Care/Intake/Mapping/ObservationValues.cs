using System.Text.RegularExpressions;
using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>OBX-5 by its type in OBX-2 to <c>value[x]</c> (v2-to-FHIR guide: OBX[Observation]). What does not fit its type is kept as text with a warning.</summary>
internal static partial class ObservationValues
{
    /// <summary>Writes the value of one repetition; nothing when there is none.</summary>
    internal static void Write(ResourceText text, Obx obx, Hl7Value value, SourceSettings source, SourceClock clock, MappingNotes notes)
    {
        if (!value.HasValue && !value[2].HasValue && !value[3].HasValue)
            return;
        switch (obx.ValueType)
        {
            case "NM":
                WriteNumber(text, obx, value, notes);
                break;
            case "SN":
                WriteStructuredNumber(text, obx, new Sn(value), notes);
                break;
            case "CE" or "CWE" or "CNE" or "CF":
                Concepts.Write(text, "valueCodeableConcept", new Cwe(value), source);
                break;
            case "IS" or "ID":
                text.Object("valueCodeableConcept").Array("coding").Object().Text("code", value.Text).End().End().Text("text", value.Text).End();
                break;
            case "DT" or "TS" or "DTM":
                WriteTime(text, value, clock, notes);
                break;
            case "TM":
                WriteTimeOfDay(text, value, notes);
                break;
            case "DR":
                text.Object("valuePeriod").Text("start", clock.DateTime(value[1])).Text("end", clock.DateTime(value[2])).End();
                break;
            case "NR":
                WriteRange(text, value[1].Text, value[2].Text, obx);
                break;
            default:
                WriteText(text, obx, value, notes);
                break;
        }
    }

    /// <summary>Writes a string (ST) that is one number with a unit beside it, as many laboratories send amounts; false when it is anything else.</summary>
    internal static bool TryWriteWorded(ResourceText text, Obx obx) =>
        obx.ValueType == "ST" && Concepts.Any(obx.Units) && obx.Value.Repetitions.Count == 1 && obx.Value.WholeText == obx.Value.Text
        && TryWriteNumber(text, obx, obx.Value.Repetition(1));

    internal static void Quantity(ResourceText text, string name, string literal, string? comparator, string? unit, string? ucum) =>
        text.Object(name).Number("value", literal).Text("comparator", comparator).Text("unit", unit)
            .Text("system", ucum is null ? null : CodeSystems.Ucum).Text("code", ucum).End();

    /// <summary>The unit as it was sent, and its UCUM code when OBX-6 says that it is one or its text surely means one.</summary>
    internal static (string? Unit, string? Ucum) Unit(Obx obx)
    {
        var units = obx.Units;
        if (units.System == "UCUM")
            return (units.OriginalText ?? units.Display ?? units.Code, units.Code);
        if (units.AlternateSystem == "UCUM")
            return (units.OriginalText ?? units.Display ?? units.Code ?? units.AlternateCode, units.AlternateCode);
        // "10^3/uL" sent with a bare delimiter falls apart into components; it is one text.
        if (units.Code is "10" or "x10" or "X10" && units.System is null)
            return (units.Value.WholeText, UcumUnits.Code(units.Value.WholeText));
        var unit = units.Code ?? units.Display;
        return (unit, UcumUnits.Code(units.Code) ?? UcumUnits.Code(units.Display));
    }

    private static void WriteNumber(ResourceText text, Obx obx, Hl7Value value, MappingNotes notes)
    {
        if (TryWriteNumber(text, obx, value))
            return;
        notes.Warn("value", "This is no number; it was kept as text.", value);
        text.Text("valueString", value.WholeText);
    }

    private static bool TryWriteNumber(ResourceText text, Obx obx, Hl7Value value)
    {
        var (unit, ucum) = Unit(obx);
        if (Numbers.Literal(value.Text) is { } literal)
        {
            Quantity(text, "valueQuantity", literal, null, unit, ucum);
            return true;
        }

        // Laboratories send "<0.1" as a number although NM has no comparator.
        if (value.Text is not { } sent || Compared().Match(sent) is not { Success: true } match || Numbers.Literal(match.Groups[2].Value) is not { } limit)
            return false;
        Quantity(text, "valueQuantity", limit, match.Groups[1].Value, unit, ucum);
        return true;
    }

    private static void WriteStructuredNumber(ResourceText text, Obx obx, Sn number, MappingNotes notes)
    {
        var (unit, ucum) = Unit(obx);
        var first = Numbers.Literal(number.First);
        var second = Numbers.Literal(number.Second);
        var comparator = number.Comparator?.Trim() is "<" or "<=" or ">" or ">=" ? number.Comparator.Trim() : null;
        var comparable = comparator is not null || string.IsNullOrWhiteSpace(number.Comparator) || number.Comparator.Trim() == "=";
        switch (number.Separator?.Trim())
        {
            case null or "" when comparable && first is not null:
                Quantity(text, "valueQuantity", first, comparator, unit, ucum);
                break;
            case "-" when comparable && comparator is null && first is not null && second is not null:
                WriteRange(text, first, second, obx);
                break;
            case ":" or "/" when comparable && first is not null && second is not null:
                text.Object("valueRatio");
                Quantity(text, "numerator", first, comparator, unit, ucum);
                Quantity(text, "denominator", second, null, null, null);
                text.End();
                break;
            default:
                var words = string.Join(' ', new[] { number.Comparator, number.First, number.Separator, number.Second, unit }.Where(p => !string.IsNullOrWhiteSpace(p)));
                if (first is null)
                    notes.Warn("value", "This is no structured number; it was kept as text.", number.Value);
                text.Text("valueString", words);
                break;
        }
    }

    private static void WriteRange(ResourceText text, string? low, string? high, Obx obx)
    {
        var (unit, ucum) = Unit(obx);
        text.Object("valueRange");
        if (Numbers.Literal(low) is { } lower)
            Quantity(text, "low", lower, null, unit, ucum);
        if (Numbers.Literal(high) is { } upper)
            Quantity(text, "high", upper, null, unit, ucum);
        text.End();
    }

    private static void WriteTime(ResourceText text, Hl7Value value, SourceClock clock, MappingNotes notes)
    {
        if (Dtm.Read(value) is not null)
        {
            text.Text("valueDateTime", clock.DateTime(value));
            return;
        }

        notes.Warn("value", "This is no time; it was kept as text.", value);
        text.Text("valueString", value.WholeText);
    }

    private static void WriteTimeOfDay(ResourceText text, Hl7Value value, MappingNotes notes)
    {
        if (value.Text is { } sent && TimeOfDay().Match(sent.Trim()) is { Success: true } match)
        {
            var seconds = match.Groups[3].Success ? match.Groups[3].Value : "00";
            text.Text("valueTime", $"{match.Groups[1].Value}:{(match.Groups[2].Success ? match.Groups[2].Value : "00")}:{seconds}");
            return;
        }

        notes.Warn("value", "This is no time of day; it was kept as text.", value);
        text.Text("valueString", value.WholeText);
    }

    private static void WriteText(ResourceText text, Obx obx, Hl7Value value, MappingNotes notes)
    {
        if (obx.ValueType is null)
            notes.Warn("required", "The type of this value is not stated; it was kept as text.", obx.Segment.Location.Short + "-2");
        else if (obx.ValueType is not ("ST" or "TX" or "FT"))
            notes.Warn("not-supported", "Values of this type are kept as text.", obx.Segment[2]);
        text.Text("valueString", value.WholeText);
    }

    [GeneratedRegex(@"^\s*(<=|>=|<|>)\s*([-+]?\d*\.?\d+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Compared();

    [GeneratedRegex(@"^([01]\d|2[0-3])(?:([0-5]\d)(?:([0-5]\d)(?:\.\d+)?)?)?(?:[+-]\d{4})?$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();
}
