using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Care.Results;

/// <summary>
/// The site's critical limits at all times. There is no national list: each laboratory director sets them (Joint
/// Commission's NPSG.02.03.01), so they are dated content. Immutable and thread-safe.
/// </summary>
public sealed class CriticalLimits
{
    private const string Loinc = "http://loinc.org";
    private static readonly CriticalLimit[] None = [];
    private readonly ILookup<string, CriticalLimit> byCode;

    private CriticalLimits(IEnumerable<CriticalLimit> limits) =>
        byCode = limits.SelectMany(limit => limit.Codes, (limit, code) => (limit, code)).ToLookup(pair => pair.code, pair => pair.limit);

    /// <summary>No limits: only the laboratory's own flags make a result critical.</summary>
    public static CriticalLimits Empty { get; } = new(None);

    /// <summary>Reads ObservationDefinitions.</summary>
    /// <param name="definitions">Each with its reference and whether the site wrote it itself (not shipped).</param>
    /// <param name="fault">Called with reference, element and reason for each that cannot be used; the others hold.</param>
    public static CriticalLimits Read(IEnumerable<(string Reference, FhirNode Definition, bool IsOwn)> definitions, Action<string, string, string> fault)
    {
        var limits = new List<CriticalLimit>();
        foreach (var (reference, definition, isOwn) in definitions)
        {
            if (CriticalLimit.Read(definition, isOwn, out var problem) is { } limit)
                limits.Add(limit);
            else if (problem is { } found)
                fault(reference, found.Element, found.Reason);
        }

        return new(limits);
    }

    /// <summary>Whether a result is critical, by the limits in force when it was made available, or by the laboratory's own flag.</summary>
    /// <param name="observation">The Observation; its components are looked at like itself.</param>
    /// <param name="patient">The Patient, for age and sex; may be missing, then only limits for everybody hold.</param>
    /// <returns>Why it is critical; null when it is not, or when nothing can be said and the laboratory did not flag it.</returns>
    public CriticalFinding? Assess(FhirNode observation, FhirNode patient) => Assess(observation, patient, out _);

    /// <summary>Whether a result is critical, and why that cannot be told.</summary>
    /// <param name="observation">The Observation; its components are looked at like itself.</param>
    /// <param name="patient">The Patient, for age and sex; may be missing, then only limits for everybody hold.</param>
    /// <param name="undecided">Why a value that has a limit cannot be compared with it, without the value itself; null when the answer is sure.</param>
    public CriticalFinding? Assess(FhirNode observation, FhirNode patient, out string? undecided)
    {
        var view = new ObservationView(observation);
        var at = (view.Issued ?? view.Effective ?? view.Meta.LastUpdated)?.Low(TimeZoneInfo.Utc);
        undecided = null;
        CriticalFinding? flagged = null;
        foreach (var part in observation["component"u8].Items.AsEnumerable().Prepend(observation).Select(node => new ObservationView(node)))
        {
            var limit = at is { } instant ? InForce(part, instant) : null;
            if (limit is not null && IntervalFor(limit, patient, at!.Value) is { } interval && Compare(part, limit, interval, ref undecided) is { } passed)
            {
                undecided = null;
                return new(passed.Reason, limit.Analyte, limit.AnalyteEs, Stated(part), passed.Limit + " " + limit.Unit);
            }

            var analyte = part.Code.Words ?? "";
            if (Flag(part) is { } flag)
                flagged ??= new(CriticalReason.Flagged, limit?.Analyte ?? analyte, limit?.AnalyteEs ?? analyte, Stated(part), flag);
        }

        undecided = flagged is null ? undecided : null;
        return flagged;
    }

    private CriticalLimit? InForce(ObservationView view, DateTimeOffset at)
    {
        var moment = at.ToUnixTimeMilliseconds();
        return view.Code.Codings.AsEnumerable()
            .Where(coding => coding.System == Loinc && coding.Code is not null)
            .SelectMany(coding => byCode[coding.Code!])
            .Where(limit => limit.Effective.Low <= moment && moment < limit.Effective.High)
            .OrderByDescending(limit => limit.IsOwn).ThenByDescending(limit => limit.Effective.Low)
            .FirstOrDefault();
    }

    private static CriticalInterval? IntervalFor(CriticalLimit limit, FhirNode patient, DateTimeOffset at)
    {
        var view = new PatientView(patient);
        double? age = FhirDateTime.TryParse(patient["birthDate"u8].Text, out var born) ? (at - born.Low(TimeZoneInfo.Utc)).TotalDays : null;
        return limit.Intervals.Where(interval => interval.IsFor(view.Gender, age)).OrderByDescending(interval => interval.Precision).FirstOrDefault();
    }

    private static (CriticalReason Reason, string Limit)? Compare(ObservationView part, CriticalLimit limit, CriticalInterval interval, ref string? undecided)
    {
        if (!StatedAmount.Has(part.Node))
            return null;
        if (StatedAmount.Read(part.Node) is not { } stated)
            undecided ??= $"The value has a critical limit ({limit.Analyte}) and is stated in words that cannot be compared with it.";
        else if (LabUnits.Convert(stated.Number, stated.Unit ?? LabUnits.Unstated(limit.Unit), limit.Unit, limit.MolarMass, limit.Valence) is not { } value)
            undecided ??= $"The value has a critical limit ({limit.Analyte}) and is stated without a unit that can be compared with {limit.Unit}.";
        else if (Passed(value, stated.Comparator, interval, out var isOpen) is { } passed)
            return passed;
        else if (isOpen)
            undecided ??= $"The value is stated as above or below a bound, which leaves open whether it is beyond the critical limit ({limit.Analyte}).";
        return null;
    }

    /// <summary>"&lt;20" is below 50 but may or may not be below 10; what is left open is not critical, and said to be open.</summary>
    private static (CriticalReason Reason, string Limit)? Passed(decimal value, string? comparator, CriticalInterval interval, out bool isOpen)
    {
        var (below, above) = (comparator is "<" or "<=", comparator is ">" or ">=");
        isOpen = (below && interval.Low is not null) || (above && interval.High is not null);
        if (interval.Low is { } low && !above && (value < low || (value == low && (interval.AtLimit || comparator == "<"))))
            return (CriticalReason.Low, (interval.AtLimit ? "≤ " : "< ") + Text(low));
        if (interval.High is { } high && !below && (value > high || (value == high && (interval.AtLimit || comparator == ">"))))
            return (CriticalReason.High, (interval.AtLimit ? "≥ " : "> ") + Text(high));
        return null;
    }

    private static string? Flag(ObservationView view)
    {
        foreach (var interpretation in view.Interpretations)
        {
            foreach (var coding in interpretation.Codings)
            {
                if (coding.Code is "LL" or "HH" or "AA")
                    return coding.Code;
            }
        }

        return null;
    }

    private static string Stated(ObservationView view)
    {
        var quantity = view.ValueQuantity.Node;
        if (quantity["value"u8].Text is { } number)
            return $"{quantity["comparator"u8].Text}{number} {quantity["unit"u8].Text ?? quantity["code"u8].Text}".Trim();
        return view.ValueConcept.Words ?? view.ValueString ?? "";
    }

    private static string Text(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
