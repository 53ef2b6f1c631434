namespace Tandem.Care.Intake.Mapping;

/// <summary>From the names of table 0396 to the URIs FHIR uses (v2-to-FHIR guide, code systems).</summary>
internal static class CodeSystems
{
    internal const string Loinc = "http://loinc.org";
    internal const string Ucum = "http://unitsofmeasure.org";
    internal const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    internal const string IdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
    internal const string DataAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

    private static readonly Dictionary<string, string> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["LN"] = Loinc, ["LOINC"] = Loinc,
        ["SCT"] = "http://snomed.info/sct", ["SNM"] = "http://snomed.info/sct", ["SNM3"] = "http://snomed.info/sct",
        ["SNOMED"] = "http://snomed.info/sct", ["SNOMED-CT"] = "http://snomed.info/sct",
        ["UCUM"] = Ucum,
        ["I10"] = "http://hl7.org/fhir/sid/icd-10", ["I10C"] = "http://hl7.org/fhir/sid/icd-10-cm", ["ICD10"] = "http://hl7.org/fhir/sid/icd-10",
        ["ICD-10-CM"] = "http://hl7.org/fhir/sid/icd-10-cm", ["ICD10CM"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["I9"] = "http://terminology.hl7.org/CodeSystem/icd9", ["I9C"] = "http://hl7.org/fhir/sid/icd-9-cm", ["I9CDX"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["C4"] = "http://www.ama-assn.org/go/cpt", ["CPT"] = "http://www.ama-assn.org/go/cpt", ["CPT4"] = "http://www.ama-assn.org/go/cpt",
        ["CVX"] = "http://hl7.org/fhir/sid/cvx", ["MVX"] = "http://hl7.org/fhir/sid/mvx",
        ["NDC"] = "http://hl7.org/fhir/sid/ndc", ["RXNORM"] = "http://www.nlm.nih.gov/research/umls/rxnorm",
        ["CDCREC"] = Race, ["MDC"] = "urn:iso:std:iso:11073:10101",
        ["ISO3166_1"] = "urn:iso:std:iso:3166", ["ISO639"] = "urn:ietf:bcp:47", ["ISO6392"] = "urn:ietf:bcp:47",
    };

    internal const string Race = "urn:oid:2.16.840.1.113883.6.238";

    /// <summary>The URI of a code system; null when no name was sent. An unknown name becomes a system of the source's own.</summary>
    internal static string? Uri(string? name, SourceSettings source)
    {
        var trimmed = name?.Trim();
        if (string.IsNullOrEmpty(trimmed))
            return null;
        if (source.CodeSystems?.TryGetValue(trimmed, out var set) == true)
            return set;
        if (ByName.TryGetValue(trimmed, out var known))
            return known;
        if (trimmed.StartsWith("HL7", StringComparison.OrdinalIgnoreCase) && trimmed.Length == 7 && trimmed[3..].All(char.IsAsciiDigit))
            return Table(trimmed[3..]);
        return IsOid(trimmed) ? "urn:oid:" + trimmed : IsUri(trimmed) ? trimmed : Own(source, "codes", trimmed);
    }

    /// <summary>An HL7 table, such as <c>0203</c>.</summary>
    internal static string Table(string number) => "http://terminology.hl7.org/CodeSystem/v2-" + number;

    /// <summary>A system of the source's own, for numbers and codes of whose system only a local name is known.</summary>
    internal static string Own(SourceSettings source, string kind, string? name = null) =>
        $"urn:tandem:source:{source.Id}:{kind}" + (string.IsNullOrEmpty(name) ? "" : ":" + System.Uri.EscapeDataString(name));

    internal static bool IsOid(string text) =>
        text.Length > 3 && text[0] is '0' or '1' or '2' && text[1] == '.' && text.All(c => char.IsAsciiDigit(c) || c == '.') && !text.Contains("..", StringComparison.Ordinal)
        && text[^1] != '.';

    internal static bool IsUri(string text) =>
        text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal)
        || text.StartsWith("urn:", StringComparison.Ordinal);
}
