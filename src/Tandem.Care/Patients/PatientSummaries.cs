using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Names of patients for lists.</summary>
public static class PatientSummaries
{
    internal const string ReadOne = "SELECT id, name, birth_date, sex, mrn, pronouns, deceased FROM patients_summary s WHERE s.id = $1 /*reach Patient:s.id*/";

    /// <summary>The summaries of these patients by id; who is not known or not to be seen is missing.</summary>
    public static IReadOnlyDictionary<string, PatientSummary> Find(RecordStore record, IEnumerable<string> ids, AccessScope scope)
    {
        var found = new Dictionary<string, PatientSummary>(StringComparer.Ordinal);
        if (scope.Reach == Reach.NoOne)
            return found;
        return record.Database.Read(session =>
        {
            foreach (var id in ids.Distinct(StringComparer.Ordinal))
            {
                if (session.FirstWithin(scope, ReadOne, Read, id) is not { } summary)
                    continue;
                scope.Trail.Shown(id);
                found[id] = summary;
            }

            return found;
        });
    }

    /// <summary>Patients whose names begin with each of the words, or who bear the number; ids in the order of names, at most <paramref name="most"/> of those the scope reaches.</summary>
    public static IReadOnlyList<string> Search(DbSession session, string text, int most, AccessScope scope) =>
        PeopleQuery.Parse(text, null) is { IsEmpty: false } query ? FindPeople.Page(session, query, null, most, scope).Ids : [];

    private static PatientSummary Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Integer(6) != 0);
}
