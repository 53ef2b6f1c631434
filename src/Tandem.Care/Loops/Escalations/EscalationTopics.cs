namespace Tandem.Care.Loops;

/// <summary>The topics that say that somebody has to act on what climbed to them, or has no longer to.</summary>
public static class EscalationTopics
{
    /// <summary>What a page asks for: whatever concerns its reader. The hub knows whom that means, so no address names a team.</summary>
    public const string OfReader = "escalated";

    private const string Prefix = OfReader + ":";

    /// <summary>What concerns one person or team.</summary>
    public static string Of(string receiver) => Prefix + receiver;

    /// <summary>As a page knows a topic.</summary>
    public static string ForPage(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.StartsWith(Prefix, StringComparison.Ordinal) ? OfReader : topic;
    }
}
