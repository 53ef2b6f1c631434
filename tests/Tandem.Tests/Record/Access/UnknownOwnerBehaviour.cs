using System.Globalization;
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

    [Theory] // R4 CompartmentDefinition patient: their elements are called otherwise than subject or patient
    [InlineData("AppointmentResponse", "\"actor\":{0},\"appointment\":{{\"reference\":\"Appointment/x\"}},\"participantStatus\":\"accepted\"")]
    [InlineData("Schedule", "\"actor\":[{{\"reference\":\"Practitioner/x\"}},{0}]")]
    [InlineData("EnrollmentRequest", "\"candidate\":{0},\"status\":\"active\"")]
    [InlineData("SupplyRequest", "\"deliverTo\":{0},\"itemCodeableConcept\":{{\"text\":\"chair\"}},\"quantity\":{{\"value\":1}}")]
    public async Task What_names_its_patient_by_another_word_is_seen_by_who_reaches_the_patient(string type, string elements)
    {
        foreach (var (id, patient) in new[] { ("of-a", "Patient/a"), ("of-b", "Patient/b"), ("of-elsewhere", "https://elsewhere.example/fhir/Patient/a") })
            await made.PutAsync($"{type}/{id}", $$"""{"resourceType":"{{type}}","id":"{{id}}",{{string.Format(CultureInfo.InvariantCulture, elements, $$"""{"reference":"{{patient}}"}""")}}}""");

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"{type}/of-a", ("X-As", "service"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{type}/of-b", ("X-As", "service"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{type}/of-elsewhere", ("X-As", "service"))).Status);
        Assert.Equal(1, (await server.GetAsync($"{type}?_summary=count", ("X-As", "service"))).Json["total"u8].Number);
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

    [Fact]
    public async Task What_is_about_somebody_who_cannot_be_told_is_seen_by_who_sees_everybody()
    {
        var cases = new[]
        {
            ("elsewhere", """{"reference":"https://elsewhere.example/fhir/Patient/b"}""", false),
            ("mistyped", """{"reference":"https://elsewhere.example/fhir/Patient/b","type":"Device"}""", false),
            ("number", """{"identifier":{"system":"urn:sample","value":"ZEBRA"}}""", false),
            ("name", """{"display":"ZEBRA"}""", false),
            ("inside", """{"reference":"#p"}""", false),
            ("urn", """{"reference":"urn:uuid:7d0a3a7c-0a52-4f3a-9f3e-0d5a1c2b3d4e"}""", false),
            ("device", """{"reference":"Device/d"}""", true),
            ("room", """{"display":"Room 3","type":"Location"}""", true),
            ("nobody", "", true),
        };
        foreach (var (id, subject, _) in cases)
            await made.PutAsync($"Observation/{id}", Observation(id, subject));

        var seen = cases.Where(one => one.Item3).Select(one => one.Item1).Order(StringComparer.Ordinal).ToList();
        foreach (var (id, _, isSeen) in cases)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"Observation/{id}")).Status);
            Assert.Equal((id, isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound), (id, (await server.GetAsync($"Observation/{id}", ("X-As", "service"))).Status));
        }

        Assert.Equal(seen.Count, (await server.GetAsync("Observation?code=9-9&_summary=count", ("X-As", "service"))).Json["total"u8].Number);
        foreach (var path in new[] { "Observation?code=9-9", "Observation/_history?_count=100", "_history?_count=100", "?_type=Observation,Organization&_count=100" })
            Assert.Equal(seen, await FoundAsync(path));

        foreach (var (id, _, _) in cases)
            await made.PutAsync($"Observation/{id}", Observation(id, """{"reference":"Patient/b"}""")); // now it is said whose they are, also of the versions before
        foreach (var (id, _, _) in cases)
            Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"Observation/{id}/_history/1", ("X-As", "service"))).Status);
        Assert.Empty(await FoundAsync("_history?_count=100"));

        async Task<List<string>> FoundAsync(string path) =>
        [
            .. (await server.GetAsync(path, ("X-As", "service"))).Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8])
                .Where(resource => resource["code"u8]["text"u8].Is("ZEBRA"u8) && resource["resourceType"u8].Is("Observation"u8)).Select(resource => resource["id"u8].Text!).Order(StringComparer.Ordinal),
        ];

        static string Observation(string id, string subject) =>
            $"{{\"resourceType\":\"Observation\",\"id\":\"{id}\",\"status\":\"final\",\"code\":{{\"coding\":[{{\"system\":\"http://loinc.org\",\"code\":\"9-9\"}}],\"text\":\"ZEBRA\"}}"
            + (subject.Length == 0 ? "" : $",\"subject\":{subject}")
            + (subject.Contains("#p", StringComparison.Ordinal) ? ",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}]" : "") + "}";
    }

    private AccessScope Scope(Grant directory) => new(new Actor("Practitioner/x", "X"), Clinic, "nurse", "TREAT", Reach.Limited(
        new AccessLayer("layer", [directory, new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() }));
}
