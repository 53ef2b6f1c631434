using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Audit;

/// <summary>What decides who may see what is on the access log too: signing in, apps and their tokens, roles, emergencies.</summary>
public sealed class ActTraceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_apps_way_from_consent_to_reuse_is_on_the_log_with_app_person_and_patient(Engine engine)
    {
        await using var hub = await SmartHub.StartAsync(engine);
        var first = await hub.TokensAsync();
        var refresh = first.GetProperty("refresh_token").GetString()!;
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["client_id"] = hub.Public.Id, ["refresh_token"] = refresh };
        Assert.Equal(HttpStatusCode.OK, (await hub.TokenAsync(form)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await hub.TokenAsync(form)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.TokenAsync(new() { ["grant_type"] = "refresh_token", ["client_id"] = "nobody-knows", ["refresh_token"] = "x" })).Status);

        var app = "Device/" + hub.Public.Id;
        var acts = await ActsAsync(hub, app, "Practitioner/ana", "");
        Assert.Equal(
            [("app-connected", "Practitioner/ana", 0), ("token-issued", app, 0), ("token-issued", app, 0), ("token-reused", app, 4), ("grant-ended", app, 0)],
            acts.Where(one => one.Event.Patient == "pia" && one.Event.Interaction is not "page" and not "act").Select(one => (one.Event.Interaction, one.Event.Actor, one.Event.Outcome)));
        Assert.Equal(["code", "refresh"], acts.Where(one => one.Event.Interaction == "token-issued").Select(one => one.Detail.How.Split(':')[0]));
        var refused = acts.Last(one => one.Event.Interaction == "oauth");
        Assert.Equal(("", 4, "grant_type=refresh_token&client_id=nobody-knows"), (refused.Event.Actor, refused.Event.Outcome, refused.Detail.Query));
        Assert.DoesNotContain(acts, one => one.Detail.Query.Contains(refresh, StringComparison.Ordinal) || one.Detail.How.Contains(refresh, StringComparison.Ordinal));
        Assert.True(AuditStore.Verify(Audit(hub).Database, new RootFolder(hub.Get<AuditOptions>().RootFolder), hub.Get<AuditKey>()).IsSound);
    }

    [Fact]
    public async Task Roles_apps_and_emergencies_are_on_the_log_with_who_did_it()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, "administrator");
        await hub.Audit.SettleAsync();
        var login = hub.Events.Single(one => one.Event.Interaction == "login");
        Assert.Equal(("Practitioner/ana", AuditMarks.SignIn), (login.Event.Actor, login.Event.Marks));
        Assert.Equal("Demonstration", login.Detail.How);

        using (var made = await hub.PostFormAsync("/people/new", "/people/save", ("display", "Ben Testperson"), ("login", "ben@example.org"), ("home", "")))
            Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        await hub.Audit.SettleAsync();
        var saved = hub.Events.Last(one => one.Event.Interaction == "account-saved");
        Assert.Equal(("Practitioner/ana", AuditMarks.Permission, "administrator"), (saved.Event.Actor, saved.Event.Marks, saved.Detail.Role));
        Assert.StartsWith("Practitioner/", Assert.Single(saved.Detail.References), StringComparison.Ordinal);

        foreach (var (id, role, reference) in new[] { ("one", "patient", "Patient/one"), ("rea", "proxy", "RelatedPerson/rea") })
        {
            await hub.SignInAsync(new Person(id, "Somebody Testperson", role, null, []));
            await hub.Audit.SettleAsync();
            var theirs = hub.Events.Where(one => one.Event.Interaction is "login" or "link-made" && one.Detail.References.Any(named => named.EndsWith("/" + id, StringComparison.Ordinal))).ToList();
            Assert.Equal(["link-made", "login"], theirs.Select(one => one.Event.Interaction));
            Assert.All(theirs, one => Assert.Equal([reference], one.Detail.References));
        }
    }

    [Fact]
    public async Task Who_changes_what_a_role_may_see_is_on_the_log()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        var policy = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "content", "policies", "integration-engineer.json"), Cancel);
        var theirs = policy.Replace("\"id\": \"access-policy-integration-engineer\",", "\"subject\":{\"reference\":\"Patient/one\"},", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("POST", "/fhir/Basic", body: theirs)).Status);

        await hub.PutAsync("Basic", "access-policy-integration-engineer", policy.Replace("\"hub:feeds\"", "\"hub:policies\"", StringComparison.Ordinal));
        await hub.SignInAsync(new Person("ivo", "Ivo Testperson", "integration-engineer", null, []));
        var (status, events) = await hub.TraceAsync("PUT", "/fhir/Basic/access-policy-integration-engineer", body: policy);

        var written = events.Single(one => one.Event.Interaction == "policy-written");
        Assert.Equal((HttpStatusCode.OK, "Practitioner/ivo", AuditMarks.Permission, "integration-engineer 1.0.0: Active from 2026-01-01"), (status, written.Event.Actor, written.Event.Marks, written.Detail.How));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_act_comes_with_what_it_tells_of_also_when_nobody_comes_back_to_keep_its_trail(Engine engine)
    {
        await using var hub = await SmartHub.StartAsync(engine);
        var trail = hub.Get<TrailKeeper>().Begin(new TrailFacts("act") { Address = "POST /sample", Request = "r1" });
        trail.Serves(SmartHub.Ana.Scope);
        var scope = AccessScope.System with { Trail = trail };
        for (var i = 0; i < 1200; i++)
        {
            var number = i;
            await hub.Get<RecordStore>().WriteAsync<int>(
                scope,
                session =>
                {
                    session.Acted(new TrailAct("role-given", ActKind.Permission, $"sample {number}"));
                    return number % 100 == 99 ? Refusal.Conflict("Not this one.") : 0; // what did not happen is not told
                },
                Cancel);
        }

        await Audit(hub).SettleAsync();
        var told = (await ActsAsync(hub, "Practitioner/ana")).Where(one => one.Event.Interaction == "role-given").ToList();
        Assert.Equal(Enumerable.Range(0, 1200).Where(number => number % 100 != 99).Select(number => $"sample {number}"), told.Select(one => one.Detail.How));
        Assert.All(told, one => Assert.Equal(("Ana Testperson", "coordinator", "POST /sample", "r1"), (one.Detail.Name, one.Detail.Role, one.Detail.Address, one.Detail.Request)));
        await Eventually.TrueAsync(() => hub.Get<RecordStore>().Database.Read(session => session.First("SELECT COUNT(*) FROM record_acts", row => row.Integer(0))) < 1200); // what the log has leaves the record
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_the_hub_does_for_no_request_is_on_the_log_all_the_same(Engine engine)
    {
        await using var hub = await SmartHub.StartAsync(engine);

        await hub.Get<RecordStore>().WriteAsync<int>(AccessScope.System, session => { session.Acted(new TrailAct("retention-removed", ActKind.Permission, "sample")); return 0; }, Cancel);

        await Audit(hub).SettleAsync();
        var told = Assert.Single(await ActsAsync(hub, AccessScope.System.Actor.Reference), one => one.Detail.How == "sample");
        Assert.Equal(("retention-removed", AccessScope.System.Role, "the hub"), (told.Event.Interaction, told.Detail.Role, told.Detail.Address));
    }

    [Fact]
    public async Task What_is_done_by_command_is_on_the_log_too()
    {
        var folder = Directory.CreateTempSubdirectory("tandem-command-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Logging:LogLevel:Default"] = "Error",
        };
        Assert.True(HubHost.TryBuild(settings, out var before));
        await using (before)
            await HubHost.PrepareAsync(before, Cancel);
        var command = ManagePeople.Command([], _ => new Dictionary<string, string?>(settings));

        Assert.Equal(0, await command.Parse(["add", "ola@sample.example", "--name", "Ola Testperson", "--organization", "region", "--role", "nurse"]).InvokeAsync(cancellationToken: Cancel));

        Assert.Equal(0, await DeidentifyRecord.Command([], _ => new Dictionary<string, string?>(settings)).Parse([Path.Combine(folder, "research")]).InvokeAsync(cancellationToken: Cancel));
        Assert.Equal(0, await ResealRecord.Command([], _ => new Dictionary<string, string?>(settings)).Parse([]).InvokeAsync(cancellationToken: Cancel));

        Assert.True(HubHost.TryBuild(settings, out var after));
        await using (after)
        {
            var events = after.Services.GetRequiredService<AuditStore>().Database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, 0, 100));
            Assert.Equal(["account-saved", "role-given", "link-made", "command", "record-deidentified", "record-resealed"], events.Select(one => one.Event.Interaction));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static AuditStore Audit(SmartHub hub) => hub.Get<AuditStore>();

    private static async Task<List<AuditRow>> ActsAsync(SmartHub hub, params string[] actors)
    {
        await Audit(hub).SettleAsync();
        return [.. Audit(hub).Database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, 0, 100_000)).SelectMany(one => one.Each()).Where(one => actors.Contains(one.Event.Actor))];
    }
}
