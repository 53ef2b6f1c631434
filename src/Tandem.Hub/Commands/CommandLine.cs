using System.CommandLine;
using Tandem.Hub.Hosting;

namespace Tandem.Hub.Commands;

/// <summary>The hub's commands. Options given here win over the environment and appsettings.json.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> Urls = new("--urls") { Description = "where pages and FHIR are served, such as http://127.0.0.1:8080" };
    private static readonly Option<string?> Mllp = new("--mllp") { Description = "where HL7 messages are taken in, such as 127.0.0.1:2575" };
    private static readonly Option<string?> Data = new("--data") { Description = "the folder for everything the hub keeps on this machine" };
    private static readonly Option<string?> Postgres = new("--postgres") { Description = "an Npgsql connection string; SQLite in the data folder without it" };

    internal static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Tandem: care coordination for a health region.")
        {
            Serve(),
            SendFiles.Command(),
            VerifyPromise.Command(SettingsOptions, Settings),
            RebuildProjection.Command(SettingsOptions, Settings),
            ResealRecord.Command(SettingsOptions, Settings),
            DeidentifyRecord.Command(SettingsOptions, Settings),
            LoadPackage.Command(SettingsOptions, Settings),
            ListInventory.Command(SettingsOptions, Settings),
            ManagePeople.Command(SettingsOptions, Settings),
            AuditCommand.Command(SettingsOptions, Settings),
        };
        foreach (var command in BackupCommand.All(SettingsOptions, Settings))
            root.Subcommands.Add(command);
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>The options of every command that opens a hub's data.</summary>
    internal static IEnumerable<Option> SettingsOptions => [Urls, Mllp, Data, Postgres];

    private static Command Serve()
    {
        var serve = new Command("serve", "Serves the hub.");
        foreach (var option in SettingsOptions)
            serve.Options.Add(option);
        serve.SetAction(async (parsed, cancel) => await ServeHub.RunAsync(Settings(parsed), cancel));
        return serve;
    }

    /// <summary>What the command line says, as configuration.</summary>
    internal static Dictionary<string, string?> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var option in new[] { Urls, Mllp, Data, Postgres })
        {
            if (parsed.GetValue(option) is { } value)
                settings[$"{HubSettings.Section}:{option.Name.TrimStart('-')}"] = value;
        }

        return settings;
    }
}
