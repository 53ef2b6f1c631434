using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trial.Open;

/// <summary>A hub in which nobody signs in: every request has system access. For conformance suites, tests and benchmarks, on loopback addresses only.</summary>
public static class OpenHub
{
    /// <summary>The command: serves such a hub until it is told to stop.</summary>
    internal static Command Command()
    {
        var command = new Command("open", "A hub in which every request has system access, for conformance suites (loopback addresses only).");
        foreach (var option in CommandLine.SettingsOptions)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancel) => TryBuild(CommandLine.Settings(parsed), out var app) ? await ServeHub.ServeAsync(app, cancel) : 2);
        return command;
    }

    /// <summary>Builds the hub, or says on the error stream what is wrong with its settings.</summary>
    /// <param name="settings">Settings that win over all others.</param>
    /// <param name="app">The hub.</param>
    /// <param name="clock">Its time; real time when null.</param>
    public static bool TryBuild(IReadOnlyDictionary<string, string?> settings, [NotNullWhen(true)] out WebApplication? app, TimeProvider? clock = null) =>
        new Door().TryBuild(settings, out app, clock);

    private static bool IsOfThisMachine(this IPEndPoint? endpoint) => endpoint is null || IPAddress.IsLoopback(endpoint.Address);

    private sealed class Door : TrialExtension
    {
        /// <summary>Everything is served to everyone: to this machine alone.</summary>
        public override string? Problem(HubSettings settings) =>
            settings.Addresses.All(address => address?.IsLoopback == true) && settings.MllpAddress.IsOfThisMachine() && settings.MllpsAddress.IsOfThisMachine()
                ? null
                : "An open hub gives every request access to everything, so it works on loopback addresses only (127.0.0.1, localhost, [::1]).";

        public override void AddServices(IServiceCollection services)
        {
            base.AddServices(services);
            services.AddSingleton(new PageAddition(PageAdditionPlace.AboveAll, typeof(OpenBanner)));
        }

        public override void UseGate(WebApplication app) => app.Use((context, next) =>
        {
            context.SetScope(AccessScope.System);
            return next(context);
        });
    }
}
