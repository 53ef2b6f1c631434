using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Wire;

/// <summary>FHIR clients that nobody here wrote, run by Node, against the real interface.</summary>
public sealed class FhirPeerTests
{
    [Theory]
    [InlineData("fhir-kit-client.mjs", "capabilities 4.0.1|created 1|patched male 3|read Kitperson|vread female|transaction 201,201,201|search 2 1|compartment 3|history 3 3|everything 4|deleted 410")]
    [InlineData("fhirclient.cjs", "created 1|updated female 2|patched male 3|search 3|resolved Smartperson|history 3|deleted 410")]
    [InlineData("medplum.mjs", "created 1|updated female 2|patched male 3|same true|upserted other|batch 201,201,201|search 3|pages 2,1|history 4 female|everything 4|deleted deleted")]
    public async Task A_third_party_client_gets_along(string script, string expected)
    {
        NodePeer.Need("fhir-kit-client", "fhirclient", "@medplum/core");
        await using var server = new FhirServer(Engine.Sqlite);

        var (code, output, error) = await Task.Run(() => NodePeer.Run(
            "node", [Path.Combine(NodePeer.Folder, script), server.Client.BaseAddress!.ToString().TrimEnd('/')], TimeSpan.FromMinutes(2)));

        Assert.True(code == 0, error + output);
        Assert.Equal(expected.Split('|'), output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
