using System.Net.Http.Headers;
using Tandem.Benchmarks.Limits;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Benchmarks.Fhir;

/// <summary>The FHIR interface over real sockets, each row beside the machine's bound in the same run.</summary>
internal static class FhirBench
{
    private static readonly MediaTypeHeaderValue FhirJson = new("application/fhir+json");
    private static int number;

    internal static async Task RunAsync(ResultTable table)
    {
        table.Fact($"flushes a second before the run: {FlushLimit.PerSecond():N0}");
        await using var memory = await MemoryServer.StartAsync(Samples.Observation(1));
        foreach (var (engine, postgres) in Engines.All())
        {
            var bare = await BareAsync(Engines.Fresh(postgres));
            await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
            using var client = hub.NewClient();
            foreach (var workers in new[] { 1, 8, 64 })
                await CreateAsync(table, engine, hub, client, workers, bare[workers]);
            foreach (var workers in new[] { 1, 8, 32 })
                await ReadAsync(table, engine, client, memory, workers);
            foreach (var workers in new[] { 1, 8 })
                await TransactionAsync(table, engine, client, workers, bare[workers]);
        }

        table.Fact($"flushes a second after the run: {FlushLimit.PerSecond():N0}");
    }

    /// <summary>Creates a second of a new hub on SQLite, and how many shared a commit.</summary>
    internal static async Task<(LoadResult Load, double PerFlush)> CreatesAsync(int workers)
    {
        await using var hub = await BenchHub.StartAsync(postgres: null);
        using var client = hub.NewClient();
        return await CreatesAsync(hub, client, workers);
    }

    private static async Task<(LoadResult Load, double PerFlush)> CreatesAsync(BenchHub hub, HttpClient client, int workers)
    {
        var (commits, first) = (hub.Record.Written.Commits, number);
        var load = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(
            () => PostAsync(client, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)))));
        return (load, (number - first) / (double)(hub.Record.Written.Commits - commits));
    }

    private static async Task CreateAsync(ResultTable table, string engine, BenchHub hub, HttpClient client, int workers, double bare)
    {
        var (result, perFlush) = await CreatesAsync(hub, client, workers);
        table.Row($"{engine}: create, {workers} clients", result.Rate, bare, "bare group writer, same bytes", "≥ 0.50 at 64", result.Latency, perFlush);
    }

    private static async Task ReadAsync(ResultTable table, string engine, HttpClient client, MemoryServer memory, int workers)
    {
        var location = await PostAsync(client, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)));
        var path = location!.IsAbsoluteUri ? location.AbsolutePath : location.ToString();
        path = path[..path.IndexOf("/_history", StringComparison.Ordinal)];
        using var memoryClient = NewClient(memory.Address);
        var limit = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => GetAsync(memoryClient, "/")));
        var result = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => GetAsync(client, path)));
        table.Row($"{engine}: read, {workers} clients", result.Rate, limit.Rate, "GET from memory", engine == "SQLite" ? "≥ 0.40" : "≥ 0.25", result.Latency);
    }

    private static async Task TransactionAsync(ResultTable table, string engine, HttpClient client, int workers, double bare)
    {
        var result = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(
            () => PostAsync(client, "fhir", Samples.Transaction(Interlocked.Increment(ref number)))));
        table.Row($"{engine}: transaction of ten, {workers} clients", result.Rate, bare, "bare group writer, one row each", "", result.Latency);
    }

    private static async Task<Dictionary<int, double>> BareAsync(string? postgres)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bare-").FullName;
        using Database database = postgres is null ? new SqliteDatabase(Path.Combine(folder, "bare.db")) : new PostgresDatabase(postgres);
        using var writer = new BareWriter(database);
        var rates = new Dictionary<int, double>();
        foreach (var workers in new[] { 1, 8, 64 })
        {
            rates[workers] = (await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(
                () => writer.WriteAsync(Samples.Observation(Interlocked.Increment(ref number)))), seconds: 2)).Rate;
        }

        return rates;
    }

    private static HttpClient NewClient(Uri address) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { BaseAddress = address };

    internal static async Task<Uri?> PostAsync(HttpClient client, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = FhirJson;
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return response.Headers.Location;
    }

    private static async Task GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseContentRead);
        response.EnsureSuccessStatusCode();
    }
}
