using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Smart;

/// <summary>
/// Under which address this server speaks. What a request claims in its Host header counts only while the site has named no address, and then
/// only when the hub listens there: an audience that a caller could choose would protect nothing.
/// </summary>
public sealed class Issuer(SiteSettings site, IServer server)
{
    /// <summary>The issuer, without a slash at the end.</summary>
    public string Of(HttpRequest request)
    {
        if (site.Address.Length > 0)
            return site.Address.TrimEnd('/');
        var listened = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(address => address.TrimEnd('/')).ToList() ?? [];
        var claimed = $"{request.Scheme}://{request.Host}";
        return listened.Contains(claimed) || listened.Contains(claimed.Replace("//127.0.0.1:", "//localhost:", StringComparison.Ordinal)) ? claimed : listened.FirstOrDefault() ?? claimed;
    }

    /// <summary>The address of the FHIR interface: what apps name as <c>aud</c>.</summary>
    public string FhirOf(HttpRequest request) => Of(request) + "/fhir";

    /// <summary>The address where tokens are exchanged: what client assertions name as <c>aud</c>.</summary>
    internal string TokenOf(HttpRequest request) => Of(request) + "/oauth/token";
}
