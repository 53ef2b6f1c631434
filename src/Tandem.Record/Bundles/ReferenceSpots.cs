using System.Buffers;
using System.Text.Encodings.Web;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Record.Bundles;

/// <summary>A place in a resource's text that points elsewhere.</summary>
/// <param name="Node">The string.</param>
/// <param name="Text">What it says.</param>
/// <param name="IsReference">True for Reference.reference; false for other addresses.</param>
/// <param name="IsNarrative">True for a narrative with links in it; then the text is the whole of it.</param>
internal readonly record struct ReferenceSpot(FhirNode Node, string Text, bool IsReference, bool IsNarrative = false);

/// <summary>
/// Finds what a transaction may have to rewrite: Reference.reference, and elements of type uri, url, oid, uuid, in extensions of primitives too, and the links and pictures of narratives (R4 3.1.0.11.2).
/// Texts in other elements are data, whatever they look like.
/// </summary>
internal static class ReferenceSpots
{
    private static readonly FhirType Element = R4.Types["Element"];

    internal static List<ReferenceSpot> Of(FhirNode resource)
    {
        var spots = new List<ReferenceSpot>();
        Resource(resource, spots);
        return spots;
    }

    /// <summary>The resource's text with other texts in some places, which are in its order.</summary>
    internal static ReadOnlyMemory<byte> Rewritten(FhirNode resource, List<(ReferenceSpot Spot, string Target)> changes)
    {
        var into = new ArrayBufferWriter<byte>(resource.Raw.Length + 256);
        var text = resource.Raw;
        var at = 0;
        foreach (var (spot, target) in changes)
        {
            var from = spot.Node.Offset - resource.Offset;
            into.Write(text[at..from]);
            into.Write("\""u8);
            into.Write(System.Text.Json.JsonEncodedText.Encode(target, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            into.Write("\""u8);
            at = from + spot.Node.Raw.Length;
        }

        into.Write(text[at..]);
        return into.WrittenMemory;
    }

    private static void Resource(FhirNode node, List<ReferenceSpot> spots)
    {
        if (node["resourceType"u8].Text is { } name && R4.Types.Find(name) is { } type)
            Object(node, type, spots);
    }

    private static void Object(FhirNode node, FhirType type, List<ReferenceSpot> spots)
    {
        foreach (var member in node.Properties)
        {
            if (member.NameUtf8 is [(byte)'_', ..])
            {
                foreach (var parts in member.Items)
                    Object(parts, Element, spots);
                continue;
            }

            if (!type.Elements.TryFind(member.NameUtf8, out var property))
                continue;
            if (!property.Type.IsPrimitive)
            {
                foreach (var item in member.Items)
                    Complex(item, property.Type, spots);
            }
            else if (IsReference(type, property) || property.Type.Primitive is PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Oid or PrimitiveKind.Uuid)
            {
                foreach (var item in member.Items)
                    Primitive(item, IsReference(type, property), spots);
            }
            else if (property.Type.Primitive == PrimitiveKind.Xhtml && member.Kind == JsonKind.String && (member.Raw.IndexOf("href"u8) >= 0 || member.Raw.IndexOf("src"u8) >= 0))
            {
                spots.Add(new(member, member.Text!, false, IsNarrative: true));
            }
        }
    }

    private static bool IsReference(FhirType type, JsonProperty property) => type.Name == "Reference" && property.Element.Name == "reference";

    private static void Complex(FhirNode item, FhirType type, List<ReferenceSpot> spots)
    {
        if (type.Name == "Resource")
            Resource(item, spots);
        else
            Object(item, type, spots);
    }

    private static void Primitive(FhirNode item, bool isReference, List<ReferenceSpot> spots)
    {
        if (item.Kind == JsonKind.String && item.Text is { Length: > 1 } text && text[0] != '#')
            spots.Add(new(item, text, isReference));
    }
}
