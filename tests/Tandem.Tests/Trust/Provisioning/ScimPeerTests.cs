using Tandem.Kernel.Actors;
using Tandem.Tests.Support;
using Tandem.Tests.Trust.SignIn;
using Tandem.Trust.Organizations;
using Tandem.Trust.Provisioning.Scim;

namespace Tandem.Tests.Trust.Provisioning;

/// <summary>
/// The SCIM interface as libraries that nobody here wrote understand the standard: scimmy (schemas, messages, filters), scim2-parse-filter (filters) and scim-patch (PATCH); see tests/peers/scim.mjs.
/// </summary>
public sealed class ScimPeerTests
{
    [Fact]
    public async Task A_directory_of_other_libraries_provisions_finds_changes_and_closes_people()
    {
        NodePeer.Need("scimmy", "scim-patch", "scim2-parse-filter");
        await using var hub = await HubBrowser.StartAsync();
        var organization = (await SaveOrganization.HandleAsync(null, new OrganizationForm("North Sample Hospital", "hospital", "", ""), hub.Record, AccessScope.System, HubBrowser.Cancel)).Value;
        var token = (await hub.Get<ScimTokens>().MakeAsync(organization, "directory", AccessScope.System, HubBrowser.Cancel)).Value;

        var (code, output, error) = NodePeer.Run("node", ["scim.mjs", hub.Hub.Urls.First(), token], TimeSpan.FromMinutes(4));

        Assert.True(code == 0 && output.Trim() == """tried {"answers":8,"filters":34,"patches":30}""", output + error);
    }
}
