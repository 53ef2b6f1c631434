using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>
/// References (R4 3.1.1.4.12) and canonical addresses. Within the record a reference is type and id, and with its version besides; any
/// other address is its whole text; references to contained resources are read apart (<see cref="SearchIndexValues.ReadLinks"/>).
/// </summary>
internal static class ReferenceIndex
{
    internal static void Add(FhirNode node, StepName? name, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        if (options.ReadsLinks)
        {
            AddLink(node, slot, into);
            return;
        }

        if (node.Kind == JsonKind.String)
        {
            AddCanonical(node, options, slot, into);
            return;
        }

        if (name?.Type.Name == "Resource")
        {
            Add(node, TokenIndex.HashOf(node["resourceType"u8]), TokenIndex.HashOf(node["id"u8]), slot, into);
            return;
        }

        if (node["identifier"u8] is { IsObject: true } identifier)
            TokenIndex.AddPair(identifier, identifier["system"u8], identifier["value"u8], slot, into);
        var literal = node["reference"u8];
        Span<byte> buffer = stackalloc byte[512];
        var text = literal.Plain(buffer);
        if (literal.Kind == JsonKind.String && !text.IsEmpty && text[0] != (byte)'#')
            AddLiteral(literal, text, options, slot, into);
    }

    /// <summary>A canonical address; one that is written as a reference, to a resource of the record (<c>Questionnaire/1</c>), is found as one.</summary>
    private static void AddCanonical(FhirNode node, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        Span<byte> buffer = stackalloc byte[512];
        var text = options.Own.Relative(node.Plain(buffer));
        if (text.IndexOf((byte)'|') < 0 && ReferenceText.Read(text) is { IsRelative: true } parts)
            AddRelative(node, text, parts, slot, into);
        else
            UriIndex.AddCanonical(node, slot, into);
    }

    /// <summary>What a reference within the resource points to (R4 2.3.0.4.1), by its id.</summary>
    private static void AddLink(FhirNode node, IndexSlot slot, SearchValueList into)
    {
        Span<byte> buffer = stackalloc byte[512];
        var literal = node["reference"u8];
        var text = literal.Kind == JsonKind.String ? literal.Plain(buffer) : default;
        if (!text.IsEmpty && text[0] == (byte)'#')
            into.Add(Value(node, StableHash.Of(text[1..]), 0, 0, slot));
    }

    /// <summary>True when a reference says, itself or through the contained resource it points to, that it is to this type.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="type">The type.</param>
    /// <param name="resource">The resource that it stands in.</param>
    /// <param name="contained">What it may point to within; null until somebody asked, for the resource that it stands in.</param>
    internal static bool PointsTo(FhirNode reference, ReadOnlySpan<byte> type, FhirNode resource, ref ContainedResources? contained)
    {
        Span<byte> buffer = stackalloc byte[512];
        var literal = reference["reference"u8];
        var text = literal.Kind == JsonKind.String ? literal.Plain(buffer) : default;
        if (ReferenceText.Read(text) is { } parts)
            return text[parts.Type].SequenceEqual(type);
        if (text.Length > 1 && text[0] == (byte)'#' && (contained ??= new(resource)).Find(text[1..]) is { Exists: true } within)
            return within["resourceType"u8].Is(type);
        return reference["type"u8].Is(type);
    }

    private static void AddLiteral(FhirNode source, ReadOnlySpan<byte> text, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        text = options.Own.Relative(text);
        if (ReferenceText.Read(text) is not { } parts)
            into.Add(Value(source, StableHash.Of(text), 0, 0, slot));
        else if (parts.IsRelative)
            AddRelative(source, text, parts, slot, into);
        else
            into.Add(Value(source, StableHash.Of(text[..parts.Id.End.Value]), parts.Id.End.Value < text.Length ? StableHash.Of(text) : 0, 0, slot));
    }

    private static void AddRelative(FhirNode source, ReadOnlySpan<byte> text, ReferenceText parts, IndexSlot slot, SearchValueList into)
    {
        var type = StableHash.Of(text[parts.Type]);
        Add(source, type, StableHash.Of(text[parts.Id]), slot, into);
        if (parts.Id.End.Value < text.Length)
            Add(source, type, StableHash.Of(text[parts.Id.Start..]), slot, into);
    }

    private static void Add(FhirNode source, long type, long id, IndexSlot slot, SearchValueList into)
    {
        if (type != 0 && id != 0)
            into.Add(Value(source, StableHash.Pair(type, id), id, type, slot));
    }

    private static SearchValue Value(FhirNode source, long hash, long id, long type, IndexSlot slot) => new()
    {
        ParameterId = slot.ParameterId, Kind = SearchType.Reference, Component = slot.Component, Group = slot.Group, Source = source,
        Hash = hash, CodeHash = id, SystemHash = type,
    };
}
