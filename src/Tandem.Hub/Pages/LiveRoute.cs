using System.Globalization;
using System.Text;
using Tandem.Kernel.Pages;

namespace Tandem.Hub.Pages;

/// <summary>
/// The stream of changes for open pages (server-sent events): a hello at once, "changed" with a topic's name, a heartbeat every
/// 15 seconds. Topics name no person; what changed is read through the page.
/// </summary>
internal static class LiveRoute
{
    private const int MostTopics = 64;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    internal static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/live", HandleAsync).ExcludeFromDescription();

    internal static async Task HandleAsync(
        HttpContext context, LiveTopics live, TimeProvider clock, IHostApplicationLifetime life, string? topics = null, long? since = null)
    {
        var wanted = (topics ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        if (wanted.Count is 0 or > MostTopics)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var from = long.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last) ? last : since ?? live.Position;
        try
        {
            await WriteAsync(context.Response, live.FollowAsync(wanted, from, stop.Token), from, clock, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the page was closed or the hub stops: both are how a stream ends
        }
    }

    private static async Task WriteAsync(
        HttpResponse response, IAsyncEnumerable<LiveChange> changes, long from, TimeProvider clock, CancellationToken cancel)
    {
        await using var stream = changes.GetAsyncEnumerator(cancel);
        var next = stream.MoveNextAsync().AsTask();
        await SendAsync(response, $"retry: 2000\nevent: hello\nid: {from}\ndata: -\n\n", cancel);
        while (true)
        {
            var beat = Task.Delay(Heartbeat, clock, cancel);
            if (await Task.WhenAny(next, beat) == beat)
            {
                await beat;
                await SendAsync(response, $": beat\n\n", cancel);
                continue;
            }

            if (!await next)
                return;

            await SendAsync(response, $"event: changed\nid: {stream.Current.Position}\ndata: {stream.Current.Topic}\n\n", cancel);
            next = stream.MoveNextAsync().AsTask();
        }
    }

    private static async Task SendAsync(HttpResponse response, FormattableString text, CancellationToken cancel)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)), cancel);
        await response.Body.FlushAsync(cancel);
    }
}
