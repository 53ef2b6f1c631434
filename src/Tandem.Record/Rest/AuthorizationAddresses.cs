using Microsoft.AspNetCore.Http;

namespace Tandem.Record.Rest;

/// <summary>Where apps are let in, as the statement of what the server can do tells it to those of SMART 1 (SMART App Launch 1.0, extension oauth-uris).</summary>
/// <param name="Of">The addresses by their names there (<c>authorize</c>, <c>token</c>, <c>register</c> …), for the address by which a request came; the same for the same address.</param>
public sealed record AuthorizationAddresses(Func<HttpRequest, IReadOnlyList<(string Name, string Address)>> Of)
{
    /// <summary>Nowhere.</summary>
    public static readonly AuthorizationAddresses None = new(_ => []);
}
