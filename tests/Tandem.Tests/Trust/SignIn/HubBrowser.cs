using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>A hub with an empty record, and browsers without scripts that use its forms.</summary>
internal sealed class HubBrowser : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-trust-").FullName;

    private HubBrowser(Engine engine)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Logging:LogLevel:Default"] = "Error",
        };
        if (engine == Engine.Postgres)
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            settings["Hub:Postgres"] = PostgresServer.NewHubDatabase();
        }

        Assert.True(HubHost.TryBuild(settings, out var built, Clock));
        Hub = built;
    }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal WebApplication Hub { get; }

    internal ManualClock Clock { get; } = new();

    internal RecordStore Record => Get<RecordStore>();

    internal static async Task<HubBrowser> StartAsync(Engine engine = Engine.Sqlite)
    {
        var hub = new HubBrowser(engine);
        await hub.Hub.StartAsync(Cancel);
        return hub;
    }

    internal T Get<T>()
        where T : notnull => Hub.Services.GetRequiredService<T>();

    /// <summary>A browser with cookies of its own.</summary>
    /// <param name="namesOrigin">True to say with every request which origin it comes from, as browsers do with posts.</param>
    internal BrowserWithoutScripts NewBrowser(bool namesOrigin = false) => new(new Uri(Hub.Urls.First()), namesOrigin);

    /// <summary>A link that a person was given.</summary>
    internal async Task<string> LinkOfAsync(Person person, bool reusable = false)
    {
        await Record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                person.Write(session);
                return 0;
            },
            Cancel);
        var links = Get<SignInLinks>();
        return reusable ? await links.NewStandingPathAsync(person.Id, TimeSpan.FromHours(1), Cancel) : await links.NewPersonPathAsync(person.Id, TimeSpan.FromHours(1), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.StopAsync(CancellationToken.None);
        await Hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Opens pages and posts their forms.</summary>
internal sealed class BrowserWithoutScripts : IDisposable
{
    private readonly HttpClient client;

    internal BrowserWithoutScripts(Uri hub, bool namesOrigin = false)
    {
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = hub };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (namesOrigin)
            client.DefaultRequestHeaders.Add("Origin", hub.GetLeftPart(UriPartial.Authority));
    }

    internal CookieContainer Cookies { get; } = new();

    /// <summary>The page, and its status and where it leads.</summary>
    internal async Task<(HttpStatusCode Status, string? Location, IDocument Page)> OpenAsync(string path)
    {
        using var reply = await client.GetAsync(new Uri(path, UriKind.Relative), HubBrowser.Cancel);
        return (reply.StatusCode, Local(reply.Headers.Location), await ReadAsync(reply));
    }

    /// <summary>Opens a page and posts the form of an action with its hidden fields and these.</summary>
    internal async Task<(HttpStatusCode Status, string? Location, IDocument Page)> SendAsync(string page, string? action, params (string Name, string Value)[] fields)
    {
        var (_, _, opened) = await OpenAsync(page);
        var form = opened.QuerySelectorAll("form").FirstOrDefault(one => action is null ? one.Closest("main") is not null : one.GetAttribute("action") == action)
            ?? throw new InvalidOperationException($"{page} has no form {action}: {opened.QuerySelector("main")?.TextContent}");
        var sent = form.QuerySelectorAll("input[type=hidden]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        foreach (var (name, value) in fields)
            sent[name] = value;
        using var content = new FormUrlEncodedContent(sent);
        using var reply = await client.PostAsync(new Uri(form.GetAttribute("action")!, UriKind.Relative), content, HubBrowser.Cancel);
        return (reply.StatusCode, Local(reply.Headers.Location), await ReadAsync(reply));
    }

    /// <summary>Posts to an address with a page's form token, as its script does.</summary>
    internal async Task<string> AskAsync(string page, string address)
    {
        var token = (await OpenAsync(page)).Page.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("form-token", token)]);
        using var reply = await client.PostAsync(new Uri(address, UriKind.Relative), content, HubBrowser.Cancel);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return await reply.Content.ReadAsStringAsync(HubBrowser.Cancel);
    }

    public void Dispose() => client.Dispose();

    /// <summary>An address of this hub by its path; any other whole.</summary>
    private string? Local(Uri? location) => location is { IsAbsoluteUri: true } && location.Authority == client.BaseAddress!.Authority ? location.PathAndQuery : location?.OriginalString;

    private static async Task<IDocument> ReadAsync(HttpResponseMessage reply) =>
        await new HtmlParser().ParseDocumentAsync(await reply.Content.ReadAsStringAsync(HubBrowser.Cancel), HubBrowser.Cancel);
}
