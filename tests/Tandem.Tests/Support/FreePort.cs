using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tandem.Tests.Support;

/// <summary>
/// Ports for what has to know its address before it starts. They lie below those that the system gives to listeners without a wish and to outgoing connections, of which
/// other tests take many meanwhile; and none is given twice.
/// </summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> Given = [];

    internal static int Take()
    {
        for (; ;)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!Given.TryAdd(port, true))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: another
            }
        }
    }
}
