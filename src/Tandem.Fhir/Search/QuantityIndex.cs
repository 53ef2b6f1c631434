using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// Quantities (R4 3.1.1.4.14) in the unit as sent; a search converts what it looks for. A comparator opens one end (&lt; 5 is everything
/// below 5 and not 5 itself); a range and sampled data are their two ends; money is its currency.
/// </summary>
internal static class QuantityIndex
{
    private static readonly long Currencies = StableHash.Of("urn:iso:std:iso:4217"u8);

    internal static void Add(FhirNode node, StepName? name, IndexSlot slot, SearchValueList into)
    {
        switch (name?.Type.Name)
        {
            case "Range" when Ends(node) is var (low, high):
                Add(node, node["low"u8] is { IsObject: true } unit ? unit : node["high"u8], low, high, slot, into);
                break;
            case "SampledData" when NumberIndex.Read(node["lowerLimit"u8]) is { } low && NumberIndex.Read(node["upperLimit"u8]) is { } high:
                Add(node, node["origin"u8], low, high, slot, into);
                break;
            case "Money" when NumberIndex.Read(node["value"u8]) is { } amount:
                var currency = TokenIndex.HashOf(node["currency"u8]);
                into.Add(NumberIndex.Value(node, SearchType.Quantity, amount, amount, slot, StableHash.Pair(Currencies, currency), currency, Currencies));
                break;
            default:
                if (NumberIndex.Read(node["value"u8]) is { } value)
                    AddCompared(node, value, slot, into);
                break;
        }
    }

    /// <summary>Both ends of a Range, a missing one infinite; null when both are missing.</summary>
    internal static (double Low, double High)? Ends(FhirNode range)
    {
        var (low, high) = (NumberIndex.Read(range["low"u8]["value"u8]), NumberIndex.Read(range["high"u8]["value"u8]));
        return low is null && high is null ? null : (low ?? double.NegativeInfinity, high ?? double.PositiveInfinity);
    }

    private static void AddCompared(FhirNode node, double value, IndexSlot slot, SearchValueList into)
    {
        var comparator = node["comparator"u8];
        var low = comparator.Is("<"u8) || comparator.Is("<="u8) ? double.NegativeInfinity : comparator.Is(">"u8) ? Math.BitIncrement(value) : value;
        var high = comparator.Is(">"u8) || comparator.Is(">="u8) ? double.PositiveInfinity : comparator.Is("<"u8) ? Math.BitDecrement(value) : value;
        Add(node, node, low, high, slot, into);
    }

    private static void Add(FhirNode source, FhirNode unit, double low, double high, IndexSlot slot, SearchValueList into)
    {
        var isCoded = unit["code"u8].Kind == JsonKind.String;
        var code = isCoded ? unit["code"u8] : unit["unit"u8];
        var (codeHash, system) = (TokenIndex.HashOf(code), TokenIndex.HashOf(unit["system"u8]));
        var value = NumberIndex.Value(source, SearchType.Quantity, low, high, slot, codeHash == 0 ? 0 : StableHash.Pair(system, codeHash), codeHash, system);
        into.Add(isCoded && system == Ucum.SystemHash ? value with { Text = KnownTexts.Plain.Of(code) } : value);
        if (isCoded && TokenIndex.HashOf(unit["unit"u8]) is var words and not 0 && words != codeHash)
            into.Add(NumberIndex.Value(source, SearchType.Quantity, low, high, slot, StableHash.Pair(0, words), words));
    }
}
