using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>What a write adds to the server's log, and how many rows it writes, counted by the server for each statement: the same on a busy machine as on a quiet one.</summary>
public sealed class PostgresLogBytesTests : IDisposable
{
    private readonly RecordFixture record = new(Engine.Postgres, new SearchProjection(SearchIndexOptions.Default));

    public PostgresLogBytesTests()
    {
        using (var session = record.Database.OpenWriter())
            session.ExecuteScript("CREATE EXTENSION pg_stat_statements; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET pg_stat_statements.track = top', current_database()); END $$");
        record.Restart(); // with connections that are counted
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Theory]
    [InlineData(1, 8.5)]
    [InlineData(32, 8.5)]
    public async Task A_created_observation_adds_at_most_so_many_kilobytes(int together, double most)
    {
        await PutAsync(0, 500, together: 100);
        var before = Counted();

        await PutAsync(500, 64, together);

        Assert.InRange((Counted().Bytes - before.Bytes) / 64.0 / 1024, 2, most);
    }

    [Fact]
    public async Task An_update_of_a_note_writes_three_rows_and_adds_little_more_than_its_bytes()
    {
        await PutAsync(0, 64, together: 64);
        var before = Counted();

        record.Clock.Advance(TimeSpan.FromSeconds(1));
        await PutAsync(0, 64, together: 64, note: "Specimen received again.");

        var after = Counted();
        Assert.Equal(3 * 64, after.Rows - before.Rows); // of the log, of the resource and of its time in the index
        Assert.InRange((after.Bytes - before.Bytes) / 64.0 / 1024, 1, 2.4);
    }

    private (long Bytes, long Rows) Counted()
    {
        using var session = record.Database.OpenWriter();
        return session.First(
            "SELECT COALESCE(SUM(wal_bytes), 0), COALESCE(SUM(CASE WHEN query LIKE 'INSERT%' OR query LIKE 'DELETE%' THEN rows END), 0)::bigint "
            + "FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()",
            row => (row.Integer(0), row.Integer(1)));
    }

    private async Task PutAsync(int from, int count, int together, string note = "Specimen received.")
    {
        for (var first = from; first < from + count; first += together)
        {
            var begin = first;
            Assert.Null((await record.Store.WriteAsync<int>(
                AccessScope.System,
                session =>
                {
                    for (var number = begin; number < begin + together; number++)
                        session.Put("Observation", string.Create(CultureInfo.InvariantCulture, $"o{number:D8}"), RecordFixture.Json(WriteCountTests.Observation(number, note)));
                    return together;
                },
                Cancel)).Refusal);
        }
    }
}
