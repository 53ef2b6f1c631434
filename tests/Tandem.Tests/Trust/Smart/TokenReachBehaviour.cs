using System.Net;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>What an app sees with a token: what its scopes allow, of what the person may see, and nothing beside it.</summary>
public abstract class TokenReachBehaviour(TokenReachHub shared) : IAsyncLifetime
{
    private SmartHub hub = null!;

    public async ValueTask InitializeAsync() => hub = await shared.StartedAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_patients_scope_reaches_that_patient_and_nobody_else()
    {
        var token = await TokenAsync("launch/patient patient/*.rs");

        Assert.Equal((200, 200, 200), (await StatusAsync("Patient/pia", token), await StatusAsync("Observation/lab-pia", token), await StatusAsync("Practitioner/doc", token)));
        Assert.Equal((404, 404, 404), (await StatusAsync("Patient/tom", token), await StatusAsync("Observation/lab-tom", token), await StatusAsync("Condition/problem-tom", token)));
        Assert.Equal((1, 2, 0), (await CountAsync("Patient", token), await CountAsync("Observation", token), await CountAsync("Observation?subject=Patient/tom", token)));
        Assert.Equal((0, 2), (await CountAsync("Patient?_has:Observation:patient:_id=lab-tom", token), await CountAsync("Observation/_history", token)));
        Assert.DoesNotContain("tom", (await hub.GetAsync("/fhir/Observation?_include=*&_revinclude=*", token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_letters_and_conditions_of_a_scope_are_kept()
    {
        var token = await TokenAsync("launch/patient patient/Patient.r patient/Observation.rs?category=laboratory");

        Assert.Equal((200, 200), (await StatusAsync("Patient/pia", token), await StatusAsync("Observation/lab-pia", token)));
        Assert.Equal((404, 403), (await StatusAsync("Observation/vital-pia", token), await StatusAsync("Condition?patient=pia", token)));
        Assert.Equal(403, await StatusAsync("Patient?name=Sampleton", token));
        Assert.Equal((1, 0), (await CountAsync("Observation", token), await CountAsync("Observation?category=vital-signs", token)));
        Assert.Equal(404, await StatusAsync("Condition/problem-pia", token));
    }

    [Fact]
    public async Task A_condition_is_kept_by_earlier_versions_too()
    {
        foreach (var category in new[] { "social-history", "laboratory", "laboratory" })
            await hub.PutAsync("Observation", "moved-tom", Observation("tom", category));
        var token = await TokenAsync("launch/patient patient/Observation.rs?category=laboratory", "tom");

        Assert.Equal((404, 200, 200), (await StatusAsync("Observation/moved-tom/_history/1", token), await StatusAsync("Observation/moved-tom/_history/2", token), await StatusAsync("Observation/moved-tom/_history/3", token)));
        Assert.Equal(1, await CountAsync("Observation/moved-tom/_history", token));
        Assert.DoesNotContain("social-history", (await hub.GetAsync("/fhir/Observation/_history", token)).Text, StringComparison.Ordinal);

        var all = await TokenAsync("launch/patient patient/Observation.rs", "tom");
        Assert.Equal((200, 3), (await StatusAsync("Observation/moved-tom/_history/1", all), await CountAsync("Observation/moved-tom/_history", all)));
    }

    [Fact]
    public async Task Reading_does_not_allow_writing_and_writing_reaches_the_same_patient_only()
    {
        var reading = await TokenAsync("launch/patient patient/*.rs", "tom"); // the others count what is Pia's
        var writing = await TokenAsync("launch/patient patient/Observation.cud", "tom");

        Assert.Equal((403, 403), (await WriteAsync(HttpMethod.Post, "Observation", Observation("tom", "laboratory"), reading), await WriteAsync(HttpMethod.Delete, "Observation/lab-tom", null, reading)));
        Assert.Equal(201, await WriteAsync(HttpMethod.Post, "Observation", Observation("tom", "laboratory"), writing));
        Assert.NotEqual(201, await WriteAsync(HttpMethod.Post, "Observation", Observation("pia", "laboratory"), writing));
        Assert.True(await WriteAsync(HttpMethod.Put, "Observation/lab-pia", Observation("tom", "laboratory").Replace("{\"res", "{\"id\":\"lab-pia\",\"res", StringComparison.Ordinal), writing) >= 400);
        Assert.True(await WriteAsync(HttpMethod.Post, "Condition", """{"resourceType":"Condition","subject":{"reference":"Patient/tom"}}""", writing) >= 400);
        Assert.True(await StatusAsync("Observation/lab-tom", writing) >= 400);
    }

    [Fact]
    public async Task A_bundle_gives_no_more_than_its_entries()
    {
        var token = await TokenAsync("launch/patient patient/*.rs");
        const string Batch =
            """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/tom"}},{"request":{"method":"GET","url":"Patient/pia"}},{"request":{"method":"DELETE","url":"Patient/pia"}}]}""";
        using var body = new StringContent(Batch, Encoding.UTF8, "application/fhir+json");

        var answer = await hub.SendAsync(HttpMethod.Post, "/fhir", body, "Bearer " + token);

        var statuses = answer.Json.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3]);
        Assert.Equal(["404", "200", "403"], statuses);
    }

    [Fact]
    public async Task A_users_scope_reaches_what_the_user_reaches_and_a_services_what_was_approved()
    {
        var user = await TokenAsync("user/Patient.rs");
        Assert.Equal((200, 200), (await StatusAsync("Patient/pia", user), await StatusAsync("Patient/tom", user)));
        Assert.True(await StatusAsync("Observation/lab-pia", user) >= 400);

        var service = (await hub.TokenAsync(hub.ServiceForm(hub.Assert()))).Json;
        Assert.Equal(300, service.GetProperty("expires_in").GetInt32());
        var token = service.GetProperty("access_token").GetString()!;
        Assert.Equal(hub.Service.Id, hub.Get<AccessTokens>().ScopeOf(hub.Get<AccessTokens>().Find(token)!)!.App); // what is set for an app by its client_id holds for it
        Assert.Equal(2, await CountAsync("Patient", token));
        Assert.True(await StatusAsync("Observation/lab-pia", token) >= 400);
        Assert.Equal(403, await WriteAsync(HttpMethod.Delete, "Patient/pia", null, token));
    }

    [Fact]
    public async Task Without_a_scope_for_resources_nothing_is_seen()
    {
        var token = await TokenAsync("openid fhirUser");

        Assert.True(await StatusAsync("Patient/pia", token) >= 400);
        Assert.True(await StatusAsync("Practitioner/doc", token) >= 400);
    }

    private async Task<string> TokenAsync(string scope, string patient = "pia")
    {
        var request = hub.Request();
        request["scope"] = scope;
        return (await hub.TokensAsync(request, patient)).GetProperty("access_token").GetString()!;
    }

    private async Task<int> StatusAsync(string path, string token) => (int)(await hub.GetAsync("/fhir/" + path, token)).Status;

    private async Task<int> CountAsync(string query, string token)
    {
        var answer = await hub.GetAsync("/fhir/" + query, token);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json.TryGetProperty("entry", out var entries) ? entries.GetArrayLength() : 0;
    }

    private async Task<int> WriteAsync(HttpMethod method, string path, string? json, string token)
    {
        using var body = json is null ? null : new StringContent(json, Encoding.UTF8, "application/fhir+json");
        return (int)(await hub.SendAsync(method, "/fhir/" + path, body, "Bearer " + token)).Status;
    }

    internal static string Observation(string patient, string category) =>
        $$$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{{category}}}"}]}],"code":{"text":"x"},"subject":{"reference":"Patient/{{{patient}}}"},"performer":[{"reference":"Practitioner/doc"}]}""";
}

public sealed class TokenReachOnSqlite(TokenReachOnSqlite.Shared shared) : TokenReachBehaviour(shared), IClassFixture<TokenReachOnSqlite.Shared>
{
    public sealed class Shared() : TokenReachHub(Engine.Sqlite);
}

public sealed class TokenReachOnPostgres(TokenReachOnPostgres.Shared shared) : TokenReachBehaviour(shared), IClassFixture<TokenReachOnPostgres.Shared>
{
    public sealed class Shared() : TokenReachHub(Engine.Postgres);
}

/// <summary>One hub for all tests of an engine: begun by the first, so that a test can still skip where the engine is missing.</summary>
public abstract class TokenReachHub(Engine engine) : IAsyncDisposable
{
    private SmartHub? hub;

    internal async Task<SmartHub> StartedAsync()
    {
        if (hub is not null)
            return hub;
        hub = await SmartHub.StartAsync(engine);
        await hub.PutAsync("Practitioner", "doc", """{"resourceType":"Practitioner","name":[{"family":"Doctorson"}]}""");
        foreach (var patient in new[] { "pia", "tom" })
        {
            await hub.PutAsync("Observation", $"lab-{patient}", TokenReachBehaviour.Observation(patient, "laboratory"));
            await hub.PutAsync("Observation", $"vital-{patient}", TokenReachBehaviour.Observation(patient, "vital-signs"));
            await hub.PutAsync("Condition", $"problem-{patient}", $$$"""{"resourceType":"Condition","subject":{"reference":"Patient/{{{patient}}}"},"code":{"text":"x"}}""");
        }

        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
