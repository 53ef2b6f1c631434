using System.CommandLine;
using System.Text;
using Tandem.Hub.Hosting;
using Tandem.Hub.Inventory;

namespace Tandem.Hub.Commands;

/// <summary>Lists what an installation consists of and on which ways data comes and goes, as Markdown.</summary>
internal static class ListInventory
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("inventory", "Lists assets and data flows of this installation, as Markdown.");
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            if (!HubHost.TryBuild(settings(parsed), out var app))
                return 2;
            await using (app)
                Console.Write(Write(app.Services, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return command;
    }

    /// <summary>The list as Markdown.</summary>
    internal static string Write(IServiceProvider services, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.Append("# Inventory\n\nMade ").Append(at.ToString("u", System.Globalization.CultureInfo.InvariantCulture)).Append(".\n\n## Assets\n\n| kind | name | | holds |\n|---|---|---|---|\n");
        foreach (var asset in FindAssets.All(services))
            Row(text, asset.Kind, asset.Name, asset.Detail, asset.Holds);
        text.Append("\n## Data flows\n\n| direction | with | what | how |\n|---|---|---|---|\n");
        foreach (var flow in FindDataFlows.All(services))
            Row(text, flow.Direction, flow.With, flow.What, flow.How);
        return text.ToString();
    }

    private static void Row(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            text.Append("| ").Append(cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append(' ');
        text.Append("|\n");
    }
}
