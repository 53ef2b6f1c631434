using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Record.Access;

/// <summary>
/// The headers of a Subscription's channel. Their values are secrets of whoever is told: the hub sends them there, and shows stars in their place to everybody whose reach has limits, who wrote
/// them too. Stars that come back stand for the value that is kept, as long as the same endpoint is told.
/// </summary>
internal static class ChannelHeaders
{
    private const string Stars = "***";

    /// <summary>True when stars stand in a value's place.</summary>
    internal static bool HasStars(FhirNode subscription) => subscription["channel"u8]["header"u8].Items.AsEnumerable().Any(static header => Value(header.Text ?? "") == Stars);

    /// <summary>A version as it is shown: itself when it has no headers.</summary>
    internal static ResourceVersion Shown(ResourceVersion version) =>
        version.Type == "Subscription" && !version.Deleted && With(version.Root, static (_, name) => $"{name}: {Stars}") is { } shown ? version.With(shown) : version;

    /// <summary>What somebody writes who was shown stars, with the values that they stand for; null when there are none, or they go to another endpoint.</summary>
    internal static FhirNode? Whole(FhirNode stored, FhirNode sent)
    {
        var kept = stored["channel"u8]["header"u8].Items.AsEnumerable().Select(header => header.Text).OfType<string>().ToList();
        if (kept.Count == 0 || stored["channel"u8]["endpoint"u8].Text != sent["channel"u8]["endpoint"u8].Text)
            return null;
        var whole = With(sent, (header, name) =>
        {
            var at = Value(header) == Stars ? kept.FindIndex(one => string.Equals(Name(one), name, StringComparison.OrdinalIgnoreCase)) : -1;
            if (at < 0)
                return header;
            var value = kept[at];
            kept.RemoveAt(at); // one name may stand there several times
            return value;
        });
        return whole is null ? null : FhirJson.ParseStored(whole).Root;
    }

    /// <summary>A Subscription with other headers; null when it has none.</summary>
    private static byte[]? With(FhirNode subscription, Func<string, string, string> header)
    {
        if (subscription["channel"u8]["header"u8] is not { Kind: JsonKind.Array, Items.Count: > 0 })
            return null;
        var tree = JsonTree.Of(subscription);
        var headers = tree["channel"]!["header"]!.AsArray();
        for (var at = 0; at < headers.Count; at++)
        {
            if (headers[at] is JsonValue one && one.TryGetValue<string>(out var text))
                headers[at] = header(text, Name(text));
        }

        return JsonTree.Bytes(tree);
    }

    private static string Name(string header) => header.Split(':', 2)[0].Trim();

    private static string Value(string header) => header.Split(':', 2) is [_, var value] ? value.Trim() : "";
}
