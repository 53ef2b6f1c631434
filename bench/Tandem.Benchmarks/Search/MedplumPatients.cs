using System.Collections.Concurrent;
using System.Text.Json;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Limits;

namespace Tandem.Benchmarks.Search;

/// <summary>The first copies of patients in Medplum under the ids that it gave them; the hub has the same when both are measured.</summary>
internal sealed class MedplumPatients
{
    private const int Patients = 300;
    private readonly List<PatientCopy> copies;

    private MedplumPatients(Medplum medplum, List<PatientCopy> copies) => (Medplum, this.copies) = (medplum, copies);

    internal Medplum Medplum { get; }

    /// <summary>How many patients there are.</summary>
    internal int Count => copies.Count;

    internal static async Task<MedplumPatients> WriteAsync(Medplum medplum, ResultTable table)
    {
        var all = new PatientCopies(perPatient: 60);
        var left = new ConcurrentQueue<(PatientCopy Copy, byte[] Transaction)>(Enumerable.Range(0, Pace.Count(Patients)).Select(_ => all.NextTransaction()));
        var written = new ConcurrentBag<PatientCopy>();
        await Task.WhenAll(Enumerable.Range(0, Medplum.Clients).Select(_ => Task.Run(async () =>
        {
            while (left.TryDequeue(out var one))
                written.Add(one.Copy with { Id = await WriteAsync(medplum, one.Transaction) });
        })));
        table.Fact($"beside Medplum the hub has the same {written.Count:N0} patients; the other rows are measured after that");
        return new MedplumPatients(medplum, [.. written]);
    }

    /// <summary>A search whose rate is asked for as a multiple: Medplum refuses some of the others.</summary>
    internal Func<Task> Search(SearchBench.Query query) => SearchBench.Search(Medplum.Client, Medplum.Root, copies, query);

    /// <summary>Writes a patient and gives the id.</summary>
    private static async Task<string> WriteAsync(Medplum medplum, byte[] transaction)
    {
        using var answer = JsonDocument.Parse(await FhirClient.PostForAnswerAsync(medplum.Client, medplum.Root, transaction));
        return answer.RootElement.GetProperty("entry")[0].GetProperty("response").GetProperty("location").GetString()!.Split('/')[1];
    }
}
