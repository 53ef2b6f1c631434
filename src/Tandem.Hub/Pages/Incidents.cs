using Microsoft.AspNetCore.Diagnostics;
using Tandem.Kernel;

namespace Tandem.Hub.Pages;

/// <summary>
/// Gives every unexpected failure a short number, under which the log has it and which the error page shows. The log gets the
/// route's pattern, never the address, since an address can name a patient.
/// </summary>
internal sealed partial class Incidents(ILogger<Incidents> log, TimeProvider clock) : IExceptionHandler
{
    private static readonly object Key = new();

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var incident = Ids.New(clock)[^10..];
        httpContext.Items[Key] = incident;
        LogIncident(incident, (httpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-", exception);
        return ValueTask.FromResult(false);
    }

    /// <summary>The incident of this request, or null.</summary>
    internal static string? Of(HttpContext? context) => context?.Items[Key] as string;

    [LoggerMessage(EventId = 500, Level = LogLevel.Error, Message = "Incident {Incident} at {Route}")]
    private partial void LogIncident(string incident, string route, Exception exception);
}
