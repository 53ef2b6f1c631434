using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Fhir.Json;

namespace Tandem.Care.Results;

/// <summary>A number as a result states it: as a quantity, a whole number, or in words that are one number (OBX-2 ST is common).</summary>
/// <param name="Number">How much.</param>
/// <param name="Comparator"><c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>, or null.</param>
/// <param name="Unit">As stated: UCUM code or text; null when none is.</param>
internal readonly partial record struct StatedAmount(decimal Number, string? Comparator, string? Unit)
{
    /// <summary>True when the result, or the component of one, has any value.</summary>
    internal static bool Has(FhirNode part)
    {
        foreach (var property in part.Properties)
        {
            if (property.NameUtf8.StartsWith("value"u8))
                return true;
        }

        return false;
    }

    /// <summary>The amount; null when the value is none: words, a concept, a range, a ratio.</summary>
    internal static StatedAmount? Read(FhirNode part)
    {
        var quantity = part["valueQuantity"u8];
        if (quantity["value"u8].Number is { } value)
            return new(value, quantity["comparator"u8].Text, Given(quantity));
        if (part["valueInteger"u8].Number is { } whole)
            return new(whole, null, RangeUnit(part));
        if (part["valueString"u8].Text is not { } words || Amount().Match(words) is not { Success: true } match
            || !decimal.TryParse(match.Groups[2].Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var comparator = match.Groups[1].Value switch { "" => null, "≤" => "<=", "≥" => ">=", var sign => sign };
        return new(number, comparator, match.Groups[3].Length > 0 ? match.Groups[3].Value : RangeUnit(part));
    }

    /// <summary>Words have no unit beside them; the reference range beside them may state it.</summary>
    private static string? RangeUnit(FhirNode part)
    {
        var range = part["referenceRange"u8].First;
        return Given(range["high"u8]) ?? Given(range["low"u8]);
    }

    private static string? Given(FhirNode quantity) => quantity["code"u8].Text ?? quantity["unit"u8].Text;

    [GeneratedRegex(@"^\s*(<=|>=|<|>|≤|≥)?\s*([-+]?\d{1,12}(?:\.\d{1,12})?)(?:\s*([^\d\s.,](?:.{0,30}\S)?))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
