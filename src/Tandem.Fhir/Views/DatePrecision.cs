namespace Tandem.Fhir.Views;

/// <summary>How exactly a FHIR date or time is stated.</summary>
public enum DatePrecision : byte
{
    Year,
    Month,
    Day,
    /// <summary>Not allowed in a resource, but in a search (R4 3.1.1.4.7).</summary>
    Minute,
    Second,
    /// <summary>With a fraction of a second.</summary>
    Fraction,
}
