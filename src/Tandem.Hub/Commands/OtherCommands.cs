using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Hub.Commands;

/// <summary>The commands beside <c>serve</c>.</summary>
internal static class OtherCommands
{
    internal static IEnumerable<Command> All(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        Option[] options = [.. settingsOptions];
        yield return Rebuild(options, settings);
        yield return DemoHub.Command(options, settings);
    }

    private static Command Rebuild(Option[] options, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var name = new Argument<string?>("projection") { Description = "the projection's name; all without it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rebuild", "Rebuilds a projection from the log.") { name };
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!HubHost.TryBuild(settings(parsed), out var app))
                return 2;
            await using (app)
            {
                var record = app.Services.GetRequiredService<RecordStore>();
                var names = app.Services.GetServices<IProjection>().Select(projection => projection.Name).ToList();
                foreach (var projection in parsed.GetValue(name) is { } one ? [one] : names)
                {
                    if (!names.Contains(projection))
                    {
                        await Console.Error.WriteLineAsync($"There is no projection {projection}. There are: {string.Join(", ", names)}.");
                        return 2;
                    }

                    Console.WriteLine($"{projection}: {await record.RebuildAsync(projection, cancel)} resources read.");
                }
            }

            return 0;
        });
        return command;
    }
}
