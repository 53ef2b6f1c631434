using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Projections;

namespace Tandem.Record.Search;

/// <summary>
/// What clinicians ask for most, in the order they want it: the resources of a patient, of a code, and of a patient with a code, by date.
/// Rows with patient 0 stand for any patient, those with code 0 for any code. A row tells all that is asked besides: the code's system, and how long a short date lasts.
/// </summary>
internal static class Timeline
{
    /// <summary>A resource with one short date, or none: then it stands at both ends.</summary>
    internal const int Narrow = 0;

    /// <summary>A resource with a long date or several, by the first, as a search from the oldest comes by it.</summary>
    internal const int WideRising = 1;

    /// <summary>The same by the last, as a search from the newest comes by it.</summary>
    internal const int WideFalling = 2;

    internal static readonly Table Table = new(
        "search_timeline",
        TableKind.Rows,
        [
            new("type", DbKind.Integer), new("patient", DbKind.Integer), new("code", DbKind.Integer), new("wide", DbKind.Integer), new("at", DbKind.Integer),
            new("rid", DbKind.Integer), new("system", DbKind.Integer), new("lasts", DbKind.Integer),
        ],
        [],
        []);

    private static readonly long Patient = StableHash.Of("Patient");

    private static readonly Dictionary<string, Line> Lines = new Line?[]
    {
        Of("Observation", "patient", "code", "date"), Of("Condition", "patient", "code", "onset-date"), Of("Procedure", "patient", "code", "date"),
        Of("DiagnosticReport", "patient", "code", "date"), Of("Encounter", "patient", "type", "date"), Of("MedicationRequest", "patient", "code", "authoredon"),
        Of("Immunization", "patient", "vaccine-code", "date"), Of("DocumentReference", "patient", "type", "date"),
        Of("ServiceRequest", "patient", "code", "authored"), Of("Task", "patient", "code", "authored-on"),
    }.OfType<Line>().ToDictionary(line => line.Date.Base, StringComparer.Ordinal);

    /// <summary>The line of a type; null when it has none.</summary>
    internal static Line? For(string type) => Lines.GetValueOrDefault(type);

    /// <summary>True for the parameter by which a type is a patient's.</summary>
    internal static bool IsPatient(string type, SearchParameter parameter) =>
        For(type) is { } line && (parameter.Id == line.Patient.Id || parameter.Code == "subject");

    /// <summary>Adds the rows of a resource.</summary>
    internal static void Add(RowSink rows, string type, long number, long rid, ReadOnlySpan<SearchValue> values)
    {
        if (For(type) is not { } line)
            return;
        var (patients, codes, dates) = (new List<long>(1), new List<(long Code, long System)>(2), new List<(long Low, long High, int Wide)>(1));
        foreach (ref readonly var value in values)
        {
            if (value.Group > 0)
                continue;
            if (value.ParameterId == line.Patient.Id && value.Kind == SearchType.Reference && value.SystemHash == Patient)
                patients.Add(value.CodeHash);
            else if (value.ParameterId == line.Code.Id && value.Kind == SearchType.Token && value.CodeHash != 0)
                codes.Add((value.CodeHash, value.SystemHash));
            else if (value.ParameterId == line.Date.Id && value.Kind == SearchType.Date)
                dates.Add((value.Low, value.High, Narrow));
        }

        if (dates.Count == 0)
            dates.AddRange([(long.MinValue, long.MinValue, Narrow), (long.MaxValue, long.MaxValue, Narrow)]);
        else if (dates.Count > 1 || SearchProjection.IsWide(dates[0].Low, dates[0].High))
        {
            var (first, last) = (dates.Min(date => date.Low), dates.Max(date => date.Low));
            dates = [(first, first, WideRising), (last, last, WideFalling)]; // how long they last is not asked of them
        }

        foreach (var (low, high, wide) in dates)
        {
            var lasts = high - low;
            foreach (var (code, system) in codes)
            {
                rows.Add(Table, number, 0, code, wide, low, rid, system, lasts);
                foreach (var patient in patients)
                    rows.Add(Table, number, patient, code, wide, low, rid, system, lasts);
            }

            foreach (var patient in patients)
                rows.Add(Table, number, patient, 0, wide, low, rid, 0, lasts);
        }
    }

    private static Line? Of(string type, string patient, string code, string date)
    {
        var parameters = R4.SearchParameters(type);
        return parameters.Find(patient) is { } of && parameters.Find(code) is { } what && parameters.Find(date) is { } at ? new(of, what, at) : null;
    }

    /// <summary>The parameters of a type that its line is made of.</summary>
    internal sealed record Line(SearchParameter Patient, SearchParameter Code, SearchParameter Date);
}
