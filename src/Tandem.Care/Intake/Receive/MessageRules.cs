using Tandem.Care.Intake.Mapping;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>Holds what a message becomes against the rules of FHIR and the site's profiles, where the source's are enforced. Thread-safe.</summary>
internal sealed class MessageRules(ValidationModes modes, SiteDefinitions definitions)
{
    /// <summary>The first rule that the message breaks, with the element; null when it breaks none or nobody enforces them.</summary>
    internal Complaint? Broken(FeedSource source, MappedMessage message)
    {
        if (modes.OfFeed(source.Device) != ValidationMode.Enforce)
            return null;
        var validator = definitions.Current.Validator;
        var broken = Resources(message).SelectMany(json => validator.Validate(FhirJson.ParseStored(json).Root)).FirstOrDefault(issue => issue.IsError);
        return broken is null ? null : new(Reason.BreaksRules, $"What the message becomes breaks a rule at {broken.Expression}: {broken.Text}", null, AckOutcome.Error, AckErrorCode.ApplicationError);
    }

    private static IEnumerable<byte[]> Resources(MappedMessage message) =>
        [message.Patient.Json, .. message.Encounter is { } encounter ? [encounter.Json] : Array.Empty<byte[]>(), .. message.Resources.Select(resource => resource.Json)];
}
