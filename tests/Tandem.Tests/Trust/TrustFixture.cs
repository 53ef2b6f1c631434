using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;
using Tandem.Trust.Teams;

namespace Tandem.Tests.Trust;

/// <summary>People and organisations over a record of their own: a region with two hospitals that compete, one with a clinic.</summary>
internal sealed class TrustFixture : IDisposable
{
    private readonly RecordFixture record;

    internal TrustFixture(Engine engine, SignInOptions? options = null)
    {
        record = new RecordFixture(engine, [new OrganizationProjection(Tandem.Fhir.Views.OwnAddresses.None), new TeamProjection()], [.. SignInTables.All, .. PeopleTables.All, .. TeamTables.All, .. SmartTables.All]);
        Journal = new SignInJournal(Record, Clock, NullLogger<SignInJournal>.Instance);
        Sessions = new Sessions(Record, Clock, options ?? new SignInOptions(), Journal);
        Save = new SavePerson(Record, Clock, Sessions, Journal);
        Roles = new GiveRole(Record, Journal);
    }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal RecordStore Record => record.Store;

    internal ManualClock Clock => record.Clock;

    internal SignInJournal Journal { get; }

    internal Sessions Sessions { get; }

    internal SavePerson Save { get; }

    internal GiveRole Roles { get; }

    /// <summary>The ids of the region's organisations.</summary>
    internal async Task<(string Region, string North, string NorthClinic, string South)> RegionAsync()
    {
        var region = await OrganizationAsync("Sample Region", "network", "");
        var north = await OrganizationAsync("North Sample Hospital", "hospital", region);
        return (region, north, await OrganizationAsync("North Sample Clinic", "clinic", north), await OrganizationAsync("South Sample Hospital", "hospital", region));
    }

    internal async Task<string> OrganizationAsync(string name, string kind, string above) =>
        (await SaveOrganization.HandleAsync(null, new OrganizationForm(name, kind, above, ""), Record, AccessScope.System, Cancel)).Value;

    /// <summary>A person with one role.</summary>
    internal async Task<string> PersonAsync(string name, string role, string organization, string login = "")
    {
        var id = (await Save.HandleAsync(null, new PersonForm(name, login, organization), AccessScope.System, Cancel)).Value;
        Assert.Null((await Roles.HandleAsync(id, role, organization, null, AccessScope.System, Cancel)).Refusal);
        return id;
    }

    /// <summary>The scope of somebody who just signed in.</summary>
    internal async Task<AccessScope> ScopeAsync(string person) =>
        Sessions.Look((await Sessions.BeginAsync(person, SignInMeans.Passkey, Origin.None, Cancel)).Value)!.Person.Scope;

    public void Dispose()
    {
        Journal.Dispose();
        record.Dispose();
    }
}
