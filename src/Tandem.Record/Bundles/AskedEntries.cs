using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;

namespace Tandem.Record.Bundles;

/// <summary>What the entries of a bundle ask for, for the access log: an address of its own says that of every other request.</summary>
internal static class AskedEntries
{
    /// <summary>The searches, operations and conditions in the order of the entries (<c>GET Patient?name=x; DELETE Task?status=y</c>); what is beyond some thousand characters is counted only.</summary>
    internal static string Of(FhirNode bundle, OwnAddresses own)
    {
        var (text, left) = (new StringBuilder(), 0);
        foreach (var entry in bundle["entry"u8].Items)
        {
            if (Asked(entry["request"u8], own) is not { } asked)
                continue;
            if (text.Length + asked.Length > AccessTrail.MostAsked)
                left++;
            else
                text.Append(text.Length > 0 ? "; " : "").Append(asked);
        }

        return left == 0 ? text.ToString() : text.Append("; and ").Append(left).Append(" more").ToString();
    }

    /// <summary>The addresses of the entries without their queries, by which refusals are known.</summary>
    internal static List<string> Addresses(FhirNode bundle, OwnAddresses own) =>
        [.. bundle["entry"u8].Items.AsEnumerable().Select(entry => Short(UrlOf(entry["request"u8], own).Split('?')[0]))];

    private static string? Asked(FhirNode request, OwnAddresses own)
    {
        var (method, url, condition) = (request["method"u8].Text, UrlOf(request, own), request["ifNoneExist"u8].Text);
        return condition is not null ? Short($"{method} {url} if none exists: {condition}")
            : url.AsSpan().IndexOfAny('?', '$') >= 0 || (method is "GET" or "HEAD" && IsSearch(url)) ? Short($"{method} {url}")
            : null;
    }

    /// <summary>The address as it is answered: a slash around it, or the hub's own address before it, makes it no other.</summary>
    private static string UrlOf(FhirNode request, OwnAddresses own) => request["url"u8].Text is { } url ? EntryAddress.Relative(url, own) : "";

    /// <summary>True for a search of all there is: of a type (<c>Observation</c>) or in a compartment (<c>Patient/1/Observation</c>).</summary>
    private static bool IsSearch(string url) => url.Split('/') is [[>= 'A' and <= 'Z', ..]] or [_, _, ['*' or (>= 'A' and <= 'Z'), ..]];

    private static string Short(string text) => text.Length > AccessTrail.LongestAsked ? $"{text[..AccessTrail.LongestAsked]}…" : text;
}
