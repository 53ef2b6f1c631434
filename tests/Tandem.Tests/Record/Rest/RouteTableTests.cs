using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Internal;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed partial class RouteTableTests
{
    [Fact] // 47,600 places and 42 MB, made at the first request, where any word of the interface may also be a type or an id
    public async Task The_table_of_routes_has_few_places_for_each_interaction()
    {
        await using var server = new FhirServer(Engine.Sqlite);
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>();
        using var graph = new StringWriter();

        server.Services.GetRequiredService<DfaGraphWriter>().Write(endpoints, graph);

        Assert.InRange(Place().Count(graph.ToString()), endpoints.Endpoints.Count, 20 * endpoints.Endpoints.Count);
    }

    [GeneratedRegex("^[0-9]+ \\[label", RegexOptions.Multiline)]
    private static partial Regex Place();
}
