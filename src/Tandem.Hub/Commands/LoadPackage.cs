using System.CommandLine;
using Tandem.Fhir.Validation;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Validation;

namespace Tandem.Hub.Commands;

/// <summary>Loads the definitions of FHIR packages, such as US Core, into the record.</summary>
internal static class LoadPackage
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var packages = new Argument<string[]>("package") { Description = "a FHIR package (.tgz), a folder of an unpacked one, or a JSON file", Arity = ArgumentArity.OneOrMore };
        var command = new Command("load", "Loads the profiles, value sets, code systems and concept maps of FHIR packages into the record.") { packages };
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), parsed.GetValue(packages)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, string[] packages, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
            return await CommandTrail.FollowAsync(app.Services, "load", () => LoadAsync(app.Services.GetRequiredService<RecordStore>(), packages, cancel), new TrailAct("definitions-loaded", ActKind.Permission));
    }

    private static async Task<int> LoadAsync(RecordStore record, string[] packages, CancellationToken cancel)
    {
        foreach (var package in packages)
        {
            try
            {
                var source = $"urn:tandem:package:{Uri.EscapeDataString(Path.GetFileName(package.TrimEnd('/')))}";
                var outcome = await LoadDefinitions.HandleAsync(DefinitionFolder.Open(package), record, source, cancel);
                if (!outcome.Succeeded(out var count, out var refusal))
                {
                    await Console.Error.WriteLineAsync($"{package}: {refusal.Text} {string.Join(" ", refusal.Details.Select(detail => detail.Text))}");
                    return 1;
                }

                Console.WriteLine($"{package}: {count.All} definitions, {count.Changed} of them new or changed.");
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or DatabaseUnavailableException)
            {
                await Console.Error.WriteLineAsync($"{package}: {e.Message}");
                return 1;
            }
        }

        return 0;
    }
}
