using System.Net;
using System.Net.Mail;
using Tandem.Kernel.Net;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// Where notifications may go, so that nobody makes the hub speak to places only it can reach. Held against the endpoint when a
/// subscription is written, and against the real address at each connection, whatever the name resolves to by then.
/// </summary>
internal sealed class EndpointPolicy(SubscriptionOptions options)
{
    /// <summary>Why a subscriber cannot be reached by these rules; null when it can.</summary>
    internal Refusal? Refused(Subscriber subscriber) => subscriber.Channel switch
    {
        ChannelKind.RestHook => RefusedAddress(subscriber.Endpoint),
        ChannelKind.Email => RefusedMailbox(subscriber),
        _ => subscriber.Endpoint is null ? null : Wrong("This channel has no endpoint: the subscriber connects to the hub."),
    };

    /// <summary>True when a connection to this address may be made for an endpoint on that host.</summary>
    internal bool MayConnect(string host, IPAddress address) =>
        IsListed(host, "https") || IsListed(host, "http") || (AllowsPublic && GuardedConnection.IsPublic(address)) || (options.AllowLoopback && IPAddress.IsLoopback(address));

    private Refusal? RefusedAddress(string? endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            return Wrong("A rest-hook needs an endpoint: an absolute https address without a user name.");
        if (options.AllowLoopback && address.IsLoopback)
            return null;
        if (IsListed(address.IdnHost, address.Scheme))
            return null;
        if (address.Scheme != "https")
            return Wrong("The endpoint has to be https.");
        if (address.IsLoopback || (IPAddress.TryParse(address.IdnHost, out var number) && !GuardedConnection.IsPublic(number)))
            return Wrong("The endpoint lies in a private network; the administrator can list its host (Subscriptions:AllowedHosts).");
        return AllowsPublic ? null : Wrong("The endpoint's host is not among those this site allows. Ask the administrator to list it (Subscriptions:AllowedHosts).");
    }

    /// <summary>Mail travels unprotected, so it says that something is there and nothing else; and it goes out under the site's name, so not to anybody.</summary>
    private Refusal? RefusedMailbox(Subscriber subscriber)
    {
        if (options.MailRelay.Length == 0 || options.MailFrom.Length == 0)
            return Wrong("This site has no mail relay (Subscriptions:MailRelay, Subscriptions:MailFrom), so e-mail is not offered.");
        if (subscriber.Content != PayloadContent.Empty)
            return Wrong("Mail carries no content of the record: backport-payload-content has to be empty.");
        if (Mailbox(subscriber) is not { } mailbox)
            return Wrong("E-mail needs an endpoint such as mailto:desk@example.org.");
        return IsMailed(mailbox.Host) ? null : Wrong("The mailbox is not of a domain that this site allows. Ask the administrator to list it (Subscriptions:MailDomains).");
    }

    /// <summary>The mailbox that a subscriber names; null when it is none.</summary>
    internal static MailAddress? Mailbox(Subscriber subscriber)
    {
        var text = subscriber.Endpoint?.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) == true ? subscriber.Endpoint[7..] : subscriber.Endpoint;
        return MailAddress.TryCreate(text, out var mailbox) && !mailbox.DisplayName.Contains('@', StringComparison.Ordinal) ? mailbox : null; // several are read as one with a name
    }

    private bool IsMailed(string domain)
    {
        var listed = options.MailDomains.Count > 0 ? options.MailDomains : options.AllowedHosts;
        return listed.Count == 0 || listed.Contains("*") || IsListed(listed, domain, "https");
    }

    private bool AllowsPublic => options.AllowedHosts.Contains("*");

    private bool IsListed(string host, string scheme) => IsListed(options.AllowedHosts, host, scheme);

    private static bool IsListed(IReadOnlyList<string> listed, string host, string scheme) => listed.Any(entry =>
    {
        var plain = entry.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        var name = plain ? entry["http://".Length..] : entry;
        return (scheme == "https" || plain) && (name.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(name, StringComparison.OrdinalIgnoreCase));
    });

    private static Refusal Wrong(string text) => Refusal.Unprocessable("", new RefusalDetail("not-supported", text, "Subscription.channel.endpoint"));
}
