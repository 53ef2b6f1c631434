namespace Tandem.Record.Rest;

/// <summary>What an installation decides of the FHIR interface (section <c>Fhir</c>).</summary>
public sealed record RestSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Fhir";

    /// <summary>
    /// True, the default: searches come by GET and by POST, as FHIR R4 and US Core ask of a server. False: an address holds ids and how the answer is to look; whatever else is asked of people's
    /// records is posted, so that names, numbers, birth dates and diagnoses stand in no log of a proxy (OWASP ASVS 5.0, V14.2.1).
    /// </summary>
    public bool WordsInAddresses { get; init; } = true;

    /// <summary>The limits with what the installation decides.</summary>
    public RestLimits Limits => RestLimits.Default with { WordsInAddresses = WordsInAddresses };
}
