using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Addresses (R4 3.1.1.4.13): compared as sent, case and all.</summary>
internal static class UriIndex
{
    internal static void Add(FhirNode node, IndexSlot slot, SearchValueList into) => Add(node, SearchType.Uri, slot, into);

    /// <summary>A canonical address counts as a reference: whole, and in CodeHash without its version.</summary>
    internal static void AddCanonical(FhirNode node, IndexSlot slot, SearchValueList into) => Add(node, SearchType.Reference, slot, into);

    private static void Add(FhirNode node, SearchType kind, IndexSlot slot, SearchValueList into)
    {
        if (node.Kind != JsonKind.String)
            return;
        Span<byte> buffer = stackalloc byte[512];
        var text = node.Plain(buffer);
        var version = text.IndexOf((byte)'|');
        var whole = StableHash.Of(text);
        into.Add(new()
        {
            ParameterId = slot.ParameterId, Kind = kind, Component = slot.Component, Group = slot.Group, Source = node,
            Hash = whole, CodeHash = version < 0 ? whole : StableHash.Of(text[..version]), Text = kind == SearchType.Uri ? KnownTexts.Plain.Of(node) : null,
        });
    }
}
