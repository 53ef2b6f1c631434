using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Care.Patients;

/// <summary>Where a page of people ended.</summary>
internal sealed record PeoplePlace(string Word, string Sort, string Id);

/// <summary>A page of people, and the place after which the next begins; null at the end.</summary>
internal sealed record PeoplePage(IReadOnlyList<string> Ids, PeoplePlace? Next);

/// <summary>
/// Finds people by beginnings of names, by record number and by birth date. The rarest word leads along its own stretch of the index;
/// the others are asked of each candidate, so the cost does not grow with the number of patients.
/// </summary>
internal static class FindPeople
{
    /// <summary>How many words count.</summary>
    internal const int MostWords = 4;

    /// <remarks>Single values instead of EXISTS, which PostgreSQL would join with: all people with all people when a plan is made for any words.</remarks>
    internal const string ReadPage =
        """
        SELECT f.word, f.sort, f.id FROM patients_words f
        WHERE f.word >= $1 AND f.word < $2 AND (f.word, f.sort, f.id) > ($3, $4, $5) /*reach Patient:f.id*/
        AND (SELECT 1 FROM patients_words o WHERE o.id = f.id AND o.word >= $1 AND o.word < f.word LIMIT 1) IS NULL
        AND ($6 = '' OR (SELECT 1 FROM patients_words a WHERE a.id = f.id AND a.word >= $6 AND a.word < $7 LIMIT 1) = 1)
        AND ($8 = '' OR (SELECT 1 FROM patients_words b WHERE b.id = f.id AND b.word >= $8 AND b.word < $9 LIMIT 1) = 1)
        AND ($10 = '' OR (SELECT 1 FROM patients_words c WHERE c.id = f.id AND c.word >= $10 AND c.word < $11 LIMIT 1) = 1)
        ORDER BY f.word, f.sort, f.id LIMIT $12
        """;

    internal const string CountSome = "SELECT COUNT(*) FROM (SELECT 1 FROM patients_words WHERE word >= $1 AND word < $2 LIMIT 500) AS counted";

    /// <summary>One page in the order of the leading word, then of names.</summary>
    internal static PeoplePage Page(DbSession session, PeopleQuery query, PeoplePlace? after, int size, AccessScope scope)
    {
        var words = Led(session, query.Words);
        var (low, high) = Range(words[0]);
        var (low1, high1) = Range(words.ElementAtOrDefault(1));
        var (low2, high2) = Range(words.ElementAtOrDefault(2));
        var (low3, high3) = Range(words.ElementAtOrDefault(3));
        var rows = session.QueryWithin(
            scope, ReadPage, row => new PeoplePlace(row.Text(0), row.Text(1), row.Text(2)),
            low, high, after?.Word ?? low, after?.Sort ?? "", after?.Id ?? "", low1, high1, low2, high2, low3, high3, size + 1);
        return rows.Count > size
            ? new PeoplePage([.. rows.Take(size).Select(row => row.Id)], rows[size - 1])
            : new PeoplePage([.. rows.Select(row => row.Id)], null);
    }

    /// <summary>The words with the rarest first.</summary>
    private static IReadOnlyList<string> Led(DbSession session, IReadOnlyList<string> words) => words.Count switch
    {
        0 => [SearchWords.Everyone],
        1 => words,
        _ => [.. words.OrderBy(word => session.First(CountSome, row => row.Integer(0), Range(word).Low, Range(word).High))],
    };

    /// <summary>The stretch of words with this beginning; without one the word that everyone has.</summary>
    private static (string Low, string High) Range(string? word) =>
        string.IsNullOrEmpty(word) ? (SearchWords.Everyone, "\u0001") : (word, word + "\uffff");
}
