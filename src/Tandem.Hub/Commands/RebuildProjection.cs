using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Hub.Commands;

/// <summary>Rebuilds one projection, or all, from the record.</summary>
internal static class RebuildProjection
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var name = new Argument<string?>("projection") { Description = "the projection's name; all without it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rebuild", "Rebuilds a projection from the log.") { name };
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), parsed.GetValue(name), cancel));
        return command;
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, string? name, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
        {
            var names = app.Services.GetServices<IProjection>().Select(projection => projection.Name).ToList();
            if (name is not null && !names.Contains(name))
            {
                await Console.Error.WriteLineAsync($"There is no projection {name}. There are: {string.Join(", ", names)}.");
                return 2;
            }

            try
            {
                foreach (var projection in names.Where(projection => name is null || projection == name))
                    Console.WriteLine($"{projection}: {await app.Services.GetRequiredService<RecordStore>().RebuildAsync(projection, cancel)} resources read.");
            }
            catch (DatabaseUnavailableException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 1;
            }
        }

        return 0;
    }
}
