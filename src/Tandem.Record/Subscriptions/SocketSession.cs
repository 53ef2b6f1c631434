using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// One websocket: each message <c>bind-with-token …</c> adds the subscriptions of a token; notifications come as text messages. A socket says nothing of what has arrived but by its answers
/// to pings, so what was sent counts as told once a ping behind it must have been answered; what a cut left open goes out again, under the same numbers, over the next socket. The hub closes it when nothing is left to
/// tell of, and when it cannot go on: a socket that is open is one that is told.
/// </summary>
internal sealed class SocketSession(HttpContext http, FhirService service) : IDisposable
{
    /// <summary>So many subscriptions one socket is told of at most.</summary>
    internal const int MostSubscriptions = 100;

    private const int LongestMessage = 16 * 1024; // a token for so many whose ids are as long as any has some 9,000 characters
    private const int MostRefused = 5; // in a row
    private static readonly Closing Ended = new(WebSocketCloseStatus.NormalClosure, "The subscription has ended.");
    private static readonly Closing LetInNoMore = new(WebSocketCloseStatus.PolicyViolation, "The session or token has ended, or the subscription is somebody else's. Ask for a new token to bind with.");
    private static readonly Closing Failed = new(WebSocketCloseStatus.InternalServerError, "The hub cannot go on here. Connect again.");
    private static readonly Closing Refused = new(WebSocketCloseStatus.PolicyViolation, "None of the tokens could be used. Ask for a new one and connect again.");
    private static readonly Closing Unbound = new(WebSocketCloseStatus.PolicyViolation, "Nothing was bound in time. Connect again, and send bind-with-token and a token.");
    private static readonly Closing Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "The hub is stopping. Connect again, and ask for a new token.");
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5); // within the time that a hub has to stop
    private readonly SubscriptionOptions options = http.RequestServices.GetRequiredService<SubscriptionOptions>();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
    private readonly SemaphoreSlim sending = new(1);
    private readonly Dictionary<string, Task> bound = new(StringComparer.Ordinal);
    private readonly ILogger log = http.RequestServices.GetRequiredService<ILogger<SocketSession>>();
    private int followed;

    internal async Task RunAsync()
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var unbound = EndUnboundAsync(socket);
        var stopping = EndWithHubAsync(socket);
        try
        {
            var refused = 0;
            while (refused < MostRefused && await ReadAsync(socket, stop.Token) is { } text)
                refused = await BindAsync(socket, text, stop.Token) ? 0 : refused + 1;
            if (socket.State == WebSocketState.Open) // too many tokens that cannot be used, or something that is longer than any
                await CloseAsync(socket, Refused, stop.Token);
            else if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // the client left or the hub stops: both are how a socket ends
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([unbound, stopping, .. bound.Values]);
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        sending.Dispose();
    }

    /// <summary>Whoever reaches the hub may connect, and is known only by what they bind: who binds nothing takes a connection from those who do.</summary>
    private async Task EndUnboundAsync(WebSocket socket)
    {
        try
        {
            await Task.Delay(options.BindWithin, service.Clock, stop.Token);
            if (bound.Count == 0)
                await CloseAsync(socket, Unbound, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // it has ended before
        }
    }

    /// <summary>A client that is told can connect to the next hub at once; one that is cut off waits, or takes it for a fault.</summary>
    private async Task EndWithHubAsync(WebSocket socket)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registered = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.TrySetResult());
        try
        {
            await stopping.Task.WaitAsync(stop.Token);
            await CloseAsync(socket, Stopping, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // it has ended before
        }
    }

    /// <summary>The next message; null when the client closes, and when it is longer than a token can be.</summary>
    private static async Task<string?> ReadAsync(WebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[LongestMessage];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            if (read.MessageType == WebSocketMessageType.Close)
                return null;
            length += read.Count;
            if (read.EndOfMessage)
                return Encoding.UTF8.GetString(buffer, 0, length);
        }

        return null;
    }

    /// <returns>False when what was sent is no token that is good.</returns>
    private async Task<bool> BindAsync(WebSocket socket, string text, CancellationToken cancel)
    {
        var words = text.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var stream = http.RequestServices.GetRequiredService<EventStream>();
        var opened = words is ["bind-with-token", var token] ? await GetBindingToken.OpenAsync(service.PageKey, token, service.Clock.GetUtcNow()) : null;
        if (opened is not { } binding || !stream.IsAdmitted(binding.Connected.Admission))
            return await RefuseAsync(socket, Refusal.Unauthenticated("Send bind-with-token and a token of $get-ws-binding-token that is not older than ten minutes."), cancel);

        var fresh = binding.Subscriptions.Where(id => !IsTold(id)).Distinct().ToList();
        if (bound.Keys.Count(IsTold) + fresh.Count > MostSubscriptions)
        {
            await RefuseAsync(socket, Refusal.Invalid("", new RefusalDetail("too-costly", $"A websocket is bound to at most {MostSubscriptions} subscriptions. Nothing of this token is bound; connect once more for it.")), cancel);
            return true; // what is bound goes on
        }

        Interlocked.Increment(ref followed); // not closed before all of the token are bound
        foreach (var id in fresh)
        {
            Interlocked.Increment(ref followed);
            bound[id] = FollowAsync(socket, stream, id, binding.Connected, cancel);
        }

        await LeaveAsync(socket, Ended, cancel);
        return true;
    }

    private bool IsTold(string id) => bound.TryGetValue(id, out var running) && !running.IsCompleted;

    /// <returns>False: nothing was bound.</returns>
    private async Task<bool> RefuseAsync(WebSocket socket, FhirReply reply, CancellationToken cancel)
    {
        await SendAsync(socket, reply.Body, cancel);
        return false;
    }

    private async Task FollowAsync(WebSocket socket, EventStream stream, string id, Connected connected, CancellationToken cancel)
    {
        try
        {
            await LeaveAsync(socket, await TellAsync(socket, stream, id, connected, cancel), cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // the client left or the hub stops: both are how a socket ends
        }
    }

    /// <summary>Tells of a subscription until there is nothing more to tell.</summary>
    /// <returns>Why there is not.</returns>
    private async Task<Closing> TellAsync(WebSocket socket, EventStream stream, string id, Connected connected, CancellationToken cancel)
    {
        var sent = new StrongBox<Streamed?>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var arriving = KeepArrivedAsync(stream, id, sent, ended.Token);
        try
        {
            await foreach (var streamed in stream.FollowAsync(id, null, connected, cancel))
            {
                await SendAsync(socket, streamed.Bundle, cancel);
                if (streamed.HasEvents)
                    Volatile.Write(ref sent.Value, streamed with { Bundle = [] });
            }

            return stream.IsLetIn(id, connected) ? Ended : LetInNoMore;
        }
        catch (Exception e) when (e is not (OperationCanceledException or WebSocketException))
        {
            log.LogError(e, "A websocket could not go on with the subscription {Subscription}.", id);
            return Failed;
        }
        finally
        {
            await ended.CancelAsync();
            await arriving;
        }
    }

    /// <summary>Keeps what has arrived: the socket has stood for a ping, its answer and as long again since it was sent.</summary>
    private async Task KeepArrivedAsync(EventStream stream, string id, StrongBox<Streamed?> sent, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            var last = Volatile.Read(ref sent.Value);
            try
            {
                await Task.Delay(3 * options.Ping, service.Clock, ended);
                if (last is not null)
                    await stream.SentAsync(id, last, ended);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return; // what may not have arrived goes out over the next socket
            }
            catch (Exception e)
            {
                log.LogWarning(e, "What was told of the subscription {Subscription} could not be kept; trying again.", id); // until then it may go out twice
            }
        }
    }

    /// <summary>One subscription less is told of. Closes the socket after the last of them, and when the client has to ask for a token or connect again.</summary>
    private async Task LeaveAsync(WebSocket socket, Closing closing, CancellationToken cancel)
    {
        if (Interlocked.Decrement(ref followed) == 0 || closing != Ended)
            await CloseAsync(socket, closing, cancel);
    }

    /// <summary>Says why, and gives the client the time of a ping to close as well.</summary>
    private async Task CloseAsync(WebSocket socket, Closing closing, CancellationToken cancel)
    {
        stop.CancelAfter(closing == Stopping && options.Ping > LastPatience ? LastPatience : options.Ping);
        await sending.WaitAsync(cancel);
        try
        {
            if (socket.State == WebSocketState.Open)
                await socket.CloseOutputAsync(closing.Status, closing.Text, cancel);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> text, CancellationToken cancel)
    {
        await sending.WaitAsync(cancel);
        try
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Why a socket is closed (RFC 6455, 7.4.1; the text has at most 123 bytes).</summary>
    private sealed record Closing(WebSocketCloseStatus Status, string Text);
}
