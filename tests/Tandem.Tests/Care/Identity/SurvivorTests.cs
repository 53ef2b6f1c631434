using Tandem.Care.Identity;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Identity;

public sealed class SurvivorTests
{
    [Theory]
    [InlineData("Patient/b", "b")]
    [InlineData("https://hub.example.org/fhir/Patient/b", "b")]
    [InlineData("https://other.example.org/fhir/Patient/b", "a")]
    public async Task A_merged_patient_stands_for_the_one_that_its_link_names(string reference, string survivor)
    {
        using var record = new RecordFixture(Engine.Sqlite, [], [], new OwnAddresses("https://hub.example.org/fhir"));
        await record.PutAsync("Patient", "b", """{"resourceType":"Patient"}""");
        await record.PutAsync("Patient", "a", $$"""{"resourceType":"Patient","link":[{"type":"replaced-by","other":{"reference":"{{reference}}"} }]}""");

        var found = await record.Store.WriteAsync<string>(AccessScope.System, session => FindPatient.Survivor(session, "a"), TestContext.Current.CancellationToken);

        Assert.Equal(survivor, found.Value);
    }
}
