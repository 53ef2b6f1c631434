using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>The entries of a record among which somebody chooses the one to be amended: what the own page shows of them.</summary>
internal static class AmendableEntries
{
    private const int MostOfKind = 50;

    private static readonly (string Kind, Phrase Name)[] Kinds =
    [
        (PatientFactProjection.Condition, PatientWords.Conditions), (PatientFactProjection.Medicine, PatientWords.Medicines), (PatientFactProjection.Allergy, PatientWords.Allergies), (PatientFactProjection.Stay, PatientWords.Stays),
    ];

    /// <summary>Each with its reference as value; at last the patient, for anything else.</summary>
    internal static IReadOnlyList<Choice> Of(RecordStore record, string patient, AccessScope scope, string zone) => record.Database.Snapshot(session => (IReadOnlyList<Choice>)
    [
        .. Kinds.SelectMany(kind => session.QueryWithin(scope, PatientFactProjection.ReadNewest, PatientFactProjection.Read, patient, kind.Kind, MostOfKind)
            .Select(fact => new Choice(fact.Id, Named(kind.Name, fact.Kind == PatientFactProjection.Stay ? PatientWords.StayClass(fact.Title) : fact.Title, fact.At, zone)))),
        .. FindResults.Latest(session, patient, 1, scope).Select(series => series.Newest).DistinctBy(ResultOf)
            .Select(row => new Choice(ResultOf(row), Named(ResultWords.Results, $"{row.Name} {row.Value} {row.UnitText}".Trim(), row.At, zone))),
        new Choice("Patient/" + patient, AmendmentWords.Anything),
    ]);

    private static string Named(Phrase kind, string title, DateTimeOffset at, string zone) => AmendmentWords.EntryOf.With(kind, $"{title} ({PageTime.Date(LocalDay.Of(at, zone))})");

    /// <summary>The reference of the Observation that a value stands in.</summary>
    internal static string ResultOf(ResultRow row) => row.Id.Split('#')[0] is var id && id.Contains('/', StringComparison.Ordinal) ? id : "Observation/" + id;
}
