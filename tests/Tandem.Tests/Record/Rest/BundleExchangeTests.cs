using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

/// <summary>How often a transaction goes to the server and back, counted by the driver.</summary>
public sealed class BundleExchangeTests
{
    [Fact]
    public async Task A_transaction_of_new_resources_asks_for_none_of_them()
    {
        await using var server = new FhirServer(Engine.Postgres);
        await PostAsync(server); // what is read once

        var fewest = int.MaxValue; // the hub looks for other work now and then: that is counted too
        for (var tries = 0; tries < 10 && fewest > 2; tries++)
            fewest = Math.Min(fewest, await PostgresExchanges.CountAsync(server.Store.Database, () => PostAsync(server)));
        Assert.Equal(2, fewest);
    }

    private static async Task PostAsync(FhirServer server)
    {
        const string entry = """{"request":{"method":"POST","url":"Observation"},"resource":{"resourceType":"Observation","status":"final","code":{"text":"Potassium"}}}""";
        var answer = await server.SendAsync("POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', Enumerable.Repeat(entry, 10))}}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}
