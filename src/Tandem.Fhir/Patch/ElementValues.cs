using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>
/// All values of one element of one object, each with its companion (<c>_name</c>: id and extensions of a primitive, FHIR R4 2.6.2.3), so
/// that both are put in, taken out and moved together.
/// </summary>
internal sealed class ElementValues
{
    private readonly JsonTree owner;
    private readonly string name;

    private ElementValues(JsonTree owner, string name, bool isList) => (this.owner, this.name, IsList) = (owner, name, isList);

    /// <summary>True when it is an array in JSON.</summary>
    internal bool IsList { get; }

    internal List<(JsonTree? Value, JsonTree? Companion)> Items { get; } = [];

    /// <summary>Reads the values by the JSON property's name.</summary>
    internal static ElementValues Of(JsonTree owner, string name, bool isList)
    {
        var (value, companion) = (owner.Find(name), owner.Find("_" + name));
        var values = new ElementValues(owner, name, isList || value?.Kind == JsonKind.Array || companion?.Kind == JsonKind.Array);
        if (!values.IsList)
        {
            if (value is not null || companion is not null)
                values.Items.Add((value, companion));
            return values;
        }

        var (all, parts) = (List(value), List(companion));
        for (var i = 0; i < Math.Max(all.Count, parts.Count); i++)
            values.Items.Add((Present(all, i), Present(parts, i)));
        return values;
    }

    /// <summary>Writes the values back; what has become empty is taken away.</summary>
    internal void Keep()
    {
        var hasValue = Items.Exists(item => item.Value is not null);
        var hasParts = Items.Exists(item => item.Companion is not null);
        Put(name, hasValue, item => item.Value);
        Put("_" + name, hasParts, item => item.Companion);
    }

    private void Put(string member, bool isThere, Func<(JsonTree? Value, JsonTree? Companion), JsonTree?> part)
    {
        if (!isThere)
        {
            owner.Remove(member);
            return;
        }

        if (!IsList)
        {
            owner.Set(member, part(Items[0])!);
            return;
        }

        var array = JsonTree.NewArray();
        array.Items.AddRange(Items.Select(item => part(item) ?? JsonTree.Null()));
        owner.Set(member, array);
    }

    private static List<JsonTree> List(JsonTree? tree) => tree is null ? [] : tree.Kind == JsonKind.Array ? tree.Items : [tree];

    private static JsonTree? Present(List<JsonTree> list, int at) => at < list.Count && list[at].Kind != JsonKind.Null ? list[at] : null;
}

/// <summary>A value that a patch brings: with the type its name says, or the parts of an element without a name of its own.</summary>
internal sealed record PatchValue(JsonTree? Value, JsonTree? Companion, FhirType? Type)
{
    /// <summary>Reads <c>value[x]</c>, a resource or parts of a parameter; null when it has none or more than one.</summary>
    /// <param name="parameter">The parameter or part.</param>
    /// <param name="target">The type of the element that the value is for, for parts; null when not known.</param>
    internal static PatchValue? Read(FhirNode parameter, FhirType? target)
    {
        if (parameter["resource"u8].IsObject)
            return new(JsonTree.Of(parameter["resource"u8]), null, null);
        if (parameter["part"u8].Exists)
            return Parts(parameter, target) is { } parts ? new(parts, null, target) : null;
        PatchValue? found = null;
        foreach (var member in parameter.Properties)
        {
            var name = member.Name;
            var isCompanion = name.StartsWith("_value", StringComparison.Ordinal);
            if (!isCompanion && !name.StartsWith("value", StringComparison.Ordinal))
                continue;
            var type = TypeOf(name[(isCompanion ? 6 : 5)..]);
            if (type is null || (found is not null && found.Type != type))
                return null;
            found = isCompanion
                ? new(found?.Value, JsonTree.Of(member), type)
                : new(JsonTree.Of(member), found?.Companion, type);
        }

        return found;
    }

    private static FhirType? TypeOf(string suffix)
    {
        if (suffix.Length == 0)
            return null;
        return R4.Types.Find(char.ToLowerInvariant(suffix[0]) + suffix[1..]) is { IsPrimitive: true } primitive ? primitive : R4.Types.Find(suffix);
    }

    /// <summary>An element of a type without a name (Patient.contact): its children are parts by their names.</summary>
    private static JsonTree? Parts(FhirNode parameter, FhirType? type)
    {
        var tree = JsonTree.NewObject();
        foreach (var part in parameter["part"u8].Items)
        {
            if (part["name"u8].Text is not { } name || ElementName.Find(type, name) is not { } element)
                return null;
            if (Read(part, element.Types.Count == 1 ? element.Types[0].Type : null) is not { } value || ElementName.JsonName(element, value.Type) is not { } json)
                return null;
            var values = ElementValues.Of(tree, json, element.IsList);
            if (!element.IsList && values.Items.Count > 0)
                return null;
            values.Items.Add((value.Value, value.Companion));
            values.Keep();
        }

        return tree;
    }
}

/// <summary>Names of elements in a patch.</summary>
internal static class ElementName
{
    /// <summary>The element by its name in FHIRPath, or by its property's name in JSON.</summary>
    internal static FhirElement? Find(FhirType? type, string name) =>
        type is null ? null
        : type.Elements.Find(name) ?? (type.Elements.TryFind(System.Text.Encoding.UTF8.GetBytes(name), out var property) ? property.Element : null);

    /// <summary>The property's name in JSON for a value of this type; null when the element cannot have it.</summary>
    internal static string? JsonName(FhirElement element, FhirType? type)
    {
        if (!element.IsChoice)
            return element.Name;
        return element.Types.FirstOrDefault(of => of.Type == type) is { } fits ? element.JsonName(fits.Type) : null;
    }
}
