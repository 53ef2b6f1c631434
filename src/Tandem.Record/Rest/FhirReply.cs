using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Validation;

namespace Tandem.Record.Rest;

/// <summary>An answer of the FHIR interface: status, headers and the bytes of a resource.</summary>
internal sealed record FhirReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The version that ETag and Last-Modified speak of, or null.</summary>
    internal ResourceVersion? Version { get; init; }

    /// <summary>True when the body is the version as it is stored.</summary>
    internal bool IsStored => Version is not null && Body.Equals(Version.Bytes);

    internal string? Location { get; init; }

    internal string? Allow { get; init; }

    /// <summary>The header Accept-Patch, or null.</summary>
    internal string? AcceptPatch { get; init; }

    /// <summary>After how long a request that could not be served (503), or that is one too many (429), may succeed.</summary>
    internal TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An expected refusal.</summary>
    public static implicit operator FhirReply(Refusal refusal) => new(StatusOf(refusal.Kind), OperationOutcomeJson.Of(refusal));

    /// <summary>An error that has no kind of refusal.</summary>
    internal static FhirReply Error(int status, string code, string text) =>
        new(status, OperationOutcomeJson.Of("error", new RefusalDetail(code, text)));

    /// <summary>A resource as it is stored.</summary>
    internal static FhirReply Resource(ResourceVersion version) => new(StatusCodes.Status200OK, version.Bytes) { Version = version };

    /// <summary>The answer to a write, with as much in it as the client prefers (R4 3.1.0.1.4).</summary>
    internal static FhirReply Written(FhirRequest request, Written written)
    {
        var version = written.Version?.ShownTo(request.Scope.Reach);
        var status = written.Effect switch
        {
            Effect.Created => StatusCodes.Status201Created,
            Effect.Deleted => StatusCodes.Status204NoContent,
            _ => StatusCodes.Status200OK,
        };
        if (written.Effect == Effect.Deleted && request.Preference == Preference.OperationOutcome)
            return new FhirReply(StatusCodes.Status200OK, OperationOutcomeJson.Of("information", new RefusalDetail("informational", Told(written.Effect)))) { Version = version };
        if (version is null || version.Deleted)
            return new FhirReply(StatusCodes.Status204NoContent, default) { Version = version };
        var body = request.Preference switch
        {
            Preference.Minimal => default,
            Preference.OperationOutcome => Outcome(request, version, written.Effect),
            _ => version.Bytes,
        };
        return new FhirReply(status, body)
        {
            Version = version,
            Location = written.Effect == Effect.Updated ? null : LocationOf(request.Address, version),
        };
    }

    /// <summary>The address of one version (R4 3.1.0.8).</summary>
    internal static string LocationOf(string address, ResourceVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{address}/{version.Reference}/_history/{version.Version}");

    /// <summary><c>W/"3"</c> (R4 3.1.0.1.3).</summary>
    internal static string ETagOf(ResourceVersion version) => string.Create(CultureInfo.InvariantCulture, $"W/\"{version.Version}\"");

    internal static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => 400,
        RefusalKind.Unprocessable => 422,
        RefusalKind.Unauthenticated => 401,
        RefusalKind.Forbidden => 403,
        RefusalKind.NotFound => 404,
        RefusalKind.Gone => 410,
        RefusalKind.Conflict => 409,
        RefusalKind.PreconditionFailed => 412,
        RefusalKind.TooLarge => 413,
        RefusalKind.NotSupported => 501,
        RefusalKind.Uncertain => 500, // not 503, at which clients send it again by themselves
        _ => 503,
    };

    /// <summary>What was done, and what there is to say about the resource though it was accepted.</summary>
    private static byte[] Outcome(FhirRequest request, ResourceVersion version, Effect effect) => OperationOutcomeJson.Write(
    [
        ("information", new RefusalDetail("informational", Told(effect))),
        .. request.Service.Rules.Notes(request.Scope, version.Root).Select(issue => (issue.IsError ? "warning" : ValidationOutcome.Severity(issue), OperationOutcomeJson.Detail(issue))),
    ]);

    private static string Told(Effect effect) => effect switch
    {
        Effect.Created => "The resource was created.",
        Effect.Updated => "The resource was updated.",
        Effect.Deleted => "The resource is deleted; its versions stay readable.",
        _ => "A resource that matches was there already; nothing was changed.",
    };
}
