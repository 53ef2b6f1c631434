using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteUnknownOwnerTests() : UnknownOwnerBehaviour(Engine.Sqlite);

public sealed class PostgresUnknownOwnerTests() : UnknownOwnerBehaviour(Engine.Postgres);

/// <summary>What belongs to no patient and yet tells of some: groups, and bundles about somebody elsewhere.</summary>
public abstract class UnknownOwnerBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Clinic = "Organization/clinic";
    private ReachServer made = null!;
    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine);
        server = made.Fhir;
        await made.PutAsync("Organization/clinic", """{"resourceType":"Organization","id":"clinic","name":"Clinic"}""");
        await made.PersonAsync("a", "Open", Clinic);
        await made.PersonAsync("b", "ZEBRA", Clinic);
        await made.RelateAsync("a", Clinic);
        server.People["related"] = Scope(new Grant(Interactions.Look, ["Organization", "Practitioner", "Group"], Whose.NoOnes));
        server.People["service"] = Scope(new Grant(Interactions.All, [], Whose.NoOnes));
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_group_is_seen_by_who_reaches_all_of_its_members_and_versions_of_before_by_who_sees_everybody()
    {
        await GroupAsync("of-both", Member("Patient/a"), Member("Patient/b"));
        await GroupAsync("of-nobody-here", Member("Patient/a"), Member("Patient/gone"));
        await GroupAsync("of-elsewhere", Member("https://elsewhere.example/fhir/Patient/a"));
        await GroupAsync("of-a-number", """{"entity":{"identifier":{"system":"urn:sample","value":"ZEBRA"} } }""");
        await GroupAsync("of-a-name", """{"entity":{"display":"ZEBRA"} }""");
        await GroupAsync("of-groups", Member("Group/g-b"));
        await GroupAsync("of-a", Member("Patient/a"), Member("Patient/b"));
        await GroupAsync("of-a", Member("Patient/a"), Member("Device/d"));
        await GroupAsync("by-rule");
        foreach (var reader in new[] { "service", "related" }) // as shipped for services, and as a directory
        {
            foreach (var id in new[] { "g-a", "of-a", "by-rule" })
                Assert.Equal((id, HttpStatusCode.OK), (id, (await server.GetAsync($"Group/{id}", ("X-As", reader))).Status));
            foreach (var id in new[] { "g-b", "of-both", "of-nobody-here", "of-elsewhere", "of-a-number", "of-a-name", "of-groups" })
                Assert.Equal((id, HttpStatusCode.NotFound), (id, (await server.GetAsync($"Group/{id}", ("X-As", reader))).Status));
            var found = await server.GetAsync("Group?_total=accurate", ("X-As", reader));
            Assert.Equal(["by-rule", "g-a", "of-a"], found.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text).Order(StringComparer.Ordinal));
            Assert.Equal(3, found.Json["total"u8].Number);
            Assert.Equal(0, (await server.GetAsync("Group?member=Patient/b&_summary=count", ("X-As", reader))).Json["total"u8].Number);
            Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Group/of-a/_history/1", ("X-As", reader))).Status);
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Group/of-a/_history/2", ("X-As", reader))).Status);
            foreach (var path in new[] { "Group/_history?_count=100", "_history?_count=100", "?_type=Group,Organization&_count=100" })
            {
                var listed = (await server.GetAsync(path, ("X-As", reader))).Text;
                Assert.DoesNotContain("Patient/b\"", listed, StringComparison.Ordinal);
                Assert.DoesNotContain("ZEBRA", listed, StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Group/of-both")).Status);
        await made.RelateAsync("b", Clinic); // with the next request
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Group/of-both", ("X-As", "service"))).Status);

        Task GroupAsync(string id, params string[] members) => made.PutAsync(
            $"Group/{id}", $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":{{(members.Length > 0 ? "true" : "false")}},"member":[{{string.Join(',', members)}}]}""".Replace(",\"member\":[]", "", StringComparison.Ordinal));

        static string Member(string reference) => $$"""{"entity":{"reference":"{{reference}}"} }""";
    }

    [Fact]
    public async Task A_person_is_seen_by_who_reaches_all_to_whom_it_is_linked()
    {
        foreach (var (id, links) in new[] { ("of-a", """{"target":{"reference":"Patient/a"}}"""), ("of-both", """{"target":{"reference":"Patient/a"}},{"target":{"reference":"Patient/b"}}"""), ("of-nobody", "") })
            await made.PutAsync($"Person/{id}", $$"""{"resourceType":"Person","id":"{{id}}","name":[{"family":"ZEBRA"}],"link":[{{links}}]}""".Replace(",\"link\":[]", "", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Person/of-a", ("X-As", "service"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Person/of-both", ("X-As", "service"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Person/of-nobody", ("X-As", "service"))).Status);
        Assert.Equal(1, (await server.GetAsync("Person?name=zebra&_summary=count", ("X-As", "service"))).Json["total"u8].Number);
    }

    [Theory] // R4 2.36.4: an id is read against the address of the entry that names it
    [InlineData("""{"fullUrl":"https://elsewhere.example/fhir/Patient/a","resource":{"resourceType":"Patient","id":"a"}}""", false)]
    [InlineData("""{"fullUrl":"https://elsewhere.example/fhir/Observation/1","resource":{"resourceType":"Observation","id":"1","status":"final","code":{"text":"ZEBRA"},"subject":{"reference":"Patient/a"}}}""", false)]
    [InlineData("""{"resource":{"resourceType":"Observation","id":"1","status":"final","code":{"text":"ZEBRA"},"subject":{"reference":"https://elsewhere.example/fhir/Patient/b"}}}""", false)]
    [InlineData("""{"resource":{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"text":"ZEBRA"},"subject":{"reference":"HTTPS://elsewhere.example/Patient/b"}}}]}}""", false)]
    [InlineData("""{"resource":{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"text":"ZEBRA"},"subject":{"reference":"Patient/b"}}}]}}""", false)]
    [InlineData("""{"resource":{"resourceType":"Organization","id":"o","name":"Sample"}}""", true)]
    [InlineData("""{"fullUrl":"https://elsewhere.example/fhir/Organization/o","resource":{"resourceType":"Organization","id":"o","name":"Sample"}}""", true)]
    public async Task A_bundle_that_is_also_about_somebody_at_an_address_elsewhere_belongs_to_nobody_who_is_known(string entry, bool isSeen)
    {
        var own = $$$"""{"resource":{{{ReachServer.Observation("in-a", "a", "laboratory", "1-1")}}}}""";
        await made.PutAsync("Bundle/d", $$"""{"resourceType":"Bundle","id":"d","type":"collection","entry":[{{own}},{{entry}}]}""");
        Assert.Equal(isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await server.GetAsync("Bundle/d", ("X-As", "service"))).Status);
    }

    private AccessScope Scope(Grant directory) => new(new Actor("Practitioner/x", "X"), Clinic, "nurse", "TREAT", Reach.Limited(
        new AccessLayer("layer", [directory, new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() }));
}
