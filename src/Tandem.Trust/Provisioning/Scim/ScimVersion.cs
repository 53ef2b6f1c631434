using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>The version of a resource (RFC 7644 3.14): a weak entity tag over what it says, in <c>meta.version</c> and the header <c>ETag</c>.</summary>
internal static class ScimVersion
{
    private const int Bytes = 12;

    /// <summary>Writes the version into the resource.</summary>
    /// <returns>The resource.</returns>
    internal static JsonObject Mark(JsonObject resource)
    {
        var meta = resource["meta"]!.AsObject();
        meta.Remove("version");
        meta["version"] = $"W/\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(resource.ToJsonString())).AsSpan(0, Bytes))}\"";
        return resource;
    }

    /// <summary>The version of a marked resource.</summary>
    internal static string Of(JsonObject resource) => resource["meta"]!["version"]!.ToString();

    /// <summary>412 when the request is for another version than the present one (<c>If-Match</c>); null when it may go on.</summary>
    internal static IResult? Unmet(HttpRequest request, JsonObject current) => request.Headers.IfMatch.Count == 0 || Names(request.Headers.IfMatch.ToString(), current)
        ? null
        : ScimAnswer.Error(Changed);

    /// <summary>The refusal of a change that is meant for another version.</summary>
    internal static Refusal Changed => Refusal.PreconditionFailed("The resource has changed since. Read it again.");

    /// <summary>When a user that a request means had been changed last, if the request means a version at all (<c>If-Match</c>); null for any version.</summary>
    internal static string? Meant(HttpRequest request, JsonObject current) => request.Headers.IfMatch.Count > 0 ? current["meta"]!["lastModified"]!.ToString() : null;

    /// <summary>True when the reader has the present version already (<c>If-None-Match</c>).</summary>
    internal static bool IsKnown(HttpRequest request, JsonObject current) => request.Headers.IfNoneMatch.Count > 0 && Names(request.Headers.IfNoneMatch.ToString(), current);

    private static bool Names(string header, JsonObject current)
    {
        var present = Of(Mark(current));
        return header.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == present || "W/" + tag == present);
    }
}
