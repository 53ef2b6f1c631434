using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>On PostgreSQL words are written on a connection of their own.</summary>
public sealed class WordsBesideTests : IAsyncLifetime
{
    /// <summary>Who holds the work called full-text: its lock is numbered by the hash of the name.</summary>
    private const string Ours =
        "FROM pg_locks WHERE locktype = 'advisory' AND classid = 1413566020 AND objid = 234821988 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(Engine.Postgres);
        await PutAsync("first");
        await FindsAsync("first");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task No_write_waits_for_words()
    {
        using (var hold = server.Store.Database.OpenWriter())
        {
            hold.Begin();
            hold.Execute("LOCK TABLE search_fulltext IN EXCLUSIVE MODE"); // reads go on, writes wait
            await PutAsync("second");
            await Eventually.TrueAsync(() => Count("FROM pg_locks WHERE NOT granted AND relation = 'search_fulltext'::regclass") == 1);
            await PutAsync("third");
            hold.Rollback();
        }

        await FindsAsync("second");
        await FindsAsync("third");
    }

    [Fact(Timeout = 60_000)]
    public async Task Words_go_on_when_their_connection_was_lost()
    {
        Assert.Equal(1, Count(Ours));
        Ask($"SELECT COUNT(pg_terminate_backend(pid, 10000)) {Ours}");

        await PutAsync("second");
        await FindsAsync("second");
        await FindsAsync("first");
        Assert.Equal(1, Count(Ours));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hub_that_stops_leaves_the_words_to_the_next()
    {
        using var database = new TestDatabase(Engine.Postgres);
        await using (var before = new FhirServer(Engine.Postgres, over: database))
        {
            await before.PutAsync("Basic/a", """{"resourceType":"Basic","id":"a","code":{"text":"before"}}""");
            Assert.Equal("a", (await before.GetAsync("Basic?_content=before")).Ids);
        }

        await using var after = new FhirServer(Engine.Postgres, over: database);
        await after.PutAsync("Basic/b", """{"resourceType":"Basic","id":"b","code":{"text":"after"}}""");
        Assert.Equal("b", (await after.GetAsync("Basic?_content=after")).Ids);
        Assert.Equal("a", (await after.GetAsync("Basic?_content=before")).Ids);
    }

    private long Count(string from) => Ask($"SELECT COUNT(*) {from}");

    private long Ask(string sql) => server.Store.Database.Read(session => session.First(sql, row => row.Integer(0)));

    private async Task PutAsync(string id) =>
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"Basic/{id}", $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"Word {{{id}}}"}}""")).Status);

    private async Task FindsAsync(string word) => Assert.Equal(word, (await server.GetAsync($"Basic?_content={word}")).Ids);
}
