using Tandem.Benchmarks.Fhir;

namespace Tandem.Benchmarks.Audit;

/// <summary>The same requests to a hub with its audit and to one without, side by side: what an event for each patient touched costs.</summary>
internal static class AuditBench
{
    private const int Patients = 200;
    private const string Goal = "≥ 0.50 (never doubles a request's time)";

    internal static async Task RunAsync(ResultTable table)
    {
        table.Fact("one client waits for each answer, so its rate is a request's time; many clients show what the two cores give");
        table.Fact($"a search's page has 20 resources of 20 patients (20 events); a list of people 50; {Patients} patients in all");
        foreach (var (engine, postgres) in Engines.All())
            await RunAsync(table, engine, postgres);
    }

    private static async Task RunAsync(ResultTable table, string engine, string? postgres)
    {
        await using var with = await BenchHub.StartAsync(Engines.Fresh(postgres));
        await using var without = await BenchHub.StartAsync(Engines.Fresh(postgres), audit: false);
        using var audited = with.NewClient();
        using var plain = without.NewClient();
        await FillAsync(audited);
        await FillAsync(plain);
        foreach (var (what, path, workers) in new[]
        {
            ("read", "fhir/Patient/p7", 1), ("read", "fhir/Patient/p7", 8), ("read", "fhir/Patient/p7", 32),
            ("search of 20", "fhir/Observation?code=2823-3", 1), ("search of 20", "fhir/Observation?code=2823-3", 8),
            ("patient page", "patients/p7", 1), ("patient page", "patients/p7", 8), ("list of people", "patients", 1),
        })
        {
            await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(audited, path)), 0.5);
            await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(plain, path)), 0.5);
            var limit = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(plain, path)));
            var load = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(audited, path)));
            table.Row($"{engine}: {what}, {workers} clients", load.Rate, limit.Rate, "without audit", Goal, load.Latency);
        }

        var number = 0;
        var writesPlain = await Load.RunAsync(8, _ => Task.FromResult<Func<Task>>(() => FhirClient.PostAsync(plain, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)))));
        var writes = await Load.RunAsync(8, _ => Task.FromResult<Func<Task>>(() => FhirClient.PostAsync(audited, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)))));
        table.Row($"{engine}: create, 8 clients", writes.Rate, writesPlain.Rate, "without audit", Goal, writes.Latency);
    }

    private static async Task FillAsync(HttpClient client)
    {
        for (var i = 0; i < Patients; i++)
        {
            await FhirClient.PutAsync(
                client, $"fhir/Patient/p{i}", System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","id":"p{{i}}","name":[{"family":"Testperson","given":["Number {{i}}"]}],"birthDate":"1950-02-03"}"""));
            await FhirClient.PostAsync(client, "fhir/Observation", Samples.Observation(i));
        }
    }
}
