using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Tandem.Hub.Hosting;
using Tandem.Tests.Architecture;
using Tandem.Tests.Support;
using Tandem.Trial.Demo;
using Tandem.Trial.Open;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Hub.Pages;

/// <summary>
/// An installed hub holds nothing that is for building and trying it (OWASP ASVS 5.0, V15.2.3): the demonstration, the hub without sign-in and the page of parts are in a
/// program of their own, which the hub does not know.
/// </summary>
public sealed class InstalledHubTests
{
    private static readonly string[] Installed = ["Tandem.Hub", "Tandem.Care", "Tandem.Trust", "Tandem.Record", "Tandem.Fhir", "Tandem.Hl7v2", "Tandem.Kernel"];

    [Fact]
    public void No_part_of_it_knows_the_program_for_trying() =>
        Assert.DoesNotContain(Installed.SelectMany(name => Assembly.Load(name).GetReferencedAssemblies()), reference => reference.Name == "Tandem.Trial");

    [Fact]
    public void The_built_hub_lies_without_it()
    {
        var built = Path.Combine(Repository.Root, "src", "Tandem.Hub", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");

        Assert.True(File.Exists(Path.Combine(built, "Tandem.Hub.dll")), built);
        Assert.Empty(Directory.GetFiles(built, "*Trial*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Nothing_in_it_makes_links_that_work_many_times()
    {
        Assert.Empty(Makers(Installed));
        Assert.NotEmpty(Makers(["Tandem.Trial"]));
    }

    [Theory]
    [InlineData("installed", 0, false)]
    [InlineData("open", 3, true)]
    [InlineData("demo", 3, false)]
    public async Task The_page_of_parts_and_the_open_door_are_there_only_where_the_hub_is_tried(string program, int parts, bool open)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-installed-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Logging:LogLevel:Default"] = "Error",
            ["Hub:Open"] = "true", ["Hub:Demo"] = "true", // settings of earlier versions open nothing
        };
        Assert.True(Build(program, settings, out var hub));
        await using (hub)
        {
            var routes = ((IEndpointRouteBuilder)hub!).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
            Assert.Equal(parts, routes.Count(route => route.RoutePattern.RawText?.StartsWith("/parts", StringComparison.Ordinal) == true));
            await hub.StartAsync(TestContext.Current.CancellationToken);
            using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
            using var answer = await client.GetAsync(new Uri("/fhir/Patient", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(open, answer.IsSuccessStatusCode);
            await hub.StopAsync(CancellationToken.None);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static bool Build(string program, Dictionary<string, string?> settings, out WebApplication? hub) => program switch
    {
        "open" => OpenHub.TryBuild(settings, out hub),
        "demo" => new DemoExtension().TryBuild(settings, out hub, null),
        _ => HubHost.TryBuild(settings, out hub),
    };

    private static List<string> Makers(IEnumerable<string> houses) =>
    [
        .. houses.SelectMany(house => Assembly.Load(house).GetTypes())
            .Where(type => MethodCode.Methods(type).Any(method => MethodCode.Members(method).Any(member => member.DeclaringType == typeof(SignInLinks) && member.Name == nameof(SignInLinks.NewStandingPathAsync))))
            .Select(type => type.FullName!),
    ];
}
