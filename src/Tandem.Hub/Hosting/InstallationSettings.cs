using Tandem.Care.Intake;
using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Pages;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
using Tandem.Record.Rest;
using Tandem.Record.Retention;
using Tandem.Record.Subscriptions;
using Tandem.Record.Validation;
using Tandem.Trust;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Hub.Hosting;

/// <summary>Everything that an installation decides, read and checked once at the start. What follows from the hub's own settings is in place.</summary>
internal sealed record InstallationSettings(
    HubSettings Hub, SiteSettings Site, BulkOptions Bulk, ValidationSettings Validation, FileSettings Files, SubscriptionOptions Subscriptions, AuditOptions Audit, SignInOptions SignIn,
    SmartSettings Smart, IntakeOptions Intake, RetentionSettings Retention, WallSettings Wall, RestSettings Fhir)
{
    /// <summary>Settings of earlier versions, and where what they said is said now.</summary>
    private static readonly (string Key, string Now)[] Moved =
    [
        ($"{AuditOptions.Section}:KeepYears", $"{RetentionSettings.Section}:Days:{TrustRetention.AccessLog.Code}"),
        ($"{BulkOptions.Section}:KeepFor", $"{RetentionSettings.Section}:Days:exports"),
    ];

    private const string SourcesPath = $"{ValidationSettings.Section}:{nameof(ValidationSettings.Sources)}";

    /// <summary>What is kept for a time, of all modules.</summary>
    internal static readonly IReadOnlyList<RetainedKind> Kinds = [.. TrustRetention.Kinds, .. IntakeRetention.Kinds, .. PatientsRetention.Kinds, .. RetentionModule.Kinds];

    /// <param name="configuration">From all sources.</param>
    /// <param name="problems">What is wrong, each as a sentence that names the setting; empty when the hub can start.</param>
    internal static InstallationSettings Read(IConfigurationRoot configuration, out IReadOnlyList<string> problems)
    {
        var reader = new SettingsReader(configuration);
        var read = new InstallationSettings(
            reader.Read<HubSettings>(HubSettings.Section), reader.Read<SiteSettings>(SiteSettings.Section), reader.Read<BulkOptions>(BulkOptions.Section),
            reader.Read<ValidationSettings>(ValidationSettings.Section), reader.Read<FileSettings>(FileSettings.Section), reader.Read<SubscriptionOptions>(SubscriptionOptions.Section),
            reader.Read<AuditOptions>(AuditOptions.Section), reader.Read<SignInOptions>(SignInOptions.Section), reader.Read<SmartSettings>(SmartSettings.Section),
            reader.Read<IntakeOptions>(IntakeOptions.Section), reader.Read<RetentionSettings>(RetentionSettings.Section), reader.Read<WallSettings>(WallSettings.Section), reader.Read<RestSettings>(RestSettings.Section));
        problems = [.. reader.Problems, .. MovedProblems(configuration), .. SourceProblems(configuration), .. read.Problems()];
        return read with
        {
            Validation = read.Validation with { Sources = SourcesOf(configuration) },
            Bulk = read.Bulk with { Folder = Path.Combine(read.Hub.Data, "bulk") },
            Audit = AuditOf(read.Audit, read.Hub),
            Intake = IntakeOf(read.Intake, configuration, read.Site),
        };
    }

    /// <summary>
    /// The addresses of the FHIR interface by which it tells its own resources from others': that of the site, else where it listens. Where it listens on all of a machine's
    /// addresses they are not known, nor is a port that the machine chooses; and what says <c>localhost</c> may come from any other machine.
    /// </summary>
    internal IReadOnlyList<string> FhirAddresses => [.. (Site.Address.Length > 0 ? [Site.Address.TrimEnd('/')] : Hub.Addresses.OfType<Uri>().Where(IsName).Select(listens => listens.GetLeftPart(UriPartial.Authority)))
        .Select(address => address + "/fhir")];

    /// <summary>The same as what tells references within the record from others. Each node listens elsewhere, so that only the site's address is a reason to make rows anew.</summary>
    internal OwnAddresses OwnAddresses => new(FhirAddresses) { AreLasting = Site.Address.Length > 0 };

    private static bool IsName(Uri listens) => listens.Port != 0 && !listens.IsLoopback && listens.Host is not ("0.0.0.0" or "[::]");

    private static IEnumerable<string> MovedProblems(IConfigurationRoot configuration) => Moved.Where(setting => configuration[setting.Key] is not null)
        .Select(setting => $"{setting.Key} is a dated rule now: a privacy officer sets it on the page Retention and holds (/audit/retention), and {setting.Now} says how many days hold until then. Take {setting.Key} away.");

    private IEnumerable<string> Problems() =>
        [.. Hub.Problems(), .. Site.Problems(), .. Bulk.Problems(), .. Files.Problems(), .. Subscriptions.Problems(), .. Audit.Problems(), .. SignIn.Problems(), .. Smart.Problems(), .. Intake.Problems(), .. Retention.Problems(Kinds), .. Wall.Problems(), .. Fhir.Problems()];

    /// <summary>Names of sources are URIs, whose colons part the keys of a configuration: read whole, as they were written.</summary>
    private static Dictionary<string, ValidationMode> SourcesOf(IConfigurationRoot configuration) => SourceTexts(configuration)
        .Where(pair => Enum.TryParse<ValidationMode>(pair.Value, ignoreCase: true, out _)).ToDictionary(pair => pair.Key, pair => Enum.Parse<ValidationMode>(pair.Value!, ignoreCase: true), StringComparer.Ordinal);

    private static IEnumerable<string> SourceProblems(IConfigurationRoot configuration) => SourceTexts(configuration).Where(pair => pair.Key.Contains(':', StringComparison.Ordinal) && !Enum.TryParse<ValidationMode>(pair.Value, ignoreCase: true, out _))
        .Select(pair => $"{SourcesPath}:{pair.Key} must be {string.Join(" or ", Enum.GetNames<ValidationMode>())}; it is \"{pair.Value}\".");

    private static IEnumerable<KeyValuePair<string, string?>> SourceTexts(IConfigurationRoot configuration) =>
        configuration.GetSection(SourcesPath).AsEnumerable(makePathsRelative: true).Where(pair => pair.Value is not null);

    private static IntakeOptions IntakeOf(IntakeOptions options, IConfiguration configuration, SiteSettings site) => options with
    {
        DefaultZone = configuration[$"{IntakeOptions.Section}:DefaultZone"] ?? site.TimeZone,
    };

    /// <summary>Key and second place lie in the data folder unless the installation names better places.</summary>
    private static AuditOptions AuditOf(AuditOptions options, HubSettings hub) => options with
    {
        KeyFile = options.KeyFile.Length > 0 ? options.KeyFile : Path.Combine(hub.Data, "keys", "audit.pem"),
        RootFolder = options.RootFolder.Length > 0 ? options.RootFolder : Path.Combine(hub.Data, "audit-roots"),
        JournalFolder = options.JournalFolder.Length > 0 ? options.JournalFolder : Path.Combine(hub.Data, "audit-journal"),
    };
}
