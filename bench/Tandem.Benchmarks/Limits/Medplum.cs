using System.Net.Http.Headers;
using System.Text.Json;
using Tandem.Benchmarks.Fhir;

namespace Tandem.Benchmarks.Limits;

/// <summary>
/// A Medplum server that somebody has started beside the benchmark: TANDEM_BENCH_MEDPLUM is the address of its FHIR interface, TANDEM_BENCH_MEDPLUM_TOKEN
/// an access token. What it does in the same run, by the same load on the same cores, is what the hub's rates are a multiple of.
/// </summary>
internal sealed class Medplum : IDisposable
{
    /// <summary>The goals are for so many clients.</summary>
    internal const int Clients = 8;

    private readonly string name;

    private Medplum(HttpClient client, string root, string name)
    {
        (Client, Root, this.name) = (client, root, name);
        Operations = new(client, root);
    }

    internal HttpClient Client { get; }

    /// <summary>Where its FHIR interface is below the client's address.</summary>
    internal string Root { get; }

    internal FhirOperations Operations { get; }

    /// <summary>The server that the environment names, or null.</summary>
    internal static async Task<Medplum?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_BENCH_MEDPLUM") is not { Length: > 0 } address)
            return null;
        var root = new Uri(address).AbsolutePath.Trim('/');
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512, UseProxy = false }) { BaseAddress = new(new Uri(address), "/"), Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("TANDEM_BENCH_MEDPLUM_TOKEN"));
        using var metadata = JsonDocument.Parse(await FhirClient.GetAsync(client, $"{root}/metadata"));
        return new Medplum(client, root, $"Medplum {metadata.RootElement.GetProperty("software").GetProperty("version").GetString()!.Split('-')[0]} in this run");
    }

    /// <summary>Adds a row that holds the hub's rate against this server's; nothing where that was not measured.</summary>
    internal void Row(ResultTable table, string what, double rate, double? theirs, int times)
    {
        if (theirs is { } limit)
            table.Row(what, rate, limit, name, $"≥ {times}");
    }

    public void Dispose() => Client.Dispose();
}
