using System.Text;

namespace Tandem.Fhir.Definitions;

/// <summary>What sort of type it is.</summary>
public enum TypeKind : byte
{
    /// <summary>Resource, DomainResource, Element, BackboneElement: never sent as such.</summary>
    Abstract,
    Primitive,
    Complex,
    /// <summary>A part of one resource or type, named by its path: <c>Patient.contact</c>.</summary>
    Backbone,
    Resource,
}

/// <summary>The primitive types of R4 (2.24.0.1); <see cref="None"/> for every other type.</summary>
public enum PrimitiveKind : byte
{
    None,
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

/// <summary>A type of FHIR R4. One instance per type and process; immutable and thread-safe.</summary>
public sealed class FhirType
{
    private readonly R4Text text;
    private readonly int elementsFrom;
    private ElementTable? elements;
    private FhirRule[]? rules;

    internal FhirType(R4Text text, string name, TypeKind kind, FhirType? parent, string pattern, int elementsFrom)
    {
        (this.text, Name, Kind, Parent, Pattern, this.elementsFrom) = (text, name, kind, parent, pattern, elementsFrom);
        NameBytes = Encoding.UTF8.GetBytes(name);
        Primitive = kind == TypeKind.Primitive ? Enum.Parse<PrimitiveKind>(name, ignoreCase: true) : PrimitiveKind.None;
    }

    internal byte[] NameBytes { get; }

    /// <summary>As in the specification: <c>Patient</c>, <c>HumanName</c>, <c>dateTime</c>, <c>Patient.contact</c>.</summary>
    public string Name { get; }

    /// <summary>The name in UTF-8.</summary>
    public ReadOnlySpan<byte> NameUtf8 => NameBytes;

    /// <summary>Resource, complex type, primitive …</summary>
    public TypeKind Kind { get; }

    /// <summary>Which primitive it is.</summary>
    public PrimitiveKind Primitive { get; }

    /// <summary>The type this one specialises (<c>Patient</c> → <c>DomainResource</c>); null for Element and Resource.</summary>
    public FhirType? Parent { get; }

    /// <summary>The specification's regular expression of a primitive; empty for other types.</summary>
    public string Pattern { get; }

    /// <summary>The value set that the codes of every value of the type are bound to, extensibly (the units of an Age); null when there is none.</summary>
    public string? ExtensibleValueSet { get; internal init; }

    /// <summary>The value set that no code of a value of the type may leave (extension elementdefinition-maxValueSet); null when there is none.</summary>
    public string? MaxValueSet { get; internal init; }

    /// <summary>True for a resource that can be sent.</summary>
    public bool IsResource => Kind == TypeKind.Resource;

    /// <summary>True for a primitive.</summary>
    public bool IsPrimitive => Primitive != PrimitiveKind.None;

    /// <summary>All elements, inherited ones first, in the order of the specification. A primitive has id and extension.</summary>
    public ElementTable Elements => elements ?? ReadElements();

    /// <summary>All invariants of the type, inherited ones first.</summary>
    public IReadOnlyList<FhirRule> Rules => rules ??= [.. Parent?.Rules ?? [], .. text.ReadRules(elementsFrom, out _)];

    /// <summary>True when it is <paramref name="other"/> or a specialisation of it.</summary>
    public bool Is(FhirType other)
    {
        for (var type = this; type is not null; type = type.Parent)
        {
            if (ReferenceEquals(type, other))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private ElementTable ReadElements()
    {
        var read = new ElementTable(this, text.ReadElements(this, elementsFrom));
        return Interlocked.CompareExchange(ref elements, read, null) ?? read;
    }
}
