using System.Globalization;
using System.Text;
using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Hub.Pages;

/// <summary>
/// The stream of changes for open pages (server-sent events): a hello at once, "changed" with a topic's name, a beat every
/// 15 seconds, so that pages notice a line that died without a word. Topics name no person; what changed is read through the page.
/// </summary>
internal static class LiveRoute
{
    private const int MostTopics = 64;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    internal static void MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/live", HandleAsync).ExcludeFromDescription();
        routes.MapGet("/live/session", SecondsLeft).ExcludeFromDescription();
    }

    /// <summary>How many seconds the session stays open when nothing else is asked for; asking does not keep it open. Who is not signed in is refused before.</summary>
    private static IResult SecondsLeft(HttpContext context, TimeProvider clock) => context.SignedIn() is { } signedIn
        ? Results.Text(((int)signedIn.Session.LeftAt(clock.GetUtcNow()).TotalSeconds).ToString(CultureInfo.InvariantCulture))
        : Results.NotFound();

    internal static async Task HandleAsync(
        HttpContext context, LiveTopics live, RecordStore record, TimeProvider clock, IHostApplicationLifetime life, string? topics = null, long? since = null)
    {
        var asked = (topics ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        if (asked.Count is 0 or > MostTopics)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var wanted = asked.Where(topic => IsReached(topic, record, context.Scope())).ToHashSet(StringComparer.Ordinal);
        if (wanted.Remove(EscalationTopics.OfReader))
            wanted.UnionWith(Receiving.Of(record, context.Scope(), clock.GetUtcNow()).All.Select(EscalationTopics.Of));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var from = long.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last) ? last : since ?? live.Position;
        try
        {
            await WriteAsync(context, live.FollowAsync(wanted, from, stop.Token), from, clock, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the page was closed or the hub stops: both are how a stream ends
        }
    }

    /// <summary>A topic that names a person or a loop is followed by who reaches it; for others it stays as silent as one that is not there.</summary>
    internal static bool IsReached(string topic, RecordStore record, AccessScope scope)
    {
        var colon = topic.IndexOf(':', StringComparison.Ordinal);
        var type = colon < 0 ? null : topic[..colon] switch { "patient" => "Patient", "loop" => "Task", _ => null };
        return type is null || !scope.Reach.IsLimited ? scope.Reach != Reach.NoOne : record.Database.Read(session => session.IsReached(scope, type, topic[(colon + 1)..]));
    }

    /// <summary>A page stays open for hours; what its reader reached when it was opened may have been taken away since.</summary>
    private static bool IsReachedStill(string topic, HttpContext context) => !topic.Contains(':', StringComparison.Ordinal)
        || IsReached(topic, context.RequestServices.GetRequiredService<RecordStore>(), context.RequestServices.GetRequiredService<IScopeRenewal>().Renew(context.Scope()));

    private static async Task WriteAsync(
        HttpContext context, IAsyncEnumerable<LiveChange> changes, long from, TimeProvider clock, CancellationTokenSource stop)
    {
        var stream = changes.GetAsyncEnumerator(stop.Token);
        var step = new Step(stream.MoveNextAsync().AsTask());
        try
        {
            await WriteAsync(context, stream, step, from, clock, stop.Token);
        }
        finally
        {
            // An enumerator may be disposed only between its steps, so the one under way is ended first.
            await stop.CancelAsync();
            await Task.WhenAny(step.Next);
            await stream.DisposeAsync();
        }
    }

    private static async Task WriteAsync(
        HttpContext context, IAsyncEnumerator<LiveChange> stream, Step step, long from, TimeProvider clock, CancellationToken cancel)
    {
        var response = context.Response;
        await SendAsync(response, $"retry: 2000\nevent: hello\nid: {from}\ndata: -\n\n", cancel);
        while (true)
        {
            var beat = Task.Delay(Heartbeat, clock, cancel);
            var isBeat = await Task.WhenAny(step.Next, beat) == beat;
            if (!context.IsStillSignedIn())
                return; // ended from elsewhere: the stream ends with the next beat or change
            if (isBeat)
            {
                await beat;
                await SendAsync(response, $"event: beat\ndata: -\n\n", cancel);
                continue;
            }

            if (!await step.Next)
                return;

            if (IsReachedStill(stream.Current.Topic, context))
                await SendAsync(response, $"event: changed\nid: {stream.Current.Position}\ndata: {EscalationTopics.ForPage(stream.Current.Topic)}\n\n", cancel);
            step.Next = stream.MoveNextAsync().AsTask();
        }
    }

    private static async Task SendAsync(HttpResponse response, FormattableString text, CancellationToken cancel)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)), cancel);
        await response.Body.FlushAsync(cancel);
    }

    /// <summary>The step of the stream that is under way.</summary>
    private sealed class Step(Task<bool> next)
    {
        internal Task<bool> Next { get; set; } = next;
    }
}
