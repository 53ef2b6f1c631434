using System.Net;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Crash;

/// <summary>The first start after an update makes rows anew: it says so meanwhile, and one that is killed in the midst is made good by the next.</summary>
public sealed class UpdateKillTests
{
    private const int Resources = 3_000;
    private const int Kills = 4;
    private const string Rows = "SELECT (SELECT COUNT(*) FROM access_strangers), (SELECT COUNT(*) FROM search_tokens), (SELECT COUNT(*) FROM projections WHERE version < 0)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 300_000)]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_hub_that_is_killed_while_it_makes_rows_anew_says_that_it_starts_and_the_next_makes_them(Engine engine)
    {
        await using var hub = new KilledHub(engine);
        await hub.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(hub.Address, "fhir/"), Timeout = TimeSpan.FromMinutes(2) };
        using (var bundle = new StringContent(Transaction(), Encoding.UTF8, "application/fhir+json"))
        using (var kept = await client.PostAsync(new Uri("", UriKind.Relative), bundle, Cancel))
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        await hub.KillAsync();
        var before = Ask(hub);
        Assert.Equal(Resources, before.Strangers);

        Spoil(hub);
        var starting = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            hub.Begin();
            HttpStatusCode? told = null;
            await Eventually.TrueAsync(() => (told = Status(client, "Observation?_summary=count")) is not null);
            starting += told == HttpStatusCode.ServiceUnavailable ? 1 : 0;
            await Task.Delay(kill * 100, Cancel);
            await hub.KillAsync();
            if (starting == 0)
                Spoil(hub); // all was made before anybody asked
        }

        hub.Begin();
        await Eventually.TrueAsync(() => Status(client, "/health/ready") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, Status(client, "Observation?_summary=count"));
        await hub.KillAsync();

        Assert.InRange(starting, 1, Kills);
        Assert.Equal(before, Ask(hub));
    }

    /// <summary>As if another version had made other rows.</summary>
    private static void Spoil(KilledHub hub)
    {
        using var record = hub.OpenRecord();
        using var session = record.OpenWriter();
        session.ExecuteScript("UPDATE projections SET version = -7; DELETE FROM access_strangers; DELETE FROM search_tokens WHERE rid % 2 = 0");
    }

    private static HttpStatusCode? Status(HttpClient client, string path)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            using var told = client.Send(request, Cancel);
            return told.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // not listening yet, or between the two listeners
        }
    }

    private static (long Strangers, long Tokens, long Unmade) Ask(KilledHub hub)
    {
        using var database = hub.OpenRecord();
        return database.Read(session => session.First(Rows, row => (row.Integer(0), row.Integer(1), row.Integer(2))));
    }

    private static string Transaction()
    {
        var entries = Enumerable.Range(0, Resources).Select(number =>
            $$$"""{"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{number}}}-0"}]},"subject":{"display":"Somebody {{{number}}}"}},"request":{"method":"POST","url":"Observation"}}""");
        return $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""";
    }
}
