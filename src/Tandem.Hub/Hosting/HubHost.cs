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
using Tandem.Hub.Observing;
using Tandem.Hub.Pages;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Kernel.Pages;
using Tandem.Record;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
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
    /// <summary>Builds the hub, or says on the error stream what is wrong with its settings.</summary>
    /// <param name="commandLine">Settings that win over all others.</param>
    /// <param name="app">The hub.</param>
    /// <param name="clock">Its time; real time when null.</param>
    public static bool TryBuild(IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out WebApplication? app, TimeProvider? clock = null)
    {
        app = null;
        if (!TryReadSettings(commandLine, out var settings, out var site, out var builder))
            return false;

        try
        {
            AddParts(builder, settings, site, clock ?? TimeProvider.System);
            app = builder.Build();
            _ = app.Services.GetRequiredService<Record.Log.RecordStore>();
        }
        catch (DatabaseException e)
        {
            Console.Error.WriteLine(e.Message);
            app = null;
            return false;
        }

        MapParts(app);
        return true;
    }

    /// <summary>Reads the hub's settings without building it, or says on the error stream what is wrong with them.</summary>
    public static bool TryReadSettings(IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out HubSettings? settings) =>
        TryReadSettings(commandLine, out settings, out _);

    /// <summary>As the other, with what the installation decided about its audit.</summary>
    internal static bool TryReadSettings(IReadOnlyDictionary<string, string?> commandLine, [NotNullWhen(true)] out HubSettings? settings, out AuditOptions audit)
    {
        var isRead = TryReadSettings(commandLine, out var read, out _, out var builder);
        (settings, audit) = (isRead ? read : null, AuditOf(builder.Configuration, read));
        return isRead;
    }

    private static bool TryReadSettings(
        IReadOnlyDictionary<string, string?> commandLine, out HubSettings settings, out SiteSettings site, out WebApplicationBuilder builder)
    {
        builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(HubHost).Assembly.GetName().Name, // also when a test or a benchmark is the program
        });
        builder.Configuration.AddEnvironmentVariables("TANDEM_").AddInMemoryCollection(commandLine);
        settings = builder.Configuration.GetSection(HubSettings.Section).Get<HubSettings>() ?? new HubSettings();
        site = builder.Configuration.GetSection(SiteSettings.Section).Get<SiteSettings>() ?? new SiteSettings();
        var problems = settings.Problems().Concat(site.Problems()).ToList();
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return problems.Count == 0;
    }

    /// <summary>What happens once before the hub answers: rows of an older program are rebuilt, content is loaded, a first start gets its set-up link.</summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancel)
    {
        var settings = app.Services.GetRequiredService<HubSettings>();
        var record = app.Services.GetRequiredService<Record.Log.RecordStore>();
        await record.RebuildStaleAsync(cancel);
        var content = await ContentLoader.LoadAsync(settings.ContentFolder, record, cancel);
        foreach (var fault in content.Refusal is { } refusal ? [refusal.Text] : content.Value.Faults.Select(fault => fault.ToString()))
            await Console.Error.WriteLineAsync($"Content: {fault}");
        RegionSite.Apply(record, app.Services.GetRequiredService<SiteSettings>());
        if (!settings.Open && !settings.Demo && await app.Services.GetRequiredService<SignInLinks>().NewSetUpPathAsync(cancel) is { } path)
            Console.WriteLine($"First start. Open this link within 24 hours to set up the hub; it works once:\n  {settings.Addresses.First()!.GetLeftPart(UriPartial.Authority)}{path}");
    }

    private static void AddParts(WebApplicationBuilder builder, HubSettings settings, SiteSettings site, TimeProvider clock)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(clock);
        services.AddSingleton(_ => OpenDatabase(settings)); // made here, closed with the hub
        services.AddSingleton(_ => new FieldKeys(SecretFile.Lines(settings.FieldKeysFile)));
        services.AddRecord();
        services.AddSingleton((builder.Configuration.GetSection("Bulk").Get<BulkOptions>() ?? new BulkOptions()) with { Folder = Path.Combine(settings.Data, "bulk") });
        services.AddSingleton(builder.Configuration.GetSection(ValidationSettings.Section).Get<ValidationSettings>() ?? new ValidationSettings());
        services.AddSingleton(builder.Configuration.GetSection(FileSettings.Section).Get<FileSettings>() ?? new FileSettings());
        services.AddSingleton(SubscriptionsOf(builder.Configuration, settings));
        services.AddAudit(AuditOf(builder.Configuration, settings));
        services.AddRest();
        services.AddSingleton(builder.Configuration.GetSection(SignInOptions.Section).Get<SignInOptions>() ?? new SignInOptions());
        services.AddSingleton(SmartOf(builder.Configuration, settings));
        services.AddTrust();
        services.AddAccess(settings.ContentFolder);
        services.AddPatients();
        services.AddIdentity();
        services.AddIntake(IntakeOf(builder.Configuration, settings, site));
        services.AddCareTeams();
        services.AddLoops();
        services.AddPathways();
        services.AddObserving();
        services.AddOpenApi();
        builder.AddPages(settings, site);
        var wall = builder.Configuration.GetSection(WallSettings.Section).Get<WallSettings>() ?? new WallSettings();
        services.AddRequestRates(wall);
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Listen(kestrel, settings, wall, clock));
        builder.Logging.ClearProviders();
        if (settings.Logs == "json")
            builder.Logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            builder.Logging.AddSimpleConsole(plain => plain.SingleLine = true);
    }

    private static void MapParts(WebApplication app)
    {
        app.UseTrustedProxies();
        app.UsePages();
        app.UseCrossOrigin();
        app.UseAudit();
        app.UseSignInGate(app.Services.GetRequiredService<HubSettings>().Open);
        app.UseRateLimiter();
        app.MapObserving();
        app.MapOpenApi().ExcludeFromDescription();
        app.MapFhir();
        app.MapPages();
        app.MapTrust();
        app.MapAudit();
        app.MapLoops();
        app.MapIntake();
        app.MapPatients();
        app.MapCdsHooks();
        app.MapEhrLaunch();
        app.MapEmergencies();
    }

    private static Database OpenDatabase(HubSettings settings) => settings.Postgres.Length > 0
        ? new PostgresDatabase(settings.Postgres)
        : new SqliteDatabase(settings.RecordFile);

    /// <summary>An open or demonstration hub takes messages of senders it has not met; any other keeps them in quarantine until somebody registers the sender.</summary>
    private static IntakeOptions IntakeOf(ConfigurationManager configuration, HubSettings settings, SiteSettings site)
    {
        var options = configuration.GetSection("Intake").Get<IntakeOptions>() ?? new IntakeOptions();
        return options with
        {
            DefaultZone = configuration["Intake:DefaultZone"] ?? site.TimeZone,
            UnknownSenders = settings.Open || settings.Demo ? UnknownSenders.Accept : options.UnknownSenders,
        };
    }

    /// <summary>An open hub serves conformance suites, whose endpoints are on this machine.</summary>
    private static SubscriptionOptions SubscriptionsOf(ConfigurationManager configuration, HubSettings settings)
    {
        var options = configuration.GetSection(SubscriptionOptions.Section).Get<SubscriptionOptions>() ?? new SubscriptionOptions();
        return options with { AllowLoopback = options.AllowLoopback || settings.Open };
    }

    /// <summary>An open or demonstration hub serves apps on this machine.</summary>
    private static SmartSettings SmartOf(ConfigurationManager configuration, HubSettings settings)
    {
        var smart = configuration.GetSection(SmartSettings.Section).Get<SmartSettings>() ?? new SmartSettings();
        return smart with { AllowLoopback = smart.AllowLoopback || settings.Open || settings.Demo };
    }

    /// <summary>Key and second place lie in the data folder unless the installation names better places.</summary>
    internal static AuditOptions AuditOf(IConfiguration configuration, HubSettings settings)
    {
        var options = configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new AuditOptions();
        return options with
        {
            KeyFile = options.KeyFile.Length > 0 ? options.KeyFile : Path.Combine(settings.Data, "keys", "audit.pem"),
            RootFolder = options.RootFolder.Length > 0 ? options.RootFolder : Path.Combine(settings.Data, "audit-roots"),
            JournalFolder = options.JournalFolder.Length > 0 ? options.JournalFolder : Path.Combine(settings.Data, "audit-journal"),
        };
    }
}
