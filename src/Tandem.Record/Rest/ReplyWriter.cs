using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>Sends an answer in the form, the part and the coding that the client asked for.</summary>
internal static class ReplyWriter
{
    internal static async ValueTask SendAsync(FhirRequest request, FhirReply reply)
    {
        var (http, response) = (request.Http, request.Http.Response);
        (reply, var body) = Formed(request, reply);
        response.StatusCode = reply.Status;
        Headers(response, reply);
        if (reply.Body.Length > 0 || reply.Status == StatusCodes.Status304NotModified) // RFC 9110 15.4.5: 304 has what the whole would have had
            response.Headers.Append("Vary", request.Type == "Binary" ? "Accept, Accept-Encoding, Sec-Fetch-Dest" : "Accept, Accept-Encoding"); // beside the Origin of apps in browsers
        if (reply.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return;
        if (reply.Body.Length == 0)
        {
            response.ContentLength = 0;
            return;
        }

        if (WireCoding.Chosen(http.Request, body.Length) is { } coding)
        {
            response.Headers.ContentEncoding = coding;
            body = WireCoding.Compress(body, coding);
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Cut(FhirRequest request, FhirReply reply) =>
        reply.Status is 200 or 201 && !request.Shape.IsWhole ? Subset.Of(reply.Body, request.Shape, reply.IsStored) : reply.Body;

    /// <summary>The bytes to send, none for an answer without, and the answer that they are of: another one where they would be too many.</summary>
    private static (FhirReply Reply, ReadOnlyMemory<byte> Body) Formed(FhirRequest request, FhirReply reply)
    {
        var response = request.Http.Response;
        if (reply.Body.Length == 0 || reply.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return (reply, default);
        if (reply is { Status: StatusCodes.Status200OK, Version: not null } && BinaryContent.IsWanted(request) && BinaryContent.Unwrap(response, reply.Body) is { } file)
            return (reply, file);
        var (body, most) = (Cut(request, reply), request.Service.Limits.FormedBytes);
        response.ContentType = request.Form == WireForm.Xml ? ContentTypes.FhirXml : ContentTypes.FhirJson;
        if (request.Form != WireForm.Xml)
            return (reply, (request.Pretty ? JsonIndent.Within(most, body.Span) : null) ?? body);
        var json = FhirJson.ParseStored(body).Root;
        var xml = (request.Pretty ? FhirXmlWriter.ToXmlWithin(most, json, indent: true) : null) ?? FhirXmlWriter.ToXmlWithin(most, json, indent: false);
        if (xml is not null)
            return (reply, xml);
        reply = TooLarge(request, reply, json, most);
        return (reply, FhirXmlWriter.ToXml(FhirJson.ParseStored(reply.Body).Root));
    }

    /// <summary>The answer in place of one that is too large as XML. What was written stays written, so its status does too.</summary>
    private static FhirReply TooLarge(FhirRequest request, FhirReply reply, FhirNode json, int most)
    {
        var told = new RefusalDetail("too-costly", $"As XML this answer would have more than {most:N0} bytes. Ask for it as JSON (application/fhir+json), or for less at once (_count, _elements).");
        var method = request.Http.Request.Method;
        var isWrite = !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && (reply.Version is not null || json["type"u8].Text is "transaction-response" or "batch-response");
        return isWrite ? reply with { Body = OperationOutcomeJson.Of("warning", told) } : FhirReply.Error(StatusCodes.Status422UnprocessableEntity, told.Code, told.Text);
    }

    private static void Headers(HttpResponse response, FhirReply reply)
    {
        if (reply.Version is { } version)
        {
            response.Headers.ETag = FhirReply.ETagOf(version);
            response.Headers.LastModified = version.At.ToString("r", CultureInfo.InvariantCulture);
        }

        if (reply.Location is not null)
            response.Headers.Location = reply.Location;
        if (reply.Allow is not null)
            response.Headers.Allow = reply.Allow;
        if (reply.AcceptPatch is not null)
            response.Headers["Accept-Patch"] = reply.AcceptPatch;
        if (reply.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (reply.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = ((long)Math.Ceiling(reply.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
