using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;

namespace Tandem.Record.Rest;

/// <summary>Sends an answer in the form, the part and the coding that the client asked for.</summary>
internal static class ReplyWriter
{
    internal static async ValueTask SendAsync(FhirRequest request, FhirReply reply)
    {
        var http = request.Http;
        var response = http.Response;
        response.StatusCode = reply.Status;
        Headers(response, reply);
        if (reply.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return;
        var body = reply.Body;
        if (body.Length == 0)
        {
            response.ContentLength = 0;
            return;
        }

        if (reply is { Status: StatusCodes.Status200OK, Version: not null } && BinaryContent.IsWanted(request) && BinaryContent.Unwrap(response, body) is { } file)
        {
            body = file;
        }
        else
        {
            body = Formed(request, Cut(request, reply));
            response.ContentType = request.Form == WireForm.Xml ? ContentTypes.FhirXml : ContentTypes.FhirJson;
        }

        response.Headers.Vary = request.Type == "Binary" ? "Accept, Accept-Encoding, Sec-Fetch-Dest" : "Accept, Accept-Encoding";
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

    private static ReadOnlyMemory<byte> Formed(FhirRequest request, ReadOnlyMemory<byte> body)
    {
        if (request.Form == WireForm.Xml)
            return FhirXmlWriter.ToXml(FhirJson.ParseStored(body).Root, request.Pretty);
        return request.Pretty ? JsonIndent.Of(body.Span) : body;
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
        if (reply.Status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = ((long)Math.Ceiling(reply.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
