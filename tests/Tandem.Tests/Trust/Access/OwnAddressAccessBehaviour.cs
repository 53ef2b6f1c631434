using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Trust.Access;

public sealed class SqliteOwnAddressAccessTests() : OwnAddressAccessBehaviour(Engine.Sqlite);

public sealed class PostgresOwnAddressAccessTests() : OwnAddressAccessBehaviour(Engine.Postgres);

/// <summary>Relationships, consents, labels and organisations that are written with the record's own address hold as those that are written relative; those of others do not.</summary>
public abstract class OwnAddressAccessBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Elsewhere = "https://elsewhere.example/fhir/";
    private AccessFixture region = null!;

    public async ValueTask InitializeAsync()
    {
        region = await new AccessFixture(engine).StartAsync();
        await region.PatientAsync("n", AccessFixture.NorthClinic);
    }

    public ValueTask DisposeAsync()
    {
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(AccessFixture.Here, true)]
    [InlineData(Elsewhere, false)]
    public async Task Who_treats_a_patient_is_told_by_the_own_address(string address, bool isSeen)
    {
        await region.PutAsync($$"""{"resourceType":"ServiceRequest","id":"x","status":"active","intent":"order","subject":{"reference":"{{address}}Patient/n"},"performer":[{"reference":"{{address}}Organization/south"}]}""");

        Assert.Equal(isSeen, region.Sees(South, "Patient/n"));
    }

    [Theory]
    [InlineData(AccessFixture.Here, true)]
    [InlineData(Elsewhere, false)]
    public async Task An_organisation_is_part_of_one_by_the_own_address(string address, bool isSeen)
    {
        await region.PutAsync($$"""{"resourceType":"Organization","id":"ward","name":"Ward","partOf":{"reference":"{{address}}Organization/south"} }""");
        await region.PatientAsync("w", "Organization/ward");

        Assert.Equal(isSeen, region.Sees(South, "Patient/w"));
    }

    [Theory]
    [InlineData(AccessFixture.Here, false)]
    [InlineData(Elsewhere, true)] // who is refused is nobody here
    public async Task A_refusal_is_held_against_whom_it_names_by_the_own_address(string address, bool isSeen)
    {
        await region.PutAsync($$"""{"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"{{AccessFixture.Here}}Patient/n"},"provision":{"type":"deny","actor":[{"reference":{"reference":"{{address}}Organization/north"} }]} }""");

        Assert.Equal(isSeen, region.Sees(North, "Patient/n"));
    }

    [Theory]
    [InlineData("", "opioid,plain-n")]
    [InlineData(AccessFixture.Here, "opioid,plain-n")]
    [InlineData(Elsewhere, "plain-n")]
    public async Task What_a_consent_opens_is_named_by_the_own_address(string address, string seen)
    {
        await region.ConditionAsync("opioid", "n", "F11.20");
        await region.ConsentAsync("c", "n", $$"""{"type":"permit","securityLabel":[{"code":"ETH"}],"data":[{"meaning":"instance","reference":{"reference":"{{address}}Condition/opioid"} }]}""");

        Assert.Equal(seen, region.Finds(North, "Condition"));
    }

    [Theory]
    [InlineData(AccessFixture.Here, "own")]
    [InlineData(Elsewhere, "")]
    public async Task Who_holds_what_is_sensitive_is_told_by_the_own_address(string address, string seen)
    {
        await region.PutAsync($$"""{"resourceType":"EpisodeOfCare","id":"own","status":"active","patient":{"reference":"Patient/n"},"type":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F11.20"}]}],"managingOrganization":{"reference":"{{address}}Organization/north-clinic"} }""");

        Assert.Equal(seen, region.Finds(North, "EpisodeOfCare"));
    }

    private AccessScope North => region.As("physician", AccessFixture.NorthClinic);

    private AccessScope South => region.As("physician", AccessFixture.South, "Practitioner/ben");
}
