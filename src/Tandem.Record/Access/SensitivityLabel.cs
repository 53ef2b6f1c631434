using Tandem.Fhir.Json;

namespace Tandem.Record.Access;

/// <summary>Which codings in <c>meta.security</c> keep a resource back from those who may not see what is sensitive: a code of v3-ActCode, and of v3-Confidentiality <c>R</c> and <c>V</c>.</summary>
public static class SensitivityLabel
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    /// <summary>The code of such a label; null for a coding that is none.</summary>
    public static string? CodeOf(FhirNode coding) =>
        coding["code"u8].Text is { } code && (coding["system"u8].Text == ActCode || (coding["system"u8].Text == Confidentiality && code is "R" or "V")) ? code : null;
}
