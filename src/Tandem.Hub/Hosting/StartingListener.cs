using System.Globalization;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Hub.Hosting;

/// <summary>
/// Answers in the hub's place while its first start after an update makes rows of the record anew, which takes minutes with a large one: that it is starting (503, with when to ask again), and
/// to who asks whether the process lives that it does, so that nobody ends it in the midst. Messages over MLLP are not taken meanwhile; their senders try again.
/// </summary>
internal sealed class StartingListener : IAsyncDisposable
{
    /// <summary>What everybody is told.</summary>
    internal const string Words = "The hub is starting after an update and makes rows of the record anew. Nothing is lost. Try again in a moment.";

    private const int AskAgainAfter = 10; // seconds
    private readonly WebApplication app;

    private StartingListener(WebApplication app) => this.app = app;

    /// <summary>Begins to answer on a hub's addresses; null where nothing has to be made anew.</summary>
    internal static async Task<StartingListener?> StartAsync(WebApplication hub, CancellationToken cancel)
    {
        var services = hub.Services;
        if (!services.GetRequiredService<RecordStore>().IsStale)
            return null;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        var wall = services.GetRequiredService<WallSettings>();
        var room = services.GetRequiredService<ConnectionRoom>();
        builder.WebHost.ConfigureKestrel(kestrel =>
            Listeners.ListenForRequests(kestrel, services.GetRequiredService<HubSettings>(), wall, room, services.GetRequiredService<TimeProvider>()));
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancel);
        return new StartingListener(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        var isAlive = request.Path == "/health/live";
        if (!isAlive)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = AskAgainAfter.ToString(CultureInfo.InvariantCulture);
        }

        if (request.Path.StartsWithSegments("/health"))
        {
            response.ContentType = "application/json";
            return response.WriteAsync(isAlive ? """{"status":"healthy"}""" : """{"status":"unhealthy"}""");
        }

        if (request.Path.StartsWithSegments("/fhir"))
            return EarlyRefusal.WriteAsync(context, "transient", Words);
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(Words);
    }
}
