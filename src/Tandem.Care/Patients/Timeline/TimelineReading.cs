using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>What a version of a resource says to the timeline: a pure function.</summary>
internal static class TimelineReading
{
    /// <summary>True for the types that have something to say.</summary>
    internal static bool Knows(string type) =>
        type is "Patient" or "Encounter" or "Observation" or "DiagnosticReport" or "Task" || TimelineShapes.All.ContainsKey(type);

    internal static IEnumerable<TimelineEntry> Read(ResourceVersion version) => version.Type switch
    {
        "Patient" => OfPatient(version),
        "Encounter" => OfEncounter(version, new EncounterView(version.Root)),
        "Observation" => OfObservation(version, new ObservationView(version.Root)),
        "DiagnosticReport" => OfReport(version, new DiagnosticReportView(version.Root)),
        "Communication" when StatedContact.Read(version.Root) is { } stated => [OfContact(version, stated)],
        "Task" => LoopReading.Read(version, OwnAddresses.None) is { } loop ? OfLoop(loop) : [],
        _ => TimelineShapes.All.TryGetValue(version.Type, out var shape) ? shape.Read(version) : [],
    };

    /// <summary>When a FHIR date happened; a month or a year counts from its first day and says how it was stated.</summary>
    internal static Told? When(FhirNode node) => FhirDateTime.TryParse(node.Text, out var date) ? Told.Of(date) : null;

    internal static Told? When(FhirDateTime? date) => date is { } stated ? Told.Of(stated) : null;

    private static IEnumerable<TimelineEntry> OfPatient(ResourceVersion version)
    {
        yield return Entry(version, null, new Told(version.At), TimelineKinds.Other, version.Version == 1 ? "registered" : "details-changed");
        var patient = new PatientView(version.Root);
        if (When(patient.DeceasedAt) is { } died)
            yield return Entry(version, "died", died, TimelineKinds.Stay, "died");
    }

    private static IEnumerable<TimelineEntry> OfEncounter(ResourceVersion version, EncounterView stay)
    {
        var facts = new TimelineEntry
        {
            Title = StayClasses.IsVisit(stay.Class.Code) ? Said(stay.Types.First) : "",
            Value = stay.Reasons.First.Words,
            Status = stay.Status,
            Place = PlaceOf(stay),
        };
        var come = When(stay.Period.Start);
        var gone = When(stay.Period.End);
        var visit = StayClasses.IsVisit(stay.Class.Code);
        var emergency = StayClasses.IsEmergency(stay.Class.Code);
        if (stay.Status is "cancelled" or "entered-in-error")
        {
            yield return Entry(version, null, come ?? new Told(version.At), TimelineKinds.Stay, "stay-cancelled", facts);
            yield break;
        }

        if (stay.Status == "planned")
        {
            yield return Entry(version, null, come ?? new Told(version.At), TimelineKinds.Stay, visit ? "visit-planned" : "stay-planned", facts);
            yield break;
        }

        if (come is { } start || gone is null)
            yield return Entry(version, null, come ?? new Told(version.At), TimelineKinds.Stay, visit ? "visit" : emergency ? "emergency" : "admitted", facts);
        if (gone is { } end && !visit)
            yield return Entry(version, "left", end, TimelineKinds.Stay, emergency ? "emergency-left" : "discharged", facts with { Value = stay.DischargeDisposition.Words ?? facts.Value });
    }

    /// <summary>The words of a concept; a bare code of the sender (PV1-4 <c>R</c>) says nothing to a reader.</summary>
    private static string Said(CodeableConcept concept) => concept.Node["text"u8].Text ?? concept.Node["coding"u8].First["display"u8].Text ?? "";

    private static IEnumerable<TimelineEntry> OfObservation(ResourceVersion version, ObservationView seen)
    {
        var value = ResultReading.ValueOf(seen.Node);
        if (value is null && seen.Components.Count == 0 && seen.Status is not ("cancelled" or "entered-in-error"))
            yield break; // a heading over other results
        yield return Entry(version, null, ResultReading.WhenOf(seen) ?? new Told(version.At), TimelineKinds.Result, "result", new TimelineEntry
        {
            Title = seen.Code.Words ?? "",
            Value = ResultReading.WithUnit(seen.Node) ?? ResultReading.ComponentWords(seen),
            Code = ResultReading.CodeOf(seen.Components.Count > 0 && value is null ? seen.Components.First.Code : seen.Code),
            Flag = ResultReading.WorstFlag(seen),
            Status = seen.Status,
            Place = seen.Performers.First.Display,
        });
    }

    private static IEnumerable<TimelineEntry> OfReport(ResourceVersion version, DiagnosticReportView report)
    {
        var at = When(version.Root["effectiveDateTime"u8]) ?? When(version.Root["effectivePeriod"u8]["start"u8]) ?? When(version.Root["issued"u8]);
        yield return Entry(version, null, at ?? new Told(version.At), TimelineKinds.Result, "report", new TimelineEntry
        {
            Title = report.Code.Words ?? "",
            Value = version.Root["conclusion"u8].Text,
            Status = report.Status,
            Place = version.Root["performer"u8].First["display"u8].Text,
        });
    }

    /// <summary>Its outcome says how it went, so the status is told only when the entry was an error.</summary>
    private static TimelineEntry OfContact(ResourceVersion version, StatedContact stated)
    {
        var status = version.Root["status"u8].Text;
        var happened = stated switch
        {
            { Outcome: AttemptOutcome.Reached } => "contact-reached",
            { Outcome: AttemptOutcome.NoAnswer } => "contact-no-answer",
            { Outcome: AttemptOutcome.LeftMessage } => "contact-left-message",
            { Outcome: AttemptOutcome.Busy } => "contact-busy",
            { Outcome: AttemptOutcome.WrongNumber } => "contact-wrong-number",
            { Outcome: AttemptOutcome.Refused } => "contact-refused",
            { Kind: EvidenceKind.CriticalResultTold } => "contact-told",
            _ => "contact",
        };
        return Entry(version, null, When(version.Root["sent"u8]) ?? new Told(version.At), TimelineKinds.Contact, happened, new TimelineEntry
        {
            Value = stated.Whom,
            Status = status == "entered-in-error" ? status : null,
        });
    }

    private static IEnumerable<TimelineEntry> OfLoop(Loop loop)
    {
        var opened = new TimelineEntry
        {
            Key = loop.Reference,
            At = loop.Opened,
            Kind = TimelineKinds.Loop,
            Event = "loop-opened",
            Title = loop.Title.En,
            TitleEs = loop.Title.Es,
        };
        yield return opened;
        if (loop.Ended is { } ended && !loop.IsOpen)
            yield return opened with { Key = loop.Reference + "#ended", At = ended, Event = loop.State == LoopState.Closed ? "loop-closed" : "loop-withdrawn" };
    }

    internal static string? PlaceOf(EncounterView stay)
    {
        string? place = null;
        foreach (var location in stay.Locations)
        {
            if (location.Status is not "completed" || place is null)
                place = location.Location.Display ?? place;
        }

        return (place, stay.ServiceProvider.Display) switch
        {
            (null, var provider) => provider,
            ({ } at, null) => at,
            ({ } at, { } provider) => $"{at}, {provider}",
        };
    }

    internal static TimelineEntry Entry(
        ResourceVersion version, string? part, Told when, string kind, string happened, TimelineEntry? facts = null) =>
        (facts ?? new TimelineEntry()) with
        {
            Key = part is null ? version.Reference : $"{version.Reference}#{part}",
            At = when.At,
            HasTime = when.HasTime,
            Said = when.Said,
            Kind = kind,
            Event = happened,
        };
}

/// <summary>What the class of an encounter (HL7 v3 ActCode) means to a reader.</summary>
internal static class StayClasses
{
    /// <summary>True when the patient comes and goes: a visit, a call, a home visit.</summary>
    internal static bool IsVisit(string? code) => code is null or "AMB" or "VR" or "HH" or "FLD" or "U" or "OTHER" or "PRENC";

    /// <summary>True in an emergency department.</summary>
    internal static bool IsEmergency(string? code) => code is "EMER";
}
