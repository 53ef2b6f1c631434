using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Hub.Hosting;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Pages;

/// <summary>An installed hub serves nothing that is for building and trying it (OWASP ASVS 5.0, V15.2.3).</summary>
public sealed class InstalledHubTests
{
    [Theory]
    [InlineData("", 404, 0)]
    [InlineData("Hub:Open", 200, 2)]
    [InlineData("Hub:Demo", 200, 2)]
    public async Task The_page_of_parts_is_there_only_where_the_hub_is_tried(string mode, int status, int posts)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-installed-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Logging:LogLevel:Default"] = "Error",
        };
        if (mode.Length > 0)
            settings[mode] = "true";
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
        {
            var routes = ((IEndpointRouteBuilder)hub).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText?.StartsWith("/parts", StringComparison.Ordinal) == true).ToList();
            Assert.Equal(posts, routes.Count(route => route.RoutePattern.RawText != "/parts"));
            var page = Assert.Single(routes, route => route.RoutePattern.RawText == "/parts");
            if (status == 404)
            {
                var context = new DefaultHttpContext { RequestServices = hub.Services };
                await page.RequestDelegate!(context);
                Assert.Equal(status, context.Response.StatusCode);
            }
        }

        Directory.Delete(folder, recursive: true);
    }
}
