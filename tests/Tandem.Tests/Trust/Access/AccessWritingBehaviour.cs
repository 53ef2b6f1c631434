using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Access;

namespace Tandem.Tests.Trust.Access;

public sealed class SqliteAccessWritingTests() : AccessWritingBehaviour(Engine.Sqlite);

public sealed class PostgresAccessWritingTests() : AccessWritingBehaviour(Engine.Postgres);

/// <summary>Who may change what decides who sees whom and what.</summary>
public abstract class AccessWritingBehaviour(Engine engine) : IAsyncLifetime
{
    private AccessFixture region = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        region = await new AccessFixture(engine).StartAsync();
        await region.PatientAsync("n", AccessFixture.NorthClinic);
        await region.PatientAsync("s", AccessFixture.South);
    }

    public ValueTask DisposeAsync()
    {
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_in_a_patients_record_is_no_policy()
    {
        await region.PutAsync(await PolicyAsync("nurse", "mine", subject: "Patient/n"));
        Assert.Equal("1.0.0", region.Scopes.PolicyOf("nurse")!.Version);

        await region.PutAsync(await PolicyAsync("nurse", "mine"));
        Assert.Equal("9.0.0", region.Scopes.PolicyOf("nurse")!.Version);
    }

    [Fact]
    public async Task The_right_to_write_what_a_policy_is_kept_as_is_not_the_right_to_write_a_policy()
    {
        var (nurse, engineer) = (region.As("nurse", AccessFixture.NorthClinic), region.As("integration-engineer", AccessFixture.Region));
        var system = region.Scopes.OfSystem(new Actor("Device/lab", "Lab"), AccessFixture.NorthClinic, "service", "TREAT");
        var narrow = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.All, ["Basic"], Whose.Anyone)]));
        foreach (var (scope, json) in new[]
        {
            (nurse, await PolicyAsync("nurse", "mine", subject: "Patient/n")), (engineer, await PolicyAsync("integration-engineer", "mine")), (system, await PolicyAsync("nurse", "mine")),
            (narrow, await PolicyAsync("nurse", "mine")), (engineer, await PolicyAsync("nurse", "access-policy-nurse")), (engineer, """{"resourceType":"Basic","id":"access-policy-nurse","code":{"text":"none"}}"""),
        })
        {
            Assert.Equal((json, RefusalKind.Forbidden), (json, (await region.PutAsync(scope, json)).Refusal?.Kind));
        }

        Assert.Equal(RefusalKind.Forbidden, (await region.Store.WriteAsync<bool>(narrow, session => session.Delete("Basic", "access-policy-nurse") is not null, Cancel)).Refusal?.Kind);
        Assert.Null((await region.PutAsync(engineer, """{"resourceType":"Basic","id":"else","code":{"text":"other"}}""")).Refusal);
        Assert.Equal(("1.0.0", "1.0.0"), (region.Scopes.PolicyOf("nurse")!.Version, region.Scopes.PolicyOf("integration-engineer")!.Version));
        Assert.Empty(Acts());
    }

    [Fact]
    public async Task A_role_that_a_policy_lets_and_who_may_change_everything_write_policies_and_no_app_does_for_them()
    {
        var named = await PolicyAsync("integration-engineer", "named");
        await region.PutAsync(named.Replace("\"hub:feeds\"", "\"hub:policies\"", StringComparison.Ordinal));
        var engineer = region.As("integration-engineer", AccessFixture.Region);
        var app = engineer.Narrow(new AccessLayer("app", [new Grant(Interactions.All, [], Whose.Anyone)]));
        Assert.Equal(RefusalKind.Forbidden, (await region.PutAsync(app, await PolicyAsync("nurse", "access-policy-nurse"))).Refusal?.Kind);
        Assert.Null((await region.PutAsync(engineer, await PolicyAsync("nurse", "access-policy-nurse"))).Refusal);
        Assert.Equal("9.0.0", region.Scopes.PolicyOf("nurse")!.Version);

        var everything = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.All, [], Whose.Anyone)]));
        Assert.Null((await region.PutAsync(everything, """{"resourceType":"Basic","id":"access-policy-nurse","code":{"text":"none"}}""")).Refusal);
        Assert.Null(region.Scopes.PolicyOf("nurse"));
        Assert.Equal(
            [("policy-written", ActKind.Permission, "nurse 9.0.0: Active from 2026-01-01", "Practitioner/ana"), ("policy-written", ActKind.Permission, "removed", "Device/hub")],
            Acts().Select(act => (act.Code, act.Kind, act.How, act.Actor)));
        Assert.All(Acts(), act => Assert.Equal(["Basic/access-policy-nurse"], act.Subjects));
    }

    [Theory]
    [InlineData("physician", """{"type":"permit","securityLabel":[{"code":"ETH"}]}""", "")]
    [InlineData("physician", """{"type":"permit","actor":[{"reference":{"reference":"Practitioner/ana"}}],"securityLabel":[{"code":"PSYTHPN"}]}""", "")]
    [InlineData("physician", """{"type":"permit","purpose":[{"code":"TREAT"}]}""", AccessFixture.Part2)]
    [InlineData("physician", """{"type":"deny","provision":[{"type":"permit","actor":[{"reference":{"reference":"Organization/north-clinic"}}],"securityLabel":[{"code":"ETH"}]}]}""", "")]
    [InlineData("coordinator", """{"type":"permit","securityLabel":[{"code":"HIV"}]}""", "")]
    [InlineData("nurse", """{"type":"permit","securityLabel":[{"code":"V"}]}""", "")]
    public async Task Nobody_opens_by_a_consent_what_is_withheld_from_their_role(string role, string provision, string kind)
    {
        await region.ConditionAsync("alcohol", "n", "F10.20");
        await region.ConditionAsync("hiv", "n", "B20");
        await region.PutAsync("""{"resourceType":"CareTeam","id":"team","status":"active","subject":{"reference":"Patient/n"},"managingOrganization":[{"reference":"Organization/north-clinic"}]}""");
        var writer = region.As(role, AccessFixture.NorthClinic);
        var seen = region.Finds(writer, "Condition");
        var consent = AccessFixture.Consent("c", "n", provision, kind);

        var refusal = (await region.PutAsync(writer, consent)).Refusal;
        Assert.Equal((RefusalKind.Forbidden, ConsentRules.NotYoursToOpen), (refusal?.Kind, refusal?.Text));
        Assert.Equal(seen, region.Finds(writer, "Condition"));
        var system = region.Scopes.OfSystem(new Actor("Device/lab", "Lab"), AccessFixture.NorthClinic, "service", "TREAT");
        Assert.Equal(role == "coordinator" || provision.Contains("Practitioner/ana", StringComparison.Ordinal) ? null : ConsentRules.NotYoursToOpen, (await region.PutAsync(system, consent)).Refusal?.Text);
        foreach (var other in new[] { region.As("privacy-officer", AccessFixture.NorthClinic), region.As("patient", null, "Patient/n") })
            Assert.Null((await region.PutAsync(other, consent)).Refusal);
    }

    [Theory]
    [InlineData("physician", """{"type":"permit","securityLabel":[{"code":"HIV"}]}""", "")]
    [InlineData("physician", """{"type":"deny","securityLabel":[{"code":"ETH"}]}""", "")]
    [InlineData("physician", """{"type":"permit","actor":[{"reference":{"reference":"Organization/south"}}],"purpose":[{"code":"TREAT"}]}""", AccessFixture.Part2)] // to whom it may go
    [InlineData("nurse", """{"type":"permit"}""", ""","category":[{"coding":[{"code":"IDSCL"}]}]""")]
    [InlineData("nurse-lead", """{"type":"permit","securityLabel":[{"code":"V"}]}""", "")]
    public async Task What_opens_nothing_that_is_withheld_from_its_writer_is_taken(string role, string provision, string kind) =>
        Assert.Null((await region.PutAsync(region.As(role, AccessFixture.NorthClinic), AccessFixture.Consent("c", "n", provision, kind))).Refusal);

    [Fact]
    public async Task A_refusal_is_not_lifted_by_whom_consents_are_asked_for()
    {
        const string Refusal = """{"type":"deny","actor":[{"reference":{"reference":"Organization/south"}}]}""";
        await region.ConsentAsync("c", "n", Refusal);
        var (physician, officer) = (region.As("physician", AccessFixture.NorthClinic), region.As("privacy-officer", AccessFixture.NorthClinic));
        foreach (var consent in new[]
        {
            AccessFixture.Consent("c", "n", Refusal, status: "inactive"), AccessFixture.Consent("c", "s", Refusal), AccessFixture.Consent("c", "n", """{"type":"permit"}"""),
            AccessFixture.Consent("c", "n", Refusal.Replace("\"deny\",", "\"deny\",\"period\":{\"end\":\"2026-12-31\"},", StringComparison.Ordinal)),
            AccessFixture.Consent("c", "n", Refusal.Replace("\"deny\",", "\"deny\",\"provision\":[{\"type\":\"permit\",\"actor\":[{\"reference\":{\"reference\":\"Practitioner/ben\"}}]}],", StringComparison.Ordinal)),
        })
        {
            Assert.Equal((consent, RefusalKind.Forbidden), (consent, (await region.PutAsync(physician, consent)).Refusal?.Kind));
        }

        Assert.Null((await region.PutAsync(physician, AccessFixture.Consent("c", "n", Refusal, ""","scope":{"text":"as agreed by telephone"}"""))).Refusal);
        Assert.Null((await region.PutAsync(physician, AccessFixture.Consent("c", "n", """{"type":"deny"}"""))).Refusal); // refuses more
        Assert.Null((await region.PutAsync(officer, AccessFixture.Consent("c", "n", Refusal, status: "inactive"))).Refusal);
    }

    [Fact] // what it says is compared with what was said before, and all writes wait for that
    public async Task A_consent_that_says_very_much_is_written_by_whom_no_consent_is_asked_for()
    {
        var (physician, officer) = (region.As("physician", AccessFixture.NorthClinic), region.As("privacy-officer", AccessFixture.NorthClinic));
        var (much, most) = (AccessFixture.Consent("c", "n", Refusing(21)), AccessFixture.Consent("c", "n", Refusing(20)));
        Assert.Null((await region.PutAsync(physician, most)).Refusal);
        Assert.Null((await region.PutAsync(physician, most)).Refusal);
        Assert.Equal(ConsentRules.TooMuch, (await region.PutAsync(physician, much)).Refusal?.Text);

        Assert.Null((await region.PutAsync(officer, much)).Refusal);
        foreach (var consent in new[] { much, most, AccessFixture.Consent("c", "n", """{"type":"deny"}"""), AccessFixture.Consent("c", "n", Refusing(1), status: "inactive") })
            Assert.Equal((RefusalKind.Forbidden, ConsentRules.TooMuch), await region.PutAsync(physician, consent) is { Refusal: { } refusal } ? (refusal.Kind, refusal.Text) : default);

        static string Refusing(int actors) =>
            $$"""{"type":"deny","actor":[{{Many(actors, i => $$$"""{"reference":{"reference":"Organization/o{{{i}}}"}}""")}}],"securityLabel":[{{Many(5, i => $$$"""{"code":"L{{{i}}}"}""")}}],"purpose":[{{Many(5, i => $$$"""{"code":"P{{{i}}}"}""")}}]}""";
        static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));
    }

    private IEnumerable<TrailAct> Acts() => ToldActs.After(region.Store.Database, 0).Select(one => one.Told.Act);

    /// <summary>The shipped policy of a role in a later version.</summary>
    private static async Task<string> PolicyAsync(string role, string id, string? subject = null) =>
        (await File.ReadAllTextAsync(Path.Combine(AccessFixture.Content, "policies", role + ".json"), Cancel)).Replace("\"1.0.0\"", "\"9.0.0\"", StringComparison.Ordinal)
            .Replace($"\"access-policy-{role}\",", subject is null ? $"\"{id}\"," : $"\"{id}\",\"subject\":{{\"reference\":\"{subject}\"}},", StringComparison.Ordinal);
}
