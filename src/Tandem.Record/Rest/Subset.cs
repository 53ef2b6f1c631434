using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// Cuts resources down to what was asked for and tags them SUBSETTED, so that nobody takes a part for the whole (R4 3.1.1.5.8–9). Values that stay keep
/// their bytes.
/// </summary>
internal sealed class Subset : IDisposable
{
    private readonly SubsettedText text = new();
    private readonly ResultShape shape;
    private readonly Dictionary<string, HashSet<string>> asked = new(StringComparer.Ordinal);

    private Subset(ResultShape shape) => this.shape = shape;

    /// <summary>The answer's body with its resources cut: one resource, or the entries of a bundle that this server made.</summary>
    /// <param name="body">The resource that goes out.</param>
    /// <param name="shape">What was asked for.</param>
    /// <param name="isStored">True when the body is a resource of the record; a Bundle then is one like any other.</param>
    internal static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> body, ResultShape shape, bool isStored)
    {
        var root = FhirJson.ParseStored(body).Root;
        var type = root["resourceType"u8].Text;
        if (type is "OperationOutcome" or "Parameters" && !isStored)
            return body;
        using var subset = new Subset(shape);
        if (type == "Bundle" && !isStored)
            subset.Bundle(root);
        else
            subset.Resource(root);
        return subset.text.ToArray();
    }

    public void Dispose() => text.Dispose();

    private void Bundle(FhirNode bundle)
    {
        var at = 0;
        foreach (var entry in bundle["entry"u8].Items)
        {
            var resource = entry["resource"u8];
            if (!resource.IsObject || (resource["resourceType"u8].Is("OperationOutcome"u8) && !IsStored(entry)))
                continue;
            if (shape.Elements.Count > 0 && entry["search"u8]["mode"u8].Is("include"u8))
                continue; // the list of elements is for what was searched for (R4 3.1.1.5.9)
            text.Write(bundle.Raw[at..(resource.Offset - bundle.Offset)]);
            if (resource["resourceType"u8].Is("Bundle"u8) && !IsStored(entry)) // an answer within a batch's
                Bundle(resource);
            else
                Resource(resource);
            at = resource.Offset - bundle.Offset + resource.Raw.Length;
        }

        text.Write(bundle.Raw[at..]);
    }

    /// <summary>True for an entry with a resource of the record: a hit, what goes along with one, or a version of a history.</summary>
    private static bool IsStored(FhirNode entry) => entry["search"u8]["mode"u8].Text is "match" or "include" || entry["request"u8].IsObject;

    private void Resource(FhirNode resource)
    {
        var type = R4.Types.Find(resource["resourceType"u8].Text ?? "");
        var elements = Asked(type?.Name ?? "");
        text.Write("{\"resourceType\":"u8);
        text.Write(resource["resourceType"u8].Raw);
        var hasMeta = false;
        foreach (var member in resource.Properties)
        {
            var name = member.NameUtf8;
            if (name.SequenceEqual("resourceType"u8))
                continue;
            if (name.SequenceEqual("meta"u8))
            {
                hasMeta = true;
                text.Name(name);
                text.Meta(member);
            }
            else if (Element(type, name) is var element && Keeps(element, name, elements))
            {
                Member(member, element, isTop: true);
            }
        }

        if (!hasMeta)
        {
            text.Name("meta"u8);
            text.Meta(default);
        }

        text.Write("}"u8);
    }

    /// <summary>The elements that are asked for of a type, without its name before them.</summary>
    private HashSet<string> Asked(string type)
    {
        if (!asked.TryGetValue(type, out var names))
            asked[type] = names = [.. shape.Elements.Select(name => ElementNames.Bare(name, type))];
        return names;
    }

    private bool Keeps(JsonProperty? property, ReadOnlySpan<byte> name, HashSet<string> elements)
    {
        if (name.SequenceEqual("id"u8) || name.SequenceEqual("_id"u8))
            return true;
        var isText = name.SequenceEqual("text"u8);
        if (shape.Elements.Count > 0)
        {
            return property is { Element: var element }
                && (element.Min > 0 || element.IsModifier || elements.Contains(element.Name) || elements.Contains(element.JsonName(property.Value.Type)));
        }

        return shape.Summary switch
        {
            SummaryMode.Text => isText || property is { Element.Min: > 0 },
            SummaryMode.Data => !isText,
            _ => property is { Element.IsSummary: true },
        };
    }

    /// <summary>Writes a member; in a summary only what belongs to it, down to the leaves.</summary>
    private void Member(FhirNode member, JsonProperty? property, bool isTop)
    {
        var before = text.Length;
        text.Name(member.NameUtf8);
        var isDeep = shape.Elements.Count == 0 && shape.Summary == SummaryMode.True && property is { Type.IsPrimitive: false } && !member.NameUtf8.StartsWith("_"u8);
        if (!isDeep)
            text.Write(member.Raw);
        else if (!(member.Kind == JsonKind.Array ? Items(member, property!.Value.Type) : Object(member, property!.Value.Type)))
            text.SetLength(before);
    }

    private bool Items(FhirNode array, FhirType type)
    {
        var isFirst = true;
        foreach (var item in array.Items)
        {
            var before = text.Length;
            text.Write(isFirst ? "["u8 : ","u8);
            if (Object(item, type))
                isFirst = false;
            else
                text.SetLength(before);
        }

        if (!isFirst)
            text.Write("]"u8);
        return !isFirst;
    }

    private bool Object(FhirNode node, FhirType type)
    {
        if (!node.IsObject || type.Name == "Resource")
        {
            text.Write(node.Raw);
            return true;
        }

        var before = text.Length;
        text.Write("{"u8);
        var start = text.Length;
        foreach (var member in node.Properties)
        {
            var element = Element(type, member.NameUtf8);
            if (element is { Element.IsSummary: true } || member.NameUtf8.SequenceEqual("id"u8))
                Member(member, element, isTop: false);
        }

        if (text.Length == start)
        {
            text.SetLength(before);
            return false;
        }

        text.Write("}"u8);
        return true;
    }

    private static JsonProperty? Element(FhirType? type, ReadOnlySpan<byte> name) =>
        type is not null && type.Elements.TryFind(name.StartsWith("_"u8) ? name[1..] : name, out var property) ? property : null;
}
