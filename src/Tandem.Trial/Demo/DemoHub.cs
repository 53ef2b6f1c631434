using System.CommandLine;
using System.Net;
using Tandem.Care.Intake;
using Tandem.Care.Loops;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Trial.Demo;

/// <summary>A synthetic region with months of history and a live feed. A second start on the same folder goes on at once.</summary>
internal static class DemoHub
{
    private static readonly TimeSpan LinksLast = TimeSpan.FromDays(30);

    /// <summary>The command with its options.</summary>
    internal static Command Command()
    {
        var seed = new Option<ulong>("--seed") { Description = "what the region follows from", DefaultValueFactory = _ => 20_260 };
        var patients = new Option<int>("--patients") { Description = "how many live in it", DefaultValueFactory = _ => 2_000 };
        var days = new Option<int>("--days") { Description = "how many days of history", DefaultValueFactory = _ => 90 };
        var quiet = new Option<bool>("--quiet") { Description = "without a live feed" };
        var command = new Command("demo", "A synthetic region with a live feed.") { seed, patients, days, quiet };
        foreach (var option in CommandLine.SettingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(
            CommandLine.Settings(parsed), new Wish(parsed.GetValue(seed), parsed.GetValue(patients), parsed.GetValue(days), parsed.GetValue(quiet)), cancel));
        return command;
    }

    private sealed record Wish(ulong Seed, int Patients, int Days, bool Quiet);

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, Wish wish, CancellationToken cancel)
    {
        var folder = settings.GetValueOrDefault("Hub:data") ?? Directory.CreateTempSubdirectory("tandem-demo-").FullName;
        if (DemoFolder.IsOfSomethingElse(folder))
        {
            await Console.Error.WriteLineAsync($"{folder} holds data of another hub. Choose an empty folder with --data.");
            return 2;
        }

        settings["Hub:data"] = folder;
        settings["Hub:logs"] = "plain";
        settings[$"{SiteSettings.Section}:TimeZone"] = "America/Chicago"; // where most of the region lies
        settings["Logging:LogLevel:Default"] = "Warning";
        var known = DemoFolder.In(folder);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var demo = known ?? new DemoFolder(wish.Seed, wish.Patients, now.AddDays(-wish.Days), now);
        if (known is null)
            DemoFolder.Begin(folder);
        var clock = new RegionClock(demo.From);
        if (known is not null)
            clock.LetGo();
        if (!new DemoExtension().TryBuild(settings, out var app, clock))
            return 2;
        await using (app)
        {
            await HubHost.PrepareAsync(app, cancel);
            if (known is null)
                await MakeHistoryAsync(app, demo, clock, folder, cancel);
            await ServeAsync(app, demo, clock, wish.Quiet, cancel);
        }

        return 0;
    }

    private static async Task MakeHistoryAsync(WebApplication app, DemoFolder demo, RegionClock clock, string folder, CancellationToken cancel)
    {
        Console.WriteLine($"A region of {demo.ToString()}, none of whom exists; seed {demo.Seed}, in {folder}");
        var record = app.Services.GetRequiredService<RecordStore>();
        await RegionSetUp.RunAsync(record, app.Services.GetRequiredService<FeedSources>(), cancel);
        await new RegionHistory(demo.Region(), clock, demo.From, demo.Until).RunAsync(new RegionHub(app.Services), Console.Out, cancel);
        await Trust(app, demo).WriteAsync(cancel);
        demo.Keep(folder);
        clock.LetGo();
    }

    private static TrustStory Trust(WebApplication app, DemoFolder demo) => new(
        app.Services.GetRequiredService<RecordStore>(), app.Services.GetRequiredService<RecordSearch>(), app.Services.GetRequiredService<AccessScopes>(), demo.Region(),
        DateOnly.FromDateTime(demo.Until.UtcDateTime));

    private static async Task ServeAsync(WebApplication app, DemoFolder demo, RegionClock clock, bool quiet, CancellationToken cancel)
    {
        var settings = app.Services.GetRequiredService<HubSettings>();
        await ShowLinksAsync(app, demo, settings, cancel);
        await app.StartAsync(cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, app.Lifetime.ApplicationStopping);
        var feed = quiet || settings.MllpAddress is not { } mllp
            ? Task.CompletedTask
            : new LiveFeed(demo.Region(), demo.From, mllp, clock, app.Services.GetRequiredService<ILogger<LiveFeed>>()).RunAsync(stop.Token);
        await app.WaitForShutdownAsync(cancel);
        await stop.CancelAsync();
        await feed;
    }

    private static async Task ShowLinksAsync(WebApplication app, DemoFolder demo, HubSettings settings, CancellationToken cancel)
    {
        var links = app.Services.GetRequiredService<SignInLinks>();
        var address = settings.Addresses.First()!.GetLeftPart(UriPartial.Authority);
        var shown = new List<(Person, string)>();
        foreach (var person in Colleague.All.Select(colleague => colleague.Person(null, [])).Concat(Trust(app, demo).People()))
            shown.Add((person, await links.NewStandingPathAsync(person.Id, LinksLast, cancel)));

        app.Services.GetRequiredService<DemoRoles>().Show(shown);
        Console.WriteLine($"\nThe hub is at {address} ; HL7 messages go to {settings.Mllp}. Stop with Ctrl+C. Sign in as\n");
        foreach (var (person, path) in shown.DistinctBy(link => link.Item1.Role))
            Console.WriteLine($"  {person.Role,-22} {person.Display,-22} {address}{path}");
        Console.WriteLine($"  or choose anyone at    {address}/sign-in\n");
    }
}
