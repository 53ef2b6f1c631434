using Tandem.Kernel.Data;
using Tandem.Tests.Trust.Smart;

namespace Tandem.Tests.Trust;

/// <summary>Two whole hubs, each on a Kestrel of its own, on one PostgreSQL; started by the first test that needs them.</summary>
public sealed class TwoNodes : IAsyncDisposable
{
    /// <summary>Where people are signed in, apps approved, and everything is taken back.</summary>
    internal SmartHub Here { get; private set; } = null!;

    /// <summary>Where it has to be refused.</summary>
    internal SmartHub There { get; private set; } = null!;

    internal async Task StartAsync()
    {
        if (There is not null)
            return;
        Here = await SmartHub.StartAsync(Engine.Postgres);
        There = await Here.BesideAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (There is not null)
            await There.DisposeAsync();
        if (Here is not null)
            await Here.DisposeAsync();
    }
}
