using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Sealing;

namespace Tandem.Hub.Commands;

/// <summary>Closes what should lie closed in the record with the first key of the file: after a key was rotated, after an update, and after labels were changed.</summary>
internal static class ResealRecord
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("reseal", "Closes counselling notes and secrets in the record with the newest field key.");
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), cancel));
        return command;
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
            return await CommandTrail.FollowAsync(app.Services, "reseal", () => SealAsync(app.Services, cancel), new TrailAct("record-resealed", ActKind.Permission));
    }

    private static async Task<int> SealAsync(IServiceProvider services, CancellationToken cancel)
    {
        var record = services.GetRequiredService<RecordStore>();
        var reseal = new Reseal(record, services.GetRequiredService<FieldKeys>(), services.GetServices<ISealRule>());
        var count = await reseal.RunAsync(cancel);
        Console.WriteLine($"{count.Read} entries read, {count.Closed} closed, {count.Renewed} closed anew with the first key.");
        if (!count.IsRebuildOwed)
            return 0;
        try
        {
            await reseal.RebuildAsync(services.GetServices<IProjection>(), cancel);
        }
        catch (DatabaseUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"What is found by words was not made anew and may still hold what is closed now; the next run does it. {e.Message}");
            return 1;
        }

        Console.WriteLine("Everything that is found by words was made anew.");
        return 0;
    }
}
