using Tandem.Record.Log;

namespace Tandem.Record.Sealing;

/// <summary>Says which resources are kept closed in the database.</summary>
public interface ISealRule
{
    /// <summary>The types of which it may name some: searches of them by words say that closed ones are not looked at.</summary>
    IReadOnlySet<string> Types { get; }

    /// <summary>True when this version is to be closed. On the writer's thread; never called with a deletion.</summary>
    bool Seals(ResourceVersion version);
}

/// <summary>Subscriptions whose channel has headers: those hold the secrets of who is told.</summary>
internal sealed class SubscriptionSecrets : ISealRule
{
    public IReadOnlySet<string> Types { get; } = new HashSet<string>(StringComparer.Ordinal) { "Subscription" };

    public bool Seals(ResourceVersion version) => version.Type == "Subscription" && version.Root["channel"u8]["header"u8].Exists;
}
