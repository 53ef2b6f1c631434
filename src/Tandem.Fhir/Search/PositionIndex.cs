using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Location.position for <c>near</c>: latitude in NumberLow, longitude in NumberHigh.</summary>
internal static class PositionIndex
{
    internal static void Add(FhirNode node, IndexSlot slot, SearchValueList into)
    {
        if (NumberIndex.Read(node["latitude"u8]) is { } latitude && NumberIndex.Read(node["longitude"u8]) is { } longitude)
            into.Add(NumberIndex.Value(node, SearchType.Special, latitude, longitude, slot));
    }
}
