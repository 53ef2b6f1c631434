using System.Globalization;
using System.Net.Mail;

namespace Tandem.Record.Subscriptions;

/// <summary>What a site decides about subscriptions (section <c>Subscriptions</c> of the settings).</summary>
public sealed record SubscriptionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Subscriptions";

    /// <summary>
    /// Hosts that notifications may be sent to: names, <c>*.example.org</c>, or <c>http://name</c> for one without encryption. What is
    /// listed may lie in a private network. <c>*</c>: any host over https whose addresses are public. Empty: none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Allows endpoints on this machine, also without encryption: for tests and conformance suites.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>The address of the FHIR interface as subscribers reach it, without a slash at the end; empty for the address that is listened on.</summary>
    public string Address { get; init; } = "";

    /// <summary>The mail relay, <c>host:port</c>; empty for none: e-mail subscriptions are then refused.</summary>
    public string MailRelay { get; init; } = "";

    /// <summary>
    /// Domains of mailboxes that may be told by mail: names, or <c>*.example.org</c>; <c>*</c> for any. Empty for those of <see cref="AllowedHosts"/>; any where that is empty too.
    /// </summary>
    public IReadOnlyList<string> MailDomains { get; init; } = [];

    /// <summary>Hands mails to the relay in the clear, for one that offers no TLS on a network that nobody else reads. One on this machine needs none.</summary>
    public bool MailInTheClear { get; init; }

    /// <summary>The sender of mails.</summary>
    public string MailFrom { get; init; } = "";

    /// <summary>How long an endpoint may take when the subscription does not say.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a subscription that has nothing to tell rests before the hub looks whether another node noted something, or who made it may not see the
    /// record any more. What this node writes wakes it at once.
    /// </summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a websocket is asked whether its client is still there, and how long the answer may take. What was sent counts as told when the socket has stood for three times as
    /// long; what was sent after that over a socket that was cut is sent again over the next.
    /// </summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a websocket may stay open with nothing bound to it: anybody may open one.</summary>
    public TimeSpan BindWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most events in one notification when the subscription does not say.</summary>
    public int MostEvents { get; init; } = 100;

    /// <summary>A notification ends with the event whose resources bring it to so many bytes; an event that has more than those alone is told by its references. 32 MiB.</summary>
    public int NotificationBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The pause after the first failure; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After so many failures in a row the status becomes error; tries go on.</summary>
    public int FailuresUntilError { get; init; } = 3;

    /// <summary>After failing for so long the status becomes off; the events are kept and can be asked for.</summary>
    public TimeSpan FailingUntilOff { get; init; } = TimeSpan.FromDays(3);

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (Timeout <= TimeSpan.Zero)
            yield return $"{Section}:Timeout must be longer than nothing; it is {Timeout}.";
        if (LookAgain <= TimeSpan.Zero)
            yield return $"{Section}:LookAgain must be longer than nothing; it is {LookAgain}.";
        if (Ping <= TimeSpan.Zero)
            yield return $"{Section}:Ping must be longer than nothing; it is {Ping}.";
        if (BindWithin <= TimeSpan.Zero)
            yield return $"{Section}:BindWithin must be longer than nothing; it is {BindWithin}.";
        if (FirstPause <= TimeSpan.Zero)
            yield return $"{Section}:FirstPause must be longer than nothing; it is {FirstPause}.";
        if (FailingUntilOff <= TimeSpan.Zero)
            yield return $"{Section}:FailingUntilOff must be longer than nothing; it is {FailingUntilOff}.";
        if (LongestPause < FirstPause)
            yield return $"{Section}:LongestPause must not be shorter than FirstPause ({FirstPause}); it is {LongestPause}.";
        if (MailRelay.Length > 0 && RelayIn(MailRelay) is null)
            yield return $"{Section}:MailRelay must be a host, or a host and a port such as mail.example.org:25; it is \"{MailRelay}\".";
        if (MailFrom.Length > 0 && !MailAddress.TryCreate(MailFrom, out _))
            yield return $"{Section}:MailFrom must be a mailbox such as tandem@example.org; it is \"{MailFrom}\".";
        if (MostEvents < 1)
            yield return $"{Section}:MostEvents must be 1 or more; it is {MostEvents}.";
        if (NotificationBytes < 1)
            yield return $"{Section}:NotificationBytes must be 1 or more; it is {NotificationBytes}.";
        if (FailuresUntilError < 1)
            yield return $"{Section}:FailuresUntilError must be 1 or more; it is {FailuresUntilError}.";
    }

    /// <summary>Host and port of a relay, 25 unless it says another; null when it names none.</summary>
    internal static (string Host, int Port)? RelayIn(string relay) => relay.Split(':') switch
    {
        [{ Length: > 0 } host] => (host, 25),
        [{ Length: > 0 } host, var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 => (host, port),
        _ => null,
    };
}
