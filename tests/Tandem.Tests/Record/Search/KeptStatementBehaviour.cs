using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteKeptStatementTests() : KeptStatementBehaviour(Engine.Sqlite);

public sealed class PostgresKeptStatementTests() : KeptStatementBehaviour(Engine.Postgres);

/// <summary>A search by a statement that was composed for another one of its shape.</summary>
public abstract class KeptStatementBehaviour(Engine engine)
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(1));

    /// <summary>Each line: searches of one shape.</summary>
    private static readonly string[][] Alike =
    [
        ["Patient?name=ana", "Patient?name=zoe"],
        ["Patient?name:exact=Ana", "Patient?name:exact=Zoe"],
        ["Patient?name:contains=na", "Patient?name:contains=oe"],
        ["Patient?_id=p1", "Patient?_id=p2"],
        ["Patient?identifier=urn:a|1", "Patient?identifier=urn:b|2"],
        ["Patient?identifier=|1", "Patient?identifier=|2"],
        ["Patient?birthdate=ge1990", "Patient?birthdate=ge2005-05"],
        ["Patient?birthdate=1980&_sort=name", "Patient?birthdate=2010-03-04&_sort=name"],
        ["Patient?_has:Observation:patient:code=c1", "Patient?_has:Observation:patient:code=c2"],
        ["Observation?patient.identifier=urn:a|1&code=urn:c|c1", "Observation?patient.identifier=urn:b|2&code=urn:d|c2"],
        ["Observation?subject.identifier=1", "Observation?subject.identifier=2"],
        ["Observation?subject:Patient._id=p1", "Observation?subject:Patient._id=p2"],
        ["Patient?_has:Observation:patient:subject:Patient.identifier=urn:a|1", "Patient?_has:Observation:patient:subject:Patient.identifier=urn:b|2"],
        ["Observation?patient=p1", "Observation?patient=p2"],
        ["Observation?subject=Patient/p1", "Observation?subject=Patient/p2"],
        ["Observation?patient=p1&code=urn:c|c1&date=ge2020&_sort=-date", "Observation?patient=p2&code=urn:d|c2&date=ge2021-02&_sort=-date"],
        ["Observation?code=c1", "Observation?code=c2"],
        ["Observation?code=c1,c2", "Observation?code=c2,c3"],
        ["Observation?code=urn:c|c1,urn:c|c3", "Observation?code=urn:d|c2,urn:d|c3"],
        ["Observation?code:not=c1", "Observation?code:not=c2"],
        ["Observation?date=ge2020&date=lt2021", "Observation?date=ge2021&date=lt2022"],
        ["Observation?date=ge2020&_count=1&_sort=date", "Observation?date=ge2021&_sort=date"],
    ];

    /// <summary>Searches that go by other statements than those above, each in its own way.</summary>
    private static readonly string[] Others =
    [
        "Patient", "Observation", "Patient?identifier=1", "Patient?identifier=urn:a|", "Patient?birthdate=le1990", "Patient?birthdate=ap1990", "Patient?_sort=-birthdate", "Patient?_sort=birthdate",
        "Patient?given=ana", "Patient?gender=male", "Observation?subject=p1", "Observation?code=urn:c|c1,urn:d|c1", "Observation?code=c1,c1", "Observation?code=c1&code=c2", "Observation?patient=p1,p2",
        "Observation?patient=p1&code=c1", "Observation?patient=p1&_sort=date", "Observation?date=lt2021&date=ge2020", "Observation?patient.name=ana", "Observation?patient.name=zoe", "Observation?subject:Patient.name=ana", "Observation?subject:Patient.identifier=1",
        "Observation?patient.identifier=urn:a|1", "Observation?patient.birthdate=ap1990", "Observation?_lastUpdated=ge2020",
    ];

    [Fact]
    public async Task It_finds_what_a_search_that_is_composed_for_itself_finds()
    {
        using var record = await FilledAsync();
        var told = new List<string>();
        foreach (var alike in Alike)
        {
            Assert.Single(alike.Select(text => Shape(text, Reach.Everyone)).Distinct());
            var search = NewSearch(record);
            var found = alike.Select(text => (Alone: Find(NewSearch(record), text, AccessScope.System), After: Find(search, text, AccessScope.System))).ToList();
            Assert.All(found, one => Assert.Equal(one.Alone, one.After));
            if (found.All(one => one.Alone == found[0].Alone))
                told.Add(alike[0]);
        }

        Assert.True(told.Count == 0, $"these find the same whatever is asked: {string.Join(", ", told)}");
    }

    [Fact]
    public async Task Searches_of_one_shape_have_one_text()
    {
        using var record = await FilledAsync();
        var texts = Alike.SelectMany(alike => alike).Concat(Others).Select(text => (Asked: text, Shape: Shape(text, Reach.Everyone), Sql: Composed(record, text))).ToList();
        var several = texts.Where(one => one.Shape is not null).GroupBy(one => one.Shape).Where(alike => alike.Select(one => one.Sql).Distinct().Count() > 1);
        Assert.Empty(several.Select(alike => string.Join(" and ", alike.Select(one => one.Asked))));
        Assert.All(Others.Where(text => text.Contains("ap1990", StringComparison.Ordinal)), text => Assert.Null(Shape(text, Reach.Everyone)));
    }

    [Fact]
    public async Task Searches_that_are_asked_together_find_each_its_own()
    {
        using var record = await FilledAsync();
        var search = NewSearch(record);
        var place = PagePlace.First(long.MaxValue) with { AsksMost = true };
        (string Asked, string Found)[] wanted = [.. ((string[])["Observation?patient=p1&code=c1", "Observation?patient=p2&code=c1", "Observation?patient=p1&code=c3", "Observation?patient.identifier=urn:a|1&code=c1", "Patient?_id=p1", "Patient?_id=p2"]).Select(text => (text, Find(NewSearch(record), text, AccessScope.System)))];
        foreach (var (text, _) in wanted)
            record.Database.SnapshotAsWritten(session => search.Statement(session, Parsed(text), AccessScope.System, null).Value.Page(session, place, 20));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(async () =>
        {
            var (text, found) = wanted[number % wanted.Length];
            var hits = await search.PageTogetherAsync(Parsed(text), AccessScope.System, place, 20, int.MaxValue, ReadLimit.Never);
            Assert.Equal(engine == Engine.Postgres ? found : null, hits is null ? null : string.Join(",", hits.Found.Select(hit => hit.Version.Id)));
        })));
        await AssertTogetherAsync(false, "Patient?gender=male&birthdate=ge1990", "Patient?name=ana", "Observation?code=c3");
        for (var turn = 0; turn < 200; turn++) // then places are enough
            Find(search, "Observation?code=c3", AccessScope.System);
        await AssertTogetherAsync(engine == Engine.Postgres, "Patient?name=ana", "Observation?code=c3", "Observation?patient=p1");
        await AssertTogetherAsync(false, "Patient?gender=male&birthdate=ge1990");

        async Task AssertTogetherAsync(bool isTogether, params string[] searches)
        {
            foreach (var text in searches)
            {
                var found = string.Join(",", record.Database.SnapshotAsWritten(session => search.Statement(session, Parsed(text), AccessScope.System, null).Value.Page(session, place, 20)).Value.Found.Select(hit => hit.Version.Id));
                var hits = await search.PageTogetherAsync(Parsed(text), AccessScope.System, place, 20, int.MaxValue, ReadLimit.Never);
                Assert.Equal(isTogether ? found : null, hits is null ? null : string.Join(",", hits.Found.Select(hit => hit.Version.Id)));
            }
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1000)] // asked for by places
    public async Task A_page_that_is_asked_for_together_ends_at_its_bytes(int limit)
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        for (var number = 0; number < 12; number++)
            await record.PutAsync("Observation", $"o{number:00}", $$$"""{"resourceType":"Observation","id":"o{{{number:00}}}","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"code":"a"},{"code":"b"}],"text":"{{{new string('x', 2000)}}}"} }""");
        var search = NewSearch(record);
        var first = PagePlace.First(long.MaxValue) with { AsksMost = true };
        foreach (var text in (string[])["Observation?patient=p", "Observation?patient=p&code=a,b"])
        {
            for (var round = 0; round < 3; round++)
            {
                var (seen, pages, together) = (new List<string>(), 0, 0);
                for (var place = first; place is not null; pages++)
                {
                    var from = place;
                    var hits = await search.PageTogetherAsync(Parsed(text), AccessScope.System, from, limit, 5000, ReadLimit.Never);
                    together += hits is null ? 0 : 1;
                    hits ??= record.Database.SnapshotAsWritten(session => search.Statement(session, Parsed(text), AccessScope.System, null).Value.Page(session, from, limit, bytes: 5000)).Value;
                    Assert.Equal(3, hits.Found.Count);
                    seen.AddRange(hits.Found.Select(hit => hit.Version.Id));
                    place = hits.Next;
                }

                Assert.Equal(Enumerable.Range(0, 12).Select(number => $"o{number:00}"), seen.Order(StringComparer.Ordinal));
                Assert.Equal(4, pages);
                Assert.Equal(engine == Engine.Postgres && round == 2 ? 4 : together, together); // once composed, of entries and by places
            }
        }
    }

    [Fact]
    public async Task Searches_of_one_shape_that_wait_for_an_exchange_find_each_its_own()
    {
        using var record = await FilledAsync();
        var search = NewSearch(record);
        var place = PagePlace.First(long.MaxValue) with { AsksMost = true };
        for (var turn = 0; turn < 200; turn++) // then places are enough
            Find(search, "Observation?code=c3", AccessScope.System);
        foreach (var text in Alike.SelectMany(alike => alike))
            record.Database.SnapshotAsWritten(session => search.Statement(session, Parsed(text), AccessScope.System, null).Value.Page(session, place, 20));

        var together = 0;
        foreach (var alike in Alike)
        {
            (string Text, string Found)[] wanted = [.. alike.Select(text => (text, Find(NewSearch(record), text, AccessScope.System)))];
            var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => Task.Run(async () =>
            {
                var (text, found) = wanted[number % wanted.Length];
                var hits = await search.PageTogetherAsync(Parsed(text), AccessScope.System, place, 20, int.MaxValue, ReadLimit.Never);
                return (text, found, hits);
            })));
            var asked = answers.Where(answer => answer.hits is not null).ToList();
            Assert.All(asked, answer => Assert.Equal((answer.text, answer.found), (answer.text, string.Join(",", answer.hits!.Found.Select(hit => hit.Version.Id)))));
            together += asked.Count / 24;
        }

        Assert.Equal(engine == Engine.Postgres, together > Alike.Length / 2);
    }

    [Fact]
    public async Task What_is_contained_since_a_chain_was_composed_is_found()
    {
        using var record = await FilledAsync();
        var search = NewSearch(record);
        string[] asked = ["Observation?patient.identifier=urn:c|3&code=c1", "Observation?subject.identifier=3", "Observation?patient.identifier=urn:c|3", "Patient?_has:Observation:patient:subject:Patient.identifier=3"];
        Assert.All(asked, text => Assert.Equal("", Find(search, text, AccessScope.System)));
        Assert.All(asked, text => Assert.Equal(0, Count(text)));
        Assert.Equal("o1", Find(search, "Observation?patient.identifier=urn:a|1&code=c1", AccessScope.System));

        await record.PutAsync("Observation", "o4", ContainingPatient);

        Assert.Null(await TogetherAsync("Observation?patient.identifier=urn:c|3&code=c1"));
        foreach (var text in asked.Take(3))
        {
            Assert.Equal(1, Count(text));
            Assert.Equal("o4", Find(search, text, AccessScope.System));
        }

        Assert.Equal("", Find(search, asked[3], AccessScope.System)); // the contained patient is nobody's answer
        Assert.Equal("o1", Find(search, "Observation?patient.identifier=urn:a|1&code=c1", AccessScope.System));

        long Count(string text) => search.Count(text.Split('?')[0], text.Split('?')[1], AccessScope.System).Value;

        async Task<string?> TogetherAsync(string text) =>
            await search.PageTogetherAsync(Parsed(text), AccessScope.System, PagePlace.First(long.MaxValue), 20, int.MaxValue, ReadLimit.Never) is { } hits ? string.Join(",", hits.Found.Select(hit => hit.Version.Id)) : null;
    }

    [Fact]
    public async Task A_next_page_goes_on_where_it_was_whatever_is_contained_by_now()
    {
        using var record = await FilledAsync();
        var search = NewSearch(record);
        await record.PutAsync("Observation", "o5", """{"resourceType":"Observation","id":"o5","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2019","code":{"coding":[{"code":"c1"}]}}""");
        var (first, next) = Page(PagePlace.First(long.MaxValue));
        await record.PutAsync("Observation", "o4", ContainingPatient);
        var (second, last) = Page(next!);
        Assert.Equal(["o1", "o5"], ((string[])[first, second]).Order(StringComparer.Ordinal));
        Assert.Null(last);

        (string Id, PagePlace? Next) Page(PagePlace place)
        {
            var hits = record.Database.SnapshotAsWritten(session => search.Statement(session, Parsed("Observation?patient.identifier=urn:a|1&code=c1"), AccessScope.System, null).Value.Page(session, place, 1)).Value;
            return (Assert.Single(hits.Found).Version.Id, hits.Next);
        }
    }

    [Fact]
    public async Task A_limited_reach_is_asked_at_its_own_moment()
    {
        using var record = await FilledAsync();
        using (var writer = record.Database.OpenWriter())
        {
            writer.Begin();
            writer.Write(AccessTables.Relations, [["p1", "Practitioner/a", 1, "care", Monday.AddDays(1), AccessTables.NoDayEnd]]);
            writer.Commit();
        }

        var search = NewSearch(record);
        const string Wanted = "Observation?code=c1";
        Assert.Equal("o1", Find(search, Wanted, Limited("Practitioner/a", Monday)));
        Assert.Equal("", Find(search, Wanted, Limited("Practitioner/a", Monday.AddDays(2))));
        Assert.Equal("o1", Find(search, Wanted, Limited("Practitioner/a", Monday)));
        Assert.Equal(Shape(Wanted, Limited("Practitioner/a", Monday).Reach), Shape(Wanted, Limited("Practitioner/a", Monday.AddDays(2)).Reach));
    }

    [Fact]
    public async Task What_one_reach_found_by_is_not_what_another_finds_by()
    {
        using var record = await FilledAsync();
        var search = NewSearch(record);
        const string Wanted = "Observation?code=c1,c2";
        Assert.Equal("o1,o2", Find(search, Wanted, AccessScope.System));
        Assert.Equal("o1", Find(search, Wanted, Of("p1")));
        Assert.Equal("o2", Find(search, Wanted, Of("p2")));
        Assert.Equal("", Find(search, Wanted, Limited("Practitioner/b", Monday)));
        Assert.Equal("o1,o2", Find(search, Wanted, AccessScope.System));

        foreach (var chained in (string[])["Observation?patient.identifier=urn:a|1&code=c1", "Observation?subject.identifier=1", "Patient?_has:Observation:patient:subject:Patient.identifier=urn:a|1"])
        {
            var found = Find(search, chained, AccessScope.System);
            Assert.NotEqual("", found);
            Assert.Equal(found, Find(search, chained, Of("p1")));
            Assert.Equal("", Find(search, chained, Of("p2")));
            Assert.Equal("", Find(search, chained, Limited("Practitioner/b", Monday)));
            Assert.Equal(found, Find(search, chained, AccessScope.System));
        }

        static AccessScope Of(string patient) => Within(new AccessLayer("own", [new Grant(Interactions.Look, [], Whose.Of(patient))]) { At = Monday });
    }

    private const string ContainingPatient = """
        {"resourceType":"Observation","id":"o4","status":"final","subject":{"reference":"#p"},"code":{"coding":[{"code":"c1"}]},
         "contained":[{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:c","value":"3"}]}]}
        """;

    private static AccessScope Limited(string party, DateTimeOffset at) =>
        Within(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Related(TimeSpan.Zero))]) { Parties = [party], At = at });

    private static AccessScope Within(AccessLayer layer) => AccessScope.System with { Reach = Reach.Limited(layer) };

    private static string? Shape(string text, Reach reach) => SearchShape.Of(Parsed(text), reach)?.Key;

    private static SearchQuery Parsed(string text)
    {
        var parts = text.Split('?', 2);
        return SearchQuery.Parse(parts[0], parts.Length == 1 ? "" : parts[1]);
    }

    private static RecordSearch NewSearch(RecordFixture record) => new(record.Database, SearchIndexOptions.Default, record.Clock);

    private static string Find(RecordSearch search, string text, AccessScope scope)
    {
        var parts = text.Split('?', 2);
        return string.Join(",", search.Find(parts[0], parts.Length == 1 ? "" : parts[1], scope, 100).Value.Select(version => version.Id));
    }

    private string Composed(RecordFixture record, string text) => record.Database.SnapshotAsWritten(session =>
    {
        var measured = new MeasuredSession(session, engine, engine == Engine.Sqlite ? session.First("PRAGMA database_list", row => row.Text(2)) : null);
        var context = new SearchContext(measured, engine, new SqlArguments(), TimeZoneInfo.Utc, Monday, [], new(() => []), new SearchTerminology(measured, Tandem.Record.Validation.PackagedDefinitions.None));
        Assert.Null(SearchStatement.Of(Parsed(text), Reach.Everyone, SearchIndexOptions.Default, () => context).Value.Page(measured, PagePlace.First(long.MaxValue), 20).Refusal);
        return measured.LastSql;
    });

    private async Task<RecordFixture> FilledAsync()
    {
        var record = new RecordFixture(engine, [new SearchProjection(SearchIndexOptions.Default)], [AccessTables.Relations]);
        await PutAsync("Patient", "p1", """ "name":[{"family":"Testperson","given":["Ana"]}],"gender":"male","birthDate":"1980-05-01","identifier":[{"system":"urn:a","value":"1"},{"value":"1"}] """);
        await PutAsync("Patient", "p2", """ "name":[{"family":"Muster","given":["Zoe"]}],"birthDate":"2010-03-04","identifier":[{"system":"urn:b","value":"2"},{"value":"2"}] """);
        await PutAsync("Patient", "p3", """ "birthDate":"1995" """);
        await PutAsync("Observation", "o1", """ "status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-06-01","code":{"coding":[{"system":"urn:c","code":"c1"}]} """);
        await PutAsync("Observation", "o2", """ "status":"final","subject":{"reference":"Patient/p2"},"effectiveDateTime":"2021-06-01","code":{"coding":[{"system":"urn:d","code":"c2"}]} """);
        await PutAsync("Observation", "o3", """ "status":"final","effectiveDateTime":"2020-08-01","code":{"coding":[{"system":"urn:c","code":"c3"}]} """);
        return record;

        async Task PutAsync(string type, string id, string members) => await record.PutAsync(type, id, $$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}""");
    }
}
