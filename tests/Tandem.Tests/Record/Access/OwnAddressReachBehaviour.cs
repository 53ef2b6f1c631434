using System.Net;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteOwnAddressReachTests() : OwnAddressReachBehaviour(Engine.Sqlite);

public sealed class PostgresOwnAddressReachTests() : OwnAddressReachBehaviour(Engine.Postgres);

/// <summary>Whose a resource is, and who sees it, is the same by the record's own address as by a relative reference (R4 2.3.0.1); another server's address puts nothing into a record here.</summary>
public abstract class OwnAddressReachBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Own = "https://hub.example.org/fhir";
    private const string Clinic = "Organization/clinic";
    private ReachServer made = null!;

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine, address: Own);
        await made.PutAsync("Organization/clinic", """{"resourceType":"Organization","id":"clinic","name":"Clinic"}""");
        await made.PersonAsync("a", "Open", Clinic);
        await made.PersonAsync("b", "Closed", Clinic);
        await made.RelateAsync("a", Clinic);
        made.Fhir.People["nurse"] = new(new Actor("Practitioner/x", "X"), Clinic, "nurse", "TREAT", Reach.Limited(
            new AccessLayer("layer", [new Grant(Interactions.All, [], Whose.NoOnes), new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = made.Fhir.Clock.GetUtcNow() }));
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("Patient/a", "a", true)]
    [InlineData(Own + "/Patient/a", "a", true)]
    [InlineData(Own + "/Patient/a/_history/1", "a", true)]
    [InlineData(Own + "/Patient/b", "b", false)]
    [InlineData("https://hub.example.org/fhir2/Patient/a", null, false)]
    [InlineData("https://hub.example.org/Patient/a", null, false)]
    [InlineData("https://elsewhere.example/fhir/Patient/a", null, false)]
    [InlineData("https://elsewhere.example/" + Own + "/Patient/a", null, false)]
    [InlineData("HTTPS://hub.example.org/fhir/Patient/a", null, false)] // another text: to be sure, nobody's
    public async Task A_resource_belongs_to_the_patient_whom_the_own_address_names(string subject, string? patient, bool isSeen)
    {
        await made.PutAsync("Observation/o", ReachServer.Observation("o", "a", "laboratory", "7-7").Replace("\"subject\":{\"reference\":\"Patient/a\"}", $"\"subject\":{{\"reference\":\"{subject}\"}}", StringComparison.Ordinal));

        var kept = made.Fhir.Store.Read("Observation", "o", AccessScope.System).Value;
        Assert.Equal((patient, ResourceVersion.LaneOf(patient ?? "o")), (kept.Patient, kept.Lane));
        Assert.Contains(subject, (await made.Fhir.GetAsync("Observation/o")).Text, StringComparison.Ordinal); // as it was sent
        Assert.Equal(isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await made.Fhir.GetAsync("Observation/o", As)).Status);
        foreach (var path in new[] { "Observation?code=7-7", "_history?_count=100", "Observation/_history" })
            Assert.Equal((path, isSeen), (path, (await made.Fhir.GetAsync(path, As)).Text.Contains("\"7-7\"", StringComparison.Ordinal)));
        Assert.Equal(isSeen ? 1 : 0, (await made.Fhir.GetAsync("Observation?code=7-7&_summary=count", As)).Json["total"u8].Number);
    }

    [Fact]
    public async Task Nobody_writes_by_the_own_address_into_a_record_that_they_do_not_reach()
    {
        Assert.Equal(HttpStatusCode.Created, await PostAsync("a"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("b"));

        async Task<HttpStatusCode> PostAsync(string patient) => (await made.Fhir.PostAsync(
            "Observation", $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"{{{Own}}}/Patient/{{{patient}}}"}}""", As)).Status;
    }

    [Theory] // R4 2.36.4: a relative reference is read against the address of the entry that it stands in
    [InlineData(Own + "/Observation/1", "Patient/a", true)]
    [InlineData(Own + "/Observation/1", Own + "/Patient/a", true)]
    [InlineData("https://elsewhere.example/fhir/Observation/1", Own + "/Patient/a", true)]
    [InlineData("https://elsewhere.example/fhir/Observation/1", "Patient/a", false)]
    [InlineData(Own + "/Observation/1", "Patient/b", false)]
    [InlineData(Own + "/Observation/1", "https://elsewhere.example/fhir/Patient/a", false)]
    public async Task A_bundle_belongs_to_whom_its_entries_name_by_either_address(string fullUrl, string subject, bool isSeen)
    {
        await made.PutAsync("Bundle/d", $$$"""
            {"resourceType":"Bundle","id":"d","type":"collection","entry":[{"fullUrl":"{{{Own}}}/Patient/a","resource":{"resourceType":"Patient","id":"a"}},
              {"fullUrl":"{{{fullUrl}}}","resource":{"resourceType":"Observation","id":"1","status":"final","code":{"text":"x"},"subject":{"reference":"{{{subject}}}"} } }]}
            """);

        Assert.Equal(isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await made.Fhir.GetAsync("Bundle/d", As)).Status);
    }

    [Fact]
    public async Task A_group_names_its_members_by_the_own_address()
    {
        await GroupAsync("of-a", "a", Own);
        await GroupAsync("of-b", "b", Own);
        await GroupAsync("of-elsewhere", "a", "https://elsewhere.example/fhir");

        Assert.Equal("g-a,of-a", string.Join(',', (await made.Fhir.GetAsync("Group", As)).Ids.Split(',').Order(StringComparer.Ordinal)));

        Task GroupAsync(string id, string patient, string address) => made.PutAsync(
            $"Group/{id}", $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":true,"member":[{"entity":{"reference":"{{address}}/Patient/{{patient}}"} }]}""");
    }

    [Fact]
    public async Task The_versions_that_a_list_names_by_the_own_address_are_told()
    {
        await made.PutAsync("List/l", $$"""{"resourceType":"List","id":"l","status":"current","mode":"working","entry":[{"item":{"reference":"{{Own}}/Observation/lab-a/_history/1"} },{"item":{"reference":"https://elsewhere.example/fhir/Observation/vital-a"} }]}""");

        Assert.Equal("lab-a", (await made.Fhir.GetAsync("_history?_list=l")).Ids);
    }

    [Fact]
    public async Task What_was_stored_before_an_address_was_the_own_stays_with_who_sees_everybody()
    {
        using var record = new RecordFixture(engine, new Strangers(OwnAddresses.None));
        var before = await record.PutAsync("Observation", "o", $$$"""{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"{{{Own}}}/Patient/a"}}""");
        record.Restart(new Strangers(new OwnAddresses(Own)));
        await record.Store.RebuildAsync("access-strangers", TestContext.Current.CancellationToken);

        Assert.Null(before.Patient);
        Assert.Equal([before.Rid], record.Database.Read(session => session.Query("SELECT rid FROM access_strangers", row => row.Integer(0))));
    }

    private static (string, string) As => ("X-As", "nurse");
}
