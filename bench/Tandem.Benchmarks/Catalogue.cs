using Tandem.Benchmarks.Fhir;

namespace Tandem.Benchmarks;

/// <summary>A benchmark: what it measures and the machine's limit for it, in one run.</summary>
/// <param name="Name">The word on the command line and the file's name in bench/results.</param>
/// <param name="Title">One sentence.</param>
/// <param name="RunAsync">Measures and fills the table.</param>
internal sealed record Bench(string Name, string Title, Func<ResultTable, Task> RunAsync);

/// <summary>All benchmarks.</summary>
internal static class Catalogue
{
    internal static readonly IReadOnlyList<Bench> All =
    [
        new("fhir", "FHIR create, read and transaction, durable, over HTTP, on both engines", FhirBench.RunAsync),
    ];
}
