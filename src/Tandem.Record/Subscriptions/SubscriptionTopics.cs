using Tandem.Fhir.Json;

namespace Tandem.Record.Subscriptions;

/// <summary>Topics as content: Basic resources with the elements of R5 SubscriptionTopic as extensions (subscriptions-backport 1.1).</summary>
public static class SubscriptionTopics
{
    /// <summary>Why a Basic resource that is meant as a topic cannot be followed; null when it can, or is none.</summary>
    public static string? Fault(FhirNode basic) =>
        Topics.IsTopic(basic) && TopicReader.Read(basic).Refusal is { } refusal ? refusal.Details[0].Text : null;
}
