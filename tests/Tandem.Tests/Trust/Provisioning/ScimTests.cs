using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Trust.SignIn;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.Provisioning.Scim;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Provisioning;

public sealed class ScimTests
{
    private static CancellationToken Cancel => HubBrowser.Cancel;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_directory_makes_changes_and_closes_people_and_fills_teams(Engine engine)
    {
        await using var hub = await HubBrowser.StartAsync(engine);
        var north = await OrganizationAsync(hub, "North Sample Hospital");
        using var client = await ClientAsync(hub, north);

        var (status, ana) = await SendAsync(client, "POST", "Users", """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"e-1","userName":"Ana@sample.example","name":{"givenName":"Ana","familyName":"Sample"},"active":true,"roles":[{"value":"nurse"}]}
            """);
        Assert.Equal((HttpStatusCode.Created, "ana@sample.example", "Ana Sample", "nurse"), (status, Text(ana, "userName"), Text(ana, "displayName"), ana["roles"]![0]!["value"]!.ToString()));
        Assert.Equal((HttpStatusCode.Conflict, "uniqueness"), await ErrorAsync(client, "POST", "Users", """{"userName":"ANA@sample.example"}"""));
        var id = Text(ana, "id");

        var (_, group) = await SendAsync(client, "POST", "Groups", $$"""{"displayName":"Discharge desk","members":[{"value":"{{id}}"}]}""");
        Assert.Equal(id, group["members"]![0]!["value"]!.ToString());
        var groups = "Groups/" + Text(group, "id");
        await SendAsync(client, "PATCH", groups, $$"""{"Operations":[{"op":"remove","path":"members[value eq \"{{id}}\"]"}]}""");
        Assert.Empty((await SendAsync(client, "GET", groups)).Body["members"]!.AsArray());
        await SendAsync(client, "PATCH", groups, $$"""{"Operations":[{"op":"Add","path":"members","value":[{"value":"{{id}}"}]}]}""");
        Assert.Equal(Text(group, "id"), (await SendAsync(client, "GET", "Users/" + id)).Body["groups"]![0]!["value"]!.ToString());

        var secret = (await hub.Get<Sessions>().BeginAsync(id, SignInMeans.Passkey, Origin.None, Cancel)).Value;
        var (_, patched) = await SendAsync(client, "PATCH", "Users/" + id, """{"Operations":[{"op":"replace","value":{"active":false}},{"op":"replace","path":"name.familyName","value":"Sample-Ruiz"}]}""");
        Assert.Equal(("false", "Sample-Ruiz"), (Text(patched, "active"), patched["name"]!["familyName"]!.ToString()));
        Assert.Null(hub.Get<Sessions>().Find(secret)); // out at once

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(client, "DELETE", "Users/" + id)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(client, "GET", "Users/" + id)).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(client, "POST", "Users", """{"userName":"ana@sample.example"}""")).Status); // the name is free again
    }

    [Fact]
    public async Task A_token_reaches_the_own_organisation_only_and_stops_working_when_it_is_revoked()
    {
        await using var hub = await HubBrowser.StartAsync();
        var (north, south) = (await OrganizationAsync(hub, "North Sample Hospital"), await OrganizationAsync(hub, "South Sample Hospital"));
        using var client = await ClientAsync(hub, north);
        using var other = await ClientAsync(hub, south);
        var (_, sol) = await SendAsync(other, "POST", "Users", """{"userName":"sol@sample.example","roles":[{"value":"nurse"}]}""");

        Assert.Equal("0", Text((await SendAsync(client, "GET", "Users")).Body, "totalResults"));
        foreach (var method in new[] { "GET", "PUT", "PATCH", "DELETE" })
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(client, method, "Users/" + Text(sol, "id"), """{"userName":"sol@sample.example","Operations":[{"op":"remove","path":"roles"}]}""")).Status);
        Assert.Equal(["nurse"], FindPeople.RolesOf(hub.Record, Text(sol, "id")).Select(role => role.Role));

        var token = Assert.Single(hub.Get<ScimTokens>().Of(north));
        await hub.Get<ScimTokens>().RevokeAsync(north, token.Id, AccessScope.System, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client, "GET", "Users")).Status);
        client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client, "GET", "ServiceProviderConfig")).Status);
    }

    [Fact]
    public async Task Lists_are_filtered_and_sorted_by_the_grammar_of_the_standard()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var client = await ClientAsync(hub, await OrganizationAsync(hub, "North Sample Hospital"));
        await SendAsync(client, "POST", "Users", """{"userName":"ana@sample.example","externalId":"e-1","name":{"familyName":"Sample"}}""");
        await SendAsync(client, "POST", "Users", """{"userName":"ben@sample.example"}""");

        foreach (var (filter, expected) in new (string, int)[]
        {
            ("""userName eq "ANA@sample.example" """, 1),
            ("""userName sw "ana" or userName sw "ben" """, 2),
            ("""not (userName co "ana") and active eq true""", 1),
            ("""externalId eq "E-1" """, 0),
            ("""externalId eq "e-1" """, 1),
            ("externalId pr", 1),
            ("""emails[type eq "work" and value ew "sample.example"]""", 2),
            ("""emails.value eq "ben@sample.example" """, 1),
            ("""urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq "sample" """, 1),
            ("""meta.lastModified gt "2000-01-01T00:00:00Z" """, 2),
            ("""meta.lastModified lt "2000-01-01T00:00:00Z" """, 0),
        })
            Assert.Equal((filter, $"{expected}"), (filter, Text((await SendAsync(client, "GET", "Users?filter=" + Uri.EscapeDataString(filter))).Body, "totalResults")));

        foreach (var (query, first) in new[] { ("sortBy=userName", "ana"), ("sortBy=userName&sortOrder=descending", "ben"), ("sortBy=name.familyName", "ana"), ("sortBy=externalId&sortOrder=descending", "ana") })
        {
            var (_, list) = await SendAsync(client, "GET", "Users?" + query);
            Assert.Equal((query, first + "@sample.example"), (query, list["Resources"]![0]!["userName"]!.ToString()));
        }
    }

    [Fact]
    public async Task A_version_is_told_and_what_is_meant_for_another_version_is_refused()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var client = await ClientAsync(hub, await OrganizationAsync(hub, "North Sample Hospital"));
        var (_, ana) = await SendAsync(client, "POST", "Users", """{"userName":"ana@sample.example"}""");
        var (place, old) = ("Users/" + Text(ana, "id"), ana["meta"]!["version"]!.ToString());
        const string Rename = """{"Operations":[{"op":"replace","path":"displayName","value":"Ana Sample"}]}""";

        Assert.Equal((HttpStatusCode.NotModified, old), await AskAsync("GET", "If-None-Match", old));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("PATCH", "If-Match", old, Rename)).Status);
        var (status, now) = await AskAsync("GET", "If-None-Match", old);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(old, now);
        foreach (var method in new[] { "PATCH", "PUT", "DELETE" })
            Assert.Equal(HttpStatusCode.PreconditionFailed, (await AskAsync(method, "If-Match", old, method == "PUT" ? """{"userName":"ana@sample.example"}""" : Rename)).Status);
        for (var round = 0; round < 3; round++)
        {
            var same = (await AskAsync("GET", "If-None-Match", old)).Tag!;
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AskAsync(i % 2 == 0 ? "PATCH" : "PUT", "If-Match", same, i % 2 == 0 ? Rename.Replace("Sample", $"{round}{i}") : $$"""{"userName":"ana@sample.example","displayName":"Ana {{round}}{{i}}"}""")));
            Assert.Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.PreconditionFailed, 5)], answers.Select(answer => answer.Status).Order());
        }

        now = (await AskAsync("GET", "If-None-Match", old)).Tag;
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync("DELETE", "If-Match", now!)).Status);

        async Task<(HttpStatusCode Status, string? Tag)> AskAsync(string method, string header, string tag, string? body = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(client.BaseAddress!, place));
            request.Headers.TryAddWithoutValidation(header, tag);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
            using var reply = await client.SendAsync(request, Cancel);
            return (reply.StatusCode, reply.Headers.ETag?.ToString());
        }
    }

    [Theory]
    [InlineData("userName")]
    [InlineData("userName eq")]
    [InlineData("userName eq nothing")]
    [InlineData("userName xx \"a\"")]
    [InlineData("(userName eq \"a\"")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("emails[type eq \"work\"")]
    [InlineData("userName eq \"a")]
    public void What_is_no_filter_is_refused(string filter) => Assert.Null(ScimFilterReading.Read(filter));

    [Fact]
    public void Brackets_that_nest_without_end_are_refused() => Assert.Null(ScimFilterReading.Read(new string('(', 500) + "a pr" + new string(')', 500)));

    [Theory]
    [InlineData("""{"Operations":[{"op":"add","path":"roles","value":[{"value":"a"},{"value":"b"}]}]}""", """{"n":{"x":1},"roles":[{"value":"a"},{"value":"b"}]}""")]
    [InlineData("""{"Operations":[{"op":"replace","path":"roles[value eq \"a\"].value","value":"c"}]}""", """{"n":{"x":1},"roles":[{"value":"c"}]}""")]
    [InlineData("""{"Operations":[{"op":"remove","path":"n.x"}]}""", """{"n":{},"roles":[{"value":"a"}]}""")]
    [InlineData("""{"Operations":[{"op":"remove","path":"roles","value":[{"value":"a"}]}]}""", """{"n":{"x":1},"roles":[]}""")]
    [InlineData("""{"Operations":[{"op":"Replace","value":{"n.x":2,"N":{"y":3}}}]}""", """{"n":{"x":2,"y":3},"roles":[{"value":"a"}]}""")]
    public void Patches_do_what_the_standard_says(string patch, string expected)
    {
        var resource = JsonNode.Parse("""{"n":{"x":1},"roles":[{"value":"a"}]}""")!.AsObject();

        Assert.Null(ScimPatch.Apply(resource, JsonNode.Parse(patch)));
        Assert.Equal(expected, resource.ToJsonString());
    }

    [Theory]
    [InlineData("""{}""", "invalidSyntax")]
    [InlineData("""{"Operations":[{"op":"move","path":"a","value":1}]}""", "invalidSyntax")]
    [InlineData("""{"Operations":[{"op":"remove"}]}""", "noTarget")]
    [InlineData("""{"Operations":[{"op":"add","value":1}]}""", "invalidValue")]
    [InlineData("""{"Operations":[{"op":"add","path":"a..b","value":1}]}""", "invalidPath")]
    [InlineData("""{"Operations":[{"op":"replace","path":"roles[value eq]","value":1}]}""", "invalidFilter")]
    [InlineData("""{"Operations":[{"op":"replace","path":"roles[value eq \"z\"].value","value":1}]}""", "noTarget")]
    public void A_patch_that_cannot_be_done_names_the_kind_of_error(string patch, string type) =>
        Assert.Equal(type, ScimPatch.Apply(JsonNode.Parse("""{"roles":[{"value":"a"}]}""")!.AsObject(), JsonNode.Parse(patch))!.Value.Type);

    private static async Task<string> OrganizationAsync(HubBrowser hub, string name) =>
        (await SaveOrganization.HandleAsync(null, new OrganizationForm(name, "hospital", "", ""), hub.Record, AccessScope.System, Cancel)).Value;

    private static async Task<HttpClient> ClientAsync(HubBrowser hub, string organization)
    {
        var secret = (await hub.Get<ScimTokens>().MakeAsync(organization, "directory", AccessScope.System, Cancel)).Value;
        return new HttpClient { BaseAddress = new Uri(hub.Hub.Urls.First() + "/scim/v2/"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpClient client, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        using var reply = await client.SendAsync(request, Cancel);
        var text = await reply.Content.ReadAsStringAsync(Cancel);
        return (reply.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    private static async Task<(HttpStatusCode Status, string? Type)> ErrorAsync(HttpClient client, string method, string path, string body)
    {
        var (status, answer) = await SendAsync(client, method, path, body);
        return (status, answer["scimType"]?.ToString());
    }

    private static string Text(JsonNode node, string name) => node[name]!.ToString();
}
