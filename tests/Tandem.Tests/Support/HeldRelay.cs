using System.Net;
using System.Net.Sockets;

namespace Tandem.Tests.Support;

/// <summary>A way to a server on this machine on which everything can be held up: connections stand and are taken, and nothing goes through, as with a server that was stopped.</summary>
internal sealed class HeldRelay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly int target;
    private TaskCompletionSource way = Opened();
    private TaskCompletionSource entrance = Opened();

    internal HeldRelay(int target)
    {
        this.target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From now on nothing goes through.</summary>
    internal void Hold() => way = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on no connection more gets through to the server; those that are there go on.</summary>
    internal void HoldNewcomers() => entrance = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All that was held goes on, and what comes.</summary>
    internal void Release()
    {
        way.TrySetResult();
        entrance.TrySetResult();
    }

    public void Dispose()
    {
        Release();
        ending.Cancel();
        listener.Dispose();
        ending.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = JoinAsync(await listener.AcceptTcpClientAsync(ending.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // the test is over
        }
    }

    private async Task JoinAsync(TcpClient asker)
    {
        using var server = new TcpClient { NoDelay = true };
        asker.NoDelay = true;
        using (asker)
        {
            try
            {
                await entrance.Task;
                await server.ConnectAsync(IPAddress.Loopback, target, ending.Token);
                await Task.WhenAny(PumpAsync(asker.GetStream(), server.GetStream()), PumpAsync(server.GetStream(), asker.GetStream()));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // the test is over, or the server is gone
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var some = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(some, ending.Token) is > 0 and var count)
            {
                await way.Task;
                await to.WriteAsync(some.AsMemory(0, count), ending.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // one of both has gone
        }

        await way.Task;
    }
}
