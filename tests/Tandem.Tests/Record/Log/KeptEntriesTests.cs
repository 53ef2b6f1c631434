using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>Entries that were read lately are not read again, and none that a server may have lost is told of.</summary>
public abstract class KeptEntriesBehaviour(Engine engine) : IDisposable
{
    private readonly RecordFixture record = new(engine, new SearchProjection(SearchIndexOptions.Default));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_read_is_not_read_again()
    {
        await FillAsync(3);
        var entries = new KeptEntries(record.Database);
        var first = Of(entries, 1, 2);

        Assert.Equal(["o1", "o2"], first.Select(entry => entry.Id));
        Assert.Equal(["o2", "o3", "o1"], Of(entries, 2, 3, 1).Select(entry => entry.Id));
        Assert.Same(first[1], Of(entries, 2)[0]);
    }

    [Fact]
    public async Task What_was_not_asked_for_longest_goes_first()
    {
        await FillAsync(60);
        var entries = new KeptEntries(record.Database, most: 20 * 1024);
        var (rare, often) = (Of(entries, 1)[0], Of(entries, 2)[0]);
        for (var place = 3; place <= 60; place++)
        {
            Of(entries, place);
            Assert.Same(often, Of(entries, 2)[0]);
        }

        Assert.NotSame(rare, Of(entries, 1)[0]);
    }

    [Fact]
    public void What_lies_closed_is_not_kept()
    {
        var entries = new KeptEntries(record.Database);
        entries.Keep([Entry(isSealed: false, 1), Entry(isSealed: true, 2)], entries.Connections);

        Assert.Equal("o1", Of(entries, 1)[0].Id);
        Assert.Throws<KeyNotFoundException>(() => Of(entries, 2)); // asks the log, where it never stood

        static ResourceVersion Entry(bool isSealed, long seq) => new()
        {
            Seq = seq, Rid = seq, Type = "Basic", Id = $"o{seq}", Version = 1, At = default, Actor = "", Lane = 0, Bytes = "{}"u8.ToArray(), IsSealed = isSealed,
        };
    }

    [Fact]
    public async Task Places_are_enough_as_long_as_nearly_all_is_here()
    {
        await FillAsync(60);
        var entries = new KeptEntries(record.Database);
        Assert.False(entries.ArePlacesEnough);
        for (var turn = 0; turn < 300; turn++)
            Of(entries, 1, 2);
        Assert.True(entries.ArePlacesEnough);
        for (var place = 3; place <= 60; place++)
            Of(entries, place);
        Assert.False(entries.ArePlacesEnough);
    }

    [Fact]
    public async Task What_stands_beyond_so_many_bytes_is_not_read()
    {
        await FillAsync(90);
        var entries = new KeptEntries(record.Database);
        long[] places = [.. Enumerable.Range(1, 90).Select(number => (long)number)];
        var size = Of(entries, 40)[0].Bytes.Length; // each has as many, or one or two less

        Assert.Equal(places[..3], Of(entries, (size * 3) - 10, places).Select(entry => entry.Seq));
        Assert.All(places[3..39], place => Assert.Null(entries.Kept(place)));
        Assert.Equal(places[..45], Of(entries, (size * 45) - 100, places).Select(entry => entry.Seq));
        Assert.All(places[46..], place => Assert.Null(entries.Kept(place)));
        Assert.Equal(places, Of(entries, places).Select(entry => entry.Seq));
        Assert.Equal(places[..3], entries.Of(places, entries.Connections, null, (size * 3) - 10)!.Select(entry => entry.Seq));
    }

    [Fact]
    public void A_page_of_many_or_of_a_type_with_large_pages_is_asked_for_by_places()
    {
        var entries = new KeptEntries(record.Database);
        Assert.False(entries.ArePlacesBetter("DocumentReference", 100));
        Assert.True(entries.ArePlacesBetter("DocumentReference", 101));
        entries.NoteLarge("DocumentReference");
        Assert.True(entries.ArePlacesBetter("DocumentReference", 20));
        Assert.False(entries.ArePlacesBetter("Observation", 20));
    }

    [Fact]
    public async Task A_change_is_read_as_it_is_and_a_deletion_too()
    {
        await FillAsync(3);
        for (var turn = 0; turn < 300; turn++)
            Assert.Equal(1, Read("o1").Version);
        await PutAsync(1, "amended");
        Assert.Equal((2, "amended"), (Read("o1").Version, Read("o1").Root["status"u8].Text));
        Assert.Same(Read("o1"), Read("o1"));
        await record.DeleteAsync("Observation", "o1");

        Assert.Equal(RefusalKind.Gone, record.Store.Read("Observation", "o1", AccessScope.System).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, record.Store.Read("Observation", "o9", AccessScope.System).Refusal!.Kind);
    }

    [Fact]
    public async Task A_search_tells_what_is_there_now()
    {
        await FillAsync(30);
        var search = new RecordSearch(record.Database, SearchIndexOptions.Default, record.Clock);
        for (var turn = 0; turn < 200; turn++)
            Assert.Equal(30, Find("status=final").Count);
        await PutAsync(7, "amended");
        await PutAsync(8, "amended");
        await record.DeleteAsync("Observation", "o9");

        Assert.Equal(Enumerable.Range(1, 30).Where(number => number is < 7 or > 9).Select(number => $"o{number}"), Find("status=final").Select(entry => entry.Id));
        Assert.Equal([("o7", 2), ("o8", 2)], Find("status=amended").Select(entry => (entry.Id, entry.Version)));
        Assert.Equal(["o8", "o7"], Find("status=amended&_sort=-_id").Select(entry => entry.Id));

        IReadOnlyList<ResourceVersion> Find(string query) => search.Find("Observation", query, AccessScope.System, 40).Value;
    }

    [Fact] // its entries may be undone, and others come to stand at their places
    public async Task Nothing_is_kept_of_what_is_read_in_the_middle_of_a_write()
    {
        await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                Assert.Null(record.Store.Entries.For(session.Reading));
                return 0;
            },
            Cancel);

        Assert.NotNull(record.Database.Read(record.Store.Entries.For));
    }

    [Fact]
    public async Task Many_who_ask_at_once_are_told_what_stands_at_their_places()
    {
        await FillAsync(60);
        var entries = new KeptEntries(record.Database, most: 8 * 1024);
        await Parallel.ForAsync(0, 8, Cancel, (seed, _) =>
        {
            var random = new Random(seed);
            for (var turn = 0; turn < 300; turn++)
            {
                long[] places = [.. Enumerable.Range(0, 5).Select(_ => random.NextInt64(1, 61))];
                if (entries.Of(places, entries.Connections, null) is { } found) // else a connection was opened for another
                    Assert.Equal(places, found.Select(entry => entry.Seq));
            }

            return ValueTask.CompletedTask;
        });
    }

    private ResourceVersion[] Of(KeptEntries entries, params long[] places) => record.Database.Read(session => entries.Of(session, places, entries.Connections))!;

    private ResourceVersion[] Of(KeptEntries entries, int bytes, long[] places) => record.Database.Read(session => entries.Of(session, places, entries.Connections, bytes))!;

    private ResourceVersion Read(string id) => record.Store.Read("Observation", id, AccessScope.System).Value;

    private async Task FillAsync(int count)
    {
        for (var number = 1; number <= count; number++)
            await PutAsync(number, "final");
    }

    private Task<ResourceVersion> PutAsync(int number, string status) => record.PutAsync(
        "Observation", $"o{number}", $$$"""{"resourceType":"Observation","status":"{{{status}}}","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"note":[{"text":"{{{new string('x', 200)}}}"}]}""");
}

/// <inheritdoc/>
public sealed class SqliteKeptEntriesTests() : KeptEntriesBehaviour(Engine.Sqlite);

/// <inheritdoc/>
public sealed class PostgresKeptEntriesTests() : KeptEntriesBehaviour(Engine.Postgres)
{
    [Fact]
    public async Task What_another_node_changed_is_read_as_it_is()
    {
        using var record = new RecordFixture(Engine.Postgres);
        using var other = record.OpenBeside();
        await record.PutAsync("Basic", "a", """{"resourceType":"Basic","language":"en"}""");
        for (var turn = 0; turn < 300; turn++)
            Assert.Equal(1, record.Store.Read("Basic", "a", AccessScope.System).Value.Version);
        await other.PutAsync("Basic", "a", """{"resourceType":"Basic","language":"es"}""");

        Assert.Equal((2, "es"), (record.Store.Read("Basic", "a", AccessScope.System).Value.Version, record.Store.Read("Basic", "a", AccessScope.System).Value.Root["language"u8].Text));
    }

    [Fact] // a server that is lost may lose the last that it showed, and give its place to something else
    public async Task All_is_forgotten_with_the_connection()
    {
        using var record = new RecordFixture(Engine.Postgres);
        using var beside = record.Database.OpenWriter();
        await record.PutAsync("Basic", "a", """{"resourceType":"Basic","language":"en"}""");
        for (var turn = 0; turn < 300; turn++)
            Assert.Equal("en", Language());
        beside.ExecuteScript("UPDATE log SET body = convert_to(replace(convert_from(body, 'UTF8'), '\"en\"', '\"es\"'), 'UTF8')");
        Assert.Equal("en", Language());

        beside.ExecuteScript("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Assert.Throws<DatabaseUnavailableException>(Language); // it was lost with the others
        Assert.Equal("es", Language());

        string Language() => record.Store.Read("Basic", "a", AccessScope.System).Value.Root["language"u8].Text!;
    }
}
