using System.Buffers.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Numbers (R4 3.1.1.4.6); a range is its two ends.</summary>
internal static class NumberIndex
{
    internal static void Add(FhirNode node, StepName? name, IndexSlot slot, SearchValueList into)
    {
        if (Read(node) is { } number)
            into.Add(Value(node, SearchType.Number, number, number, slot));
        else if (name?.Type.Name == "Range" && QuantityIndex.Ends(node) is var (low, high))
            into.Add(Value(node, SearchType.Number, low, high, slot));
    }

    internal static double? Read(FhirNode node) =>
        node.Kind == JsonKind.Number && Utf8Parser.TryParse(node.Raw, out double value, out _) ? value : null;

    internal static SearchValue Value(
        FhirNode source, SearchType kind, double low, double high, IndexSlot slot, long hash = 0, long code = 0, long system = 0) => new()
    {
        ParameterId = slot.ParameterId, Kind = kind, Component = slot.Component, Group = slot.Group, Source = source,
        Low = BitConverter.DoubleToInt64Bits(low), High = BitConverter.DoubleToInt64Bits(high), Hash = hash, CodeHash = code, SystemHash = system,
    };
}
