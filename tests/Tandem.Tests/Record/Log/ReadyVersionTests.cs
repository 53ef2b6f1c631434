using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>What is made ready outside the writer is written as if the writer had made it.</summary>
public sealed class ReadyVersionTests : IDisposable
{
    private const string Observation =
        """{"resourceType":"Observation","meta":{"source":"urn:lab","lastUpdated":"1999-01-01T00:00:00Z"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/p"}}""";

    private readonly RecordFixture record = new(Engine.Sqlite, new SearchProjection(SearchIndexOptions.Default));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Fact]
    public async Task It_has_the_bytes_and_the_rows_of_what_the_writer_makes()
    {
        var made = await WriteAsync(session => session.Put(new ReadyVersion("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default)));
        var usual = await WriteAsync(session => session.Put("Observation", "b", RecordFixture.Json(Observation)));

        Assert.Equal(Text(usual).Replace("\"b\"", "\"a\"", StringComparison.Ordinal), Text(made));
        Assert.Equal((usual.Source, usual.Patient, usual.Lane, usual.Version), (made.Source, made.Patient, made.Lane, made.Version));
        foreach (var table in new[] { "search_tokens", "search_references", "search_strings" })
            Assert.Equal(Rows(table, usual.Rid), Rows(table, made.Rid));
    }

    [Fact]
    public async Task A_turn_that_is_taken_again_writes_its_own_time()
    {
        var made = new ReadyVersion("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default);
        _ = made.At(DateTimeOffset.UnixEpoch);

        var written = await WriteAsync(session => session.Put(made));

        Assert.Equal(written.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture) + "Z", written.Root["meta"u8]["lastUpdated"u8].Text);
        Assert.Contains("\"lastUpdated\":\"" + written.Root["meta"u8]["lastUpdated"u8].Text + "\"", Text(written), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_somebody_has_after_all_gets_its_next_version()
    {
        await record.PutAsync("Observation", "a", Observation);

        var written = await WriteAsync(session => session.Put(new ReadyVersion("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default)));

        Assert.Equal((2, "2"), (written.Version, written.Root["meta"u8]["versionId"u8].Text));
    }

    [Fact]
    public async Task A_next_version_has_the_bytes_the_rows_and_the_history_of_what_the_writer_makes()
    {
        var (one, two) = (await record.PutAsync("Observation", "a", Observation), await record.PutAsync("Observation", "b", Observation));
        var sent = RecordFixture.Json(Observation.Replace("2823-3", "2345-7", StringComparison.Ordinal).Replace("Patient/p", "Patient/q", StringComparison.Ordinal));

        var ready = await WriteAsync(session => session.Put(new ReadyVersion("Observation", "a", sent, SearchIndexOptions.Default, one)));
        var usual = await WriteAsync(session => session.Put("Observation", "b", sent));

        Assert.Equal(Text(usual).Replace("\"b\"", "\"a\"", StringComparison.Ordinal), Text(ready));
        Assert.Equal((2, one.Rid, one.Seq), (ready.Version, ready.Rid, ready.Previous));
        Assert.Equal((usual.Source, usual.Patient, usual.Lane), (ready.Source, ready.Patient, ready.Lane));
        foreach (var table in new[] { "search_tokens", "search_references", "search_strings" })
            Assert.Equal(Rows(table, two.Rid), Rows(table, one.Rid));
        Assert.Equal(["p", "q"], record.Store.RecentChanges(0, 4).Where(change => change.After.Rid == one.Rid).Select(change => change.After.Patient));
        Assert.Equal(one.Seq, record.Store.RecentChanges(ready.Seq - 1, 1)[0].Before!.Seq);
    }

    [Fact]
    public async Task What_was_written_meanwhile_is_followed()
    {
        var first = await record.PutAsync("Observation", "a", Observation);
        var ready = new ReadyVersion("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default, first);
        await record.DeleteAsync("Observation", "a");

        var written = await WriteAsync(session => session.Put(ready));

        Assert.Equal((3, "3"), (written.Version, written.Root["meta"u8]["versionId"u8].Text));
        Assert.Null(record.Store.RecentChanges(written.Seq - 1, 1)[0].Before);
    }

    [Fact]
    public async Task A_deleted_one_is_followed_as_one_that_is_not_there()
    {
        await record.PutAsync("Observation", "a", Observation);
        await record.DeleteAsync("Observation", "a");
        var deleted = record.Store.RecentChanges(1, 1)[0].After;

        var written = await WriteAsync(session => session.Put(new ReadyVersion("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default, deleted)));

        Assert.Equal((3, deleted.Seq), (written.Version, written.Previous));
        Assert.Null(record.Store.RecentChanges(written.Seq - 1, 1)[0].Before);
        Assert.Equal(1, Rows("search_references", written.Rid));
    }

    private async Task<ResourceVersion> WriteAsync(Func<WriteSession, ResourceVersion> write)
    {
        var outcome = await record.Store.WriteAsync<ResourceVersion>(AccessScope.System, session => write(session), Cancel);
        return outcome.Succeeded(out var written, out _) ? written : throw new InvalidOperationException();
    }

    private static string Text(ResourceVersion version) => System.Text.Encoding.UTF8.GetString(version.Bytes.Span);

    private long Rows(string table, long rid) => record.Database.Read(session => session.First($"SELECT COUNT(*) FROM {table} WHERE rid = $1", row => row.Integer(0), rid));
}
