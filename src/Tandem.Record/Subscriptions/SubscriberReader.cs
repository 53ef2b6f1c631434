using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>Reads a Subscription of the backport's profile; refuses what the hub would not follow.</summary>
internal static class SubscriberReader
{
    private static readonly string[] OwnHeaders =
        ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer", "proxy-authorization", "keep-alive"];

    /// <summary>What tells how a body is written or of which part of it, and is not sent: a notification is sent whole, as it is. Subscriptions of before this was refused have them.</summary>
    internal static readonly IReadOnlyList<string> OfTheBytes = ["content-encoding", "content-range", "content-md5"];

    /// <summary>In seconds. A mail that tells nothing is soon one too many, to whoever reads it and to the relays on its way.</summary>
    private const int LeastBeatOfMail = 3_600;

    /// <summary>Where each extension of the guide stands.</summary>
    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        [Backport.FilterCriteria] = "Subscription.criteria",
        [Backport.ChannelType] = "Subscription.channel.type",
        [Backport.PayloadContent] = "Subscription.channel.payload",
        [Backport.HeartbeatPeriod] = "Subscription.channel",
        [Backport.Timeout] = "Subscription.channel",
        [Backport.MaxCount] = "Subscription.channel",
    };

    /// <summary>Refuses an extension of the guide that stands at another element than its own, where nobody reads it: a filter there would hold nothing back.</summary>
    internal static Refusal? Misplaced(FhirNode subscription)
    {
        var channel = subscription["channel"u8];
        (string Path, FhirNode Element)[] elements =
        [
            ("Subscription", subscription), ("Subscription.criteria", subscription["_criteria"u8]), ("Subscription.channel", channel), ("Subscription.channel.type", channel["_type"u8]),
            ("Subscription.channel.endpoint", channel["_endpoint"u8]), ("Subscription.channel.payload", channel["_payload"u8]),
        ];
        foreach (var (path, element) in elements)
        {
            foreach (var extension in element["extension"u8].Items)
            {
                if (extension["url"u8].Text is { } url && Places.TryGetValue(url, out var own) && own != path)
                    return Wrong($"The extension {url[(url.LastIndexOf('/') + 1)..]} stands at {own}, and this one stands at {path}.", path);
            }
        }

        return null;
    }

    internal static Outcome<Subscriber> Read(ResourceVersion version)
    {
        var (root, channel) = (version.Root, version.Root["channel"u8]);
        if (root["criteria"u8].Text is not { } topic || root["status"u8].Text is not { } status)
            return Wrong("A subscription needs a status and the canonical address of a topic as its criteria.", "Subscription.criteria");
        if (!KindOf(channel).Succeeded(out var kind, out var refusal)
            || !ContentOf(channel).Succeeded(out var content, out refusal)
            || !HeadersOf(channel).Succeeded(out var headers, out refusal)
            || !Number(channel, Backport.HeartbeatPeriod, 1, 86_400).Succeeded(out var heartbeat, out refusal)
            || !Number(channel, Backport.Timeout, 1, 600).Succeeded(out var timeout, out refusal)
            || !Number(channel, Backport.MaxCount, 1, 1000).Succeeded(out var most, out refusal))
        {
            return refusal;
        }

        return new Subscriber
        {
            Version = version,
            Status = status,
            Topic = topic,
            Filters = [.. Extensions(root["_criteria"u8], Backport.FilterCriteria).Select(value => value.Text ?? "")],
            Channel = kind,
            Endpoint = channel["endpoint"u8].Text,
            Headers = headers,
            Content = content,
            Heartbeat = heartbeat is { } beat ? TimeSpan.FromSeconds(kind == ChannelKind.Email ? Math.Max(beat, LeastBeatOfMail) : beat) : null,
            Timeout = timeout is { } wait ? TimeSpan.FromSeconds(wait) : null,
            MaxCount = most,
            End = FhirDateTime.TryParse(root["end"u8].Text, out var end) ? end.Low(TimeZoneInfo.Utc) : null,
        };
    }

    private static Outcome<ChannelKind> KindOf(FhirNode channel)
    {
        var own = Extensions(channel["_type"u8], Backport.ChannelType).Select(coding => coding["code"u8].Text).FirstOrDefault();
        return (own ?? channel["type"u8].Text) switch
        {
            "rest-hook" => ChannelKind.RestHook,
            "websocket" => ChannelKind.WebSocket,
            "server-sent-events" => ChannelKind.ServerSentEvents,
            "email" => ChannelKind.Email,
            _ => Wrong("The channels are rest-hook, websocket, email and, by the extension backport-channel-type, server-sent-events.", "Subscription.channel.type"),
        };
    }

    private static Outcome<PayloadContent> ContentOf(FhirNode channel)
    {
        if (channel["payload"u8].Text is { } type && type.Split(';')[0].Trim() is not ("application/fhir+json" or "application/json"))
            return Wrong("Notifications are sent as application/fhir+json.", "Subscription.channel.payload");
        return Extensions(channel["_payload"u8], Backport.PayloadContent).Select(value => value.Text).FirstOrDefault() switch
        {
            null or "empty" => PayloadContent.Empty,
            "id-only" => PayloadContent.IdOnly,
            "full-resource" => PayloadContent.FullResource,
            _ => Wrong("backport-payload-content has to be empty, id-only or full-resource.", "Subscription.channel.payload"),
        };
    }

    private static Outcome<IReadOnlyList<KeyValuePair<string, string>>> HeadersOf(FhirNode channel)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var header in channel["header"u8].Items)
        {
            var parts = (header.Text ?? "").Split(':', 2, StringSplitOptions.TrimEntries);
            var isSound = parts is [{ Length: > 0 } name, _] && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !parts[1].Any(char.IsControl);
            if (!isSound || OwnHeaders.Contains(parts[0].ToLowerInvariant()))
                return Wrong("A header is \"Name: value\", and none that belongs to the connection itself.", "Subscription.channel.header");
            headers.Add(new(parts[0], parts[1]));
        }

        return headers;
    }

    private static Outcome<int?> Number(FhirNode channel, string url, int least, int most)
    {
        if (Extensions(channel, url).FirstOrDefault() is not { Exists: true } value)
            return (int?)null;
        return int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Wrong($"{url[(url.LastIndexOf('/') + 1)..]} has to be a whole number from {least} to {most}.", "Subscription.channel");
    }

    private static IEnumerable<FhirNode> Extensions(FhirNode element, string url) =>
        element["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == url).Select(TopicReader.Value);

    private static Refusal Wrong(string text, string expression) =>
        Refusal.Unprocessable("", new RefusalDetail("not-supported", text, expression));
}
