using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Sealing;
using Tandem.Record.Log;
using Tandem.Record.Sealing;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Record.Sealing;

public sealed class SqliteSealingTests() : SealingBehaviour(Engine.Sqlite);

public sealed class PostgresSealingTests() : SealingBehaviour(Engine.Postgres);

/// <summary>Counselling notes lie closed in the database, are served as any other resource, and are found by everything but their words.</summary>
public abstract class SealingBehaviour : IAsyncLifetime
{
    private const string Told = "Lakeview";
    private const string Label = ""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSYTHPN"}]}""";
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-sealing-").FullName;
    private readonly string keys;
    private readonly Dictionary<string, string?> settings;
    private WebApplication hub = null!;
    private HttpClient client = null!;

    protected SealingBehaviour(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        keys = Path.Combine(folder, "fields.keys");
        settings = new()
        {
            ["Hub:Data"] = Path.Combine(folder, "data"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Hub:FieldKeys"] = keys, ["Hub:Postgres"] = engine == Engine.Postgres ? PostgresServer.NewHubDatabase() : "", ["Logging:LogLevel:Default"] = "Critical",
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RecordStore Record => hub.Services.GetRequiredService<RecordStore>();

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_counselling_note_lies_closed_and_is_served_and_found_by_all_but_its_words()
    {
        await PutAsync("DocumentReference", "plain", Note("plain", "", "Harbour"));
        await PutAsync("DocumentReference", "byhand", Note("byhand", Label, Told));
        await PutAsync("DocumentReference", "byrule", Note("byrule", "", Told, "34126-3"));

        Assert.Contains(Told, await GetAsync("DocumentReference/byhand"));
        Assert.Contains(Told, await GetAsync("DocumentReference/byrule/_history/1"));
        Assert.Equal("byhand,byrule,plain", await IdsAsync("DocumentReference?patient=p"));
        Assert.Equal("byrule", await IdsAsync("DocumentReference?type=http://loinc.org|34126-3"));
        Assert.Equal("byhand", await IdsAsync("DocumentReference?_security=PSYTHPN"));
        Assert.Equal("plain", await IdsAsync("DocumentReference?description=harbour"));
        Assert.Equal("plain", await IdsAsync("DocumentReference?_content=harbour"));
        Assert.Equal("", await IdsAsync($"DocumentReference?description={Told}"));
        Assert.Equal("", await IdsAsync($"DocumentReference?_content={Told}"));
        Assert.Contains("\"total\":3", await GetAsync("DocumentReference?patient=p&_summary=count"));

        Assert.Contains("log.body", Where("Harbour"));
        Assert.Empty(Where(Told));
    }

    [Fact]
    public async Task A_search_by_words_says_that_closed_notes_are_not_looked_at_and_is_refused_where_it_asks_to_be()
    {
        await PutAsync("DocumentReference", "byhand", Note("byhand", Label, Told));
        const string Said = "is not found by words";
        foreach (var words in new[] { "DocumentReference?description=x", "DocumentReference?_content=x", "DocumentReference?description:missing=true", "Patient?_has:DocumentReference:patient:description=x",
            "DocumentReference?_filter=description co x", "?_type=Observation,DocumentReference&_content=x", "DocumentReference?relatesto:DocumentReference.description=x" })
        {
            Assert.Equal((words, true), (words, (await GetAsync(words)).Contains(Said, StringComparison.Ordinal)));
            var (status, text) = await StrictAsync(words);
            Assert.Equal((words, 400, true), (words, status, text.Contains(Said, StringComparison.Ordinal)));
        }

        foreach (var other in new[] { "DocumentReference?patient=p", "DocumentReference?type=http://loinc.org|34126-3", "Patient?name=x", "Condition?_content=x" })
        {
            var (status, text) = await StrictAsync(other);
            Assert.Equal((other, 200, false), (other, status, text.Contains(Said, StringComparison.Ordinal)));
        }

        async Task<(int Status, string Text)> StrictAsync(string query)
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri("fhir" + (query[0] == '?' ? "" : "/") + query, UriKind.Relative));
            ask.Headers.Add("Prefer", "handling=strict");
            using var reply = await client.SendAsync(ask, Cancel);
            return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_note_that_is_labelled_later_is_closed_with_its_earlier_versions_and_opened_again_when_the_label_goes()
    {
        await PutAsync("DocumentReference", "late", Note("late", "", Told));
        Assert.Equal("late", await IdsAsync($"DocumentReference?_content={Told}"));
        await PutAsync("DocumentReference", "late", Note("late", Label, Told));
        Assert.Equal("", await IdsAsync($"DocumentReference?_content={Told}"));
        Assert.Equal(["log.body", "search_words.text"], Where(Told)); // its first version, and addresses, which stay until a rebuild

        Assert.Equal((1, 0), await ResealAsync());
        await Record.RebuildAsync("search", Cancel);
        Assert.Empty(Where(Told));
        Assert.Contains(Told, await GetAsync("DocumentReference/late/_history/1"));

        await PutAsync("DocumentReference", "late", Note("late", "", Told));
        Assert.Equal("late", await IdsAsync($"DocumentReference?description={Told}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("chacha20-poly1305 ")] // another algorithm, too
    public async Task A_new_key_closes_what_comes_and_renews_what_was_closed(string algorithm)
    {
        await PutAsync("DocumentReference", "n", Note("n", Label, Told));
        await StopAsync();
        var old = await File.ReadAllTextAsync(keys, Cancel);
        await File.WriteAllTextAsync(keys, algorithm + SealingKey.NewLine() + "\n" + old, Cancel);
        await StartAsync();

        Assert.Contains(Told, await GetAsync("DocumentReference/n"));
        Assert.Equal((0, 1), await ResealAsync());
        Assert.Equal((0, 0), await ResealAsync());
        Assert.Contains(Told, await GetAsync("DocumentReference/n"));
        var body = Record.Database.Read(session => session.First("SELECT l.body FROM log l WHERE l.id = 'n'", row => row.Bytes(0)))!;
        Assert.True(hub.Services.GetRequiredService<FieldKeys>().IsOfFirst(body));
        body[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => FieldKeys.Open(body));
    }

    [Fact]
    public async Task A_rotation_up_to_its_last_step_leaves_links_of_pages_and_notes_in_force()
    {
        foreach (var id in new[] { "a", "b", "c" })
            await PutAsync("DocumentReference", id, Note(id, Label, Told));
        var next = NextOf(await GetAsync("DocumentReference?patient=p&_count=1"));
        await StopAsync();
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n";
        await File.WriteAllTextAsync(keys, fresh + await File.ReadAllTextAsync(keys, Cancel), Cancel);
        await StartAsync();
        Assert.Equal((0, 3), await ResealAsync());
        await StopAsync();
        await File.WriteAllTextAsync(keys, fresh, Cancel);
        await StartAsync();

        var secret = Record.Database.Read(session => session.First("SELECT secret FROM rest_secrets WHERE name = 'pages'", row => row.Bytes(0)))!;
        Assert.True(hub.Services.GetRequiredService<FieldKeys>().IsOfFirst(secret));
        Assert.Contains("\"entry\"", await client.GetStringAsync(new Uri(new Uri(hub.Urls.First()), new Uri(next).PathAndQuery), Cancel));
        Assert.Contains(Told, await GetAsync("DocumentReference/a"));
    }

    [Fact]
    public async Task Without_the_keys_of_its_database_a_hub_does_not_start_and_makes_none()
    {
        await StopAsync();
        var own = await File.ReadAllTextAsync(keys, Cancel);
        File.Delete(keys);
        Assert.False(OpenHub.TryBuild(settings, out _));
        Assert.False(File.Exists(keys));

        await File.WriteAllTextAsync(keys, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n", Cancel);
        Assert.False(OpenHub.TryBuild(settings, out _));

        await File.WriteAllTextAsync(keys, own, Cancel);
        await StartAsync();
    }

    [Fact]
    public async Task Of_a_deleted_note_every_version_is_closed_when_one_was()
    {
        await PutAsync("DocumentReference", "gone", Note("gone", "", Told));
        await PutAsync("DocumentReference", "gone", Note("gone", Label, Told));
        Assert.Null((await Record.WriteAsync<bool>(AccessScope.System, session => session.Delete("DocumentReference", "gone") is not null, Cancel)).Refusal);

        Assert.Equal((1, 0), await ResealAsync());
        Assert.DoesNotContain("log.body", Where(Told));
        Assert.Contains(Told, await GetAsync("DocumentReference/gone/_history/1"));
    }

    [Fact]
    public async Task A_run_that_was_cut_off_before_the_rebuild_leaves_it_owed()
    {
        await PutAsync("DocumentReference", "late", Note("late", "", Told));
        await PutAsync("DocumentReference", "late", Note("late", Label, Told));
        Assert.Equal((1, 0), await ResealAsync());

        var count = await NewReseal().RunAsync(Cancel);
        Assert.Equal(0, count.Closed);
        Assert.True(count.IsRebuildOwed);
        await NewReseal().RebuildAsync(hub.Services.GetServices<Tandem.Record.Projections.IProjection>(), Cancel);
        Assert.Empty(Where(Told));
        Assert.False((await NewReseal().RunAsync(Cancel)).IsRebuildOwed);
    }

    [Fact]
    public async Task A_rebuild_of_the_search_index_keeps_the_words_out()
    {
        await PutAsync("DocumentReference", "n", Note("n", Label, Told));
        foreach (var projection in hub.Services.GetServices<Tandem.Record.Projections.IProjection>())
            await Record.RebuildAsync(projection.Name, Cancel);

        Assert.Equal("n", await IdsAsync("DocumentReference?patient=p"));
        Assert.Empty(Where(Told));
    }

    private static string Note(string id, string meta, string word, string code = "11488-4") =>
        $$$"""{"resourceType":"DocumentReference","id":"{{{id}}}"{{{meta}}},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{{word}}} words</div>"},"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}]},"subject":{"reference":"Patient/p"},"description":"{{{word}}} description","content":[{"attachment":{"contentType":"text/plain","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(word))}}}","title":"{{{word}}} title","url":"urn:x:{{{word}}}"}}]}""";

    /// <summary>The columns of all tables of the record in which a word stands, in any case, also within bytes; the access log keeps what was searched for.</summary>
    private List<string> Where(string word)
    {
        var database = Record.Database;
        var isSqlite = database.Engine == Engine.Sqlite;
        using var session = database.OpenWriter();
        var columns = session.Query(
            isSqlite
                ? "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'search_fulltext%' AND m.name NOT LIKE 'audit%'"
                : "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'audit%'",
            row => (Table: row.Text(0), Column: row.Text(1), Type: row.Text(2)));
        Assert.True(columns.Count > 100, "the tables were not listed");
        return [.. columns
            .Where(column => session.First($"SELECT COUNT(*) FROM {column.Table} WHERE {Folded(column.Column, column.Type, isSqlite)} LIKE $1", row => row.Integer(0), $"%{word.ToLowerInvariant()}%") > 0)
            .Select(column => $"{column.Table}.{column.Column}").Order(StringComparer.Ordinal)];
    }

    private static string Folded(string column, string type, bool isSqlite) =>
        isSqlite ? $"LOWER(CAST({column} AS TEXT))" : type == "bytea" ? $"LOWER(encode({column}, 'escape'))" : $"LOWER({column}::text)";

    private Reseal NewReseal() => new(Record, hub.Services.GetRequiredService<FieldKeys>(), hub.Services.GetServices<ISealRule>());

    private static string NextOf(string bundle) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(bundle)).Root["link"u8].Items.AsEnumerable()
        .Single(link => link["relation"u8].Text == "next")["url"u8].Text!;

    private async Task<(long Closed, long Renewed)> ResealAsync()
    {
        var count = await NewReseal().RunAsync(Cancel);
        Assert.True(count.Read > 0);
        return (count.Closed, count.Renewed);
    }

    private async Task PutAsync(string type, string id, string json) => Assert.Null((await Record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root);
            return true;
        },
        Cancel)).Refusal);

    private async Task<string> GetAsync(string path) => await client.GetStringAsync(new Uri("fhir/" + path, UriKind.Relative), Cancel);

    private async Task<string> IdsAsync(string query) => string.Join(",", FhirJson.ParseStored(Encoding.UTF8.GetBytes(await GetAsync(query))).Root["entry"u8].Items.AsEnumerable()
        .Where(entry => entry["search"u8]["mode"u8].Text != "outcome").Select(entry => entry["resource"u8]["id"u8].Text).Order(StringComparer.Ordinal));

    private async Task StartAsync()
    {
        Assert.True(OpenHub.TryBuild(settings, out var built), "see the error stream");
        hub = built;
        await hub.StartAsync(Cancel);
        client = new HttpClient { BaseAddress = new Uri(hub.Urls.First() + "/"), Timeout = TimeSpan.FromMinutes(2) };
        await PutAsync("Patient", "p", """{"resourceType":"Patient","id":"p"}""");
    }

    private async Task StopAsync()
    {
        client?.Dispose();
        if (hub is null)
            return;
        await hub.StopAsync(CancellationToken.None);
        await hub.DisposeAsync();
    }
}
