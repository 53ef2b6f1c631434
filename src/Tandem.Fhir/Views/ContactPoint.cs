using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A telephone number, mail address or the like.</summary>
public readonly record struct ContactPoint(FhirNode Node) : IFhirView<ContactPoint>
{
    /// <inheritdoc/>
    public static ContactPoint Of(FhirNode node) => new(node);

    /// <summary>phone, email, sms, fax, pager, url, other.</summary>
    public string? System => Node["system"u8].Text;

    /// <summary>The number or address.</summary>
    public string? Value => Node["value"u8].Text;

    /// <summary>home, work, mobile, temp, old.</summary>
    public string? Use => Node["use"u8].Text;

    /// <summary>1 is preferred most.</summary>
    public int? Rank => (int?)Node["rank"u8].Number;

    /// <summary>When it is valid.</summary>
    public Period Period => new(Node["period"u8]);
}
