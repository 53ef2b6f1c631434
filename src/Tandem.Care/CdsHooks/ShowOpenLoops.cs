using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Tandem.Care.Launches;
using Tandem.Care.Loops;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.Smart;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace Tandem.Care.CdsHooks;

/// <summary>
/// Tells an electronic health record, while a chart is opened there, what is still open for that patient (CDS Hooks 2.0, patient-view). Discovery and
/// service answer only systems that the site trusts, each request with a signed token of its own.
/// </summary>
public static class ShowOpenLoops
{
    private const string Id = "tandem-open-loops";
    private const int Shown = 5;
    private const int LargestBody = 256 * 1024;
    private static readonly string[] Types = ["Patient", "Task"];

    /// <summary>Maps discovery and the service.</summary>
    public static IEndpointRouteBuilder MapCdsHooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cds-services", async (HttpContext context, SystemCallers callers, CancellationToken cancel) =>
            (await callers.FindAsync(context.Request, Types, cancel)).Refusal is { } refusal ? Refused(context, refusal) : HttpResults.Json(new { services = new[] { Described } })).ExcludeFromDescription();
        routes.MapPost($"/cds-services/{Id}", async (HttpContext context, SystemCallers callers, RecordStore record, PageTime time, Issuer issuer, CancellationToken cancel) =>
        {
            if (!(await callers.FindAsync(context.Request, Types, cancel)).Succeeded(out var scope, out var refusal))
                return Refused(context, refusal);
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = LargestBody;
            if (!(await ReadAsync(context.Request, cancel)).Succeeded(out var asked, out refusal))
                return HttpResults.StatusCode(StatusCodes.Status400BadRequest);
            if (asked.Prefetch is not { ValueKind: JsonValueKind.Object } prefetch || !prefetch.TryGetProperty("patient", out var patient) || patient.ValueKind != JsonValueKind.Object)
                return HttpResults.StatusCode(StatusCodes.Status412PreconditionFailed);
            return HttpResults.Json(Handle(patient.GetRawText(), scope, record, time, issuer.Of(context.Request)), JsonSerializerOptions.Web);
        }).ExcludeFromDescription();
        return routes;
    }

    /// <summary>One card with the most urgent loops, or none: also for somebody who is not known here.</summary>
    internal static CdsAnswer Handle(string patientJson, AccessScope scope, RecordStore record, PageTime time, string address)
    {
        if (!OpenFromEhr.Find(patientJson, record, scope).Succeeded(out var patient, out _))
            return new CdsAnswer([]);
        var loops = FindPatientLoops.Find(record, patient, scope).Where(loop => loop.IsOpen).OrderBy(loop => loop.Tier).ThenBy(loop => loop.Due).ToList();
        if (loops.Count == 0)
            return new CdsAnswer([]);
        var isLate = loops.Any(loop => loop.Due < time.Now);
        var indicator = isLate && loops.Any(loop => loop.Tier == LoopTier.Red) ? "critical" : isLate || loops.Any(loop => loop.Tier != LoopTier.Routine) ? "warning" : "info";
        return new CdsAnswer(
        [
            new CdsCard(Ids.From("cds-card", patient, string.Join(' ', loops.Select(loop => $"{loop.Id}/{loop.Version}"))), CdsWords.Open.For(loops.Count), indicator, new CdsSource("Tandem", address))
            {
                Detail = Detail(loops, time),
                Links = [new CdsLink(CdsWords.OpenPatient, $"{address}/patients/{patient}", "absolute")],
            },
        ]);
    }

    private static string Detail(List<Loop> loops, PageTime time)
    {
        var text = new StringBuilder();
        foreach (var loop in loops.Take(Shown))
        {
            var due = (loop.Due < time.Now ? CdsWords.Overdue : CdsWords.DueUntil).With(time.Exact(loop.Due));
            text.Append("- **").Append(Plain(loop.Title.In(Languages.Current))).Append("**: ").Append(Plain(loop.Why.In(Languages.Current))).Append(" (").Append(due).Append(")\n");
        }

        if (loops.Count > Shown)
            text.Append("- ").Append(CdsWords.More.With(loops.Count - Shown)).Append('\n');
        return text.ToString();
    }

    /// <summary>Without what Markdown would make something of.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => c is '*' or '_' or '`' or '[' or ']' or '<' or '>' or '#' or '|' or '\\' || char.IsControl(c) ? ' ' : c));

    private static async Task<Outcome<CdsRequest>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            return request.HasJsonContentType() && await request.ReadFromJsonAsync<CdsRequest>(cancel) is { Hook: "patient-view", HookInstance.Length: > 0, Context.ValueKind: JsonValueKind.Object } asked
                ? asked
                : Refusal.Invalid("A request of the hook patient-view is needed.");
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return Refusal.Invalid("The body cannot be read.");
        }
    }

    private static IResult Refused(HttpContext context, Refusal refusal)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"tandem\", error=\"invalid_token\"";
        return HttpResults.Json(new { error = refusal.Text }, statusCode: StatusCodes.Status401Unauthorized);
    }

    private static object Described => new
    {
        hook = "patient-view", id = Id, title = "Open items of care coordination", description = "What is still open for this patient in the region's coordination hub, and until when.",
        prefetch = new { patient = "Patient/{{context.patientId}}" },
    };
}
