using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>Versions in headers (R4 3.1.0.1.3, 3.1.0.5; RFC 7232).</summary>
internal static class Preconditions
{
    private static readonly string[] Known = ["If-Match", "If-None-Match", "If-None-Exist", "If-Unmodified-Since"];

    /// <summary>Refuses a condition that the method does not know: what was asked for would be done although the condition may not hold (RFC 9110 13.1). So is a provenance in a header (R4 6.3.5.1), which would be lost. Reads have nothing to lose.</summary>
    internal static Refusal? Misplaced(FhirRequest request)
    {
        var http = request.Http.Request;
        string[]? own = http.Method switch
        {
            "PUT" => ["If-Match", "If-None-Match"],
            "PATCH" or "DELETE" => ["If-Match"],
            "POST" when http.Path.Value!.Contains("/$", StringComparison.Ordinal) => ["If-Match"],
            "POST" => request.Type.Length > 0 ? ["If-None-Exist"] : [],
            _ => null,
        };
        if (own is not null && http.Headers.ContainsKey("X-Provenance"))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "X-Provenance is not taken. Send a transaction with the Provenance as an entry beside what it is about, its target the other entry's fullUrl."));
        return own is not null && Array.Find(Known, name => http.Headers.ContainsKey(name) && !own.Contains(name)) is { } condition
            ? Refusal.Invalid("", new RefusalDetail("not-supported", $"{condition} is no condition of this {http.Method}."))
            : null;
    }

    /// <summary>
    /// What If-Match (or a bundle's ifMatch) asks for: a tag, a list of them, or <c>*</c> (RFC 9110 13.1.1). Weak tags count, since those of FHIR are weak; so does a number
    /// without quotes. A tag that is none of ours matches nothing.
    /// </summary>
    /// <returns>Null when it asks for nothing.</returns>
    internal static Outcome<VersionMatch?> VersionOf(string? ifMatch)
    {
        if (ifMatch is null)
            return (VersionMatch?)null;
        if (string.IsNullOrWhiteSpace(ifMatch))
            return Refusal.Invalid("If-Match is empty. It has to be the ETag of a version, or left out.");
        if (ifMatch.Trim() == "*")
            return VersionMatch.Any;
        var tags = EntityTagHeaderValue.TryParseStrictList([ifMatch], out var read)
            ? read.Select(tag => tag.Tag.Value!).ToList()
            : [.. ifMatch.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (tags.Exists(tag => NumberOf(tag) is null && !tag.StartsWith('"')))
            return Refusal.PreconditionFailed("If-Match has to be the ETag of a version, such as W/\"3\", or several with commas between them.");
        return new VersionMatch([.. tags.Select(NumberOf).OfType<int>()]);
    }

    /// <summary>True when If-None-Match (or a bundle's ifNoneMatch) of an update asks that nothing is there yet; a write knows no other meaning of it (RFC 9110 13.1.2).</summary>
    internal static Outcome<bool> IsNewOnly(string? ifNoneMatch) => ifNoneMatch?.Trim() switch
    {
        null => false,
        "*" => true,
        _ => Refusal.Invalid("If-None-Match of an update has to be *. Use If-Match to change a version that you have read."),
    };

    private static int? NumberOf(string tag) =>
        VersionNumber((tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"'));

    /// <summary>The number that a version's id stands for; null for what is no id of ours, such as 01.</summary>
    internal static int? VersionNumber(string? id) => id is not ['0', ..] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>Refuses when another version than the one asked for is current.</summary>
    internal static Refusal? Unmet(VersionMatch? match, ResourceVersion? current)
    {
        if (match is null)
            return null;
        var holds = current is { Deleted: false } && match.Holds(current.Version);
        return holds ? null : Refusal.PreconditionFailed(
            current is { Deleted: false }
                ? $"Somebody was faster: version {current.Version} is current. Read it and try again."
                : "There is no current version to match.");
    }

    /// <summary>True when the client has this version already (If-None-Match, else If-Modified-Since).</summary>
    internal static bool NotModified(HttpRequest request, ResourceVersion version) => NotModified(
        request.Headers.IfNoneMatch,
        HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var time) ? time : null,
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

/// <summary>Versions of which one has to be current.</summary>
/// <param name="Versions">Their numbers; null for any.</param>
internal sealed record VersionMatch(IReadOnlyList<int>? Versions)
{
    /// <summary><c>*</c>: whatever is current, but something.</summary>
    internal static readonly VersionMatch Any = new((IReadOnlyList<int>?)null);

    /// <summary>True when a current version of this number fits.</summary>
    internal bool Holds(int version) => Versions is null || Versions.Contains(version);
}
