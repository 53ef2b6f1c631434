using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A postal address.</summary>
public readonly record struct Address(FhirNode Node) : IFhirView<Address>
{
    /// <inheritdoc/>
    public static Address Of(FhirNode node) => new(node);

    /// <summary>home, work, temp, old, billing.</summary>
    public string? Use => Node["use"u8].Text;

    /// <summary>The whole address as it is to be shown.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>Street and the like.</summary>
    public IEnumerable<string> Lines => Node["line"u8].Items.AsEnumerable().Select(line => line.Text).OfType<string>();

    /// <summary>City.</summary>
    public string? City => Node["city"u8].Text;

    /// <summary>County.</summary>
    public string? District => Node["district"u8].Text;

    /// <summary>State.</summary>
    public string? State => Node["state"u8].Text;

    /// <summary>Postal code.</summary>
    public string? PostalCode => Node["postalCode"u8].Text;

    /// <summary>Country.</summary>
    public string? Country => Node["country"u8].Text;

    /// <summary>When it is valid.</summary>
    public Period Period => new(Node["period"u8]);
}
