namespace Tandem.Benchmarks;

/// <summary>The engines a benchmark runs on: SQLite always, PostgreSQL when TANDEM_BENCH_POSTGRES holds a connection string to an empty database.</summary>
internal static class Engines
{
    internal static IEnumerable<(string Name, string? Postgres)> All()
    {
        yield return ("SQLite", null);
        if (Environment.GetEnvironmentVariable("TANDEM_BENCH_POSTGRES") is { Length: > 0 } postgres)
            yield return ("PostgreSQL", postgres);
    }
}
