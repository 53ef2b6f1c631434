using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A measured amount.</summary>
public readonly record struct Quantity(FhirNode Node) : IFhirView<Quantity>
{
    /// <inheritdoc/>
    public static Quantity Of(FhirNode node) => new(node);

    /// <summary>The number.</summary>
    public decimal? Value => Node["value"u8].Number;

    /// <summary>&lt;, &lt;=, &gt;=, &gt;: the real value is below or above.</summary>
    public string? Comparator => Node["comparator"u8].Text;

    /// <summary>The unit as it is to be shown.</summary>
    public string? Unit => Node["unit"u8].Text;

    /// <summary>The system of the unit's code.</summary>
    public string? System => Node["system"u8].Text;

    /// <summary>The unit's code, mostly UCUM.</summary>
    public string? Code => Node["code"u8].Text;

    /// <summary>Number with its digits as sent, and unit.</summary>
    public string Words => string.Join(' ', new[] { Comparator + Node["value"u8].Text, Unit ?? Code }.Where(part => !string.IsNullOrEmpty(part)));
}

/// <summary>From low to high.</summary>
public readonly record struct QuantityRange(FhirNode Node) : IFhirView<QuantityRange>
{
    /// <inheritdoc/>
    public static QuantityRange Of(FhirNode node) => new(node);

    /// <summary>Lower limit.</summary>
    public Quantity Low => new(Node["low"u8]);

    /// <summary>Upper limit.</summary>
    public Quantity High => new(Node["high"u8]);
}
