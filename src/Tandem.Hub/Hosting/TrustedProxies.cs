using Microsoft.AspNetCore.HttpOverrides;

namespace Tandem.Hub.Hosting;

/// <summary>
/// Believes the proxies that the installation names what they say of the caller's address and scheme, and nobody else: limits, sessions, the access log and cookies then go by the caller. Of several
/// addresses those count that the named proxies added.
/// </summary>
internal static class TrustedProxies
{
    internal static void UseTrustedProxies(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<HubSettings>();
        var networks = settings.ProxyNetworks.OfType<System.Net.IPNetwork>().ToList();
        if (networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = settings.ProxyHops };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
