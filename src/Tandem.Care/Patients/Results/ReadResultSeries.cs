using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>All values of one analyte of one patient.</summary>
/// <param name="Banner">Who.</param>
/// <param name="Series">One for each unit, the newest first; empty when there are no such values.</param>
/// <param name="Was">Values before corrections and cancellations, by the id of the result.</param>
internal sealed record ResultHistory(PatientBanner Banner, IReadOnlyList<ResultSeries> Series, IReadOnlyDictionary<string, string> Was);

/// <summary>Reads all values of one analyte.</summary>
internal static class ReadResultSeries
{
    /// <returns>The history; NotFound, Gone or Forbidden when the patient is not to be seen.</returns>
    internal static Outcome<ResultHistory> Handle(string patient, string code, AccessScope scope, RecordStore record)
    {
        if (scope.Reach == Reach.NoOne)
        {
            scope.Trail.Touched("Patient", patient, 0, patient, TouchKind.Denied);
            return Refusal.Forbidden(PatientWords.NoAccess);
        }

        if (!record.Read("Patient", patient, scope).Succeeded(out var version, out var refusal))
            return refusal;
        return record.Database.Snapshot(session =>
        {
            var series = FindResults.One(session, patient, code, scope);
            return new ResultHistory(PatientBanner.Of(version, record.Own), series, ReadPatientChart.WasBefore(session, series.SelectMany(one => one.Values)));
        });
    }
}
