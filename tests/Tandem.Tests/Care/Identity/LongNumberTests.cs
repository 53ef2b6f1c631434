using System.Globalization;
using Tandem.Care.Identity;
using Tandem.Care.Patients;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Trust.Access;
using Tandem.Trust.Organizations;

namespace Tandem.Tests.Care.Identity;

/// <summary>Texts that no key of PostgreSQL holds.</summary>
public sealed class LongNumberTests
{
    private static readonly string Long = string.Concat(Enumerable.Range(0, 300).Select(i => StableHash.Of($"{i}").ToString("x16", CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Who_is_known_by_a_very_long_number_is_found_by_it_and_nobody_else(Engine engine)
    {
        using var record = new RecordFixture(engine, new IdentifierProjection(OwnAddresses.None));
        await record.PutAsync("Patient", "a", $$"""{"resourceType":"Patient","identifier":[{"system":"urn:{{Long}}","value":"{{Long}}a"}]}""");
        await record.PutAsync("Patient", "b", $$"""{"resourceType":"Patient","identifier":[{"system":"urn:{{Long}}","value":"{{Long}}b"}]}""");

        Assert.Equal("a", await FindAsync($"{Long}a"));
        Assert.Equal("b", await FindAsync($"{Long}b"));
        Assert.Null(await FindAsync(Long));

        async Task<string?> FindAsync(string value) => (await record.Store.WriteAsync<string?>(
            AccessScope.System,
            session =>
            {
                var number = ("Patient", $"urn:{Long}", value);
                var only = FindPatient.Find(session, [(number.Item2, value)]).Only;
                Assert.Equal(only is null ? [] : [only], KnownNumbers.Ask(session.Reading, [number])[number]);
                return only;
            },
            TestContext.Current.CancellationToken)).Value;
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_reference_or_an_account_longer_than_any_there_is_tells_of_nobody(Engine engine)
    {
        using var record = new RecordFixture(engine, new RelationProjection(OwnAddresses.None), new RepresentativeProjection(), new OrganizationProjection(OwnAddresses.None));

        await record.PutAsync("Encounter", "e", $$"""{"resourceType":"Encounter","subject":{"reference":"Patient/a"},"serviceProvider":{"reference":"Organization/{{Long}}"},"participant":[{"individual":{"reference":"Practitioner/p"} }]}""");
        await record.PutAsync("RelatedPerson", "r", $$"""{"resourceType":"RelatedPerson","patient":{"reference":"Patient/a"},"identifier":[{"system":"{{RepresentativeProjection.AccountSystem}}","value":"{{Long}}"}]}""");
        await record.PutAsync("Organization", "o", $$"""{"resourceType":"Organization","partOf":{"reference":"Organization/{{Long}}"} }""");

        Assert.Equal(["Practitioner/p", "r", ""], record.Database.Read(session => session.Query(
            "SELECT party FROM access_relations UNION ALL SELECT account FROM access_representatives UNION ALL SELECT COALESCE(part_of, '') FROM organizations_tree", row => row.Text(0))));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Results_with_a_very_long_code_are_found_from_the_timeline_and_meet_none_of_another_code_or_unit(Engine engine)
    {
        using var record = new RecordFixture(engine, new TimelineProjection(), new ResultProjection());
        await PutAsync("o", "urn:s", $"{Long}a", $"{Long}a");
        await PutAsync("code", "urn:s", $"{Long}b", $"{Long}a");
        await PutAsync("system", "urn:t", $"{Long}a", $"{Long}a");
        await PutAsync("unit", "urn:s", $"{Long}a", $"{Long}b");

        record.Database.Read(session =>
        {
            foreach (var entry in FindTimeline.Page(session, "a", null, TimelinePlace.End, 0, AccessScope.System).Entries)
            {
                var series = FindResults.One(session, "a", entry.Code!, AccessScope.System).Select(one => Assert.Single(one.Values).Id);
                Assert.Equal(entry.Id is "o" or "unit" ? ["o", "unit"] : [entry.Id], series.Order());
            }

            return 0;
        });
        Assert.Equal(4, record.Database.Read(session => FindResults.Latest(session, "a", 5, AccessScope.System)).Count);

        Task PutAsync(string id, string system, string code, string unit) => record.PutAsync(
            "Observation", id, $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"{{system}}","code":"{{code}}"}]},"subject":{"reference":"Patient/a"},"valueQuantity":{"value":1,"unit":"{{unit}}"} }""");
    }
}
