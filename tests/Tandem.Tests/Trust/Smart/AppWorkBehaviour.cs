using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Record.Log;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Trust.Audit;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>What an app began and what goes on after its request, subscriptions and exports, holds as long as what it was granted.</summary>
public abstract class AppWorkBehaviour(Engine engine) : IAsyncLifetime
{
    private SmartHub hub = null!;
    private Receiver receiver = null!;
    private SmartClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        hub = await SmartHub.StartAsync(engine, ("Subscriptions:AllowLoopback", "true"), ("Subscriptions:LookAgain", "00:00:00.2"));
        await hub.PutAsync("Basic", "task-done", SubscriptionServer.Topic(SubscriptionServer.TaskTopic, "Task"));
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
        if (receiver is not null)
            await receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_a_person_granted_ends_with_the_account_and_with_the_role_and_does_not_come_back()
    {
        var (give, record) = (hub.Get<GiveRole>(), hub.Get<RecordStore>());
        async Task EndsAsync(Func<Task> end)
        {
            var tokens = await hub.TokensAsync();
            await end();
            Assert.Equal("invalid_grant", (await hub.TokenAsync(TokenAttempts.Refresh(hub, tokens.GetProperty("refresh_token").GetString()!))).Error);
            Assert.Null((await give.HandleAsync("ana", "coordinator", null, null, AccessScope.System, Cancel)).Refusal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", tokens.GetProperty("access_token").GetString()!)).Status);
            Assert.Equal("invalid_grant", (await hub.TokenAsync(TokenAttempts.Refresh(hub, tokens.GetProperty("refresh_token").GetString()!))).Error);
        }

        await EndsAsync(async () => Assert.Null((await give.TakeAsync("ana", "coordinator", null, AccessScope.System, Cancel)).Refusal));
        await EndsAsync(() => record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                (SmartHub.Ana with { Active = false }).Write(session);
                SmartHub.Ana.Write(session);
                return true;
            },
            Cancel));
        Assert.Null((await give.HandleAsync("ana", "coordinator", null, hub.Clock.GetUtcNow().AddMinutes(1), AccessScope.System, Cancel)).Refusal);
        await EndsAsync(() =>
        {
            hub.Clock.Advance(TimeSpan.FromMinutes(2));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_subscription_of_an_app_ends_when_its_token_is_given_back()
    {
        var tokens = await TokensAsync();
        var id = await SubscribeAsync(tokens.GetProperty("access_token").GetString()!);
        await TaskAsync("before");
        await receiver.UntilAsync("event-notification");
        hub.Clock.Advance(TimeSpan.FromHours(2)); // the access token ends, the refresh token does not
        await TaskAsync("between");
        await receiver.UntilNumberAsync(2);

        var given = await hub.PostAsync("/oauth/revoke", new() { ["token"] = tokens.GetProperty("refresh_token").GetString()!, ["client_id"] = client.Id });
        Assert.Equal(HttpStatusCode.OK, given.Status);
        await TaskAsync("after");

        Assert.StartsWith("Who made it may not see the record any more.", (await UntilAsync(id, "off"))["error"u8].Text, StringComparison.Ordinal);
        Assert.Equal([1L, 2L], receiver.Numbers);
    }

    [Fact]
    public async Task A_subscription_of_an_app_ends_when_the_person_disconnects_it()
    {
        var id = await SubscribeAsync((await TokensAsync()).GetProperty("access_token").GetString()!);
        var grant = hub.Get<Database>().Read(session => session.First("SELECT g.id FROM smart_grants g", row => row.Text(0)))!;

        Assert.Null((await DisconnectApp.HandleAsync(grant, AccessScope.System with { Actor = new Actor("Practitioner/ivo", "") }, hub.Get<RecordStore>(), Cancel)).Refusal);
        await TaskAsync("after");

        await UntilAsync(id, "off");
        Assert.Empty(receiver.Numbers);
    }

    [Fact]
    public async Task A_subscription_of_a_service_outlives_its_token_and_ends_with_its_approval()
    {
        var (service, _) = await hub.AddAsync(new ClientMetadata { ClientName = "Sample subscriber", TokenEndpointAuthMethod = "private_key_jwt", GrantTypes = ["client_credentials"], Scope = "system/Subscription.cruds system/Task.rs", Jwks = hub.Keys.Published });
        var form = hub.ServiceForm(hub.Assert(client: service.Id));
        form["scope"] = service.Metadata.Scope!;
        var id = await SubscribeAsync((await hub.TokenAsync(form)).Json.GetProperty("access_token").GetString()!);
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await TaskAsync("before");
        await receiver.UntilAsync("event-notification");

        await hub.Get<RecordStore>().WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                (service with { Status = "disabled" }).Write(session);
                return true;
            },
            Cancel);
        await TaskAsync("after");

        await UntilAsync(id, "off");
        Assert.Equal([1L], receiver.Numbers);
    }

    [Fact]
    public async Task A_services_export_runs_although_its_token_lasts_minutes()
    {
        var token = (await hub.TokenAsync(hub.ServiceForm(hub.Assert()))).Json.GetProperty("access_token").GetString()!;
        var started = await hub.SendAsync(HttpMethod.Get, "/fhir/$export?_type=Patient", null, "Bearer " + token, ("Prefer", "respond-async"));

        Assert.Equal(2, await CountAsync(started, token));
    }

    [Fact]
    public async Task An_import_by_a_service_of_the_region_is_in_the_access_log_of_each_patient()
    {
        var (service, _) = await hub.AddAsync(new ClientMetadata { ClientName = "Sample migration", TokenEndpointAuthMethod = "private_key_jwt", GrantTypes = ["client_credentials"], Scope = "system/*.cruds", Jwks = hub.Keys.Published });
        var form = hub.ServiceForm(hub.Assert(client: service.Id));
        form["scope"] = service.Metadata.Scope!;
        var token = (await hub.TokenAsync(form)).Json.GetProperty("access_token").GetString()!;
        var folder = Directory.CreateDirectory(hub.Get<BulkOptions>().Import).FullName;
        await File.WriteAllLinesAsync(Path.Combine(folder, "all.ndjson"), ["""{"resourceType":"Patient","id":"first"}""", """{"resourceType":"Patient","id":"second"}"""], Cancel);
        using var body = new StringContent("""{"resourceType":"Parameters","parameter":[{"name":"input","part":[{"name":"url","valueUri":"all.ndjson"}]}]}""", Encoding.UTF8, "application/fhir+json");

        Assert.Equal(2, await CountAsync(await hub.SendAsync(HttpMethod.Post, "/fhir/$import", body, "Bearer " + token, ("Prefer", "respond-async")), token));

        var audit = hub.Get<AuditStore>();
        await audit.SettleAsync();
        var told = audit.Database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, 0, 100_000)).SelectMany(row => row.Each()).Where(one => one.Event.Interaction == "import");
        Assert.Equal([("first", $"Device/{service.Id}", "C"), ("second", $"Device/{service.Id}", "C")], told.Select(one => (one.Event.Patient!, one.Event.Actor, one.Detail.Action)).Order());
    }

    /// <summary>How many resources a job's files are of, once it has ended.</summary>
    private async Task<int> CountAsync(Answer started, string token)
    {
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        var status = started.Place!.OriginalString;
        var answer = await hub.GetAsync(status, token);
        for (var i = 0; i < 1200 && answer.Status == HttpStatusCode.Accepted; i++, answer = await hub.GetAsync(status, token))
            await Task.Delay(50, Cancel);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("output").EnumerateArray().Sum(file => file.GetProperty("count").GetInt32());
    }

    /// <summary>Tokens by which an app acts for an engineer, who looks after interfaces and sees tasks of no patient.</summary>
    private async Task<JsonElement> TokensAsync()
    {
        (client, _) = await hub.AddAsync(new ClientMetadata
        {
            ClientName = "Sample monitor", TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = [SmartHub.Redirect],
            Scope = "user/Subscription.cruds user/Task.rs offline_access",
        });
        using var engineer = await hub.BrowserOfAsync(new Person("ivo", "Ivo Testperson", "integration-engineer", null, []));
        var request = hub.Request(client);
        request["scope"] = client.Metadata.Scope!;
        var allowed = await hub.AllowAsync(request, patient: null, by: engineer);
        var answer = await hub.TokenAsync(hub.Exchange(QueryHelpers.ParseQuery(allowed.Query)["code"].ToString(), client));
        Assert.True(answer.Status == HttpStatusCode.OK, allowed + answer.Text);
        return answer.Json;
    }

    /// <summary>Gives the id of the subscription, once it is active.</summary>
    private async Task<string> SubscribeAsync(string token)
    {
        using var body = new StringContent(SubscriptionServer.Subscription("new", endpoint: receiver.Endpoint), Encoding.UTF8, "application/fhir+json");
        var answer = await hub.SendAsync(HttpMethod.Post, "/fhir/Subscription", body, "Bearer " + token);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        var id = answer.Headers.Location!.OriginalString.Split("/Subscription/")[1].Split('/')[0];
        await UntilAsync(id, "active");
        return id;
    }

    private Task TaskAsync(string id) => hub.PutAsync("Task", id, """{"resourceType":"Task","status":"completed","intent":"order"}""");

    /// <summary>Waits until a subscription has a status, for a minute at most.</summary>
    private async Task<FhirNode> UntilAsync(string id, string status)
    {
        for (var i = 0; i < 1200; i++)
        {
            if (hub.Get<RecordStore>().Read("Subscription", id, AccessScope.System).Succeeded(out var version, out _) && version.Root["status"u8].Text == status)
                return version.Root;
            await Task.Delay(50, Cancel);
        }

        throw new TimeoutException($"{id} is not {status}.");
    }
}

public sealed class AppWorkOnSqlite() : AppWorkBehaviour(Engine.Sqlite);

public sealed class AppWorkOnPostgres() : AppWorkBehaviour(Engine.Postgres);
