using System.Collections;

namespace Tandem.Fhir.Definitions;

/// <summary>The elements of a type, by name in FHIRPath and by name in JSON.</summary>
public sealed class ElementTable : IReadOnlyList<FhirElement>
{
    private readonly FhirElement[] elements;
    private readonly Dictionary<string, FhirElement> byName = new(StringComparer.Ordinal);
    private readonly JsonProperty[] properties;
    private readonly Utf8Names names;

    internal ElementTable(FhirType type, FhirElement[] elements)
    {
        this.elements = elements;
        var tracked = elements.Where(element => element.Min > 0 || element.IsChoice).ToArray();
        if (tracked.Length > 64)
            throw new InvalidDataException($"{type.Name} has more than 64 required or choice elements.");

        Tracked = tracked;
        for (var bit = 0; bit < tracked.Length; bit++)
            RequiredBits |= tracked[bit].Min > 0 ? 1UL << bit : 0;
        foreach (var element in elements)
            byName[element.Name] = element;
        properties = elements
            .SelectMany(element => element.Types.Select(of => new JsonProperty(element, of.Type, Array.IndexOf(tracked, element))))
            .ToArray();
        names = new(Array.ConvertAll(properties, property => property.Element.JsonNameBytes(property.Type)));
    }

    /// <summary>Required and choice elements, by <see cref="JsonProperty.Track"/>.</summary>
    internal FhirElement[] Tracked { get; }

    /// <summary>The bits of the required ones.</summary>
    internal ulong RequiredBits { get; }

    /// <inheritdoc/>
    public int Count => elements.Length;

    /// <inheritdoc/>
    public FhirElement this[int index] => elements[index];

    /// <summary>The element of this name, without <c>[x]</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public FhirElement this[string name] => byName[name];

    /// <summary>The element of this name, without <c>[x]</c>; null when there is none.</summary>
    public FhirElement? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The element and type behind a JSON property's name (<c>valueQuantity</c>); does not know <c>_name</c>. No allocation.</summary>
    public bool TryFind(ReadOnlySpan<byte> jsonName, out JsonProperty property)
    {
        var number = names.Find(jsonName);
        property = number < 0 ? default : properties[number];
        return number >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<FhirElement> GetEnumerator() => ((IEnumerable<FhirElement>)elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => elements.GetEnumerator();
}
