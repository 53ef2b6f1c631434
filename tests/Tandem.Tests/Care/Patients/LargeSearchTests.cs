using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Care.Patients;
using Tandem.Kernel.Data;
using Tandem.Tests.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Patients;

/// <summary>A person is found among 100,000 by looking at as much as among few, by whatever is typed.</summary>
public sealed class LargeSearchTests(ITestOutputHelper output)
{
    private const int Everyone = 100_000;
    private const int Few = 5_000; // rows, of 640,000

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public void A_person_is_found_among_a_hundred_thousand_by_a_look_at_few_rows(Engine engine)
    {
        using var record = new RecordFixture(engine, new PatientSummaryProjection());
        AddEveryone(record.Database);
        foreach (var (text, found, most) in new (string, int, int)[]
        {
            ("77123", 1, 100), // a number
            ("te", 8, 100), // what nearly everyone is called
            ("family7 given3", 8, Few),
            ("testperson common", 8, Few), // two words that tens of thousands have
            ("common seldom", 0, Few), // a fifth of all, and a handful of others
            ("mostly common", 1, 100_000), // a fifth each, and one person has both
            ("1950-01-08", 8, Few),
            ("testperson 1950-01-08 family1", 8, Few),
            ("nobody at all", 0, Few),
        })
        {
            var ids = Find(record.Database, text);
            var visited = Visited(record.Database, text);

            output.WriteLine($"{engine} {text}: {visited} rows, {ids.Count} found");
            Assert.InRange(ids.Count, Math.Min(found, 1), found);
            Assert.InRange(visited, 0, most);
        }
    }

    private static long Visited(Database database, string text) => database.SnapshotAsWritten(session =>
    {
        var measured = new MeasuredSession(session, database.Engine, database.Engine == Engine.Sqlite ? session.First("PRAGMA database_list", row => row.Text(2)) : null);
        PatientSummaries.Search(measured, text, SuggestPeople.Most, AccessScope.System);
        return measured.Visited;
    });

    private static IReadOnlyList<string> Find(Database database, string text) =>
        database.Read(session => PatientSummaries.Search(session, text, SuggestPeople.Most, AccessScope.System));

    private static void AddEveryone(Database database)
    {
        using var writer = database.OpenWriter();
        foreach (var some in Enumerable.Range(0, Everyone).Chunk(5_000))
        {
            writer.Begin();
            writer.Write(PatientSummaryProjection.Words, [.. some.SelectMany(i => WordsOf(i).Select(word => new DbValue[] { word, $"family{i % 300} given{i % 211}", $"p{i}" }))]);
            writer.Commit();
        }

        if (database.Engine == Engine.Postgres)
            writer.ExecuteScript("ANALYZE patients_words;");
    }

    private static IEnumerable<string> WordsOf(int i)
    {
        yield return "";
        yield return "testperson";
        yield return $"family{i % 300}";
        yield return $"given{i % 211}";
        yield return i.ToString("D6", CultureInfo.InvariantCulture)[1..];
        yield return "born:" + new DateOnly(1950, 1, 1).AddDays(i % 20_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (i % 5 == 0)
            yield return "common";
        if (i % 5 == 1 || i == Everyone - 5)
            yield return "mostly";
        if (i % 30_000 == 1)
            yield return "seldom";
    }
}
