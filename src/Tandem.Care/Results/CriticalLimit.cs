using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Care.Results;

/// <summary>One analyte's critical limits: the reading of an ObservationDefinition that a site keeps with effective dates.</summary>
internal sealed record CriticalLimit
{
    private const string Loinc = "http://loinc.org";
    internal const string Own = "https://tandem.example/fhir/StructureDefinition/";

    internal required IReadOnlyList<string> Codes { get; init; }

    internal required string Analyte { get; init; }

    internal required string AnalyteEs { get; init; }

    internal required string Unit { get; init; }

    internal decimal? MolarMass { get; init; }

    internal int? Valence { get; init; }

    internal (long Low, long High) Effective { get; init; }

    /// <summary>True when the site wrote it itself; it then wins over the shipped one.</summary>
    internal bool IsOwn { get; init; }

    internal required IReadOnlyList<CriticalInterval> Intervals { get; init; }

    /// <summary>Reads a definition.</summary>
    /// <returns>The limit, null when it is not in force at any time (draft, retired without an end), or the <paramref name="fault"/> as element and sentence.</returns>
    internal static CriticalLimit? Read(FhirNode definition, bool isOwn, out (string Element, string Reason)? fault)
    {
        fault = null;
        var status = Extension(definition, Own + "status")["valueCode"u8].Text;
        var effective = new Period(Extension(definition, Own + "effective")["valuePeriod"u8]);
        if (status is not ("active" or "retired") || (status == "retired" && effective.End is null))
            return null;
        if (effective.Start is null)
            return Fault("extension(effective)", "Say from which day the limit holds.", out fault);
        string[] codes = [.. new CodeableConcept(definition["code"u8]).Codings.AsEnumerable()
            .Where(coding => coding.System == Loinc && coding.Code is not null).Select(coding => coding.Code!)];
        if (codes.Length == 0)
            return Fault("code", "Name at least one LOINC code.", out fault);
        var unit = definition["quantitativeDetails"u8]["unit"u8];
        if (new CodeableConcept(unit).Codings.First.Code is not { } unitCode || LabUnits.Convert(1, unitCode, unitCode, null, null) is null)
            return Fault("quantitativeDetails.unit", "The unit is missing or is none that limits can be compared in.", out fault);
        var intervals = new List<CriticalInterval>();
        var index = -1;
        foreach (var interval in definition["qualifiedInterval"u8].Items)
        {
            index++;
            if (!interval["category"u8].Is("critical"u8))
                continue;
            if (CriticalInterval.Read(interval) is not { } read)
                return Fault($"qualifiedInterval[{index}]", "It needs a range with a low or a high, and an age in a, mo, wk or d.", out fault);
            intervals.Add(read);
        }

        if (intervals.Count == 0)
            return Fault("qualifiedInterval", "There is no interval of the category critical.", out fault);
        var words = new CodeableConcept(definition["code"u8]).Words ?? codes[0];
        return new()
        {
            Codes = codes,
            Analyte = words,
            AnalyteEs = Spanish(definition["code"u8]["_text"u8]) ?? words,
            Unit = unitCode,
            MolarMass = Extension(definition, Own + "molar-mass")["valueDecimal"u8].Number,
            Valence = (int?)Extension(definition, Own + "valence")["valueInteger"u8].Number,
            Effective = effective.Interval(TimeZoneInfo.Utc)!.Value,
            IsOwn = isOwn,
            Intervals = intervals,
        };
    }

    internal static FhirNode Extension(FhirNode element, string url)
    {
        foreach (var extension in element["extension"u8].Items)
        {
            if (extension["url"u8].Text == url)
                return extension;
        }

        return default;
    }

    private static string? Spanish(FhirNode companion)
    {
        foreach (var translation in companion["extension"u8].Items)
        {
            if (translation["url"u8].Is("http://hl7.org/fhir/StructureDefinition/translation"u8) && Extension(translation, "lang")["valueCode"u8].Is("es"u8))
                return Extension(translation, "content")["valueString"u8].Text;
        }

        return null;
    }

    private static CriticalLimit? Fault(string element, string reason, out (string Element, string Reason)? fault)
    {
        fault = (element, reason);
        return null;
    }
}

/// <summary>One interval outside which a value is critical, for whom.</summary>
/// <param name="Low">Below it is critical; null when there is no lower limit.</param>
/// <param name="High">Above it is critical.</param>
/// <param name="AtLimit">True when the limit's own value is critical too.</param>
/// <param name="Gender">Administrative gender it is for, or null for all.</param>
/// <param name="AgeLow">Youngest age in days, inclusive; null when there is none.</param>
/// <param name="AgeHigh">Age in days before which it is for, exclusive.</param>
internal sealed record CriticalInterval(decimal? Low, decimal? High, bool AtLimit, string? Gender, double? AgeLow, double? AgeHigh)
{
    /// <summary>How closely it is cut to somebody: the more, the sooner it is taken.</summary>
    internal int Precision => (Gender is null ? 0 : 1) + (AgeLow is null && AgeHigh is null ? 0 : 2);

    internal static CriticalInterval? Read(FhirNode interval)
    {
        var (low, high) = (interval["range"u8]["low"u8]["value"u8].Number, interval["range"u8]["high"u8]["value"u8].Number);
        var age = interval["age"u8];
        var (ageLow, ageHigh) = (Days(age["low"u8]), Days(age["high"u8]));
        var agesRead = age["low"u8].Exists == ageLow is not null && age["high"u8].Exists == ageHigh is not null;
        if ((low is null && high is null) || !agesRead)
            return null;
        var atLimit = CriticalLimit.Extension(interval, CriticalLimit.Own + "critical-at-limit")["valueBoolean"u8].Boolean ?? false;
        return new(low, high, atLimit, interval["gender"u8].Text, ageLow, ageHigh);
    }

    internal bool IsFor(string? gender, double? ageInDays)
    {
        if (Gender is not null && Gender != gender)
            return false;
        if (AgeLow is null && AgeHigh is null)
            return true;
        return ageInDays is { } age && (AgeLow is null || age >= AgeLow) && (AgeHigh is null || age < AgeHigh);
    }

    private static double? Days(FhirNode age)
    {
        if (age["value"u8].Number is not { } value)
            return null;
        double? perUnit = (age["code"u8].Text ?? age["unit"u8].Text) switch { "a" => 365.25, "mo" => 30.4375, "wk" => 7, "d" => 1, _ => null };
        return perUnit * (double)value;
    }
}
