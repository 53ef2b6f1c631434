using System.Text.RegularExpressions;

namespace Tandem.Record.Deidentifying;

/// <summary>What of a record may stay by 45 CFR 164.514(b)(2): numbers, codes of public systems, years, states, and the beginning of postal codes where many people live.</summary>
internal static partial class SafeHarbor
{
    /// <summary>Older than this is "90 or over" (164.514(b)(2)(i)(C)).</summary>
    internal const int MostAge = 89;

    /// <summary>Resource types that are exported; all others are texts, documents, people of staff, places or machinery.</summary>
    internal static readonly IReadOnlyList<string> Types =
    [
        "Patient", "Encounter", "EpisodeOfCare", "Condition", "Observation", "DiagnosticReport", "Procedure", "ServiceRequest", "MedicationRequest", "MedicationStatement", "MedicationAdministration",
        "MedicationDispense", "Immunization", "AllergyIntolerance",
    ];

    /// <summary>Beginnings of postal codes with 20,000 people or fewer, by the censuses of 2000 and of 2010 (HHS guidance on 164.514(b)(2)(i)(B)).</summary>
    private static readonly HashSet<string> FewPeople =
    [
        "036", "059", "063", "102", "202", "203", "204", "205", "369", "556", "692", "753", "772", "790", "821", "823", "830", "831", "878", "879", "884", "890", "893",
    ];

    private static readonly HashSet<string> States =
    [
        .. "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP".Split(' '),
    ];

    private static readonly HashSet<string> Systems = new(StringComparer.Ordinal)
    {
        "http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-9-cm", "http://www.cms.gov/Medicare/Coding/ICD10",
        "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/cvx", "http://hl7.org/fhir/sid/ndc", "http://hl7.org/fhir/ndfrt", "http://www.ama-assn.org/go/cpt",
        "urn:oid:2.16.840.1.113883.6.285", "http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.238",
    };

    /// <summary>Codes of Observations whose value is an age (LOINC).</summary>
    private static readonly HashSet<string> Ages = ["30525-0", "21611-9", "21612-7", "29553-5", "63900-5", "30972-4", "65822-9", "39016-1"];

    /// <summary>True for a code of a public system; codes of a site's own could be anything.</summary>
    internal static bool IsPublic(string? system, string? code) => system is not null && code is not null && PlainCode().IsMatch(code)
        && (Systems.Contains(system) || system.StartsWith("http://terminology.hl7.org/CodeSystem/", StringComparison.Ordinal) || (system.StartsWith("http://hl7.org/fhir/", StringComparison.Ordinal) && !system.Contains("/sid/", StringComparison.Ordinal)));

    /// <summary>True for a code of an age.</summary>
    internal static bool IsAge(string? code) => code is not null && Ages.Contains(code);

    /// <summary>True for an amount of time that a person over 89 alone can have behind them.</summary>
    internal static bool IsOver(decimal value, string? unit) => unit switch { "a" or "a_j" or "a_g" or "a_t" => value > MostAge, "mo" => value >= 1080, "wk" => value >= 4690, "d" => value >= 32_800, _ => false };

    /// <summary>The year of a date in a year from which somebody of 89 can be; null for an older one or none.</summary>
    internal static string? Year(string? date, int thisYear) =>
        date is not null && date.Length >= 4 && int.TryParse(date.AsSpan(0, 4), out var year) && thisYear - year <= MostAge && year <= thisYear + 100 ? date[..4] : null;

    /// <summary>A two-letter state, or null.</summary>
    internal static string? State(string? state) => state is not null && States.Contains(state.Trim().ToUpperInvariant()) ? state.Trim().ToUpperInvariant() : null;

    /// <summary>Three digits of a postal code of the United States, <c>000</c> where few people live; null for what is none.</summary>
    internal static string? Zip3(string? postalCode) =>
        postalCode is not null && ZipCode().IsMatch(postalCode.Trim()) ? (FewPeople.Contains(postalCode.Trim()[..3]) ? "000" : postalCode.Trim()[..3]) : null;

    [GeneratedRegex(@"^\d{5}(-?\d{4})?$")]
    private static partial Regex ZipCode();

    [GeneratedRegex(@"^[A-Za-z0-9.\-:/+{}\[\]%_*^']{1,40}$")]
    private static partial Regex PlainCode();
}
