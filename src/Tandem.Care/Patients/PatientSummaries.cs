using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Names of patients for lists.</summary>
public static class PatientSummaries
{
    internal const string ReadOne = "SELECT id, name, birth_date, sex, mrn, pronouns, deceased FROM patients_summary WHERE id = $1";

    internal const string ReadWord = "SELECT id FROM patients_words WHERE word >= $1 AND word < $2 ORDER BY word, id LIMIT $3";

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
                if (session.First(ReadOne, Read, id) is { } summary)
                    found[id] = summary;
            }

            return found;
        });
    }

    /// <summary>Patients whose names begin with each of the words, or who bear the number; ids, at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<string> Search(DbSession session, string text, int most)
    {
        var words = SearchWords.In(text).Append(SearchWords.Fold(text.Trim())).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (words.Count == 0)
            return [];
        var whole = words.Count > 1 ? Starting(session, words[^1], most) : [];
        var names = words.Count > 1 ? words[..^1] : words;
        HashSet<string>? all = null;
        foreach (var word in names)
        {
            var matching = Starting(session, word, most * 10);
            if (all is null)
                all = [.. matching];
            else
                all.IntersectWith(matching);
        }

        return [.. whole.Concat(all ?? []).Distinct(StringComparer.Ordinal).Take(most)];
    }

    private static List<string> Starting(DbSession session, string word, int most) =>
        session.Query(ReadWord, row => row.Text(0), word, word + "\uffff", most);

    private static PatientSummary Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Integer(6) != 0);
}
