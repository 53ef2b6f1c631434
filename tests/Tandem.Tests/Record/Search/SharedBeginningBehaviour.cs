using System.Text.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSharedBeginningTests() : SharedBeginningBehaviour(Engine.Sqlite);

public sealed class PostgresSharedBeginningTests() : SharedBeginningBehaviour(Engine.Postgres);

/// <summary>Texts of one resource that begin alike: it is found once for each search, where the first of them stands (R4 3.1.1.4.8).</summary>
public abstract class SharedBeginningBehaviour(Engine engine) : IAsyncLifetime
{
    private static readonly string Long = new('n', 420); // beyond what the index keeps in one piece

    private static readonly Dictionary<string, string[]> People = new()
    {
        ["a"] = ["Testann", "Testanna", "testannabel", "Testannabella", "Tests", "Bo"],
        ["b"] = ["Testanna", "Testanna", "TESTANNA", "Tést"],
        ["c"] = ["Test", "Te", "T", "Testannabellas"],
        ["d"] = ["x\U0001F600b", "x\uFA0Eb", "x\uFA0E", "x\U0001F600\U0001F601", "x\U0001F600\U0001F602"],
        ["f"] = ["x\uFA0Fz"], // between those of d
        ["e"] = [Long, Long + "a", Long + "b", "nn"],
    };

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        foreach (var (id, names) in People)
            await PutAsync(id, names);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_is_found_once_by_each_beginning_page_by_page_in_the_order_of_the_first()
    {
        await FindsAsync();
        await PutAsync("a", ["Testannabella", "Tes"]); // what one shares with the one before it changes with its neighbours
        await FindsAsync();

        async Task FindsAsync()
        {
            var names = (await Task.WhenAll(People.Keys.Select(NamesAsync))).ToDictionary(one => one.Id, one => one.Names);
            var beginnings = names.Values.SelectMany(some => some).SelectMany(name => Enumerable.Range(1, name.Length).Where(length => !char.IsHighSurrogate(name[length - 1]) && (length < 20 || length > 395)).Select(length => name[..length])).Distinct();
            foreach (var beginning in beginnings)
            {
                var expected = names
                    .Select(one => (one.Key, First: one.Value.Where(name => name.StartsWith(beginning, StringComparison.Ordinal)).OrderBy(name => name, ByCodePoint).FirstOrDefault()))
                    .Where(one => one.First is not null)
                    .OrderBy(one => one.First, ByCodePoint).Select(one => one.Key).ToList();
                var found = await WalkAsync($"Patient?name={Uri.EscapeDataString(beginning)}&_count=1");
                Assert.Equal((beginning, string.Join(',', expected)), (beginning, string.Join(',', found)));
            }
        }
    }

    private static readonly Comparer<string?> ByCodePoint = Comparer<string?>.Create(static (one, other) => System.Text.Encoding.UTF8.GetBytes(one!).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other!)));

    /// <summary>As they are searched for: without case and accents.</summary>
    private async Task<(string Id, string[] Names)> NamesAsync(string id) =>
        (id, [.. (await server.GetAsync($"Patient/{id}")).Json["name"u8].Items.AsEnumerable().Select(name => name["family"u8].Text!.ToLowerInvariant().Replace('é', 'e'))]);

    private async Task<List<string>> WalkAsync(string? path)
    {
        var found = new List<string>();
        while (path is not null)
        {
            var page = (await server.GetAsync(path)).Json;
            found.AddRange(page["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text!));
            path = page["link"u8].Items.AsEnumerable().Where(link => link["relation"u8].Text == "next").Select(link => link["url"u8].Text!.Split("/fhir/")[1]).FirstOrDefault();
        }

        return found;
    }

    private Task PutAsync(string id, string[] names) => server.PutAsync(
        $"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","name":[{{string.Join(',', names.Select(name => $$"""{"family":{{JsonSerializer.Serialize(name)}}}"""))}}]}""");
}
