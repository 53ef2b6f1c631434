using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tandem.Care.Intake;

/// <summary>An address where MLLP is spoken, as against those of HTTP.</summary>
internal sealed class MllpEndPoint(IPEndPoint at) : IPEndPoint(at.Address, at.Port);

/// <summary>
/// Kestrel's sockets for MLLP alone: a message is read, kept and answered on the thread that its bytes came on. What a line
/// waits for is one flush; each change of threads beside it costs as much as half a flush.
/// </summary>
internal sealed class MllpTransport(ILoggerFactory logs) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory sockets = new(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), logs);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is MllpEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        sockets.BindAsync(endpoint, cancellationToken);
}
