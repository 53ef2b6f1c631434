using System.Text;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchCostTests() : SearchCostBehaviour(Engine.Sqlite);

public sealed class PostgresSearchCostTests() : SearchCostBehaviour(Engine.Postgres);

/// <summary>How much of the index a search looks at for what it finds: a count, so that a busy machine cannot change it.</summary>
public abstract class SearchCostBehaviour(Engine engine)
{
    private const int Patients = 3000;
    private const int Page = 20;
    private const int MostPerResult = 50;

    private static readonly string[] Families = [.. Enumerable.Range(0, 40).Select(number => $"{(number % 2 == 0 ? "Probe" : "Muster")}{(char)('a' + number)}")];

    /// <summary>Along the timeline to a date that lies far from where it begins, with and without the code's system.</summary>
    private static readonly string[] Dated =
    [
        "Observation?code=c1&date=lt2012&_sort=-date",
        "Observation?code=c1&date=le2012-05&_sort=-date",
        "Observation?code=http://loinc.org|c1&date=eb2012&_sort=-date",
        "Observation?code=http://loinc.org|c1&date=ge2024&_sort=date",
        "Observation?code=c1&date=gt2024&_sort=date",
        "Observation?code=c1&date=sa2024&_sort=date",
        "Observation?code=c1&date=2017-05&_sort=date",
        "Observation?code=c1&date=2017-05&_sort=-date",
        "Observation?code=c1&date=ge2016&date=lt2017&_sort=date",
        "Observation?code=c1&date=lt2017&date=ge2016&_sort=-date",
    ];

    private static readonly string[] Queries =
    [
        "Patient",
        "Patient?identifier=urn:mrn|77",
        "Patient?name=musterb",
        "Patient?family=probec&gender=female",
        "Patient?birthdate=1950",
        "Patient?birthdate=ge1950&gender=female&name=test",
        "Patient?_sort=-_lastUpdated",
        "Patient?_has:Observation:patient:code=c1",
        "Patient?name=musterb&_has:Observation:patient:code=c1",
        "Observation?patient=p77",
        "Observation?subject=Patient/p77&_sort=-date",
        "Observation?patient=p77&code=http://loinc.org|c1&date=ge2020",
        "Observation?patient=p77&code=c1,c2&_sort=-date",
        "Observation?code=http://loinc.org|c1",
        "Observation?code=c1&_sort=-date",
        "Observation?code=c1&_sort=date",
        "Observation?code=c1&date=ge2024&_sort=-date",
        .. Dated,
        "Observation?status=final&code=c1",
        "Observation?date=2023-05",
        "Observation?date=ge2023-05&date=lt2023-06",
        "Observation?date=ge2013-02-11&date=lt2013-02-12",
        "Observation?date=lt2019-07-13&date=gt2019-07-11&status=final",
        "Observation?patient.name=musterb",
        "Observation?patient.identifier=urn:mrn|77&code=c1",
        "Observation?subject:Patient.family=probec&code=http://loinc.org|c2",
        "Observation?patient.gender=female&code=c1",
        "Observation?code-value-quantity=c1$gt198",
        "Observation?value-quantity=gt198",
        "Observation?patient=p77&_filter=code ne c1",
        "Observation?patient=p77&_filter=code ne http://loinc.org|c1",
        "Observation?patient=p77&status:missing=false",
        "Observation?patient=p77&category:missing=true",
        "Patient?identifier=urn:mrn|77&_filter=gender ne female",
    ];

    [Fact]
    public async Task No_search_looks_at_more_than_fifty_rows_for_a_result()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        await FillAsync(record);
        var costly = new List<string>();
        var table = new StringBuilder();
        foreach (var (query, entries) in Queries.SelectMany(query => new[] { (query, (KeptEntries?)null), (query, Kept.Nearly(record.Database)) }))
        {
            var (visited, found, sql) = Run(record.Database, query, entries);
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{query}: {visited} for {found}");
            Assert.True(found > 0, $"{query} finds nothing");
            if (visited > MostPerResult * (found + 1))
                costly.Add($"{query}: {visited} rows for {found} results by {(costly.Count == 0 ? sql : "…")}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());
        Assert.True(costly.Count == 0, string.Join("\n", costly));
    }

    [Fact]
    public async Task No_page_is_sorted_with_its_resources_in_memory()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        if (engine == Engine.Postgres)
            return; // sends what it sorts row by row, and may hold it on its disk
        await record.PutAsync("Patient", "p77", """{"resourceType":"Patient","id":"p77"}""");
        foreach (var query in Queries.Append("Patient?_sort=-birthdate,name").Append("Observation?patient.identifier=urn:mrn|77"))
        {
            var plan = record.Database.SnapshotAsWritten(session =>
            {
                var measured = new MeasuredSession(session, engine, File(session));
                Ask(measured, query, null, null);
                return session.Query($"EXPLAIN QUERY PLAN {measured.LastSql}", row => (Within: row.Integer(1), Step: row.Text(3)), measured.LastArguments);
            });
            var looked = Assert.Single(plan, step => step.Step.StartsWith("SEARCH l ", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.Within == looked.Within && step.Step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_late_page_along_the_timeline_looks_at_no_more_than_the_first()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        await FillAsync(record);
        string[] queries = ["&_sort=date", "&_sort=-date", "&date=ge2011&_sort=-date", "&date=ge2011&_sort=date", "&date=lt2024&_sort=-date", "&date=ge2011&date=lt2024&_sort=date", "&date=lt2024&date=ge2011&_sort=-date"];
        var costly = new List<string>();
        foreach (var (query, entries) in queries.SelectMany(query => new[] { ($"Observation?code=http://loinc.org|c1{query}", (KeptEntries?)null), ($"Observation?code=c1{query}", Kept.Nearly(record.Database)) }))
        {
            var year = query.Contains("=-date", StringComparison.Ordinal) ? 2012 : 2023;
            var at = new DateTimeOffset(year, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            var (visited, found, sql) = Run(record.Database, query, entries, new PagePlace(long.MaxValue, SearchPlan.AlongTimeline, [at.ToString(System.Globalization.CultureInfo.InvariantCulture)], 0));
            Assert.Equal(Page, found);
            if (visited > MostPerResult * (found + 1))
                costly.Add($"{query}: {visited} rows for {found} results by {sql}");
        }

        Assert.True(costly.Count == 0, string.Join("\n", costly));
    }

    [Fact]
    public async Task Of_too_many_hits_to_sort_by_code_no_more_are_read_than_tell_so()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        await FillAsync(record);
        record.Database.SnapshotAsWritten(session =>
        {
            var measured = new MeasuredSession(session, engine, engine == Engine.Sqlite ? File(session) : null);
            Assert.Equal("too-costly", Ask(measured, "Observation?_sort=code", null, null).Refusal!.Details[0].Code);
            Assert.InRange(measured.Told, 10_001, 10_100);
            var some = Ask(measured, "Observation?patient=p77,p78,p79&_sort=-code", null, null).Value;
            Assert.Equal(["c4", "c4", "c4", "c3", "c3", "c3", "c2", "c2", "c2", "c2", "c2", "c2", "c1", "c1", "c1", "c1", "c1", "c1", "c0", "c0"], some.Found.Select(hit => hit.Version.Root["code"u8]["coding"u8].Items.AsEnumerable().Single()["code"u8].Text));
            Assert.Equal(4, Ask(measured, "Observation?patient=p77,p78,p79&_sort=-code", null, some.Next).Value.Found.Count);
            return 0;
        });
    }

    [Theory]
    [InlineData("gender=male")]
    [InlineData("gender=male,female")]
    [InlineData("active:not=false")]
    [InlineData("_containedType=contained")]
    public async Task A_page_of_contained_resources_looks_at_no_more_than_the_page(string text)
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                for (var number = 0; number < 3000; number++)
                    session.Put("Observation", $"o{number}", RecordFixture.Json($$$"""{"resourceType":"Observation","id":"o{{{number}}}","status":"final","code":{"text":"x"},"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","gender":"male"},{"resourceType":"Patient","id":"q","gender":"male"}]}"""));
                return 0;
            },
            TestContext.Current.CancellationToken);
        if (engine == Engine.Postgres)
            record.Database.OpenWriter().ExecuteScript("ANALYZE");
        var query = SearchQuery.Parse("Patient", $"{text}&_contained=true".Split('&').Select(pair => new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1])), takesContained: true);

        var (from, seen) = (PagePlace.First(long.MaxValue), new List<string>());
        for (var page = 0; page < 3; page++)
        {
            var (hits, visited) = record.Database.SnapshotAsWritten(session =>
            {
                var measured = new MeasuredSession(session, engine, engine == Engine.Sqlite ? File(session) : null);
                var context = new SearchContext(
                    measured, engine, new SqlArguments(), TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch, [], new(() => []), new SearchTerminology(measured, Tandem.Record.Validation.PackagedDefinitions.None)) { Reach = Reach.Everyone };
                return (ContainedStatement.Of(query, context).Value.Page(measured, from, Page).Value, measured.Visited);
            });
            Assert.InRange(visited, 1, MostPerResult * (Page + 1));
            seen.AddRange(hits.Found.Select(hit => $"{hit.Version.Id}#{hit.Contained}"));
            from = hits.Next!;
        }

        Assert.Equal(text == "_containedType=contained" ? Enumerable.Range(0, 60).Select(at => $"o{at / 2}#{at % 2}") : Enumerable.Range(0, 60).Select(at => $"o{at}#"), seen);
    }

    [Fact]
    public async Task A_turn_of_reading_words_looks_at_its_stretch_of_the_log_and_no_further()
    {
        const int Turn = 50;
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        for (var version = 0; version < 40; version++)
        {
            await record.Store.WriteAsync<int>(
                AccessScope.System,
                session =>
                {
                    for (var number = 0; number < 50; number++)
                        session.Put("Basic", $"b{number}", RecordFixture.Json($$$"""{"resourceType":"Basic","id":"b{{{number}}}","code":{"text":"{{{version}}}"}}"""));
                    return 0;
                },
                TestContext.Current.CancellationToken);
        }

        if (engine == Engine.Postgres)
            record.Database.OpenWriter().ExecuteScript("ANALYZE");
        var (read, turns) = (new List<long>(), 0);
        for (var (from, isFull) = (0L, true); isFull; turns++)
        {
            record.Database.SnapshotAsWritten(session =>
            {
                var measured = new MeasuredSession(session, engine, engine == Engine.Sqlite ? File(session) : null);
                (from, var found, isFull, _) = FullTextIndex.Next(measured, from, Turn);
                read.AddRange(found.Select(version => version.Seq));
                Assert.InRange(measured.Visited, 0, 8 * Turn);
                return 0;
            });
        }

        Assert.Equal(41, turns); // the last one finds that there is no more
        Assert.Equal(Enumerable.Range(1951, 50).Select(seq => (long)seq), read);
    }

    [Fact]
    public async Task What_UCUM_does_not_know_is_none_of_the_units_that_a_search_converts_to()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        foreach (var (id, unit) in new[] { ("a", "mmol/L"), ("b", "q7"), ("c", "mg{wet}") })
            await record.PutAsync("Observation", id, $$"""{"resourceType":"Observation","id":"{{id}}","valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"{{unit}}"} }""");

        Assert.Equal(["mmol/L", "mg{wet}"], record.Database.Read(session => SearchContext.UnitsOf(session).Value));
    }

    [Fact]
    public async Task A_turn_of_reading_words_ends_with_the_resource_that_makes_it_large()
    {
        using var record = new RecordFixture(engine);
        foreach (var id in new[] { "a", "b", "c", "b" })
            await record.PutAsync("Basic", id, $$"""{"resourceType":"Basic","id":"{{id}}"}""");
        var turns = new List<(long, string, bool, int)>();
        for (var (from, isFull, most) = (0L, true, 128); isFull;)
        {
            (from, var found, isFull, most) = record.Database.SnapshotAsWritten(session => FullTextIndex.Next(session, from, most, mostBytes: 1));
            turns.Add((from, string.Join(',', found.Select(version => version.Id)), isFull, most));
        }

        Assert.Equal([(1, "a", true, 1), (2, "", true, 2), (3, "c", true, 1)], turns[..3]); // the first version of b holds no more
        Assert.Equal((4, "b"), (turns[3].Item1, turns[3].Item2));
    }

    private (long Visited, int Found, string Sql) Run(Database database, string text, KeptEntries? entries, PagePlace? place = null) =>
        database.SnapshotAsWritten(session =>
        {
            var measured = new MeasuredSession(session, engine, engine == Engine.Sqlite ? File(session) : null);
            var hits = Ask(measured, text, entries, place).Value;
            return (measured.Visited, hits.Found.Count, measured.LastSql);
        });

    private Outcome<Hits> Ask(MeasuredSession measured, string text, KeptEntries? entries, PagePlace? place)
    {
        var (type, query) = text.IndexOf('?', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, "");
        var context = new SearchContext(
            measured, engine, new SqlArguments(), TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch, [], new(() => []), new SearchTerminology(measured, Tandem.Record.Validation.PackagedDefinitions.None));
        return SearchStatement.Of(SearchQuery.Parse(type, query), Reach.Everyone, SearchIndexOptions.Default, () => context, entries: entries).Then<Hits>(statement => statement.Page(measured, place ?? PagePlace.First(long.MaxValue), Page));
    }

    private static string File(DbSession session) => session.First("PRAGMA database_list", row => row.Text(2))!;

    private static async Task FillAsync(RecordFixture record)
    {
        var random = new Random(7);
        for (var from = 0; from < Patients; from += 250)
        {
            await record.Store.WriteAsync<int>(
                AccessScope.System,
                session =>
                {
                    for (var number = from; number < from + 250; number++)
                        Put(session, number, random);
                    return 0;
                },
                TestContext.Current.CancellationToken);
        }

        if (record.Database.Engine == Engine.Postgres)
            record.Database.OpenWriter().ExecuteScript("ANALYZE");
    }

    private static void Put(Tandem.Record.Log.WriteSession session, int number, Random random)
    {
        session.Put("Patient", $"p{number}", RecordFixture.Json(
            $$"""{"resourceType":"Patient","id":"p{{number}}","identifier":[{"system":"urn:mrn","value":"{{number}}"}],"gender":"{{(number % 2 == 0 ? "female" : "male")}}","birthDate":"{{1930 + (number % 90)}}-0{{1 + (number % 9)}}-11","name":[{"family":"{{Families[number % Families.Length]}}","given":["Test{{number % 37}}"]}]}"""));
        for (var of = 0; of < 8; of++)
        {
            session.Put("Observation", $"o{number}-{of}", RecordFixture.Json(
                $$$"""{"resourceType":"Observation","id":"o{{{number}}}-{{{of}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"c{{{of % 5}}}"}]},"subject":{"reference":"Patient/p{{{number}}}"},"effectiveDateTime":"20{{{10 + random.Next(16)}}}-0{{{1 + random.Next(9)}}}-1{{{random.Next(10)}}}T08:00:00Z","valueQuantity":{"value":{{{random.Next(200)}}},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}"""));
        }
    }
}
