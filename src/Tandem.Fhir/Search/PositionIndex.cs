using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Location.position for <c>near</c>, and the extension geolocation of an address: latitude in NumberLow, longitude in NumberHigh.</summary>
internal static class PositionIndex
{
    /// <summary>The extension of an Address that says where it is.</summary>
    internal const string Geolocation = "http://hl7.org/fhir/StructureDefinition/geolocation";

    internal static void Add(FhirNode node, IndexSlot slot, SearchValueList into)
    {
        if (Degrees(node, "latitude"u8) is { } latitude && Degrees(node, "longitude"u8) is { } longitude && double.IsFinite(latitude) && double.IsFinite(longitude))
            into.Add(NumberIndex.Value(node, SearchType.Special, latitude, longitude, slot));
    }

    private static double? Degrees(FhirNode node, ReadOnlySpan<byte> name)
    {
        if (node[name].Exists)
            return NumberIndex.Read(node[name]);
        foreach (var part in node["extension"u8].Items)
        {
            if (part["url"u8].Is(name))
                return NumberIndex.Read(part["valueDecimal"u8]);
        }

        return null;
    }
}
