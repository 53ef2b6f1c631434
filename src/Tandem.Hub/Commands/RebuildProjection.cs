using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Hub.Commands;

/// <summary>Rebuilds one projection, or all, from the record. While a hub serves the database it is asked to, and followed.</summary>
internal static class RebuildProjection
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var name = new Argument<string?>("projection") { Description = "the projection's name; all without it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rebuild", "Rebuilds a projection from the log, also while a hub serves.") { name };
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), parsed.GetValue(name), cancel));
        return command;
    }

    /// <returns>0 when all is rebuilt, 1 when something is not, 2 when it cannot be begun.</returns>
    private static async Task<int> RunAsync(Dictionary<string, string?> settings, string? name, CancellationToken cancel)
    {
        if (!HubHost.TryReadSettings(settings, out var hub))
            return 2;
        try
        {
            using (var served = ServedDatabase.Of(hub))
            {
                if (served.IsOpen)
                    return await AskAsync(served, name, cancel);
            }

            return await DoAsync(settings, name, cancel);
        }
        catch (DatabaseException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<int> DoAsync(Dictionary<string, string?> settings, string? name, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
        {
            if (await NamedAsync([.. app.Services.GetServices<IProjection>().Select(projection => projection.Name)], name) is not { } names)
                return 2;
            foreach (var projection in names)
                await TellAsync(projection, await app.Services.GetRequiredService<RecordStore>().RebuildAsync(projection, cancel));
        }

        return 0;
    }

    private static async Task<int> AskAsync(ServedDatabase served, string? name, CancellationToken cancel)
    {
        if (await NamedAsync(RebuildRequests.Names(served.Database), name) is not { } names)
            return 2;
        await Console.Error.WriteLineAsync("A hub serves this database and is asked to do it. Whoever ends this command does not end the rebuild.");
        foreach (var projection in names)
            RebuildRequests.Ask(served.Database, projection, TimeProvider.System.GetUtcNow());
        var code = 0;
        foreach (var projection in names)
        {
            if (await served.FollowAsync(projection, cancel) is not { } end)
            {
                await Console.Error.WriteLineAsync($"{projection}: the hub has ended. The request stays; the next hub that serves this database does it.");
                return 1;
            }

            if (end.Fault is null)
                await TellAsync(projection, end.Resources);
            else
                await Console.Error.WriteLineAsync($"{projection}: {end.Fault}");
            code = end.Fault is null ? code : 1;
        }

        return code;
    }

    private static async Task<IReadOnlyList<string>?> NamedAsync(IReadOnlyList<string> names, string? name)
    {
        if (name is null)
            return names;
        if (names.Contains(name))
            return [name];
        await Console.Error.WriteLineAsync($"There is no projection {name}. There are: {string.Join(", ", names)}.");
        return null;
    }

    private static Task TellAsync(string projection, long resources) => Console.Out.WriteLineAsync($"{projection}: {resources} resources read.");
}
