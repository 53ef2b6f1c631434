using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteTimelineTests() : TimelineBehaviour(Engine.Sqlite);

public sealed class PostgresTimelineTests() : TimelineBehaviour(Engine.Postgres);

/// <summary>A patient's results of a code by date: along the timeline they are those that are found by each value alone, in the order of their dates (R4 3.1.1.4.7, 3.1.1.5.1).</summary>
public abstract class TimelineBehaviour(Engine engine)
{
    private static readonly (string Id, string Date)[] Dates =
    [
        ("instant", """ "effectiveDateTime":"2020-06-01T10:00:00Z", """),
        ("day", """ "effectiveDateTime":"2020-06-02", """),
        ("year", """ "effectiveDateTime":"2020", """),
        ("long", """ "effectivePeriod":{"start":"2019-12-01","end":"2020-06-10"}, """),
        ("since", """ "effectivePeriod":{"start":"2020-05-01"}, """),
        ("until", """ "effectivePeriod":{"end":"2020-07-01"}, """),
        ("several", """ "effectiveTiming":{"event":["2018-01-01","2020-06-01T12:00:00Z","2022-01-01"]}, """),
        ("none", ""),
    ];

    private static readonly string[] Asked =
    [
        "", .. from prefix in (string[])["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"] from date in (string[])["2020", "2020-06-01", "2020-06-02", "2020-06-01T10:00:00Z", "2021"] select $"&date={prefix}{date}",
        "&date=ge2020-06-01&date=lt2020-06-03", "&date=lt2020-06-03&date=ge2020-06-01", "&date=ge2018&date=ge2020-06-02", "&date=2018-01-01,2020-06-02", "&date=gt2020-06-01,lt2019", "&date:missing=true", "&date:missing=false&date=le2020-06-01",
    ];

    [Fact]
    public async Task It_finds_what_is_found_without_it()
    {
        using var record = await FilledAsync();
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, record.Clock);
        string[] codes = ["c1", "urn:c|c1", "urn:d|c1", "|c1", "urn:c|c1,urn:d|c1", "urn:c|c1,c2", "urn:c|c2", "c1,c2,c1"];
        var found = 0;
        foreach (var asked in from code in codes from date in Asked select $"patient=p1&code={code}{date}")
        {
            var alone = Find(asked + "&_sort=-_lastUpdated").Order(StringComparer.Ordinal).ToList();
            found += alone.Count;
            foreach (var sort in (string[])["", "&_sort=date", "&_sort=-date"])
            {
                var along = Find(asked + sort);
                Assert.True(along.Count == along.Distinct().Count(), $"twice: {asked}{sort}");
                Assert.True(alone.SequenceEqual(along.Order(StringComparer.Ordinal)), $"{asked}{sort}: {string.Join(",", alone)} or {string.Join(",", along)}");
                Assert.Equal(along, InPages(asked + sort, 3));
                Assert.Equal(along.Count, search.Count("Observation", asked, AccessScope.System).Value);
            }

            Assert.Equal(alone, Find(asked.Replace("patient=p1", "patient.identifier=urn:a|1", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        Assert.InRange(found, 1_000, int.MaxValue);

        List<string> InPages(string query, int size)
        {
            var ids = new List<string>();
            for (var place = PagePlace.First(long.MaxValue); place is not null;)
            {
                var hits = search.Snapshot(session => search.Statement(session, search.Parse("Observation", query), AccessScope.System, null).Value.Page(session, place, size)).Value;
                ids.AddRange(hits.Found.Select(hit => hit.Version.Id));
                place = hits.Next;
            }

            return ids;
        }

        List<string> Find(string query) => [.. search.Find("Observation", query, AccessScope.System, 100).Value.Select(version => version.Id)];
    }

    [Theory]
    [InlineData("patient=p1&code=urn:c|c1&_sort=date", "until,several,long,year,since,instant,day,none")]
    [InlineData("patient=p1&code=urn:c|c1&_sort=-date", "day,instant,since,year,long,several,none,until")] // a beginning that is open is as unknown as none: by number
    [InlineData("patient=p1&code=urn:c|c1&date=lt2021&_sort=-date", "day,instant,since,year,long,several,until")]
    [InlineData("patient=p1&code=urn:c|c1&date=ge2020-06-01&date=lt2020-06-03&_sort=-date", "day,instant,since,year,long,several,until")]
    [InlineData("code=urn:d|c1&date=ge2020-06&_sort=date", "until,several,year,since,instant,day")]
    public async Task They_come_by_their_dates(string query, string ids)
    {
        using var record = await FilledAsync();
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, record.Clock);
        Assert.Equal(ids, string.Join(",", search.Find("Observation", query, AccessScope.System, 100).Value.Select(version => version.Id).Where(id => !id.StartsWith("other", StringComparison.Ordinal))));
    }

    private async Task<RecordFixture> FilledAsync()
    {
        var record = new RecordFixture(engine, [new SearchProjection(SearchIndexOptions.Default)]);
        await record.PutAsync("Patient", "p1", """{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:a","value":"1"}]}""");
        foreach (var (id, date) in Dates)
        {
            await PutAsync(id, "p1", """{"system":"urn:c","code":"c1"},{"system":"urn:d","code":"c1"}""", date);
            await PutAsync("other-code-" + id, "p1", """{"system":"urn:c","code":"c2"},{"code":"c1"}""", date);
            await PutAsync("other-patient-" + id, "p2", """{"system":"urn:c","code":"c1"}""", date);
        }

        return record;

        Task PutAsync(string id, string patient, string codings, string date) =>
            record.PutAsync("Observation", id, $$"""{"resourceType":"Observation","id":"{{id}}","status":"final",{{date}}"subject":{"reference":"Patient/{{patient}}"},"code":{"coding":[{{codings}}]} }""");
    }
}
