using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;

namespace Tandem.Hub.Commands;

/// <summary>Serves the hub until it is told to stop.</summary>
internal static class ServeHub
{
    /// <returns>0 after a stop, 2 when the settings cannot be used, 1 when the hub cannot start now: whoever looks after the process is to start it again.</returns>
    internal static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> settings, CancellationToken cancel)
    {
        if (HubHost.TryBuild(settings, out var app, out var isAway))
            return await ServeAsync(app, cancel);
        return isAway ? 1 : 2;
    }

    /// <returns>0 after a stop, 1 when the hub cannot start.</returns>
    internal static async Task<int> ServeAsync(WebApplication app, CancellationToken cancel)
    {
        await using (app)
        {
            try
            {
                await using (await StartingListener.StartAsync(app, cancel))
                    await HubHost.PrepareAsync(app, cancel);
            }
            catch (DatabaseUnavailableException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 1;
            }

            await app.RunAsync(cancel);
        }

        return 0;
    }
}
