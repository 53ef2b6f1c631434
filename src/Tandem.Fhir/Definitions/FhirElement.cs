using System.Text;

namespace Tandem.Fhir.Definitions;

/// <summary>What a breach of an invariant is.</summary>
public enum RuleSeverity : byte
{
    Error,
    Warning,

    /// <summary>Good to keep; nothing is wrong without it.</summary>
    BestPractice,
}

/// <summary>An invariant that values have to keep (R4 2.24.0.4).</summary>
/// <param name="Key">Its name in the specification: <c>obs-6</c>.</param>
/// <param name="Severity">What a breach is.</param>
/// <param name="Expression">FHIRPath, true where the rule is kept.</param>
/// <param name="Text">What it asks for, in the specification's words.</param>
public sealed record FhirRule(string Key, RuleSeverity Severity, string Expression, string Text);

/// <summary>One type an element may have, and what a reference may point to.</summary>
/// <param name="Type">The type.</param>
/// <param name="Targets">Resource types that a Reference or canonical may point to; empty when any.</param>
public sealed record ElementType(FhirType Type, IReadOnlyList<string> Targets);

/// <summary>An element of a type: <c>Patient.name</c>, <c>Observation.value[x]</c>. Immutable.</summary>
public sealed class FhirElement
{
    internal FhirElement(FhirType owner, string name, int min, int max, string flags, ElementType[] types, CodeTable? codes)
    {
        IsChoice = name.EndsWith("[x]", StringComparison.Ordinal);
        Name = IsChoice ? name[..^3] : name;
        (Owner, Min, Max, Types, Codes) = (owner, min, max, types, codes);
        (IsSummary, IsModifier) = (flags.Contains('s', StringComparison.Ordinal), flags.Contains('m', StringComparison.Ordinal));
    }

    /// <summary>The type that declares it (for an inherited element the parent).</summary>
    public FhirType Owner { get; }

    /// <summary>The name in FHIRPath, without <c>[x]</c>.</summary>
    public string Name { get; }

    /// <summary>How often it must be there at least.</summary>
    public int Min { get; }

    /// <summary>How often it may be there; <see cref="int.MaxValue"/> for <c>*</c>.</summary>
    public int Max { get; }

    /// <summary>True when it is an array in JSON.</summary>
    public bool IsList => Max > 1;

    /// <summary>True for <c>value[x]</c>: the property's name ends with the type's.</summary>
    public bool IsChoice { get; }

    /// <summary>Belongs to a summary.</summary>
    public bool IsSummary { get; }

    /// <summary>Changes the meaning of what surrounds it.</summary>
    public bool IsModifier { get; }

    /// <summary>The types it may have; several only for a choice.</summary>
    public IReadOnlyList<ElementType> Types { get; }

    /// <summary>The codes of a required binding; null when there is none or they cannot be listed.</summary>
    public CodeTable? Codes { get; }

    /// <summary>The value set of an extensible binding (R4 4.1.3), without a version; null when there is none.</summary>
    public string? ExtensibleValueSet { get; internal init; }

    /// <summary>The value set that no code may leave, however weak the binding is (extension elementdefinition-maxValueSet), without a version; null when there is none.</summary>
    public string? MaxValueSet { get; internal init; }

    /// <summary>The invariants of this element, beside those of its type.</summary>
    public IReadOnlyList<FhirRule> Rules { get; internal init; } = [];

    /// <summary>The property's name in JSON for a type: <c>valueQuantity</c>.</summary>
    public string JsonName(FhirType type) => IsChoice ? Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..] : Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Owner.Name}.{Name}{(IsChoice ? "[x]" : "")}";

    internal byte[] JsonNameBytes(FhirType type) => Encoding.UTF8.GetBytes(JsonName(type));
}

/// <summary>An element by the name a JSON property has, with the one type that name implies.</summary>
/// <param name="Element">The element.</param>
/// <param name="Type">Its type under that name.</param>
/// <param name="Track">Bit of a required or choice element among those of its type; -1 for any other.</param>
public readonly record struct JsonProperty(FhirElement Element, FhirType Type, int Track);
