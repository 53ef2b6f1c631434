using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
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
