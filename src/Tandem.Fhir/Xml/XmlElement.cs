using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Xml;

/// <summary>One element of FHIR XML as it was read: its attributes and children, or the text of an XHTML div.</summary>
internal sealed class XmlElement(string name)
{
    private List<XmlElement>? children;

    internal string Name => name;

    /// <summary>The attribute value, as written; null when there is none.</summary>
    internal string? Value { get; set; }

    /// <summary>The attribute id (of an element, not of a resource).</summary>
    internal string? Id { get; set; }

    /// <summary>The attribute url of an extension.</summary>
    internal string? Url { get; set; }

    /// <summary>The whole div with its tags.</summary>
    internal string? Xhtml { get; set; }

    internal IReadOnlyList<XmlElement> Children => children ?? (IReadOnlyList<XmlElement>)[];

    /// <summary>What the definitions say of it in its parent; null when they do not know it.</summary>
    internal FhirElement? Element { get; set; }

    /// <summary>Its type; null when it is not known.</summary>
    internal FhirType? Type { get; set; }

    /// <summary>True for an element that is a resource, of any type or (the outcome of a bundle's response) of one: its only child is named by its type.</summary>
    internal bool HoldsResource => Element is not null && Type is ({ Name: "Resource" } or { IsResource: true });

    /// <summary>The element's id and extensions, which JSON keeps beside a primitive's value.</summary>
    internal bool HasParts => Id is not null || children is not null;

    internal void Add(XmlElement child) => (children ??= []).Add(child);
}
