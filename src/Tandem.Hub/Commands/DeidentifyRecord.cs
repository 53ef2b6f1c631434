using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Deidentifying;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;

namespace Tandem.Hub.Commands;

/// <summary>Writes the record without identities, for research.</summary>
internal static class DeidentifyRecord
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var folder = new Argument<string>("folder") { Description = "a new folder for the files" };
        var recipients = new Option<string[]>("--for")
        {
            Description = "who will use it, such as Organization/university: consents to research that name somebody count when they name one of them", AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("deidentify", "Writes the record without identities (45 CFR 164.514(b)(2)) as NDJSON, for research.") { folder, recipients };
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), parsed.GetValue(folder)!, parsed.GetValue(recipients) ?? [], cancel));
        return command;
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, string folder, string[] recipients, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
            return await CommandTrail.FollowAsync(app.Services, "deidentify", () => WriteAsync(app.Services, folder, recipients, cancel), new TrailAct("record-deidentified", ActKind.Permission));
    }

    private static async Task<int> WriteAsync(IServiceProvider services, string folder, string[] recipients, CancellationToken cancel)
    {
        try
        {
            var record = services.GetRequiredService<RecordStore>();
            await record.RebuildStaleAsync(cancel); // labels and consents by the rules of this version
            var site = services.GetRequiredService<SiteSettings>();
            RegionSite.Apply(record, site); // days of consents end at its midnight
            var files = new DeidentifiedExport(record, site, TimeProvider.System).Run(folder, recipients, cancel);
            foreach (var (type, count) in files.Counts)
                Console.WriteLine($"{type}: {count}");
            Console.WriteLine($"{files.LeftOut} left out for consents and labels.");
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }
}
