using System.Reflection;
using Tandem.Hub.Hosting;
using Tandem.Trial.Parts;

namespace Tandem.Trial;

/// <summary>A hub that is tried: it has the page of all parts, and nobody sets it up.</summary>
internal abstract class TrialExtension : HubExtension
{
    public override IReadOnlyList<Assembly> Pages => [typeof(TrialExtension).Assembly];

    public override bool ShowsSetUpLink => false;

    public override void AddServices(IServiceCollection services) => services.AddSingleton<PartsBench>();

    public override void Map(IEndpointRouteBuilder routes) => PartsBench.Map(routes);

    /// <summary>Builds a hub that takes messages of senders it has not met and serves apps and endpoints on this machine.</summary>
    /// <param name="settings">Settings that win over all others, also over what a trial is made with.</param>
    /// <param name="app">The hub.</param>
    /// <param name="clock">Its time; real time when null.</param>
    internal bool TryBuild(IReadOnlyDictionary<string, string?> settings, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WebApplication? app, TimeProvider? clock)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Intake:UnknownSenders"] = "Accept", ["Subscriptions:AllowLoopback"] = "true", ["Smart:AllowLoopback"] = "true" };
        foreach (var (key, value) in settings)
            all[key] = value;
        return HubHost.TryBuild(all, out app, clock, this);
    }
}
