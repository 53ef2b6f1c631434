using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.Access;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust;

/// <summary>What is ended or taken back at one node holds for the next request at the other: nothing that decides who sees what is remembered by a node.</summary>
public sealed class RevokedElsewhereTests(TwoNodes nodes) : IClassFixture<TwoNodes>, IAsyncLifetime
{
    private SmartHub Here => nodes.Here;

    private SmartHub There => nodes.There;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await nodes.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_session_that_ends_at_one_node_is_over_at_the_other()
    {
        using var sam = await NurseAsync("sam");
        Assert.Equal(HttpStatusCode.OK, await ThereAsync("/patients/pia", sam));

        using var left = await Here.PostPageAsync("/account", "/sign-out", [], sam);

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, await ThereAsync("/patients/pia", sam));
        Assert.Equal(HttpStatusCode.Unauthorized, await ThereAsync("/fhir/Patient/pia", sam));
    }

    [Fact]
    public async Task A_role_that_is_taken_at_one_node_lets_nobody_in_at_the_other()
    {
        using var rita = await NurseAsync("rita");
        Assert.Equal(HttpStatusCode.OK, await ThereAsync("/fhir/Patient/pia", rita));

        Assert.Null((await Here.Get<GiveRole>().TakeAsync("rita", "nurse", null, AccessScope.System, Cancel)).Refusal);

        Assert.Equal(HttpStatusCode.Unauthorized, await ThereAsync("/fhir/Patient/pia", rita));
        Assert.Equal(HttpStatusCode.Redirect, await ThereAsync("/patients/pia", rita));
    }

    [Fact]
    public async Task Tokens_that_an_app_or_its_person_takes_back_at_one_node_open_nothing_at_the_other()
    {
        var (given, disconnected) = (await Here.TokensAsync(), await Here.TokensAsync());
        foreach (var tokens in new[] { given, disconnected })
            Assert.Equal(HttpStatusCode.OK, (await There.GetAsync("/fhir/Patient/pia", tokens.GetProperty("access_token").GetString())).Status);

        await Here.PostAsync("/oauth/revoke", new() { ["token"] = given.GetProperty("refresh_token").GetString()!, ["client_id"] = Here.Public.Id });
        await RefusedAsync(given);
        Assert.Equal(HttpStatusCode.OK, (await There.GetAsync("/fhir/Patient/pia", disconnected.GetProperty("access_token").GetString())).Status); // another grant

        foreach (var form in (await Here.PageAsync("/connected-apps")).QuerySelectorAll("form[action$='/disconnect']"))
            using (await Here.PostPageAsync("/connected-apps", form.GetAttribute("action")!, []))
            {
            }

        await RefusedAsync(disconnected);
    }

    [Fact]
    public async Task A_consent_that_is_revoked_at_one_node_closes_at_the_other_what_it_had_opened()
    {
        await Here.PutAsync("Condition", "alcohol", """{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]},"subject":{"reference":"Patient/pia"}}""");
        using var cora = await NurseAsync("cora");
        Assert.Equal(HttpStatusCode.NotFound, await ThereAsync("/fhir/Condition/alcohol", cora));

        await ConsentAsync("active");
        Assert.Equal(HttpStatusCode.OK, await ThereAsync("/fhir/Condition/alcohol", cora));
        await ConsentAsync("inactive");

        Assert.Equal(HttpStatusCode.NotFound, await ThereAsync("/fhir/Condition/alcohol", cora));
    }

    [Fact]
    public async Task A_record_that_was_opened_in_an_emergency_is_closed_at_the_other_node_by_a_review_or_in_time()
    {
        using var eva = await NurseAsync("eva");
        using var paz = await Here.BrowserOfAsync(new Person("paz", "Paz Testperson", "privacy-officer", null, []));
        Assert.Equal(HttpStatusCode.NotFound, await ThereAsync("/fhir/Patient/tom", eva));

        await OpenAsync(eva);
        Assert.Equal(HttpStatusCode.OK, await ThereAsync("/fhir/Patient/tom", eva));
        var form = (await Here.PageAsync("/access/emergencies", paz)).QuerySelector("form[action$='/review']")!;
        Assert.Contains("Keeping this review closes the record to them at once.", form.TextContent, StringComparison.Ordinal);
        var review = form.GetAttribute("action")!;
        using (await Here.PostPageAsync("/access/emergencies", review, [new("outcome", "not-justified"), new("note", "She was not on duty.")], paz))
            Assert.Equal(HttpStatusCode.NotFound, await ThereAsync("/fhir/Patient/tom", eva));

        await OpenAsync(eva);
        Assert.Equal(HttpStatusCode.OK, await ThereAsync("/fhir/Patient/tom", eva));
        await Here.PassAsync(EmergencyAccess.Lasts);
        using var again = await Here.BrowserOfAsync(Nurse("eva"));
        Assert.Equal(HttpStatusCode.NotFound, await ThereAsync("/fhir/Patient/tom", again));
    }

    private static Person Nurse(string id) => new(id, $"{id} Testperson", "nurse", null, []);

    /// <summary>A browser of a nurse of Pia, signed in at the one node.</summary>
    private async Task<HttpClient> NurseAsync(string id)
    {
        await Here.PutAsync("CareTeam", $"team-{id}", $$$"""{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/pia"},"participant":[{"member":{"reference":"Practitioner/{{{id}}}"}}]}""");
        return await Here.BrowserOfAsync(Nurse(id));
    }

    /// <summary>What the other node answers a browser, to a page or to a program on it.</summary>
    private async Task<HttpStatusCode> ThereAsync(string path, HttpClient by)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, There.Address + path);
        request.Headers.Accept.ParseAdd(path.StartsWith("/fhir/", StringComparison.Ordinal) ? "application/fhir+json" : "text/html");
        using var answer = await by.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private async Task RefusedAsync(System.Text.Json.JsonElement tokens)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await There.GetAsync("/fhir/Patient/pia", tokens.GetProperty("access_token").GetString())).Status);
        var refreshed = await There.TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.GetProperty("refresh_token").GetString()!, ["client_id"] = Here.Public.Id });
        Assert.Equal("invalid_grant", refreshed.Error);
    }

    private Task ConsentAsync(string status) => Here.PutAsync(
        "Consent", "c", $$"""{"resourceType":"Consent","status":"{{status}}","patient":{"reference":"Patient/pia"},"dateTime":"2026-01-01","provision":{"type":"permit","securityLabel":[{"code":"ETH"}]} }""");

    private async Task OpenAsync(HttpClient by)
    {
        using var opened = await Here.PostPageAsync("/access/patients/tom", "/access/patients/tom/emergency", [new("reason", "Unconscious in our emergency department")], by);
        Assert.Equal("/patients/tom", opened.Headers.Location!.OriginalString);
    }
}
