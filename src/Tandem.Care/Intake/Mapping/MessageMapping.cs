using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// From a message to resources, after HL7's v2-to-FHIR implementation guide. Pure: the same message and settings always give the same bytes.
/// What is not mapped stays in the raw message, which is kept.
/// </summary>
internal static class MessageMapping
{
    /// <summary>Code of a detail when the message type is not taken: to be answered AR with 200.</summary>
    internal const string UnsupportedType = "not-supported";

    private static readonly HashSet<string> VisitEvents =
        ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A38"];

    private static readonly HashSet<string> PersonEvents = ["A28", "A31"];

    /// <summary>
    /// What the message says. Refused with <see cref="RefusalKind.NotSupported"/> when its type (detail at MSH-9.1) or event (MSH-9.2) is not taken, and
    /// with <see cref="RefusalKind.Unprocessable"/> when it cannot be applied: detail code <c>required</c> (no patient number, no visit number, no time),
    /// <c>value</c> (a time that is none) or <c>structure</c> (a segment out of place). Each detail names its place.
    /// </summary>
    internal static Outcome<MappedMessage> Map(Hl7Message message, SourceSettings source)
    {
        var type = Msh.In(message).Type;
        if (Unsupported(type.Code, Trigger(message)) is { } unsupported)
            return unsupported;
        var trigger = Trigger(message)!;
        var notes = new MappingNotes();
        var clock = new SourceClock(source.TimeZone, notes);
        var at = EventAt(message, clock, notes);
        if (message.All("PID").Count > 1)
            notes.Fault("structure", "The message is about more than one patient; send each in a message of its own.", "PID[2]");
        var patient = PatientMapping.Map(message, source, clock, notes);
        var isVisit = type.Code == "ADT" && VisitEvents.Contains(trigger);
        var encounter = PersonEvents.Contains(trigger) ? null : EncounterMapping.Map(message, trigger, isVisit, source, clock, notes);
        var resources = type.Code == "ORU" ? ReportMapping.Map(message, encounter is not null, source, clock, notes) : [];
        return notes.Faults.Count > 0 || patient is null || at is not { } moment
            ? Refusal.Unprocessable("The message cannot be applied to the record as it is; correct it or the source's settings and replay it.", notes.Faults)
            : new MappedMessage(trigger, moment, patient, encounter, resources, notes.Warnings);
    }

    /// <summary>MSH-9.2; where it is empty EVN-1, as before v2.2.</summary>
    private static string? Trigger(Hl7Message message)
    {
        var header = Msh.In(message).Type;
        return header.Trigger ?? Evn.In(message).Type ?? (header.Code == "ORU" ? "R01" : null);
    }

    private static Refusal? Unsupported(string? type, string? trigger)
    {
        if (type is not ("ADT" or "ORU"))
        {
            return new(RefusalKind.NotSupported, "Messages of this type are not taken here; ADT and ORU are.",
                [new(UnsupportedType, "The message type is not supported.", "MSH-9.1")]);
        }

        var taken = type == "ORU" ? trigger == "R01" : trigger is not null && (VisitEvents.Contains(trigger) || PersonEvents.Contains(trigger));
        var events = type == "ORU" ? "R01" : string.Join(", ", VisitEvents.Concat(PersonEvents).Order(StringComparer.Ordinal));
        return taken ? null : new(RefusalKind.NotSupported, $"This event is not taken here. Taken are: {events}.", [new(UnsupportedType, "The event is not supported.", "MSH-9.2")]);
    }

    private static DateTimeOffset? EventAt(Hl7Message message, SourceClock clock, MappingNotes notes)
    {
        var evn = Evn.In(message);
        var sent = message.Header[7];
        var value = evn.OccurredAt.HasValue ? evn.OccurredAt : evn.RecordedAt.HasValue ? evn.RecordedAt : sent;
        if (!value.HasValue)
            notes.Fault("required", "The message says nowhere when its event happened.", evn.Segment.Exists ? "EVN-2" : "MSH-7");
        return clock.Moment(value);
    }
}
