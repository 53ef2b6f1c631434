using System.Text.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Keys, assertions and id_tokens of a library that nobody here wrote.</summary>
public sealed class JosePeerTests : IAsyncLifetime
{
    private readonly string keys = Path.GetTempFileName();
    private SmartHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        NodePeer.Need("jose");
        hub = await SmartHub.StartAsync(Engine.Sqlite);
        await hub.ToRealTimeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(keys);
        if (hub is not null)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_service_proves_itself_with_either_kind_of_key_and_reads()
    {
        var published = JsonDocument.Parse(Run("make", keys)).RootElement;
        var (service, _) = await hub.AddAsync(hub.Service.Metadata with { ClientName = "Peer service", Jwks = published });

        Assert.Equal(["ES384 200 300 2", "RS384 200 300 2"], Lines(await Task.Run(() => Run("use", keys, hub.Address, service.Id))));
    }

    [Fact]
    public async Task An_id_token_is_verified_by_what_discovery_and_keys_say()
    {
        var token = (await hub.TokensAsync()).GetProperty("id_token").GetString()!;

        Assert.Equal(["RS256 nonce-1 Practitioner/ana"], Lines(await Task.Run(() => Run("verify", hub.Address, hub.Public.Id, token))));
    }

    private static string Run(params string[] arguments)
    {
        var (code, output, error) = NodePeer.Run("node", [Path.Combine(NodePeer.Folder, "jose.mjs"), .. arguments], TimeSpan.FromMinutes(2));
        Assert.True(code == 0, error + output);
        return output;
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
