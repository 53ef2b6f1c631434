using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Search;

namespace Tandem.Benchmarks.Cost;

/// <summary>The searches of <see cref="SearchBench"/> and a read, one request at a time, among copies of the Synthea patients.</summary>
internal sealed class SearchCosts(BenchHub hub, HttpClient client)
{
    private static readonly int Patients = int.Parse(Environment.GetEnvironmentVariable("TANDEM_BENCH_PATIENTS") ?? "300", System.Globalization.CultureInfo.InvariantCulture);
    private readonly PatientCopies copies = new(perPatient: 60);
    private int next;

    /// <summary>Each operation with its name, and how many are measured.</summary>
    internal IEnumerable<(string What, int Count, Func<Task> Operation)> All =>
    [
        ("read", 20_000, () => FhirClient.GetAsync(client, $"fhir/Patient/{Next().Id}")),
        .. SearchBench.Queries.Select(query => ($"search, {query.Name}", 6000, (Func<Task>)(() => FhirClient.GetAsync(client, "fhir/" + query.Path(Next()))))),
    ];

    /// <summary>Writes the patients.</summary>
    internal Task FillAsync() => SearchBench.FillAsync(hub, copies, Pace.Count(Patients));

    private PatientCopy Next() => copies.All[(int)((uint)Interlocked.Increment(ref next) * 7919L % copies.All.Count)];
}
