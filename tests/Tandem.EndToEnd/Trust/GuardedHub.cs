using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.Fhir.Json;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.EndToEnd.Trust;

/// <summary>A hub in this process that lets in only who signs in, over a data folder of its own.</summary>
internal sealed class GuardedHub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DirectoryInfo data;

    private GuardedHub(WebApplication app, DirectoryInfo data) => (this.app, this.data) = (app, data);

    internal string Address => app.Urls.First();

    internal static async Task<GuardedHub> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("tandem-guarded-");
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = data.FullName, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Places.Content, ["Logging:LogLevel:Default"] = "Error",
            ["Smart:AllowLoopback"] = "true", ["Hub:Postgres"] = await Databases.NewAsync(),
        };
        Assert.True(HubHost.TryBuild(settings, out var app));
        await HubHost.PrepareAsync(app, TestContext.Current.CancellationToken); // with the policies of the roles
        await app.StartAsync();
        return new GuardedHub(app, data);
    }

    /// <summary>The path of a link by which a person signs in once.</summary>
    internal async Task<string> LinkOfAsync(Person person)
    {
        await WriteAsync(person.Write);
        return await app.Services.GetRequiredService<SignInLinks>().NewStandingPathAsync(person.Id, TimeSpan.FromHours(1), CancellationToken.None);
    }

    /// <summary>A visit of a person who has signed in by a link.</summary>
    /// <param name="browser">Whose visit.</param>
    /// <param name="person">Made, if they are new.</param>
    /// <param name="look">How the pages look.</param>
    /// <param name="javaScript">False for a browser without.</param>
    /// <param name="atTheDoor">Looks at the page of the link, before it is used.</param>
    internal async Task<Visit> SignedInAsync(SharedBrowser browser, Person person, Look look, bool javaScript = true, Func<Visit, Task>? atTheDoor = null)
    {
        var visit = await browser.VisitAsync(new Uri(Address), look, javaScript);
        await visit.Page.GotoAsync(Address + await LinkOfAsync(person));
        if (atTheDoor is not null)
            await atTheDoor(visit);
        await visit.Page.Locator("main form button").First.ClickAsync();
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Regex("/(worklist|my-record|people|account)$"));
        return visit;
    }

    /// <summary>Ends all of a person's sessions, as an administrator does.</summary>
    internal Task EndSessionsAsync(Person person) => app.Services.GetRequiredService<Sessions>().RevokeAsync(person.Id, null, null, person.Scope.Actor, CancellationToken.None);

    internal Task PutAsync(string type, string id, string json) =>
        WriteAsync(session => session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        data.Delete(recursive: true);
    }

    internal Task WriteAsync(Action<WriteSession> write) => app.Services.GetRequiredService<RecordStore>().WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            write(session);
            return true;
        },
        CancellationToken.None);
}
