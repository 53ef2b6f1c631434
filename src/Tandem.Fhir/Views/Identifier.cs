using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A number somebody gave: system and value.</summary>
public readonly record struct Identifier(FhirNode Node) : IFhirView<Identifier>
{
    /// <inheritdoc/>
    public static Identifier Of(FhirNode node) => new(node);

    /// <summary>Who numbers, as an address.</summary>
    public string? System => Node["system"u8].Text;

    /// <summary>The number.</summary>
    public string? Value => Node["value"u8].Text;

    /// <summary>usual, official, temp, secondary, old.</summary>
    public string? Use => Node["use"u8].Text;

    /// <summary>What sort of number.</summary>
    public CodeableConcept Type => new(Node["type"u8]);

    /// <summary>When it is valid.</summary>
    public Period Period => new(Node["period"u8]);

    /// <summary>The organisation that gave it.</summary>
    public Reference Assigner => new(Node["assigner"u8]);
}
