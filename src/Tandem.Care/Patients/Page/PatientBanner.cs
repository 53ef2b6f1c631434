using System.Globalization;
using NodaTime;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Who the patient is, as it stands over everything else.</summary>
public sealed record PatientBanner
{
    /// <summary>Preferred name, birth date as stated, sex, pronouns, deceased.</summary>
    public required PatientSummary Summary { get; init; }

    /// <summary>The official name where it is another than the preferred one, or null.</summary>
    public string? OfficialName { get; init; }

    /// <summary>Record numbers with who gave them.</summary>
    public IReadOnlyList<(string Number, string Issuer)> Numbers { get; init; } = [];

    /// <summary>The preferred language as sent, or null.</summary>
    public (string? Code, string Words)? Language { get; init; }

    /// <summary>True when an interpreter is needed, false when not; null when not stated.</summary>
    public bool? Interpreter { get; init; }

    /// <summary>Telephone numbers in the order in which they should be tried.</summary>
    public IReadOnlyList<(string Number, string? Use)> Phones { get; init; } = [];

    /// <summary>When the patient died, as stated; null when alive or not known.</summary>
    public Told? Died { get; init; }

    /// <summary>The patient's own IANA zone, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>The record of the same person that replaces this one, or null.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Reads a Patient. A pure function.</summary>
    /// <param name="version">The Patient.</param>
    /// <param name="own">The record's own addresses.</param>
    public static PatientBanner Of(ResourceVersion version, OwnAddresses own)
    {
        var patient = new PatientView(version.Root);
        var summary = PatientSummaryProjection.Of(version.Id, patient);
        return new PatientBanner
        {
            Summary = summary,
            OfficialName = Official(patient) is { Length: > 0 } official && official != summary.Name ? official : null,
            Numbers = [.. patient.Identifiers.AsEnumerable().Where(IsRecordNumber).Select(NumberOf)],
            Language = LanguageOf(patient),
            Interpreter = InterpreterOf(patient.Node),
            Phones = PhonesOf(patient),
            Died = TimelineReading.When(patient.DeceasedAt),
            Zone = ZoneOf(patient.Node),
            ReplacedBy = patient.Links.AsEnumerable().Where(link => link.Type == "replaced-by").Select(link => PatientReference.IdIn(link.Other.Literal, own)).FirstOrDefault(id => id is not null),
        };
    }

    /// <summary>The age in whole years, or in months or days of small children; null when the birth date says too little.</summary>
    public static (int Number, char Unit)? Age(string birthDate, DateOnly today)
    {
        if (!DateOnly.TryParseExact(birthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born))
            return birthDate.Length >= 4 && int.TryParse(birthDate.AsSpan(0, 4), CultureInfo.InvariantCulture, out var year) ? (today.Year - year, 'a') : null;
        if (born > today)
            return null;
        var age = NodaTime.Period.Between(LocalDate.FromDateOnly(born), LocalDate.FromDateOnly(today), PeriodUnits.Years | PeriodUnits.Months | PeriodUnits.Days);
        return age switch
        {
            { Years: >= 2 } => (age.Years, 'y'),
            { Years: 0, Months: 0 } => (age.Days, 'd'),
            _ => ((age.Years * 12) + age.Months, 'm'),
        };
    }

    /// <summary>A number as a telephone takes it.</summary>
    public static string Dial(string number) => string.Concat(number.Where(c => char.IsAsciiDigit(c) || c is '+'));

    private static string Official(PatientView patient) =>
        patient.Names.AsEnumerable().FirstOrDefault(name => name.Use == "official").Words;

    private static bool IsRecordNumber(Identifier identifier)
    {
        var code = identifier.Type.Codings.First.Code;
        return identifier.Value is { Length: > 0 } && identifier.Use != "old" && code is not ("SS" or "DL" or "PPN" or "VN" or "AN");
    }

    private static (string Number, string Issuer) NumberOf(Identifier identifier)
    {
        var issuer = identifier.Assigner.Display ?? identifier.System ?? "";
        return (identifier.Value!, issuer.StartsWith("http", StringComparison.Ordinal) ? issuer.TrimEnd('/').Split('/')[^1] : issuer);
    }

    private static (string? Code, string Words)? LanguageOf(PatientView patient)
    {
        var languages = patient.Communications.AsEnumerable().ToList();
        var preferred = languages.FindIndex(language => language.Preferred == true);
        if (languages.Count == 0)
            return null;
        var language = languages[Math.Max(preferred, 0)].Language;
        return language.Words is { } words ? (language.Codings.First.Code, words) : null;
    }

    /// <summary>HL7 extension patient-interpreterRequired, or US Core's us-core-interpreter-needed (SNOMED CT yes and no).</summary>
    private static bool? InterpreterOf(FhirNode patient)
    {
        foreach (var extension in patient["extension"u8].Items)
        {
            if (extension["url"u8].Is("http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"u8))
                return extension["valueBoolean"u8].Boolean;
            if (extension["url"u8].Is("http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"u8))
                return extension["valueCoding"u8]["code"u8].Text switch { "373066001" => true, "373067005" => false, _ => null };
        }

        return null;
    }

    private static List<(string Number, string? Use)> PhonesOf(PatientView patient) =>
    [
        .. patient.Telecoms.AsEnumerable()
            .Where(telecom => telecom.System is "phone" or "sms" or null && telecom is { Value.Length: > 0, Use: not "old" })
            .OrderBy(telecom => telecom.Rank ?? int.MaxValue)
            .Select(telecom => (telecom.Value!, telecom.Use)),
    ];

    private static string? ZoneOf(FhirNode patient)
    {
        foreach (var extension in patient["extension"u8].Items)
        {
            if (extension["url"u8].Is("http://hl7.org/fhir/StructureDefinition/timezone"u8) || extension["url"u8].Is("http://hl7.org/fhir/StructureDefinition/tz-code"u8))
                return extension["valueCode"u8].Text is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null ? zone : null;
        }

        return null;
    }
}
