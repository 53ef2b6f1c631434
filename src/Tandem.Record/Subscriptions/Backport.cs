namespace Tandem.Record.Subscriptions;

/// <summary>Addresses of the R5 subscriptions backport to R4 (HL7 subscriptions-backport 1.1) and of the R5 elements it borrows.</summary>
internal static class Backport
{
    internal const string Definitions = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
    internal const string FilterCriteria = Definitions + "backport-filter-criteria";
    internal const string ChannelType = Definitions + "backport-channel-type";
    internal const string HeartbeatPeriod = Definitions + "backport-heartbeat-period";
    internal const string Timeout = Definitions + "backport-timeout";
    internal const string MaxCount = Definitions + "backport-max-count";
    internal const string PayloadContent = Definitions + "backport-payload-content";
    internal const string SubscriptionProfile = Definitions + "backport-subscription";
    internal const string NotificationProfile = Definitions + "backport-subscription-notification-r4";
    internal const string StatusProfile = Definitions + "backport-subscription-status-r4";
    internal const string TopicCanonical = Definitions + "capabilitystatement-subscriptiontopic-canonical";

    /// <summary>Where the operations of the guide are described.</summary>
    internal const string Operations = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/";

    /// <summary>The elements of SubscriptionTopic as extensions of Basic.</summary>
    internal const string Topic = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";

    /// <summary>Codes of channels beyond those of R4.</summary>
    internal const string ChannelSystem = "https://tandem.example/fhir/CodeSystem/subscription-channel";
}
