using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteChannelHeaderTests() : ChannelHeaderBehaviour(Engine.Sqlite);

public sealed class PostgresChannelHeaderTests() : ChannelHeaderBehaviour(Engine.Postgres);

/// <summary>The values of a subscription's headers, by which the hub is let in at somebody's: sent there, and shown to nobody.</summary>
public abstract class ChannelHeaderBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Secret = "Bearer one-two-three";
    private const string Topic = "http://topics.example/observations";
    private ReachServer made = null!;
    private FhirServer server = null!;

    private static (string, string) Owner => ("X-As", "owner");

    private static (string, string) Colleague => ("X-As", "colleague");

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine);
        server = made.Fhir;
        server.People["owner"] = Scope("Practitioner/owner");
        server.People["colleague"] = Scope("Practitioner/colleague");
        await made.PutAsync("Basic/observations", SubscriptionServer.Topic(Topic, "Observation"));
        var asked = await server.PutAsync("Subscription/s", Subscription($"Authorization: {Secret}", "X-Ward: seven"), Owner);
        Assert.True(asked.Status == HttpStatusCode.Created, asked.Text);
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task They_are_in_no_answer()
    {
        foreach (var reader in new[] { Owner, Colleague })
        {
            foreach (var path in new[] { "Subscription/s", "Subscription/s/_history/1", "Subscription/s/_history", "Subscription/_history", "_history", "Subscription", "Subscription?_format=xml", "?_type=Subscription" })
            {
                var answer = await server.GetAsync(path, reader);
                Assert.Equal((path, HttpStatusCode.OK), (path, answer.Status));
                Assert.DoesNotContain("one-two-three", answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("seven", answer.Text, StringComparison.Ordinal);
                Assert.Contains("Authorization: ***", answer.Text, StringComparison.Ordinal);
            }
        }

        var put = await server.PutAsync("Subscription/t", Subscription($"Authorization: {Secret}").Replace("\"id\":\"s\"", "\"id\":\"t\"", StringComparison.Ordinal), Owner, ("Prefer", "return=representation"));
        Assert.DoesNotContain("one-two-three", put.Text, StringComparison.Ordinal);
        var (_, manifest) = await made.ExportAsync("colleague", "$export?_type=Subscription");
        var file = await server.GetAsync(ReachServer.Files(manifest).Single(), Colleague);
        Assert.Contains("Authorization: ***", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("one-two-three", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_back_what_they_were_shown_keeps_what_is_stored()
    {
        var shown = (await server.GetAsync("Subscription/s", Owner)).Text;
        Assert.Equal(HttpStatusCode.OK, (await server.PutAsync("Subscription/s", Requested(shown).Replace("\"reason\":\"test\"", "\"reason\":\"another\"", StringComparison.Ordinal), Owner)).Status);
        Assert.Equal(["Authorization: " + Secret, "X-Ward: seven"], Stored());

        var patched = await server.SendAsync("PATCH", "Subscription/s", """[{"op":"replace","path":"/channel/header/1","value":"X-Ward: eight"},{"op":"replace","path":"/status","value":"requested"}]""", Owner, ("Content-Type", "application/json-patch+json"));
        Assert.True(patched.Status == HttpStatusCode.OK, patched.Text);
        Assert.Equal(["Authorization: " + Secret, "X-Ward: eight"], Stored());

        Assert.Equal(HttpStatusCode.OK, (await server.PutAsync("Subscription/s", Requested((await server.GetAsync("Subscription/s", Colleague)).Text), Colleague)).Status);
        Assert.Equal(["Authorization: " + Secret, "X-Ward: eight"], Stored());
    }

    [Fact]
    public async Task Stars_stand_for_nothing_where_nothing_is_kept_or_another_endpoint_is_told()
    {
        var elsewhere = Requested((await server.GetAsync("Subscription/s", Owner)).Text).Replace("\"header\":", "\"endpoint\":\"https://elsewhere.example\",\"header\":", StringComparison.Ordinal);
        foreach (var (id, body) in new[] { ("s", elsewhere), ("s", Subscription("X-Other: ***")), ("n", Subscription("Authorization: ***").Replace("\"id\":\"s\"", "\"id\":\"n\"", StringComparison.Ordinal)) })
        {
            var refused = await server.PutAsync($"Subscription/{id}", body, Owner);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("Subscription.channel.header", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(["Authorization: " + Secret, "X-Ward: seven"], Stored());
    }

    [Fact]
    public async Task Who_made_one_with_headers_learns_how_it_is()
    {
        foreach (var path in new[] { "Subscription/s/$status", "Subscription/$status", "Subscription/s/$events", "Subscription/s/$get-ws-binding-token" })
        {
            var answer = await server.GetAsync(path, Owner);
            Assert.True(answer.Status == HttpStatusCode.OK, path + answer.Text);
            Assert.True(answer.Text.Contains("Subscription/s", StringComparison.Ordinal) || path.EndsWith("token", StringComparison.Ordinal), path + answer.Text);
        }
    }

    [Fact]
    public async Task One_that_has_not_begun_is_of_who_wrote_it()
    {
        server.People["stranger"] = Scope("Practitioner/stranger", "Organization/two", Whose.NoOnes);
        var draft = Subscription($"Authorization: {Secret}").Replace("\"id\":\"s\"", "\"id\":\"d\"", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Subscription/d", draft.Replace("\"status\":\"requested\"", "\"status\":\"off\"", StringComparison.Ordinal), Owner)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Subscription/d", ("X-As", "stranger"))).Status);
        var taken = await server.PutAsync("Subscription/d", draft.Replace(Secret, "***", StringComparison.Ordinal), ("X-As", "stranger"));
        Assert.True(taken.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, taken.Text);
        Assert.Equal(HttpStatusCode.OK, (await server.PutAsync("Subscription/d", draft.Replace(Secret, "***", StringComparison.Ordinal), Owner)).Status);
    }

    private static string Requested(string subscription) =>
        System.Text.RegularExpressions.Regex.Replace(subscription, "\"status\":\"[a-z]+\"", "\"status\":\"requested\"");

    private static string Subscription(params string[] headers) => SubscriptionServer.Subscription("s", "websocket", topic: Topic)
        .Replace("\"payload\":", $"\"header\":[{string.Join(",", headers.Select(header => $"\"{header}\""))}],\"payload\":", StringComparison.Ordinal);

    private static AccessScope Scope(string who, string organization = "Organization/one", Whose? whose = null) => new(
        new Actor(who, who), organization, "nurse", "TREAT", Reach.Limited(new AccessLayer("policy", [new Grant(Interactions.All, [], whose ?? Whose.Anyone)]) { Parties = [who, organization] }));

    private string[] Stored()
    {
        Assert.True(server.Store.Read("Subscription", "s", AccessScope.System).Succeeded(out var version, out _));
        return [.. version!.Root["channel"u8]["header"u8].Items.AsEnumerable().Select(header => header.Text!)];
    }
}
