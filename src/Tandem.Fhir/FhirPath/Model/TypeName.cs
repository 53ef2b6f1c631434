using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>A type as an expression names it; without a namespace FHIR's types come before those of System (FHIR R4 2.9.1.2).</summary>
internal sealed record TypeName(string? Namespace, string Name)
{
    private readonly FhirType? fhir = Namespace is null or "FHIR" ? R4.Types.Find(Name) : null;
    private readonly FhirValueKind? system = Namespace is null or "System" ? SystemKind(Name) : null;

    /// <summary>False when no model has a type of this name. Types of System are not checked.</summary>
    internal bool IsKnown => fhir is not null || system is not null || Namespace == "System";

    /// <summary>True when it is a FHIR type that can have no element of this name.</summary>
    internal bool Lacks(string element) => fhir is { Kind: not TypeKind.Abstract } && fhir.Elements.Find(element) is null;

    /// <summary>The name of an item's own type, as <c>type()</c> gives it.</summary>
    internal static TypeName Of(in FhirValue value) => value.Kind switch
    {
        FhirValueKind.Node => new("FHIR", value.Type is { Kind: TypeKind.Backbone } part ? part.Parent!.Name : value.TypeName),
        FhirValueKind.Type => new("System", "SimpleTypeInfo"),
        _ => new("System", value.Kind.ToString()),
    };

    /// <summary><c>is</c>: of this type or a specialisation of it.</summary>
    internal bool Matches(in FhirValue value)
    {
        if (value.Kind != FhirValueKind.Node)
            return value.Kind == system;
        if (fhir is null)
            return false;
        return value.Type is { } type ? type.Is(fhir) : value.TypeName == Name || (Name == "Element" && !value.Node["resourceType"u8].Exists);
    }

    /// <summary><c>as</c> and <c>ofType</c>: as <see cref="Matches"/>, but a primitive must be of exactly this type: a code is not taken for a string.</summary>
    internal bool Selects(in FhirValue value) =>
        Matches(value) && (value.Kind != FhirValueKind.Node || value.Type is not { IsPrimitive: true } type || type == fhir || fhir is { Kind: TypeKind.Abstract });

    public override string ToString() => Namespace is null ? Name : $"{Namespace}.{Name}";

    private static FhirValueKind? SystemKind(string name) => name switch
    {
        "Boolean" => FhirValueKind.Boolean,
        "Integer" => FhirValueKind.Integer,
        "Decimal" => FhirValueKind.Decimal,
        "String" => FhirValueKind.String,
        "Date" => FhirValueKind.Date,
        "DateTime" => FhirValueKind.DateTime,
        "Time" => FhirValueKind.Time,
        "Quantity" => FhirValueKind.Quantity,
        "Long" => FhirValueKind.Long,
        _ => null,
    };
}
