using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>What is made ready outside the writer is written as if the writer had made it.</summary>
public sealed class NewResourceTests : IDisposable
{
    private const string Observation =
        """{"resourceType":"Observation","meta":{"source":"urn:lab","lastUpdated":"1999-01-01T00:00:00Z"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/p"}}""";

    private readonly RecordFixture record = new(Engine.Sqlite, new SearchProjection(SearchIndexOptions.Default));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Fact]
    public async Task It_has_the_bytes_and_the_rows_of_what_the_writer_makes()
    {
        var made = await WriteAsync(session => session.Put(new NewResource("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default)));
        var usual = await WriteAsync(session => session.Put("Observation", "b", RecordFixture.Json(Observation)));

        Assert.Equal(Text(usual).Replace("\"b\"", "\"a\"", StringComparison.Ordinal), Text(made));
        Assert.Equal((usual.Source, usual.Patient, usual.Lane, usual.Version), (made.Source, made.Patient, made.Lane, made.Version));
        foreach (var table in new[] { "search_tokens", "search_references", "search_strings" })
            Assert.Equal(Rows(table, usual.Rid), Rows(table, made.Rid));
    }

    [Fact]
    public async Task A_turn_that_is_taken_again_writes_its_own_time()
    {
        var made = new NewResource("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default);
        _ = made.At(DateTimeOffset.UnixEpoch);

        var written = await WriteAsync(session => session.Put(made));

        Assert.Equal(written.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture) + "Z", written.Root["meta"u8]["lastUpdated"u8].Text);
        Assert.Contains("\"lastUpdated\":\"" + written.Root["meta"u8]["lastUpdated"u8].Text + "\"", Text(written), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_somebody_has_after_all_gets_its_next_version()
    {
        await record.PutAsync("Observation", "a", Observation);

        var written = await WriteAsync(session => session.Put(new NewResource("Observation", "a", RecordFixture.Json(Observation), SearchIndexOptions.Default)));

        Assert.Equal((2, "2"), (written.Version, written.Root["meta"u8]["versionId"u8].Text));
    }

    private async Task<ResourceVersion> WriteAsync(Func<WriteSession, ResourceVersion> write)
    {
        var outcome = await record.Store.WriteAsync<ResourceVersion>(AccessScope.System, session => write(session), Cancel);
        return outcome.Succeeded(out var written, out _) ? written : throw new InvalidOperationException();
    }

    private static string Text(ResourceVersion version) => System.Text.Encoding.UTF8.GetString(version.Bytes.Span);

    private long Rows(string table, long rid) => record.Database.Read(session => session.First($"SELECT COUNT(*) FROM {table} WHERE rid = $1", row => row.Integer(0), rid));
}
