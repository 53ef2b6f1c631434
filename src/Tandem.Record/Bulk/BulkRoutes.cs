using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bulk;

/// <summary>Where jobs are asked after, cancelled and their files fetched. A job is there for who started it.</summary>
internal static class BulkRoutes
{
    internal const string Path = "/bulk-jobs";
    private const string Ndjson = "application/fhir+ndjson";

    private static readonly string[] Reading = ["GET", "HEAD"];

    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(routes, ["DELETE"], Path + "/{job}", "bulk-cancel", "Cancels a job, or forgets it and its files.", CancelAsync);
        routes.Builder.MapMethods(routes.Prefix + Path + "/{job}", Reading, (RequestDelegate)(http => StatusAsync(new FhirRequest(http, routes.Service, routes.Prefix))))
            .WithName("bulk-status").WithSummary("How far a job is; its manifest when it is done.").WithTags("FHIR");
        routes.Builder.MapMethods(routes.Prefix + Path + "/{job}/{file}", Reading, (RequestDelegate)(http => FileAsync(new FhirRequest(http, routes.Service, routes.Prefix))))
            .WithName("bulk-file").WithSummary("A file that a job made.").WithTags("FHIR");
    }

    private static async Task<FhirReply> CancelAsync(FhirRequest request)
    {
        if (Job(request) is not { } job || !await request.Service.Bulk.CancelAsync(job, request.Cancel))
            return Missing;
        return new FhirReply(StatusCodes.Status202Accepted, OperationOutcomeJson.Of("information", new RefusalDetail("informational", "The job was cancelled and its files removed.")));
    }

    private static async Task StatusAsync(FhirRequest request)
    {
        var http = request.Http;
        if (Refused(request) is { } refusal)
        {
            await ReplyWriter.SendAsync(request, refusal);
            return;
        }

        var job = Job(request)!;
        switch (job.Status)
        {
            case BulkStatus.Done:
                http.Response.Headers.Expires = request.Service.Bulk.EndOf(job).ToString("r", CultureInfo.InvariantCulture);
                http.Response.ContentType = "application/json";
                if (job.Files.Any(file => file.IsProtected))
                    http.Response.Headers[Redisclosure.Header] = Redisclosure.Notice;
                await http.Response.Body.WriteAsync(Manifest(request, job), request.Cancel);
                return;
            case BulkStatus.Failed:
                await ReplyWriter.SendAsync(request, Failed(request, job));
                return;
            default:
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                http.Response.Headers["X-Progress"] = job.Progress.Length > 0 ? job.Progress : job.Status == BulkStatus.Waiting ? "waiting" : "begun";
                http.Response.Headers.RetryAfter = "1";
                return;
        }
    }

    /// <summary>Why it failed (Bulk Data 2, "Response - Error Status") and where to read of the lines that an import left out by then.</summary>
    private static FhirReply Failed(FhirRequest request, BulkJob job) => new(StatusCodes.Status500InternalServerError, OperationOutcomeJson.Write(
    [
        ("error", new RefusalDetail("exception", job.Progress)),
        .. job.Files.Select(file => ("information", new RefusalDetail("informational", string.Create(
            CultureInfo.InvariantCulture, $"Until {FhirWriter.InstantText(request.Service.Bulk.EndOf(job))} {AddressOf(request, job, file)} tells of each line that could not be taken in: {file.Count:N0}.")))),
    ]));

    private static string AddressOf(FhirRequest request, BulkJob job, BulkFile file) => $"{request.Address}{Path}/{job.Id}/{file.Name}";

    /// <summary>The manifest (Bulk Data 2, "Response - Complete Status").</summary>
    private static byte[] Manifest(FhirRequest request, BulkJob job)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, OperationOutcomeJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("transactionTime", FhirWriter.InstantText(job.Time!.Value));
            json.WriteString("request", job.Request);
            json.WriteBoolean("requiresAccessToken", request.Scope.Role != AccessScope.System.Role);
            if (job.Files.Any(file => file.IsProtected))
            {
                json.WriteStartObject("extension");
                json.WriteString("redisclosure", Redisclosure.Notice);
                json.WriteEndObject();
            }

            foreach (var list in new[] { "output", "deleted", "error" })
            {
                json.WriteStartArray(list);
                foreach (var file in job.Files.Where(file => file.List == list))
                    Write(json, file, request, job);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, BulkFile file, FhirRequest request, BulkJob job)
    {
        json.WriteStartObject();
        json.WriteString("type", file.Type);
        json.WriteString(
            job.Kind == BulkKind.Import && file.List == "output" ? "inputUrl" : "url",
            job.Kind == BulkKind.Import && file.List == "output" ? file.Name : AddressOf(request, job, file));
        json.WriteNumber("count", file.Count);
        json.WriteEndObject();
    }

    private static async Task FileAsync(FhirRequest request)
    {
        var http = request.Http;
        if (Refused(request) is { } refusal)
        {
            await ReplyWriter.SendAsync(request, refusal);
            return;
        }

        var job = Job(request)!;
        var name = (string)http.GetRouteValue("file")!;
        if (job.Status is not (BulkStatus.Done or BulkStatus.Failed) || !job.Files.Any(file => file.Name == name && !(job.Kind == BulkKind.Import && file.List == "output")))
        {
            await ReplyWriter.SendAsync(request, Refusal.NotFound("The job has no such file."));
            return;
        }

        var folder = System.IO.Path.GetFullPath(request.Service.Bulk.Options.ExportOf(job.Id));
        var path = System.IO.Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            await ReplyWriter.SendAsync(request, Directory.Exists(folder)
                ? Refusal.NotFound("The file is not there any more: somebody has removed it from the hub's disk. Ask for it anew.")
                : Refusal.Unavailable("The file lies with another node of the hub, which does not share its bulk folder with this one. Ask again; where that does not help, tell whoever runs the hub."));
            return;
        }

        if (job.Files.First(file => file.Name == name).IsProtected)
            http.Response.Headers[Redisclosure.Header] = Redisclosure.Notice;
        await Results.File(path, Ndjson, enableRangeProcessing: true).ExecuteAsync(http);
    }

    private static FhirReply? Refused(FhirRequest request) => request.Scope.Reach == Reach.NoOne
        ? Refusal.Unauthenticated("Sign in first: nobody is signed in, or the sign-in reaches no record.")
        : Job(request) is null ? Missing : null;

    private static FhirReply Missing => Refusal.NotFound("There is no such job, or it was cancelled, or its files were removed after their time.");

    private static BulkJob? Job(FhirRequest request) => request.Service.Bulk.Find((string)request.Http.GetRouteValue("job")!, request.Scope);
}
