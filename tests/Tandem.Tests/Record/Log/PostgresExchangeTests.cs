using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>How often a write goes to the server and back, counted by the driver: the same on a busy machine as on a quiet one.</summary>
public sealed class PostgresExchangeTests : IDisposable
{
    private readonly RecordFixture record = new(Engine.Postgres, new SearchProjection(SearchIndexOptions.Default));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Fact]
    public async Task A_group_begins_with_one_exchange_and_commits_with_another()
    {
        await CreateAsync(0, 8);

        Assert.Equal(2, await CountAsync(() => CreateAsync(8, 8)));
    }

    [Fact]
    public async Task Resources_that_are_expected_are_read_in_one_exchange()
    {
        await CreateAsync(0, 8);

        Assert.Equal(3, await CountAsync(() => UpdateAsync(8)));
    }

    [Fact]
    public async Task Writes_that_wait_together_have_what_they_look_for_read_in_one_exchange()
    {
        await CreateAsync(0, 8);
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = record.Store.WriteAsync<int>(AccessScope.System, _ => Hold(begun, hold), Cancel);
        begun.Wait(Cancel);
        var exchanges = await CountAsync(async () =>
        {
            var waiting = Enumerable.Range(0, 8).Select(UpdateOneAsync).ToList();
            hold.Set();
            await first;
            await Task.WhenAll(waiting);
        });

        Assert.Equal(2, exchanges); // one for all eight, one to commit
        Assert.Equal(2, VersionOf("o7"));
    }

    [Fact]
    public async Task A_write_that_says_what_it_looks_for_has_it_read_with_the_beginning_of_its_group()
    {
        await CreateAsync(0, 8);

        Assert.Equal(2, await CountAsync(() => UpdateOneAsync(3)));
        Assert.Equal(2, VersionOf("o3"));
    }

    [Fact]
    public async Task Large_writes_leave_half_of_those_that_wait_to_the_next_group_and_small_ones_share_one()
    {
        Assert.Equal(3, await CommitsAsync(Enumerable.Range(0, 12).Select(number => (number * 10, 10))));
        Assert.Equal(1, await CommitsAsync(Enumerable.Range(200, 8).Select(number => (number, 1))));
        Assert.Equal(Enumerable.Range(1, 128).Select(seq => (long)seq), record.Store.ReadLog(0, 200, AccessScope.System).Select(version => version.Seq));
    }

    [Fact] // a commit waits for the server's flush once
    public async Task Sixty_four_writers_that_wait_share_three_commits_at_most() =>
        Assert.InRange(await CommitsAsync(Enumerable.Range(0, 64).Select(number => (number, 1))), 1, 3);

    [Fact]
    public async Task A_search_begins_answers_and_ends_in_one_exchange()
    {
        await CreateAsync(0, 8);
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, TimeProvider.System);
        var found = Find(); // on a connection that is opened for it

        Assert.Equal(1, await CountAsync(() => Task.Run(() => found = Find(), Cancel)));
        Assert.Equal(5, found);
        Assert.Equal(1, await CountAsync(() => Task.Run(() => found = search.Count("Observation", "status=final", AccessScope.System).Succeeded(out var count, out _) ? (int)count : 0, Cancel)));
        Assert.Equal(8, found);

        int Find() => search.Find("Observation", "status=final", AccessScope.System, 5).Succeeded(out var hits, out _) ? hits.Count : 0;
    }

    [Fact]
    public async Task What_goes_along_with_hits_is_read_with_the_end_of_the_transaction()
    {
        await CreateAsync(0, 8);
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, TimeProvider.System);
        var query = search.Parse("Observation", "status=final&_include=Observation:subject");
        var found = Find(); // on a connection that is opened for it

        Assert.Equal(2, await CountAsync(() => Task.Run(() => found = Find(), Cancel)));
        Assert.Equal(5, found);

        int Find() => search.Snapshot(session =>
        {
            var hits = search.Statement(session, query, AccessScope.System, null).Value.Page(session, PagePlace.First(long.MaxValue), 5).Value.Found;
            return hits.Count + new Includes(session, query, SearchIndexOptions.Default, record.Store.Entries, AccessScope.System) { IsLast = true }.Of(hits).Count;
        });
    }

    [Fact]
    public async Task Versions_that_references_name_are_read_together()
    {
        await CreateAsync(0, 2);
        for (var version = 2; version <= 30; version++)
            await UpdateOneAsync(version % 2);
        var items = Enumerable.Range(0, 2).SelectMany(number => Enumerable.Range(1, 16).Select(version => $$$"""{"item":{"reference":"Observation/o{{{number}}}/_history/{{{version}}}"}}"""));
        await record.PutAsync("List", "l", $$"""{"resourceType":"List","status":"current","mode":"working","entry":[{{string.Join(',', items)}}]}""");
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, TimeProvider.System);
        var query = search.Parse("List", "_include=List:item");
        var found = Find(); // on a connection that is opened for it

        Assert.Equal(4, await CountAsync(() => Task.Run(() => found = Find(), Cancel))); // hits, current ones, earlier ones, the end of the transaction
        Assert.Equal(
            string.Join(' ', Enumerable.Range(0, 2).SelectMany(number => Enumerable.Range(1, 16 - number).Select(version => $"o{number}/{version}"))),
            string.Join(' ', found.Select(hit => hit.Version).OrderBy(version => version.Id, StringComparer.Ordinal).ThenBy(version => version.Version).Select(version => $"{version.Id}/{version.Version}")));

        IReadOnlyList<Hit> Find() => search.Snapshot(session =>
        {
            var hits = search.Statement(session, query, AccessScope.System, null).Value.Page(session, PagePlace.First(long.MaxValue), 5).Value.Found;
            return new Includes(session, query, SearchIndexOptions.Default, record.Store.Entries, AccessScope.System) { FollowsVersions = true }.Of(hits);
        });
    }

    [Fact]
    public async Task A_chain_by_identifier_is_followed_without_a_look_at_how_many_it_leads_to()
    {
        await CreateAsync(0, 8);
        await record.PutAsync("Patient", "p3", """{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"3"}]}""");
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, TimeProvider.System);
        var found = Find();

        Assert.Equal(1, await CountAsync(() => Task.Run(() => found = Find(), Cancel)));
        Assert.Equal(1, found);

        int Find() => search.Find("Observation", "patient.identifier=urn:mrn|3&code=2823-3", AccessScope.System, 5).Succeeded(out var hits, out _) ? hits.Count : 0;
    }

    private static Outcome<int> Hold(ManualResetEventSlim begun, ManualResetEventSlim hold)
    {
        begun.Set();
        hold.Wait(Cancel);
        return 0;
    }

    private Task UpdateOneAsync(int number) => record.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            Put(session, number, "amended");
            return 1;
        },
        [("Observation", $"o{number}")],
        Cancel);

    /// <summary>How many groups these take when all wait behind another write that keeps nothing: from which number, how many.</summary>
    private async Task<long> CommitsAsync(IEnumerable<(int From, int Count)> writes)
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = record.Store.WriteAsync<int>(AccessScope.System, _ => Hold(begun, hold), Cancel);
        begun.Wait(Cancel);
        var waiting = writes.Select(write => CreateAsync(write.From, write.Count)).ToList();
        var before = record.Store.Written.Commits;
        hold.Set();
        await first;
        await Task.WhenAll(waiting);
        return record.Store.Written.Commits - before;
    }

    private int VersionOf(string id) => record.Store.Read("Observation", id, AccessScope.System).Succeeded(out var version, out _) ? version.Version : 0;

    private Task<int> CountAsync(Func<Task> work) => PostgresExchanges.CountAsync(record.Database, work);

    private Task CreateAsync(int from, int count) => record.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            for (var number = from; number < from + count; number++)
            {
                session.KnowNew("Observation", $"o{number}");
                Put(session, number, "final");
            }

            return count;
        },
        Cancel);

    private Task UpdateAsync(int count) => record.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            session.Expect([.. Enumerable.Range(0, count).Select(number => ("Observation", $"o{number}"))]);
            for (var number = 0; number < count; number++)
                Put(session, number, "amended");
            return count;
        },
        Cancel);

    private static void Put(WriteSession session, int number, string status) => session.Put("Observation", $"o{number}", RecordFixture.Json(
        $$$"""{"resourceType":"Observation","status":"{{{status}}}","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/p{{{number}}}"}}"""));
}
