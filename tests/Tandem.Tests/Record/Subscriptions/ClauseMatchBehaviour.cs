using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteClauseMatchTests() : ClauseMatchBehaviour(Engine.Sqlite);

public sealed class PostgresClauseMatchTests() : ClauseMatchBehaviour(Engine.Postgres);

/// <summary>Criteria held against a resource in memory give the answer that the SQL search gives.</summary>
public abstract class ClauseMatchBehaviour(Engine engine)
{
    private static readonly string[] Observations =
    [
        """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8480-6","display":"Systolic"}],"text":"Systolic pressure"},"subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-02-03","valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}""",
        """{"resourceType":"Observation","status":"amended","code":{"coding":[{"code":"8480-6"}]},"subject":{"reference":"Group/a"},"effectivePeriod":{"start":"2026-02-01","end":"2026-03"},"valueQuantity":{"value":16,"system":"http://unitsofmeasure.org","code":"kPa"}}""",
        """{"resourceType":"Observation","status":"preliminary","code":{"coding":[{"system":"http://other","code":"8480-6"}]},"subject":{"identifier":{"system":"urn:mrn","value":"7"}},"effectiveInstant":"2026-02-03T10:15:00Z","valueString":"Élevée","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80.25,"unit":"mmHg"}}]}""",
        """{"resourceType":"Observation","status":"final","code":{"text":"none"},"effectiveDateTime":"2025","identifier":[{"system":"urn:o","value":"1","type":{"coding":[{"system":"urn:t","code":"A"}]}}],"valueQuantity":{"value":120.4}}""",
        """{"resourceType":"Observation","status":"registered","code":{"text":"temperature"},"valueQuantity":{"value":107.6,"system":"http://unitsofmeasure.org","code":"[degF]"}}""",
    ];

    private static readonly string[] ObservationQueries =
    [
        "status=final", "status:not=final", "status=final,amended", "code=8480-6", "code=http://loinc.org|8480-6", "code=|8480-6", "code=http://loinc.org|", "code:not=8480-6",
        "code:text=systolic", "code:missing=true", "code:missing=false", "combo-code=8462-4", "combo-code:not=8462-4", "subject=Patient/a", "subject=a", "subject=Group/a", "patient=a",
        "subject:identifier=urn:mrn|7", "subject:missing=true", "date=2026-02-03", "date=ge2026-02-03", "date=gt2026-02-03", "date=lt2026-02-03", "date=le2026", "date=ne2026-02-03",
        "date=sa2026-01", "date=eb2026", "date=2026", "date=ap2026-02", "value-quantity=120", "value-quantity=120|http://unitsofmeasure.org|mm[Hg]", "value-quantity=gt100||mmHg",
        "value-quantity=lt120.2|http://unitsofmeasure.org|mm[Hg]", "value-quantity=ap16|http://unitsofmeasure.org|kPa", "value-quantity=ap37|http://unitsofmeasure.org|Cel",
        "value-quantity=ap40|http://unitsofmeasure.org|Cel", "value-quantity=ne120", "value-quantity=sa100", "value-quantity=eb100",
        "combo-value-quantity=80.25", "value-string=eleve", "value-string:exact=Élevée", "value-string:contains=lev", "value-string:missing=false", "identifier=urn:o|1",
        "identifier:of-type=urn:t|A|1", "identifier=1", "_id=o1", "_id:not=o1,o2", "_lastUpdated=ge2026", "_lastUpdated=lt2026-03-02", "status=final&code=8480-6",
    ];

    [Fact]
    public async Task Every_criterion_finds_what_the_search_finds()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, record.Clock);
        for (var i = 0; i < Observations.Length; i++)
            await record.PutAsync("Observation", $"o{i}", Observations[i]);
        var versions = record.Store.ReadLog(0, 100, AccessScope.System).Select(version => new IndexedVersion(version, SearchIndexOptions.Default)).ToList();

        var (differ, isTold) = (new List<string>(), 0);
        foreach (var query in ObservationQueries)
        {
            var found = search.Find("Observation", query, AccessScope.System, 100).Value.Select(version => version.Id);
            var criterion = Criterion.Read("Observation", query).Value;
            var matched = versions.Where(criterion.Matches).Select(version => version.Version.Id).ToList();
            isTold += matched.Count is > 0 and < 4 ? 1 : 0;
            if (!found.Order().SequenceEqual(matched.Order()))
                differ.Add($"{query}: search {string.Join(',', found)}, criterion {string.Join(',', matched)}");
        }

        Assert.Empty(differ);
        Assert.True(isTold > ObservationQueries.Length / 2, "most queries find some and not all, or nothing was tested");
    }
}
