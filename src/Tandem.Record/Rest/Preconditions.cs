using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>Versions in headers (R4 3.1.0.1.3, 3.1.0.5; RFC 7232).</summary>
internal static class Preconditions
{
    /// <summary>The version that If-Match (or a bundle's ifMatch) asks for: null when it asks for none, 0 for any.</summary>
    internal static Outcome<int?> VersionOf(string? ifMatch)
    {
        if (string.IsNullOrWhiteSpace(ifMatch))
            return (int?)null;
        var tag = ifMatch.Trim();
        if (tag == "*")
            return (int?)0;
        if (tag.StartsWith("W/", StringComparison.Ordinal))
            tag = tag[2..];
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (int?)version
            : Refusal.PreconditionFailed("If-Match has to be the ETag of a version, such as W/\"3\".");
    }

    /// <summary>Refuses when another version than the one asked for is current.</summary>
    internal static Refusal? Unmet(int? version, ResourceVersion? current)
    {
        if (version is null)
            return null;
        var holds = current is { Deleted: false } && (version == 0 || current.Version == version);
        return holds ? null : Refusal.PreconditionFailed(
            current is { Deleted: false }
                ? $"Somebody was faster: version {current.Version} is current. Read it and try again."
                : "There is no current version to match.");
    }

    /// <summary>True when the client has this version already (If-None-Match, else If-Modified-Since).</summary>
    internal static bool NotModified(HttpRequest request, ResourceVersion version) => NotModified(
        request.Headers.IfNoneMatch,
        DateTimeOffset.TryParseExact(request.Headers.IfModifiedSince.ToString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
        version);

    /// <summary>True when the client has this version already, by its tags, else by the time it read it.</summary>
    internal static bool NotModified(IReadOnlyCollection<string?> tags, DateTimeOffset? since, ResourceVersion version)
    {
        if (tags.Count == 0)
            return since is { } time && version.At.ToUnixTimeSeconds() <= time.ToUnixTimeSeconds();
        var own = FhirReply.ETagOf(version);
        return tags.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(tag => tag == "*" || tag == own || tag == own[2..]);
    }
}
