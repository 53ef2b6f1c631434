using Tandem.Record.Log;

namespace Tandem.Record.Sealing;

/// <summary>Says which resources are kept closed in the database.</summary>
public interface ISealRule
{
    /// <summary>True when this version is to be closed. On the writer's thread; never called with a deletion.</summary>
    bool Seals(ResourceVersion version);
}

/// <summary>Subscriptions whose channel has headers: those hold the secrets of who is told.</summary>
internal sealed class SubscriptionSecrets : ISealRule
{
    public bool Seals(ResourceVersion version) => version.Type == "Subscription" && version.Root["channel"u8]["header"u8].Exists;
}
