using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Care.Loops;

/// <summary>
/// The part of a worklist that concerns people who are looked for. Their loops are found by patient and looked up on the list by key, in
/// narrow rows; only those of one page are read whole. What is visited are the loops of at most <see cref="MostPeople"/> people,
/// however long the list is.
/// </summary>
internal static class FindWorklistOfPeople
{
    /// <summary>How many people a search may mean; with more the page says that it is not the whole.</summary>
    internal const int MostPeople = 200;

    private const int Together = 20;

    internal const string ReadPlaces =
        """
        SELECT w.rank_at, w.id, w.seq FROM loops_of_patient p CROSS JOIN loops_worklist w
        WHERE p.patient IN ($6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) AND p.state <= 2
          AND w.list = $1 AND w.rank_at = p.rank_at AND w.id = p.id
          AND ($2 < 0 OR w.tier = $2) AND ($3 < 0 OR w.state = $3) AND ($4 = '' OR w.kind = $4) AND w.due < $5 /*reach Task:w.id*/
        """;

    internal const string ReadLoops =
        """
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM log l
        WHERE l.seq IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        """;

    internal static WorklistRows Page(DbSession session, WorklistFilter filter, WorklistPlace? after, WorklistPlace? before, AccessScope scope, long seq, OwnAddresses own)
    {
        var people = PatientSummaries.Search(session, filter.Patient!, MostPeople + 1, scope);
        var listed = Listed(session, filter, people.Take(MostPeople), scope);
        var from = Begin(listed, after, before);
        var shown = listed.Skip(from).Take(FindWorklist.PageSize).ToList();
        return new WorklistRows(Loops(session, shown, own), from + shown.Count < listed.Count ? shown[^1].Place.ToString() : null, seq)
        {
            Previous = from > 0 && shown.Count > 0 ? shown[0].Place.ToString() : null,
            Total = people.Count > MostPeople ? null : listed.Count,
            IsCut = people.Count > MostPeople,
        };
    }

    private static int Begin(List<(WorklistPlace Place, long Seq)> listed, WorklistPlace? after, WorklistPlace? before)
    {
        if (before is not null)
            return Math.Max(0, listed.Count(one => one.Place.CompareTo(before) < 0) - FindWorklist.PageSize);
        return after is null ? 0 : listed.Count(one => one.Place.CompareTo(after) <= 0);
    }

    private static List<(WorklistPlace Place, long Seq)> Listed(DbSession session, WorklistFilter filter, IEnumerable<string> people, AccessScope scope)
    {
        var listed = new List<(WorklistPlace Place, long Seq)>();
        var lists = FindWorklist.ListsOf(filter, scope);
        foreach (var some in people.Chunk(Together))
        {
            foreach (var list in lists)
            {
                listed.AddRange(session.QueryWithin(
                    scope,
                    ReadPlaces,
                    row => (new WorklistPlace(row.Integer(0), row.Text(1)), row.Integer(2)),
                    [.. FindWorklist.Conditions(list, filter), .. Filled(some, "")]));
            }
        }

        return [.. listed.DistinctBy(one => one.Place).OrderBy(one => one.Place)];
    }

    private static List<Loop> Loops(DbSession session, List<(WorklistPlace Place, long Seq)> shown, OwnAddresses own)
    {
        var loops = new Dictionary<string, Loop>(StringComparer.Ordinal);
        foreach (var some in shown.Chunk(Together))
        {
            foreach (var loop in session.Query(ReadLoops, LoopRows.Loops(own), [.. Filled(some.Select(one => one.Seq), -1)]))
                loops[loop.Id] = loop;
        }

        return shown.ConvertAll(one => loops[one.Place.Id]);
    }

    private static IEnumerable<DbValue> Filled(IEnumerable<string> values, string rest) =>
        values.Concat(Enumerable.Repeat(rest, Together)).Take(Together).Select(value => (DbValue)value);

    private static IEnumerable<DbValue> Filled(IEnumerable<long> values, long rest) =>
        values.Concat(Enumerable.Repeat(rest, Together)).Take(Together).Select(value => (DbValue)value);
}
