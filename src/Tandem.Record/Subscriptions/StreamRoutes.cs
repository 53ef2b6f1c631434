using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Subscriptions;

/// <summary>Where clients connect to be told: a websocket bound by tokens, and server-sent events.</summary>
internal static class StreamRoutes
{
    /// <summary>The websocket, below the base of the FHIR interface.</summary>
    internal const string WebSocketPath = "/subscriptions/ws";

    internal static void Map(FhirRoutes routes)
    {
        var socket = routes.Builder.CreateApplicationBuilder();
        var ping = routes.Builder.ServiceProvider.GetRequiredService<SubscriptionOptions>().Ping;
        socket.UseWebSockets(new WebSocketOptions { KeepAliveInterval = ping, KeepAliveTimeout = ping });
        socket.Run(async http =>
        {
            using var session = new SocketSession(http, routes.Service);
            await session.RunAsync();
        });
        routes.Builder.MapMethods(routes.Prefix + WebSocketPath, [HttpMethods.Get, HttpMethods.Connect], socket.Build()).ExcludeFromDescription(); // CONNECT: over HTTP/2 (RFC 8441)
        routes.Builder.MapGet(routes.Prefix + "/Subscription/{id}/$stream", http => StreamAsync(http, routes)).ExcludeFromDescription();
    }

    /// <summary>
    /// Server-sent events: <c>id</c> is the event number, <c>data</c> the notification on one line. A client that reconnects says by
    /// Last-Event-ID where it stood; without, it goes on behind what was sent last.
    /// </summary>
    private static async Task StreamAsync(HttpContext http, FhirRoutes routes)
    {
        var services = http.RequestServices;
        var id = (string)http.GetRouteValue("id")!;
        if (Refused(services.GetRequiredService<SubscriptionRecord>(), id, http.Scope()) is { } refusal)
        {
            await ReplyWriter.SendAsync(new FhirRequest(http, routes.Service, routes.Prefix), refusal);
            return;
        }

        using var stop = Stop(http);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        long? after = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : null;
        var stream = services.GetRequiredService<EventStream>();
        using var writing = new SemaphoreSlim(1);
        var open = KeepOpenAsync(http, routes, writing, stop.Token);
        try
        {
            await foreach (var streamed in stream.FollowAsync(id, after, GetBindingToken.ConnectedBy(http), stop.Token))
            {
                await WriteAsync(http, Event(streamed), writing, stop.Token);
                if (streamed.HasEvents)
                    await KeepSentAsync(http, stream, id, streamed, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the client left or the hub stops: both are how a stream ends
        }
        finally
        {
            await stop.CancelAsync();
            await open;
        }
    }

    private static async Task KeepSentAsync(HttpContext http, EventStream stream, string id, Streamed streamed, CancellationToken stop)
    {
        try
        {
            await stream.SentAsync(id, streamed, stop);
        }
        catch (DatabaseException e)
        {
            http.RequestServices.GetRequiredService<ILogger<EventStream>>().LogWarning(e, "What was told of the subscription {Subscription} could not be kept; it is with the next.", id);
        }
    }

    /// <summary>Sends a comment at times, which clients pass over (HTML 9.2.7): proxies cut what is silent for long, and a client that is gone is noticed only by what it does not take.</summary>
    private static async Task KeepOpenAsync(HttpContext http, FhirRoutes routes, SemaphoreSlim writing, CancellationToken stop)
    {
        var ping = http.RequestServices.GetRequiredService<SubscriptionOptions>().Ping;
        try
        {
            while (true)
            {
                await Task.Delay(ping, routes.Service.Clock, stop);
                await WriteAsync(http, ":\n\n"u8.ToArray(), writing, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the stream has ended
        }
    }

    private static async Task WriteAsync(HttpContext http, byte[] text, SemaphoreSlim writing, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await http.Response.Body.WriteAsync(text, stop);
            await http.Response.Body.FlushAsync(stop);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Resources in the bundle keep the line breaks they were sent with, at which data would end (HTML 9.2.6); between the words of JSON a blank says the same, and within strings there are none.</summary>
    private static byte[] Event(Streamed streamed)
    {
        var number = streamed.HasEvents ? string.Create(CultureInfo.InvariantCulture, $"id: {streamed.Last}\n") : "";
        var head = Encoding.UTF8.GetBytes(number + "event: notification\ndata: ");
        byte[] text = [.. head, .. streamed.Bundle, .. "\n\n"u8];
        var data = text.AsSpan(head.Length, streamed.Bundle.Length);
        data.Replace((byte)'\n', (byte)' ');
        data.Replace((byte)'\r', (byte)' ');
        return text;
    }

    private static Refusal? Refused(SubscriptionRecord record, string id, AccessScope scope)
    {
        if (scope.Reach == Reach.NoOne)
            return Refusal.Unauthenticated("Sign in first: nobody is signed in, or the sign-in reaches no record.");
        if (record.Find(id, scope) is not { IsStreamed: true })
            return Refusal.NotFound("There is no subscription with this id whose channel is server-sent-events or websocket.");
        return record.IsOwn(id, scope) ? null : Refusal.Forbidden("Only who made a subscription can be connected to it; make one of your own.");
    }

    /// <summary>Ends with the connection or the hub.</summary>
    private static CancellationTokenSource Stop(HttpContext http) => CancellationTokenSource.CreateLinkedTokenSource(
        http.RequestAborted, http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
}
