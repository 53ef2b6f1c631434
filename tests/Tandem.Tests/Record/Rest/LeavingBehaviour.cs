using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Record.Search.FullText;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

/// <summary>Clients that leave take what runs for them with them, and nothing of anybody else's; what takes too long is ended and says so.</summary>
public abstract class LeavingBehaviour(Engine engine)
{
    private const int Leave = 200;
    private const int Stay = 20;

    private static readonly RestLimits Unhurried = RestLimits.Default with { LongestRead = TimeSpan.FromHours(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_stay_are_answered_and_nothing_runs_for_those_who_left()
    {
        HeldDatabase? held = null;
        await using var server = new FhirServer(engine, Unhurried, through: database => held = new HeldDatabase(database), without: typeof(FullTextIndex)); // its turns would be held too
        await FillAsync(server);
        held!.Hold();
        var leaving = await ConnectAsync(server, Leave, number => $"GET /fhir/Patient?name=n{number % Stay:00}");
        var staying = Enumerable.Range(0, Stay).Select(number => server.GetAsync($"Patient?name=n{number:00}")).ToList();
        await Eventually.TrueAsync(() => held.Busy >= Stay);

        var written = server.PutAsync("Patient/beside", Patient("beside", "beside"));
        foreach (var socket in leaving)
            socket.Dispose();

        Assert.Equal(HttpStatusCode.Created, (await written).Status);
        await Eventually.TrueAsync(() => held.Busy == Stay, "Statements of who left are still running.");
        Assert.All(staying, one => Assert.False(one.IsCompleted));
        held.LetGo();
        for (var number = 0; number < Stay; number++)
        {
            var answer = await staying[number];
            Assert.Equal((HttpStatusCode.OK, $"p{number}"), (answer.Status, answer.Ids));
        }

        Assert.Equal("beside", (await server.GetAsync("Patient?name=beside")).Ids);
    }

    [Fact]
    public async Task A_search_that_takes_too_long_is_told_what_to_do_and_its_session_serves_the_next()
    {
        HeldDatabase? held = null;
        await using var server = new FhirServer(engine, RestLimits.Default with { LongestRead = TimeSpan.FromSeconds(0.3) }, through: database => held = new HeldDatabase(database), without: typeof(FullTextIndex));
        await FillAsync(server);
        held!.Hold();

        foreach (var path in new[] { "Patient?name=n01", "Patient/_history", "Patient/p1/$everything", "Patient/p1/*", "Patient?_id=p1&_include=Patient:organization", "?_type=Patient&_id=p1" })
        {
            var late = await server.GetAsync(path);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "timeout", "1"), (late.Status, late.Issue, late.Headers.RetryAfter?.ToString()));
            Assert.Contains("_count", late.Text, StringComparison.Ordinal);
            Assert.Contains("$export", late.Text, StringComparison.Ordinal);
        }

        var patch = await server.SendAsync("PATCH", "Patient?name=n01", """[{"op":"add","path":"/active","value":true}]""", ("Content-Type", "application/json-patch+json"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "timeout"), (patch.Status, patch.Issue));
        string[] statuses = [];
        await Eventually.TrueAsync(async () => // for what is not held up the time may be over too, on a busy machine
        {
            var batch = await server.PostAsync("", """
                {"resourceType":"Bundle","type":"batch","entry":[
                {"request":{"method":"PUT","url":"Patient/written"},"resource":{"resourceType":"Patient","id":"written"}},
                {"request":{"method":"GET","url":"Patient?name=n01"}},
                {"request":{"method":"GET","url":"Patient/p1"}}]}
                """);
            statuses = [.. batch.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3])];
            return statuses[^1] != "503";
        });
        Assert.Contains(statuses[0], new[] { "201", "200" });
        Assert.Equal("503,200", string.Join(",", statuses[1..]));
        Assert.Equal(0, held.Busy);

        held.LetGo();
        Assert.Equal("p1", (await InTimeAsync("Patient?name=n01")).Ids);
        Assert.Equal(HttpStatusCode.OK, (await InTimeAsync("Patient/written")).Status);

        async Task<FhirAnswer> InTimeAsync(string path)
        {
            FhirAnswer? answer = null;
            await Eventually.TrueAsync(async () => (answer = await server.GetAsync(path)).Status != HttpStatusCode.ServiceUnavailable);
            return answer!;
        }
    }

    [Theory] // clients send again by themselves what is answered with 503
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task What_a_bundle_wrote_is_told_though_its_reads_find_no_database(string type)
    {
        HeldDatabase? held = null;
        await using var server = new FhirServer(engine, through: database => held = new HeldDatabase(database), without: typeof(FullTextIndex));
        await FillAsync(server);
        held!.IsLost = true;
        var answer = await server.PostAsync("", $$$"""
            {"resourceType":"Bundle","type":"{{{type}}}","entry":[
            {"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient","id":"written"}},
            {"request":{"method":"GET","url":"Patient?name=n01"}}]}
            """);
        held.IsLost = false;

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("201,503", string.Join(",", answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3])));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(answer.Json["entry"u8].First["response"u8]["location"u8].Text!)).Status);
    }

    [Fact]
    public async Task An_export_takes_the_time_that_it_needs()
    {
        HeldDatabase? held = null;
        await using var server = new FhirServer(engine, RestLimits.Default with { LongestRead = TimeSpan.FromMilliseconds(1) }, through: database => held = new HeldDatabase(database), without: typeof(FullTextIndex));
        await FillAsync(server);
        held!.Hold();

        var begun = await server.GetAsync("$export?_type=Patient&_typeFilter=Patient%3Fname%3Dn", ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        await Eventually.TrueAsync(() => held.Busy == 1); // it looks for those that the filter finds
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("Patient/_history")).Status); // for as long as that takes the export has waited too
        held.LetGo();
        var status = begun.ContentHeaders.ContentLocation!.ToString();
        FhirAnswer? done = null;
        await Eventually.TrueAsync(async () => (done = await server.GetAsync(status)).Status != HttpStatusCode.Accepted);
        Assert.Equal(HttpStatusCode.OK, done!.Status);
        Assert.Contains("\"count\":20", done.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private protected static async Task FillAsync(FhirServer server)
    {
        for (var number = 0; number < Stay; number++)
            Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"Patient/p{number}", Patient($"p{number}", $"n{number:00}"))).Status);
    }

    private protected static string Patient(string id, string name) => $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{name}}"}]}""";

    /// <summary>Clients that have asked and wait.</summary>
    private protected static async Task<List<Socket>> ConnectAsync(FhirServer server, int count, Func<int, string> line)
    {
        var sockets = new List<Socket>();
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, Cancel);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{line(number)} HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancel);
        }

        return sockets;
    }
}

[Collection(CountedAlone.Name)] // as many threads are held as a process makes up for
public sealed class LeavingOnSqliteTests() : LeavingBehaviour(Engine.Sqlite);

[Collection(CountedAlone.Name)]
public sealed class LeavingOnPostgresTests() : LeavingBehaviour(Engine.Postgres)
{
    private const int Together = 2; // exchanges for current versions, and for searches
    private const int OfTheHub = 5; // what it reads by itself meanwhile: for reactions, and what other nodes wrote; those who leave are many more

    /// <summary>Reads and short searches share exchanges with those who leave, and a lock holds them all.</summary>
    [Fact]
    public async Task Who_shares_an_exchange_with_those_who_left_is_answered()
    {
        await using var server = new FhirServer(Engine.Postgres, RestLimits.Default with { LongestRead = TimeSpan.FromHours(1) });
        await FillAsync(server);
        for (var turn = 0; turn < 2; turn++) // composed once, then together
            Assert.Equal("p1", (await server.GetAsync("Patient?_id=p1")).Ids);
        using var look = server.Store.Database.OpenWriter();
        using var other = server.Store.Database.OpenWriter();
        other.ExecuteScript("BEGIN; LOCK TABLE resources, log, search_strings IN ACCESS EXCLUSIVE MODE");

        var leaving = await ConnectAsync(server, 200, number => (number % 3) switch { 0 => $"GET /fhir/Patient?name=n{number % 20:00}", 1 => $"GET /fhir/Patient?_id=p{number % 20}", _ => $"GET /fhir/Patient/p{number % 20}/_history/1" });
        var staying = Enumerable.Range(0, 20).Select(number => server.GetAsync($"Patient?_id=p{number}")).ToList();
        await Eventually.TrueAsync(() => Waiting(look) >= 20);
        var writing = server.PutAsync("Patient/beside", Patient("beside", "beside"));
        foreach (var socket in leaving)
            socket.Dispose();

        await Eventually.TrueAsync(() => Waiting(look) <= (Together * Tandem.Record.Log.RecordStore.ReadsAtOnce) + 1 + OfTheHub, "Statements of who left are still running.");
        Assert.All(staying, one => Assert.False(one.IsCompleted));
        other.ExecuteScript("ROLLBACK");

        for (var number = 0; number < 20; number++)
        {
            var answer = await staying[number];
            Assert.Equal((HttpStatusCode.OK, $"p{number}"), (answer.Status, answer.Ids));
        }

        Assert.Equal(HttpStatusCode.Created, (await writing).Status);
        Assert.Equal("beside", (await server.GetAsync("Patient?name=beside")).Ids);
    }

    [Fact]
    public async Task A_read_that_a_lock_holds_for_too_long_is_ended()
    {
        await using var server = new FhirServer(Engine.Postgres, RestLimits.Default with { LongestRead = TimeSpan.FromSeconds(0.5) });
        await FillAsync(server);
        for (var turn = 0; turn < 2; turn++)
            Assert.Equal("p1", (await server.GetAsync("Patient?_id=p1")).Ids);
        using var other = server.Store.Database.OpenWriter();
        other.ExecuteScript("BEGIN; LOCK TABLE resources, log IN ACCESS EXCLUSIVE MODE");

        var late = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => server.GetAsync($"Patient?_id=p{number}")));

        Assert.All(late, one => Assert.Equal((HttpStatusCode.ServiceUnavailable, "timeout"), (one.Status, one.Issue)));
        other.ExecuteScript("ROLLBACK");
        FhirAnswer[] then = [];
        await Eventually.TrueAsync(async () => // half a second is not enough for all of them on a busy machine
        {
            then = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => server.GetAsync($"Patient?_id=p{number}")));
            return then.All(one => one.Status == HttpStatusCode.OK);
        });
        Assert.Equal(Enumerable.Range(0, 20).Select(number => string.Create(CultureInfo.InvariantCulture, $"p{number}")), then.Select(one => one.Ids));
    }

    private static long Waiting(DbSession session) => session.First(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'", row => row.Integer(0));
}
