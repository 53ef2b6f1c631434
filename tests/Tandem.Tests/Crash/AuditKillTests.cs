using System.Collections.Concurrent;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Tests.Care.Intake;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Crash;

/// <summary>Who was shown something is on the audit, once, whenever the hub was killed.</summary>
public sealed class AuditKillTests
{
    private const string Patient = """{"resourceType":"Patient","id":"one","name":[{"family":"Testperson"}]}""";

    [Theory]
    [InlineData(Engine.Sqlite, 3)]
    [InlineData(Engine.Postgres, 2)]
    public async Task Every_answer_that_a_client_got_has_its_event_once_after_each_kill(Engine engine, int kills)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var hub = new KilledHub(engine);
        using var client = new HttpClient { BaseAddress = hub.Address };
        var answered = new ConcurrentDictionary<string, int>();
        for (var kill = 0; kill < kills; kill++)
        {
            await hub.StartAsync(cancel);
            using (var patient = new StringContent(Patient, Encoding.UTF8, "application/fhir+json"))
            using (var put = await client.PutAsync(new Uri("fhir/Patient/one", UriKind.Relative), patient, cancel))
                Assert.True(put.IsSuccessStatusCode);
            var before = answered.Count;
            var readers = Enumerable.Range(0, 4).Select(reader => ReadAsync(client, $"reader-{kill}-{reader}", answered, cancel)).ToList();
            await Eventually.TrueAsync(() => answered.Count >= before + (200 * (kill + 1))); // at another place of the filling each time
            await hub.KillAsync();
            await Task.WhenAll(readers);
        }

        await hub.StartAsync(cancel);
        var export = await client.GetStringAsync(new Uri("audit/export?patient=one", UriKind.Relative), cancel);
        await hub.KillAsync();
        var told = export.Split('\n').Where(line => line.Contains("\"reader-", StringComparison.Ordinal))
            .GroupBy(line => line[line.IndexOf("\"reader-", StringComparison.Ordinal)..].Split('"')[1]).ToDictionary(events => events.Key, events => events.Count());
        Assert.Empty(answered.Keys.Where(answer => !told.ContainsKey(answer)).Take(20));
        Assert.Empty(told.Where(events => events.Value != 1).Take(20));
        using var audit = hub.OpenAudit();
        var verdict = AuditCommands.Verify(audit, new AuditOptions { KeyFile = Path.Combine(hub.Data, "keys", "audit.pem"), RootFolder = Path.Combine(hub.Data, "audit-roots") });
        Assert.True(verdict.IsSound, string.Join("\n", verdict.Findings));
        Assert.True(verdict.Events >= answered.Count);
    }

    /// <summary>Reads until the hub is gone, each time as another program, so that each answer can be told from all others.</summary>
    private static async Task ReadAsync(HttpClient client, string name, ConcurrentDictionary<string, int> answered, CancellationToken cancel)
    {
        for (var i = 0; ; i++)
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri("fhir/Patient/one", UriKind.Relative));
            ask.Headers.UserAgent.ParseAdd($"{name}-{i}");
            try
            {
                using var reply = await client.SendAsync(ask, HttpCompletionOption.ResponseContentRead, cancel);
                if (reply.IsSuccessStatusCode)
                    answered[$"{name}-{i}"] = 1;
            }
            catch (HttpRequestException)
            {
                return; // the hub is gone
            }
        }
    }
}
