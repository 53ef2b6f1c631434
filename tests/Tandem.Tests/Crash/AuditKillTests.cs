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

    [Theory]
    [InlineData(Engine.Sqlite, 4)]
    [InlineData(Engine.Postgres, 2)]
    public async Task Every_act_that_the_record_holds_has_its_event_once_after_each_kill_answered_or_not(Engine engine, int kills)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var hub = new KilledHub(engine);
        using var client = new HttpClient { BaseAddress = hub.Address };
        var answered = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await hub.StartAsync(cancel);
            var before = Volatile.Read(ref answered);
            var apps = Enumerable.Range(0, 4).Select(_ => RegisterAsync(client, () => Interlocked.Increment(ref answered), cancel)).ToList();
            await Eventually.TrueAsync(() => Volatile.Read(ref answered) >= before + 20 + (17 * kill)); // at another place each time
            await hub.KillAsync();
            await Task.WhenAll(apps);
        }

        await hub.StartAsync(cancel);
        using (var settled = await client.GetAsync(new Uri("audit/export?patient=nobody", UriKind.Relative), cancel))
            Assert.True(settled.IsSuccessStatusCode);
        await hub.KillAsync();
        using var record = hub.OpenRecord();
        using var audit = hub.OpenAudit();
        var done = record.Read(session => session.Query("SELECT id FROM smart_clients ORDER BY id", row => "Device/" + row.Text(0)));
        var told = audit.Read(session => session.Query("SELECT actor FROM audit_events WHERE interaction = 'app-registered' ORDER BY actor", row => row.Text(0)));
        Assert.True(done.Count >= answered);
        Assert.Equal(done, told);
        var verdict = AuditCommands.Verify(audit, new AuditOptions { KeyFile = Path.Combine(hub.Data, "keys", "audit.pem"), RootFolder = Path.Combine(hub.Data, "audit-roots") });
        Assert.True(verdict.IsSound, string.Join("\n", verdict.Findings));
    }

    /// <summary>Registers apps until the hub is gone.</summary>
    private static async Task RegisterAsync(HttpClient client, Action answered, CancellationToken cancel)
    {
        const string App = """{"client_name":"Sample app","redirect_uris":["https://app.example.org/callback"],"token_endpoint_auth_method":"none","grant_types":["authorization_code"],"scope":"patient/*.rs"}""";
        while (true)
        {
            try
            {
                using var body = new StringContent(App, Encoding.UTF8, "application/json");
                using var reply = await client.PostAsync(new Uri("oauth/register", UriKind.Relative), body, cancel);
                Assert.Equal(System.Net.HttpStatusCode.Created, reply.StatusCode);
                answered();
            }
            catch (HttpRequestException)
            {
                return; // the hub is gone
            }
        }
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
