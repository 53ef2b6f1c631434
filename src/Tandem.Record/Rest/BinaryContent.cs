using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>A Binary as the file it holds (R4 Binary, serving Binary resources using the RESTful API): sent as it is, and read as it is by who asks for no form of FHIR.</summary>
internal static class BinaryContent
{
    private const string SecurityContext = "X-Security-Context";

    /// <summary>True when the file is wanted and not the resource around it: nothing asks for a form of FHIR, or for another type more.</summary>
    internal static bool IsWanted(FhirRequest request)
    {
        var http = request.Http.Request;
        return request.Type == "Binary" && request.Id.Length > 0 && (HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method))
            && !http.Query.ContainsKey("_format") && request.Shape.IsWhole && ContentTypes.IsOfFile(http) && IsForPeople(http.Headers["Sec-Fetch-Dest"]);
    }

    /// <summary>A browser gets no file that it would run, or lay a page out by, in the name of who looks at it: that is a resource to it, which it takes for neither.</summary>
    private static bool IsForPeople(string? destination) => destination is null or "" or "empty" or "document" or "image" or "audio" or "video";

    /// <summary>A script or a style: where a browser does not say what it wants it for, as over plain HTTP, it gets none.</summary>
    private static bool IsForPages(string type) => type.Contains("script", StringComparison.OrdinalIgnoreCase) || type.StartsWith("text/css", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a write of a Binary whose body is a file.</summary>
    internal static bool IsSent(FhirRequest request) =>
        request.Type == "Binary" && request.Http.Request.ContentType is { Length: > 0 } type && !ContentTypes.IsOfFhir(type) && WireCoding.Readable(request.Http.Request);

    /// <summary>The Binary that is made of the file in the body.</summary>
    internal static async Task<Outcome<FhirNode>> TakeAsync(FhirRequest request)
    {
        var about = request.Http.Request.Headers[SecurityContext];
        if (about is not ([] or [{ Length: > 0 }]) || about.ToString().AsSpan().IndexOfAny(',', ' ') >= 0) // several may come as one, with commas
            return Refusal.Invalid("", new RefusalDetail("value", $"{SecurityContext} names one resource, once: whose file this is would be lost otherwise."));
        var limits = request.Service.Limits;
        var most = limits.ResourceBytes / 4 * 3; // base64 has four letters for three bytes
        if (!(await FhirBody.BytesAsync(request, most)).Succeeded(out var file, out var refusal) || !WireCoding.Expand(request.Http.Request, file, most).Succeeded(out file, out refusal))
            return refusal;
        var into = new ArrayBufferWriter<byte>((file.Length / 3 * 4) + 400);
        using (var json = new Utf8JsonWriter(into))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, "Binary"u8);
            if (request.Id.Length > 0)
                json.WriteString("id"u8, request.Id);
            json.WriteString("contentType"u8, request.Http.Request.ContentType);
            if (about.Count > 0)
            {
                json.WriteStartObject("securityContext"u8);
                json.WriteString("reference"u8, about.ToString());
                json.WriteEndObject();
            }

            if (file.Length > 0)
                json.WriteBase64String("data"u8, file.Span);
            json.WriteEndObject();
        }

        return FhirJson.Parse(into.WrittenMemory, new JsonLimits(int.MaxValue, limits.Depth), out var fault) is { } parsed
            ? parsed.Root
            : Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason));
    }

    /// <summary>Turns an answer with a Binary into its file, with the type it says: the bytes to send, or null when they cannot be told.</summary>
    internal static ReadOnlyMemory<byte>? Unwrap(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        var binary = FhirJson.ParseStored(body).Root;
        if (binary["contentType"u8].Text is not { Length: > 0 } type || type.Any(char.IsControl) || !type.All(char.IsAscii)
            || (IsForPages(type) && response.HttpContext.Request.Headers["Sec-Fetch-Dest"].Count == 0))
            return null;
        try
        {
            ReadOnlyMemory<byte> file = binary["data"u8].Text is { } data ? Convert.FromBase64String(data) : Array.Empty<byte>();
            response.ContentType = type;
            response.Headers.ContentDisposition = "attachment"; // a browser keeps it, and runs nothing in the name of who looks at it
            if (binary["securityContext"u8]["reference"u8].Text is { } about && about.All(c => char.IsAscii(c) && !char.IsControl(c)))
                response.Headers[SecurityContext] = new StringValues(about);
            return file;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
