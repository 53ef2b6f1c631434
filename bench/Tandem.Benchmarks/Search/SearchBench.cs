using System.Globalization;
using System.Text;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Limits;

namespace Tandem.Benchmarks.Search;

/// <summary>
/// Searches over HTTP among a thousand Synthea patients (TANDEM_BENCH_PATIENTS for another number), each beside a GET of the same bytes from memory; and
/// how much slower they are than among the first hundred, both when each patient is asked for again and for the first time since all were written.
/// </summary>
internal static class SearchBench
{
    private const int Clients = 8;
    private const int FewPatients = 100;
    private const double Seconds = 1;
    private const string Synthea = "https://github.com/synthetichealth/synthea";
    private const string Height = "http://loinc.org|8302-2";

    internal static readonly Query[] Queries =
    [
        new("token: code", "≥ 0.25", 0, _ => $"Observation?code={Height}&_count=20", Grows: true) { IsOfPatient = false },
        new("date: a month", "≥ 0.25", 0, _ => "Observation?date=ge2012-03&date=lt2012-04&_count=20", Grows: true) { IsOfPatient = false },
        new("reference: a patient's observations", "≥ 0.25; ≥ 3,370 (10 times Medplum)", 0, one => $"Observation?subject=Patient/{one.Id}&_count=20", Grows: true) { TimesMedplum = 10 },
        new("patient, code and date, newest first", "≥ 15,000; 10 times Medplum is 5,980", 0, one => $"Observation?patient={one.Id}&code={Height}&date=ge2010-01-01&_sort=-date&_count=20", Grows: true) { TimesMedplum = 10 },
        new("of the long tail: a patient's active care plans", "≥ 0.25", 0, one => $"CarePlan?patient={one.Id}&status=active&_count=20", Grows: true) { MostCost = 2.5 },
        new("name", "≥ 0.25; ≥ 4,330 (10 times Medplum)", 0, one => $"Patient?name={Uri.EscapeDataString(one.Family)}&_count=20") { TimesMedplum = 10 },
        new("direct: patient and code", "≥ 0.25", 0, one => $"Observation?patient={one.Id}&code={Height}&_count=20"),
        new("chained: patient.identifier and code", "≤ 3 times the cost of direct; ≥ 1,470 (10 times Medplum)", 3, one => $"Observation?patient.identifier={Synthea}|{one.Identifier}&code={Height}&_count=20", Grows: true) { TimesMedplum = 10 },
        new("_has: patients with a code", "≥ 0.25", 0, one => $"Patient?_id={one.Id}&_has:Observation:patient:code={Height}"),
        new("_include: observations with encounters", "≥ 2,910 (10 times Medplum)", 0, one => $"Observation?patient={one.Id}&_include=Observation:encounter&_count=20") { TimesMedplum = 10 },
        new("_total=accurate: a code, no entries", "≥ 2,380 (10 times Medplum)", 0, _ => $"Observation?code={Height}&_total=accurate&_summary=count") { TimesMedplum = 10, IsOfPatient = false },
    ];

    internal static async Task RunAsync(ResultTable table)
    {
        if (!SyntheaBundles.AreThere)
        {
            table.Fact("nothing was measured: the Synthea patients are not beside the checkout (TANDEM_DATA)");
            return;
        }

        table.Fact($"before the first row all queries run in rounds of half a second each until they are no longer faster than before, so that their code is compiled as it stays; {Clients} clients; Medplum's rates are those of its own run on such a machine, with 92,000 resources");
        using var medplum = await Medplum.FindAsync();
        var peers = medplum is null ? null : await MedplumPatients.WriteAsync(medplum, table);
        if (peers is not null)
            table.Fact($"Medplum: {await Load.WarmUpAsync(Clients, [.. Queries.Where(query => query.TimesMedplum > 0).Select(peers.Search)])} rounds before the first row");
        foreach (var (engine, postgres) in Engines.All())
            await RunAsync(table, engine, postgres, peers);
    }

    private static async Task RunAsync(ResultTable table, string engine, string? postgres, MedplumPatients? peers)
    {
        await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
        using var client = hub.NewClient();
        var copies = new PatientCopies(perPatient: 60);
        var many = int.Parse(Environment.GetEnvironmentVariable("TANDEM_BENCH_PATIENTS") ?? "1000", CultureInfo.InvariantCulture);
        await FillAsync(hub, copies, Math.Min(Pace.Count(FewPatients), many));
        var rounds = await Load.WarmUpAsync(Clients, [.. Queries.Select(query => Search(client, "fhir", copies.All, query))]);
        table.Fact($"{engine}: {rounds} rounds before the first row");
        var few = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var query in Queries.Where(query => query.Grows))
            few[query.Name] = (await Load.RunAsync(Clients, Search(client, "fhir", copies.All, query), peers: null, Seconds)).Load.Rate;

        var beside = new Dictionary<string, (double Rate, double Peer)>(StringComparer.Ordinal);
        if (peers is not null)
        {
            await FillAsync(hub, copies, Math.Min(peers.Count, many));
            foreach (var query in Queries.Where(query => query.TimesMedplum > 0))
            {
                var (load, peer) = await Load.RunAsync(Clients, Search(client, "fhir", copies.All, query), peers.Search(query), Seconds);
                beside[query.Name] = (load.Rate, peer!.Rate);
            }
        }

        await FillAsync(hub, copies, Pace.Count(many));
        table.Fact($"{engine}: {copies.All.Count:N0} patients, {copies.Resources:N0} resources");
        var first = new Dictionary<string, double>(StringComparer.Ordinal); // in the order of the queries: what one has read, the next finds in memory
        foreach (var query in Queries.Where(query => query is { Grows: true, IsOfPatient: true }))
            first[query.Name] = await Load.TimesAsync(Clients, copies.All.Count, Search(client, "fhir", copies.All, query));
        await Load.WarmUpAsync(Clients, [.. Queries.Select(query => Search(client, "fhir", copies.All, query))]);
        var rates = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var query in Queries)
        {
            var load = (await Load.RunAsync(Clients, Search(client, "fhir", copies.All, query), peers: null, Seconds)).Load;
            rates[query.Name] = load.Rate;
            var name = $"{engine}: {query.Name}";
            if (query.TimesDirect > 0)
                table.Row(name, load.Rate, rates["direct: patient and code"], "direct in this run", $"≥ {1 / query.TimesDirect:0.00}: {query.Goal}", load.Latency);
            else
                table.Row(name, load.Rate, await MemoryAsync(await FhirClient.GetAsync(client, "fhir/" + query.Path(copies.All[0]))), "GET of the same bytes from memory", query.Goal, load.Latency);
            if (beside.TryGetValue(query.Name, out var both))
                peers!.Medplum.Row(table, $"{name}, among {peers.Count:N0}", both.Rate, both.Peer, query.TimesMedplum);
        }

        await PageAsync(table, engine, client);
        foreach (var query in Queries.Where(query => query.Grows))
        {
            var goal = string.Create(CultureInfo.InvariantCulture, $"≥ {1 / query.MostCost:0.00} (cost ≤ {query.MostCost:0.0} times)");
            table.Row($"{engine}: growth, {query.Name}", rates[query.Name], few[query.Name], $"the same among {FewPatients} patients", goal);
            if (first.TryGetValue(query.Name, out var rate))
                table.Row($"{engine}: growth, {query.Name}, each patient for the first time", rate, few[query.Name], $"the same among {FewPatients} patients, asked for again", goal);
        }
    }

    /// <summary>Writes patients and waits until the hub has settled.</summary>
    internal static async Task FillAsync(BenchHub hub, PatientCopies copies, int patients)
    {
        await copies.FillAsync(hub.Record, patients);
        await hub.SettleAsync();
    }

    /// <summary>The search for one of the patients after the other, in no order.</summary>
    internal static Func<Task> Search(HttpClient client, string root, IReadOnlyList<PatientCopy> copies, Query query)
    {
        var next = 0;
        return () => FhirClient.GetAsync(client, $"{root}/{query.Path(copies[(int)((uint)Interlocked.Increment(ref next) * 7919L % copies.Count)])}");
    }

    private static async Task<double> MemoryAsync(byte[] body)
    {
        await using var memory = await MemoryServer.StartAsync(body);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { BaseAddress = memory.Address };
        return (await Load.RunAsync(Clients, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(client, "/")), Seconds / 2)).Rate;
    }

    /// <summary>Each client goes on to the next page, and back to the first after ten.</summary>
    private static async Task PageAsync(ResultTable table, string engine, HttpClient client)
    {
        var first = $"fhir/Observation?code={Height}&_sort=-date&_count=20";
        var load = await Load.RunAsync(
            Clients,
            _ =>
            {
                var (path, pages) = (first, 0);
                return Task.FromResult<Func<Task>>(async () =>
                {
                    var answer = Encoding.UTF8.GetString(await FhirClient.GetAsync(client, path));
                    path = ++pages % 10 == 0 || NextOf(answer) is not { } next ? first : next;
                });
            },
            Seconds);
        var limit = await MemoryAsync(await FhirClient.GetAsync(client, first));
        table.Row($"{engine}: pages of twenty, newest first, one after the other", load.Rate, limit, "GET of the same bytes from memory", "≥ 0.25", load.Latency);
    }

    private static string? NextOf(string bundle)
    {
        const string Before = "\"relation\":\"next\",\"url\":\"";
        var at = bundle.IndexOf(Before, StringComparison.Ordinal);
        if (at < 0)
            return null;
        at += Before.Length;
        var url = bundle[at..bundle.IndexOf('"', at)];
        return new Uri(url).PathAndQuery[1..];
    }

    /// <param name="Name">What is searched for.</param>
    /// <param name="Goal">As told in the table.</param>
    /// <param name="TimesDirect">How many times the cost of the direct search it may have; 0 when it is held against memory.</param>
    /// <param name="Path">The search for one of the patients.</param>
    /// <param name="Grows">True when it is also measured among few patients.</param>
    internal sealed record Query(string Name, string Goal, double TimesDirect, Func<PatientCopy, string> Path, bool Grows = false)
    {
        /// <summary>How many times the cost it may have among many patients: more where a type has the tables that all types share alone.</summary>
        internal double MostCost { get; init; } = 1.5;

        /// <summary>True when each patient has another answer.</summary>
        internal bool IsOfPatient { get; init; } = true;

        /// <summary>How many times Medplum's rate it should have; 0 where that is not asked.</summary>
        internal int TimesMedplum { get; init; }
    }
}
