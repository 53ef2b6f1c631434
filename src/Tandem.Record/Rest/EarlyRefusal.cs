using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>Tells who is not let in why, as an OperationOutcome in the form that the request asks for (R4 3.1.0.1.11): for what refuses a request before any interaction sees it.</summary>
public static class EarlyRefusal
{
    /// <summary>Writes one issue; status and headers are the caller's.</summary>
    /// <param name="http">The request.</param>
    /// <param name="code">The issue type (R4 value set issue-type).</param>
    /// <param name="text">A sentence to who asks.</param>
    public static async Task WriteAsync(HttpContext http, string code, string text)
    {
        var format = QueryPairs.Read(http.Request.QueryString.Value ?? "").FirstOrDefault(pair => pair.Key == "_format").Value;
        var isXml = ContentTypes.Accepted(http.Request, format) == WireForm.Xml;
        var body = OperationOutcomeJson.Of("error", new RefusalDetail(code, text));
        http.Response.ContentType = isXml ? ContentTypes.FhirXml : ContentTypes.FhirJson;
        http.Response.Headers.Append("Vary", "Accept");
        await http.Response.BodyWriter.WriteAsync(isXml ? FhirXmlWriter.ToXml(FhirJson.ParseStored(body).Root) : body, http.RequestAborted);
    }
}
