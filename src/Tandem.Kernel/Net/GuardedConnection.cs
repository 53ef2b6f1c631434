using System.Net;
using System.Net.Sockets;

namespace Tandem.Kernel.Net;

/// <summary>
/// Connections that the hub makes to addresses somebody else named: each only to an address the rule allows, whatever the name resolves to by
/// then; no redirects, no cookies, no proxy.
/// </summary>
public static class GuardedConnection
{
    /// <summary>A handler whose connections keep the rule.</summary>
    /// <param name="mayConnect">Whether a connection to an address may be made for a host of that name.</param>
    public static SocketsHttpHandler Handler(Func<string, IPAddress, bool> mayConnect) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 32,
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, mayConnect, cancel),
    };

    /// <summary>False for this machine, private, link-local, shared, multicast and reserved networks (RFC 6890).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Global unicast is 2000::/3; within it 2002::/16 wraps addresses of version 4, 2001::/23 is for protocols and 2001:db8::/32 for examples.
            return (bytes[0] & 0xe0) == 0x20 && bytes is not ([0x20, 0x02, ..] or [0x20, 0x01, < 2, ..] or [0x20, 0x01, 0x0d, 0xb8, ..]);
        }

        return bytes switch
        {
            [0 or 10 or 127, ..] or [>= 224, ..] => false,
            [100, >= 64 and < 128, ..] or [169, 254, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] => false,
            [192, 0, 0 or 2, _] or [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
            _ => true,
        };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint place, Func<string, IPAddress, bool> mayConnect, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(place.Host, cancel);
        var allowed = Array.FindAll(addresses, address => mayConnect(place.Host, address));
        if (allowed.Length == 0)
            throw new HttpRequestException("No address of this host is allowed.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, place.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
