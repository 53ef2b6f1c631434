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

        var counts = new List<int>(); // the hub's own work is counted too; once it knows that it is alone, a group begins without a question
        while (counts.Count < 200 && !counts.Contains(1))
            counts.Add(await PostgresExchanges.CountAsync(server.Store.Database, () => PostAsync(server)));
        Assert.Contains(1, counts);
    }

    private static async Task PostAsync(FhirServer server)
    {
        const string entry = """{"request":{"method":"POST","url":"Observation"},"resource":{"resourceType":"Observation","status":"final","code":{"text":"Potassium"}}}""";
        var answer = await server.SendAsync("POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', Enumerable.Repeat(entry, 10))}}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}
