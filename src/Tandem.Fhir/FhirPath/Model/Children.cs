using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>The items behind JSON properties: arrays unrolled, a primitive joined with its companion <c>_name</c> (FHIR R4 2.6.2).</summary>
internal static class Children
{
    internal static void Add(FhirNode value, FhirNode companion, FhirType? type, ref ValueBuilder found)
    {
        if (value.Kind == JsonKind.Array || companion.Kind == JsonKind.Array)
        {
            AddPairs(value.Items.GetEnumerator(), companion.Items.GetEnumerator(), type, ref found);
            return;
        }

        if (value.Kind is not (JsonKind.Missing or JsonKind.Null) || companion.IsObject)
            found.Add(FhirValue.Element(value, companion, type));
    }

    /// <summary><c>value[x]</c>: whichever of <c>valueQuantity</c>, <c>valueString</c> … is there; of an unknown owner any name that ends with a type.</summary>
    internal static void AddChoice(FhirNode holder, ReadOnlySpan<byte> name, FhirType? owner, ref ValueBuilder found)
    {
        foreach (var property in holder.Properties)
        {
            var full = property.NameUtf8;
            var isCompanion = full.Length > 0 && full[0] == '_';
            if (isCompanion)
                full = full[1..];
            if (full.Length <= name.Length || full[name.Length] is < (byte)'A' or > (byte)'Z' || !full.StartsWith(name))
                continue;
            if (TypeBehind(full, name.Length, owner) is not { } type)
                continue;
            if (!isCompanion)
                Add(property, CompanionOf(holder, full), type, ref found);
            else if (!holder[full].Exists)
                Add(default, property, type, ref found);
        }
    }

    /// <summary>The child elements of one name, as a path's step gives them; <paramref name="name"/> without <c>[x]</c>.</summary>
    internal static Values Named(in FhirValue item, ReadOnlySpan<byte> name)
    {
        var found = default(ValueBuilder);
        var holder = item.Node is { IsObject: true } node ? node : item.Companion;
        if (!holder.Exists)
            return default;
        var element = item.Type?.Elements.Find(Encoding.UTF8.GetString(name));
        if (element is { IsChoice: true })
            AddChoice(holder, name, item.Type, ref found);
        else
            Add(holder[name], element is null or { Types: [{ Type.IsPrimitive: true }] } ? CompanionOf(holder, name) : default, element?.Types[0].Type, ref found);
        return found.Done();
    }

    /// <summary>All child elements in the order sent.</summary>
    internal static void AddAll(in FhirValue item, ref ValueBuilder found)
    {
        var node = item.Node;
        var holder = node.IsObject ? node : item.Companion;
        var type = item.Type;
        foreach (var property in holder.Properties)
        {
            var name = property.NameUtf8;
            if (name.Length == 0 || name.SequenceEqual("resourceType"u8))
                continue;
            var isCompanion = name[0] == '_';
            if (isCompanion && holder[name[1..]].Exists)
                continue;
            var known = default(JsonProperty);
            type?.Elements.TryFind(isCompanion ? name[1..] : name, out known);
            if (isCompanion)
                Add(default, property, known.Type, ref found);
            else
                Add(property, known.Type is null or { IsPrimitive: true } ? CompanionOf(holder, name) : default, known.Type, ref found);
        }
    }

    private static FhirNode CompanionOf(FhirNode holder, ReadOnlySpan<byte> name)
    {
        if (name.Length > 127)
            return default;
        Span<byte> companion = stackalloc byte[name.Length + 1];
        companion[0] = (byte)'_';
        name.CopyTo(companion[1..]);
        return holder[companion];
    }

    private static FhirType? TypeBehind(ReadOnlySpan<byte> full, int prefix, FhirType? owner)
    {
        if (owner is not null)
            return owner.Elements.TryFind(full, out var property) && property.Element.IsChoice && property.Element.Name.Length == prefix ? property.Type : null;
        if (full.Length - prefix > 64)
            return null;
        Span<byte> name = stackalloc byte[full.Length - prefix];
        full[prefix..].CopyTo(name);
        if (R4.Types.Find(name) is { } complex)
            return complex;
        name[0] |= 0x20;
        return R4.Types.Find(name);
    }

    private static void AddPairs(NodeList.Enumerator values, NodeList.Enumerator companions, FhirType? type, ref ValueBuilder found)
    {
        while (true)
        {
            var (more, moreCompanions) = (values.MoveNext(), companions.MoveNext());
            if (!more && !moreCompanions)
                return;
            var value = more ? values.Current : default;
            var companion = moreCompanions ? companions.Current : default;
            if (value.Kind is not (JsonKind.Missing or JsonKind.Null) || companion.IsObject)
                found.Add(FhirValue.Element(value, companion, type));
        }
    }
}
