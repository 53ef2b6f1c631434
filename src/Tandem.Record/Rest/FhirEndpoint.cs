using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tandem.Kernel;
using Tandem.Kernel.Data;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>One interaction: everything expected is in the reply, everything else is thrown.</summary>
internal delegate Task<FhirReply> Interaction(FhirRequest request);

/// <summary>The edge of the FHIR interface: what holds for every interaction before and after it.</summary>
internal static partial class FhirEndpoint
{
    /// <summary>Maps an interaction.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="methods">HTTP methods.</param>
    /// <param name="path">Below the prefix.</param>
    /// <param name="name">A unique name for the description.</param>
    /// <param name="summary">One sentence for the description.</param>
    /// <param name="interaction">What to do.</param>
    /// <param name="readsJson">True when the body has to be a resource.</param>
    /// <param name="open">True when nobody has to be signed in.</param>
    internal static void Map(
        FhirRoutes routes, string[] methods, string path, string name, string summary, Interaction interaction, bool readsJson = false, bool open = false)
    {
        RequestDelegate run = http => RunAsync(new FhirRequest(http, routes.Service, routes.Prefix), interaction, readsJson, open);
        routes.Builder.Map(AddressPart.Pattern(routes.Prefix + path), run)
            .WithMetadata(new HttpMethodMetadata(methods)).WithName(name).WithSummary(summary).WithTags("FHIR").WithMetadata(interaction.Method, KeepsTrail.Itself);
    }

    internal static async Task RunAsync(FhirRequest request, Interaction interaction, bool readsJson, bool open)
    {
        var http = request.Http;
        if (http.Request.Headers["X-Request-Id"] is [{ Length: > 0 and <= 128 } number] && number.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            http.Response.Headers["X-Request-Id"] = number; // the client's own name for it is taken (R4 3.1.0, custom headers)
        var reply = Before(request, readsJson, open) ?? await AnswerAsync(request, interaction);
        if (reply is null || http.Response.HasStarted)
            return;
        await ReplyWriter.SendAsync(request, await OnTrailAsync(request, reply));
    }

    /// <summary>What leaves is on the trail first; what cannot be put there does not leave. What is written by then stays so: who sent it is not asked to send it again.</summary>
    internal static async ValueTask<FhirReply> OnTrailAsync(FhirRequest request, FhirReply reply)
    {
        if (reply.Version is { } shown)
            request.Scope.Trail.Note(shown, TouchKind.Read, request.Own);
        return await request.Scope.Trail.KeepAsync(request.Scope, reply.Status) is not { } refusal ? reply
            : !request.Scope.Trail.HasChanged ? refusal
            : Refusal.Uncertain("What this request changes is written or may be, but the access log could not be, so nothing of it is shown. Do not send it again: look at what is there in a moment. Tell your administrator.");
    }

    private static FhirReply? Before(FhirRequest request, bool readsJson, bool open)
    {
        var http = request.Http.Request;
        if (!request.IsAnswerable && !BinaryContent.IsWanted(request))
            return FhirReply.Error(StatusCodes.Status406NotAcceptable, "not-supported", "This server answers in application/fhir+json and application/fhir+xml of FHIR 4.0.");
        if (!open && request.Scope.Reach == Kernel.Actors.Reach.NoOne)
            return Refusal.Unauthenticated("Sign in first: nobody is signed in, or the sign-in reaches no record.");
        if (AddressWords.Refused(request) is { } told)
            return told;
        if (Preconditions.Misplaced(request) is { } misplaced)
            return misplaced;
        if (request.Misshapen is { } misshapen && request.IsStrict)
            return misshapen;
        return readsJson && !BinaryContent.IsSent(request) ? Unreadable(request) : null;
    }

    /// <summary>Refuses a body in a form that is not read.</summary>
    internal static FhirReply? Unreadable(FhirRequest request)
    {
        var http = request.Http.Request;
        return ContentTypes.Readable(http.ContentType) && WireCoding.Readable(http) ? null : FhirReply.Error(
            StatusCodes.Status415UnsupportedMediaType, "not-supported", "The body has to be application/fhir+json or application/fhir+xml in UTF-8, plain or in gzip, br or deflate.");
    }

    /// <summary>Runs an interaction, what it throws told in its answer. Null when the client has gone.</summary>
    internal static async Task<FhirReply?> AnswerAsync(FhirRequest request, Interaction interaction)
    {
        try
        {
            return await interaction(request);
        }
        catch (OperationCanceledException) when (request.Cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (BadHttpRequestException e)
        {
            return FhirReply.Error(e.StatusCode, "structure", "The request could not be read to its end.");
        }
        catch (ReadTooLongException)
        {
            return TooLong(request);
        }
        catch (AnswerTooLargeException)
        {
            return TooLarge(request);
        }
        catch (DatabaseUnavailableException e)
        {
            Unavailable(request.Service.Log, e);
            return Refusal.Unavailable("The record cannot be reached now. Try again in a moment.");
        }
        catch (Exception e)
        {
            var incident = Ids.New(request.Service.Clock);
            Failed(request.Service.Log, e, incident);
            return FhirReply.Error(StatusCodes.Status500InternalServerError, "exception", $"Something went wrong here. Incident {incident}.");
        }
    }

    /// <summary>The answer to a read that was ended. Asked once more it would take as long.</summary>
    internal static FhirReply TooLong(FhirRequest request)
    {
        var longest = request.Service.Limits.LongestRead;
        Ended(request.Service.Log, longest);
        return FhirReply.Error(
            StatusCodes.Status503ServiceUnavailable,
            "timeout",
            string.Create(CultureInfo.InvariantCulture, $"This took longer than {longest.TotalSeconds:0.###} seconds, so it was ended. Ask for less at once: narrow the search (a patient, a code, dates), ask for smaller pages with _count, leave out _total and _include. Who needs all of it uses bulk export ($export)."))
            with { RetryAfter = longest };
    }

    /// <summary>The answer to what would take more memory than one answer may.</summary>
    internal static FhirReply TooLarge(FhirRequest request) => FhirReply.Error(
        StatusCodes.Status422UnprocessableEntity, "too-costly", $"The answer would have more than {request.Service.Limits.AnswerBytes:N0} bytes. Ask for less at once (_count, _include).");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A read over the FHIR interface took longer than {Longest} and was ended (Fhir:LongestRead)")]
    private static partial void Ended(ILogger log, TimeSpan longest);

    [LoggerMessage(Level = LogLevel.Error, Message = "A FHIR request failed (incident {Incident})")]
    private static partial void Failed(ILogger log, Exception exception, string incident);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not available to a FHIR request")]
    private static partial void Unavailable(ILogger log, Exception exception);
}

/// <summary>Where the interactions are mapped and what they work with.</summary>
internal sealed record FhirRoutes(IEndpointRouteBuilder Builder, string Prefix, FhirService Service);
