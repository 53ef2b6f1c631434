using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath;

/// <summary>What a <see cref="FhirValue"/> is: an element of a FHIR document, or a value of FHIRPath's System types.</summary>
public enum FhirValueKind : byte
{
    /// <summary>An element or resource; its primitive value, if any, is reached by <see cref="FhirValue.ToSystem"/>.</summary>
    Node,
    Boolean,
    Integer,
    Decimal,
    String,
    Date,
    DateTime,
    Time,
    Quantity,

    /// <summary>What <c>type()</c> gives.</summary>
    Type,

    /// <summary>An integer of 64 bits.</summary>
    Long,
}

/// <summary>One item of a result. A small struct that allocates nothing for elements, booleans and integers. Immutable.</summary>
public readonly struct FhirValue : IEquatable<FhirValue>
{
    private readonly object? content;
    private readonly FhirType? type;
    private readonly int number;
    private readonly int companion;

    private FhirValue(FhirValueKind kind, object? content, int number, FhirType? type = null, int companion = 0) =>
        (Kind, this.content, this.number, this.type, this.companion) = (kind, content, number, type, companion);

    /// <summary>Element or System type.</summary>
    public FhirValueKind Kind { get; }

    /// <summary>The element in its document; missing for a System value and for a primitive that has only extensions.</summary>
    public FhirNode Node => Kind == FhirValueKind.Node && number >= 0 ? new((FhirJson)content!, number) : default;

    /// <summary>A primitive's other half, <c>_name</c>, with its id and extensions; missing when there is none.</summary>
    public FhirNode Companion => Kind == FhirValueKind.Node && companion > 0 ? new((FhirJson)content!, companion) : default;

    /// <summary>The element's FHIR type; null for a System value and for an element whose type is not known.</summary>
    public FhirType? Type => type;

    /// <summary>The type's name: <c>HumanName</c>, <c>code</c>, <c>Patient.contact</c>; of a System value <c>String</c>, <c>Date</c> ….</summary>
    public string TypeName => Kind == FhirValueKind.Node ? type?.Name ?? FallbackName() : Kind.ToString();

    /// <summary>A resource (its type is read from it) or an element of the named type; of an unknown type when none is named.</summary>
    /// <exception cref="ArgumentException">The node is missing.</exception>
    public static FhirValue Of(FhirNode node, string? typeName = null)
    {
        if (!node.Exists)
            throw new ArgumentException("A missing value cannot be an item.", nameof(node));
        return Element(node, default, typeName is null ? null : R4.Types.Find(typeName));
    }

    /// <summary>A System.Boolean.</summary>
    public static FhirValue Of(bool value) => new(FhirValueKind.Boolean, null, value ? 1 : 0);

    /// <summary>A System.Integer.</summary>
    public static FhirValue Of(int value) => new(FhirValueKind.Integer, null, value);

    /// <summary>A System.Long.</summary>
    public static FhirValue Of(long value) => new(FhirValueKind.Long, value, 0);

    /// <summary>A System.Decimal; zeros at the end of its fraction are its precision.</summary>
    public static FhirValue Of(decimal value) => new(FhirValueKind.Decimal, value, 0);

    /// <summary>A System.String.</summary>
    public static FhirValue Of(string value) => new(FhirValueKind.String, value, 0);

    /// <summary>A System.Date, DateTime or Time.</summary>
    public static FhirValue Of(PartialDateTime value) => new(value.Kind, value, 0);

    /// <summary>A System.DateTime to the millisecond.</summary>
    public static FhirValue Of(DateTimeOffset value) => Of(PartialDateTime.Instant(value));

    /// <summary>A System.Quantity.</summary>
    public static FhirValue Of(PathQuantity value) => new(FhirValueKind.Quantity, value, 0);

    internal static FhirValue OfType(TypeName name) => new(FhirValueKind.Type, name, 0);

    /// <summary>An element: its value, its companion, either may be missing or null but not both.</summary>
    internal static FhirValue Element(FhirNode node, FhirNode companion, FhirType? declared)
    {
        var document = node.Exists ? node.Document : companion.Document;
        var present = node.Exists && node.Kind != JsonKind.Null;
        if (present && node.IsObject && declared is null or { Kind: TypeKind.Abstract } && node["resourceType"u8] is { Kind: JsonKind.String } name)
            declared = R4.Types.Find(name.Raw[1..^1]) ?? declared;
        return new(FhirValueKind.Node, document, present ? node.Index : -1, declared, companion.IsObject ? companion.Index : 0);
    }

    /// <summary>The System value of a primitive or Quantity element; any other item as it is.</summary>
    public FhirValue ToSystem() => Kind == FhirValueKind.Node ? Conversion.OfElement(this) : this;

    /// <summary>True or false; null when this is no boolean.</summary>
    public bool? Boolean => Kind == FhirValueKind.Boolean ? number != 0 : Kind == FhirValueKind.Node ? Node.Boolean : null;

    /// <summary>The number of an integer or decimal; null when this is none.</summary>
    public decimal? Number => Kind switch
    {
        FhirValueKind.Integer => number,
        FhirValueKind.Decimal => (decimal)content!,
        FhirValueKind.Long => (long)content!,
        FhirValueKind.Node => Node.Number,
        _ => null,
    };

    /// <summary>The date, date-time or time; null when this is none.</summary>
    public PartialDateTime? Date => ToSystem().content as PartialDateTime;

    /// <summary>The quantity; null when this is none.</summary>
    public PathQuantity? Quantity => ToSystem().content as PathQuantity;

    /// <summary>The value as <c>toString()</c> gives it; null for an element that is no primitive and no quantity.</summary>
    public string? Text => Kind switch
    {
        FhirValueKind.Node => Node.IsObject ? Quantity?.ToString() : Node.Text,
        FhirValueKind.Boolean => number != 0 ? "true" : "false",
        FhirValueKind.Integer => number.ToString(CultureInfo.InvariantCulture),
        FhirValueKind.Decimal => ((decimal)content!).ToString(CultureInfo.InvariantCulture),
        FhirValueKind.Type => null,
        FhirValueKind.Long => ((long)content!).ToString(CultureInfo.InvariantCulture),
        _ => content!.ToString(),
    };

    internal bool IsPrimitive => Kind == FhirValueKind.Node && (type is { IsPrimitive: true } || !Node.IsObject);

    /// <summary>A primitive that has only extensions, or a Quantity without a number: where a value is needed it counts as nothing.</summary>
    internal bool IsWithoutValue => Kind == FhirValueKind.Node && (number < 0 || (type is { IsPrimitive: false } && type.Is(R4.Types["Quantity"]) && !Node["value"u8].Exists));

    internal int Int => number;

    internal object? Content => content;

    internal TypeName? TypeInfo => Kind == FhirValueKind.Type ? (TypeName)content! : null;

    /// <summary>Same kind and same value, or the same place in the same document; not FHIRPath's <c>=</c>.</summary>
    public bool Equals(FhirValue other) =>
        Kind == other.Kind && number == other.number && companion == other.companion
        && (Kind == FhirValueKind.Node ? ReferenceEquals(content, other.content) : Equals(content, other.content));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FhirValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, number, companion, content);

    /// <summary>Same value (see <see cref="Equals(FhirValue)"/>).</summary>
    public static bool operator ==(FhirValue left, FhirValue right) => left.Equals(right);

    /// <summary>Not the same value.</summary>
    public static bool operator !=(FhirValue left, FhirValue right) => !left.Equals(right);

    /// <summary>The text, or an element's JSON.</summary>
    public override string ToString() => Text ?? (Kind == FhirValueKind.Type ? content!.ToString()! : Node.ToString());

    private string FallbackName() => Node.Kind switch
    {
        JsonKind.True or JsonKind.False => "boolean",
        JsonKind.Number => "decimal",
        JsonKind.String => "string",
        _ => "Element",
    };
}
