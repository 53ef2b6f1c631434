using Tandem.Kernel.Actors;

namespace Tandem.Hub.Commands;

/// <summary>What is done by command is on the access log as if it had been done on a page: by the hub itself, from the command line.</summary>
internal static class CommandTrail
{
    /// <summary>Does it on a trail of its own, which is kept whatever comes of it.</summary>
    /// <param name="services">Of the hub that is not serving.</param>
    /// <param name="name">Which command, as it is typed.</param>
    /// <param name="act">What is done.</param>
    /// <param name="told">What is on the log before anything is done; null when <paramref name="act"/> tells by itself.</param>
    /// <returns>What <paramref name="act"/> gives; 1 when the log cannot be written.</returns>
    internal static async Task<int> FollowAsync(IServiceProvider services, string name, Func<Task<int>> act, TrailAct? told = null)
    {
        var trail = services.GetRequiredService<TrailKeeper>().Begin(new TrailFacts(told?.Code ?? "command") { Address = "tandem " + name, Client = "command line" });
        AccessTrail.Current = trail;
        trail.Serves(AccessScope.System);
        if (told is not null)
        {
            trail.Acted(told);
            if (!await KeptAsync(trail))
                return 1;
        }

        var code = 1;
        try
        {
            code = await act();
        }
        finally
        {
            code = await KeptAsync(trail) ? code : 1;
        }

        return code;
    }

    private static async Task<bool> KeptAsync(AccessTrail trail)
    {
        if (!trail.HasActs || await trail.KeepAsync(AccessScope.System, 0) is not { } refusal)
            return true;
        await Console.Error.WriteLineAsync(refusal.Text);
        return false;
    }
}
