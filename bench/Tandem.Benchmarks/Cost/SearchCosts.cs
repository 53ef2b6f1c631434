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
    internal IEnumerable<(string What, int Count, Func<Task> Operation)> All => Paths.Select(one => (one.What, one.Count, (Func<Task>)(() => FhirClient.GetAsync(client, one.Path(Next())))));

    /// <summary>What one of the operations answers for the first patient.</summary>
    internal Task<byte[]> AnswerAsync(string what) => FhirClient.GetAsync(client, Paths.Single(one => one.What == what).Path(copies.All[0]));

    /// <summary>Writes the patients.</summary>
    internal Task FillAsync() => SearchBench.FillAsync(hub, copies, Pace.Count(Patients));

    private static IEnumerable<(string What, int Count, Func<PatientCopy, string> Path)> Paths =>
    [
        ("read", 20_000, one => $"fhir/Patient/{one.Id}"),
        .. SearchBench.Queries.Select(query => ($"search, {query.Name}", 10_000, (Func<PatientCopy, string>)(one => "fhir/" + query.Path(one)))),
    ];

    private PatientCopy Next() => copies.All[(int)((uint)Interlocked.Increment(ref next) * 7919L % copies.All.Count)];
}
