using NodaTime;

namespace Tandem.Care.Intake;

/// <summary>How feeds come in; section <c>Intake</c> of the configuration.</summary>
public sealed record IntakeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Intake";

    /// <summary>Largest message in bytes; a larger one is answered AR and its beginning is quarantined.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A line on which no whole message came for so long is closed; the peer opens a new one when it needs it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A frame that was begun must end, and an answer must be taken, within this time; otherwise the line is cut.</summary>
    public TimeSpan SlowTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Messages of one line that may wait for their answers; beyond it the line is read no further.</summary>
    public int MostUnanswered { get; init; } = 256;

    /// <summary>Lines open at a time; further ones are closed at once.</summary>
    public int MostConnections { get; init; } = 1_000;

    /// <summary>What happens to messages of a sender that no source matches.</summary>
    public UnknownSenders UnknownSenders { get; init; } = UnknownSenders.Quarantine;

    /// <summary>IANA time zone of senders registered by themselves.</summary>
    public string DefaultZone { get; init; } = "America/Chicago";

    /// <summary>Number of this node, 0–63, different for each node on one database.</summary>
    public int Node { get; init; }

    /// <summary>The sources known from the start.</summary>
    public IReadOnlyList<FeedSource> Sources { get; init; } = [];

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxMessageBytes < 1024)
            yield return $"{Section}:MaxMessageBytes must be 1024 or more; it is {MaxMessageBytes}.";
        if (MostUnanswered < 1)
            yield return $"{Section}:MostUnanswered must be 1 or more; it is {MostUnanswered}.";
        if (MostConnections < 1)
            yield return $"{Section}:MostConnections must be 1 or more; it is {MostConnections}.";
        if (IdleTimeout <= TimeSpan.Zero)
            yield return $"{Section}:IdleTimeout must be longer than nothing; it is {IdleTimeout}.";
        if (SlowTimeout <= TimeSpan.Zero)
            yield return $"{Section}:SlowTimeout must be longer than nothing; it is {SlowTimeout}.";
        if (Node is < 0 or > 63)
            yield return $"{Section}:Node must be from 0 to 63; it is {Node}.";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(DefaultZone) is null)
            yield return $"{Section}:DefaultZone must be an IANA time zone such as America/Chicago; it is \"{DefaultZone}\".";
    }
}

/// <summary>What happens to messages of a sender that no source matches.</summary>
public enum UnknownSenders
{
    /// <summary>They are kept in quarantine and answered AR until somebody registers the sender. The default.</summary>
    Quarantine,

    /// <summary>The sender is registered by itself, named after its application and facility: for demonstrations.</summary>
    Accept,
}
