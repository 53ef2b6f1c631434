using System.Diagnostics.CodeAnalysis;
using Tandem.Care.CareTeams;
using Tandem.Care.CdsHooks;
using Tandem.Care.Emergencies;
using Tandem.Care.Identity;
using Tandem.Care.Intake;
using Tandem.Care.Launches;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Care.Patients;
using Tandem.Fhir.Search;
using Tandem.Hub.Observing;
using Tandem.Hub.Pages;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Kernel.Pages;
using Tandem.Record;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
using Tandem.Record.Retention;
using Tandem.Record.Sealing;
using Tandem.Record.Validation;
using Tandem.Record.Subscriptions;
using Tandem.Trust;
using Tandem.Trust.Access;
using Tandem.Trust.Audit;
using Tandem.Trust.Organizations;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Hub.Hosting;

/// <summary>The hub's table of contents: what it is made of and where it answers.</summary>
public static class HubHost
{
    /// <summary>What names of environment variables begin with that set something here.</summary>
    internal const string VariablePrefix = "TANDEM_";

    /// <summary>Builds the hub, or says on the error stream what is wrong with its settings.</summary>
    /// <param name="commandLine">Settings that win over all others.</param>
    /// <param name="app">The hub.</param>
    /// <param name="clock">Its time; real time when null.</param>
    /// <param name="extension">What the program that hosts it adds; nothing when null.</param>
    public static bool TryBuild(
        IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out WebApplication? app, TimeProvider? clock = null, HubExtension? extension = null) =>
        TryBuild(commandLine, out app, out _, clock, extension);

    /// <summary>As the other.</summary>
    /// <param name="commandLine">Settings that win over all others.</param>
    /// <param name="app">The hub.</param>
    /// <param name="isAway">True when nothing is wrong with the settings but the database is not there now: a later try may succeed.</param>
    /// <param name="clock">Its time; real time when null.</param>
    /// <param name="extension">What the program that hosts it adds; nothing when null.</param>
    internal static bool TryBuild(
        IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out WebApplication? app, out bool isAway, TimeProvider? clock = null, HubExtension? extension = null)
    {
        (app, isAway) = (null, false);
        extension ??= HubExtension.None;
        if (!TryRead(commandLine, out var settings, out var builder))
            return false;
        var files = ConnectionRoom.Files();
        if ((extension.Problem(settings.Hub) ?? ConnectionRoom.Problem(files)) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return false;
        }

        var weakness = KeyExchange.Strengthen();

        try
        {
            AddParts(builder, settings, new ConnectionRoom(ConnectionRoom.For(settings.Wall, files)), clock ?? TimeProvider.System, extension);
            app = builder.Build();
            _ = app.Services.GetRequiredService<Record.Log.RecordStore>();
        }
        catch (Exception e) when (e is DatabaseException or FieldKeyException)
        {
            Console.Error.WriteLine(e.Message);
            ((IDisposable?)app)?.Dispose();
            (app, isAway) = (null, e is DatabaseUnavailableException);
            return false;
        }

        if (weakness is not null)
            KeyExchange.TellOf(app.Logger, weakness);
        ConnectionRoom.Tell(app.Logger, settings.Wall, files);
        MapParts(app, extension);
        return true;
    }

    /// <summary>Reads the hub's settings without building it, or says on the error stream what is wrong with them.</summary>
    public static bool TryReadSettings(IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out HubSettings? settings) =>
        TryReadSettings(commandLine, out settings, out _);

    /// <summary>As the other, with everything that the installation decided.</summary>
    internal static bool TryReadSettings(IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out HubSettings? settings, out InstallationSettings all)
    {
        var isRead = TryRead(commandLine, out all, out _);
        settings = isRead ? all.Hub : null;
        return isRead;
    }

    private static bool TryRead(IReadOnlyDictionary<string, string?> commandLine, out InstallationSettings settings, out WebApplicationBuilder builder)
    {
        builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(HubHost).Assembly.GetName().Name, // also when a test or a benchmark is the program
        });
        builder.Configuration.AddEnvironmentVariables(VariablePrefix).AddInMemoryCollection(commandLine);
        settings = InstallationSettings.Read(builder.Configuration, out var problems);
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return problems.Count == 0;
    }

    /// <summary>What happens once before the hub answers: rows of an older program are rebuilt, content is loaded, a first start gets its set-up link.</summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancel)
    {
        var settings = app.Services.GetRequiredService<HubSettings>();
        var record = app.Services.GetRequiredService<Record.Log.RecordStore>();
        await record.RebuildStaleAsync(cancel, static (rows, count) => Console.WriteLine($"Update: the rows of {rows} were made anew from {count} resources."));
        var content = await ContentLoader.LoadAsync(settings.ContentFolder, record, cancel);
        foreach (var fault in content.Refusal is { } refusal ? [refusal.Text] : content.Value.Faults.Select(fault => fault.ToString()))
            await Console.Error.WriteLineAsync($"Content: {fault}");
        RegionSite.Apply(record, app.Services.GetRequiredService<SiteSettings>());
        if (app.Services.GetRequiredService<HubExtension>().ShowsSetUpLink && await app.Services.GetRequiredService<SignInLinks>().NewSetUpPathAsync(cancel) is { } path)
            Console.WriteLine($"First start. Open this link within 24 hours to set up the hub; it works once:\n  {settings.Addresses.First()!.GetLeftPart(UriPartial.Authority)}{path}");
    }

    private static void AddParts(WebApplicationBuilder builder, InstallationSettings installation, ConnectionRoom room, TimeProvider clock, HubExtension extension)
    {
        var (settings, wall) = (installation.Hub, installation.Wall);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(wall);
        services.AddSingleton(room);
        services.AddSingleton(clock);
        services.AddSingleton(extension);
        extension.AddServices(services);
        services.AddSingleton(_ => HubDatabase.Open(settings, clock)); // made here, closed with the hub
        services.AddSingleton(provider => FieldKeyFile.Open(settings.FieldKeysFile, provider.GetRequiredService<Database>()));
        services.AddRecord();
        services.AddSingleton(installation.Bulk);
        services.AddSingleton(installation.Validation);
        services.AddSingleton(installation.Files);
        services.AddSingleton(installation.Fhir.Limits);
        services.AddSingleton(installation.Subscriptions);
        services.AddAudit(installation.Audit);
        services.AddSingleton(new SearchIndexOptions(TimeZoneInfo.Utc, installation.FhirAddresses) { Own = installation.OwnAddresses });
        services.AddRest();
        services.AddSingleton(installation.SignIn);
        services.AddSingleton(installation.Smart);
        services.AddTrust();
        services.AddAccess(settings.ContentFolder);
        services.AddPatients();
        services.AddIdentity();
        services.AddIntake(installation.Intake);
        services.AddCareTeams();
        services.AddLoops();
        services.AddPathways();
        services.AddRetention(InstallationSettings.Kinds, installation.Retention);
        services.AddObserving();
        services.AddOpenApi();
        builder.AddPages(settings, installation.Site);
        services.AddRequestRates(wall);
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Listen(kestrel, settings, wall, room, clock));
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // begins and ends of requests, for which each would get a scope and an activity: the access log has them
        if (settings.Logs == "json")
            builder.Logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            builder.Logging.AddSimpleConsole(plain => plain.SingleLine = true);
    }

    private static void MapParts(WebApplication app, HubExtension extension)
    {
        app.UseTrustedProxies();
        app.UsePages();
        app.UseCrossOrigin();
        app.UseAudit();
        extension.UseGate(app);
        app.UseRequestRates();
        app.MapObserving();
        app.MapOpenApi().ExcludeFromDescription().WithMetadata(new HttpMethodMetadata(["GET", "HEAD"]));
        app.MapFhir();
        app.MapPages(extension);
        extension.Map(app);
        app.MapTrust();
        app.MapAudit();
        app.MapLoops();
        app.MapIntake();
        app.MapPatients();
        app.MapCdsHooks();
        app.MapEhrLaunch();
        app.MapEmergencies();
    }
}
