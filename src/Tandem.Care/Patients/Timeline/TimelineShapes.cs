using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Where a resource type keeps what the timeline tells of it.</summary>
/// <param name="Kind">Its sort.</param>
/// <param name="Event">What happened.</param>
/// <param name="Dates">Paths of dates, the first that is there counts; without any the entry stands at its recording.</param>
/// <param name="Titles">Paths of concepts, references or texts, the first that is there counts.</param>
/// <param name="Value">Path of a few more words, or null.</param>
/// <param name="Status">Path of the status.</param>
internal sealed record TimelineShape(string Kind, string Event, string[] Dates, string[] Titles, string? Value = null, string Status = "status")
{
    internal IEnumerable<TimelineEntry> Read(ResourceVersion version)
    {
        var root = version.Root;
        var when = Dates.Select(path => TimelineReading.When(Follow(root, path))).FirstOrDefault(date => date is not null);
        yield return TimelineReading.Entry(version, null, when ?? new Told(version.At), Kind, Event, new TimelineEntry
        {
            Title = Titles.Select(path => Words(Follow(root, path))).FirstOrDefault(words => words is { Length: > 0 }) ?? "",
            Value = Value is null ? null : Words(Follow(root, Value)),
            Status = Words(Follow(root, Status)),
        });
    }

    internal static FhirNode Follow(FhirNode node, string path)
    {
        foreach (var step in path.Split('.'))
            node = node.Items.Count > 0 ? node.First[step] : default;
        return node;
    }

    /// <summary>The words of a text, a concept or a reference.</summary>
    internal static string? Words(FhirNode node)
    {
        var first = node.First;
        return first.IsObject ? first["display"u8].Text ?? new CodeableConcept(first).Words : first.Text;
    }
}

/// <summary>The types that need no reading of their own.</summary>
internal static class TimelineShapes
{
    private static readonly string[] Medicine = ["medicationCodeableConcept", "medicationReference"];

    internal static readonly IReadOnlyDictionary<string, TimelineShape> All = new Dictionary<string, TimelineShape>(StringComparer.Ordinal)
    {
        ["MedicationRequest"] = new(TimelineKinds.Medication, "prescribed", ["authoredOn"], Medicine, "dosageInstruction.text"),
        ["MedicationStatement"] = new(
            TimelineKinds.Medication, "medication-stated", ["effectiveDateTime", "effectivePeriod.start", "dateAsserted"], Medicine, "dosage.text"),
        ["MedicationDispense"] = new(TimelineKinds.Medication, "dispensed", ["whenHandedOver", "whenPrepared"], Medicine),
        ["MedicationAdministration"] = new(TimelineKinds.Medication, "administered", ["effectiveDateTime", "effectivePeriod.start"], Medicine),
        ["Immunization"] = new(TimelineKinds.Medication, "immunization", ["occurrenceDateTime"], ["vaccineCode"]),
        ["Condition"] = new(
            TimelineKinds.Other, "condition", ["onsetDateTime", "onsetPeriod.start", "recordedDate"], ["code"], "clinicalStatus", "verificationStatus.coding.code"),
        ["AllergyIntolerance"] = new(TimelineKinds.Other, "allergy", ["onsetDateTime", "recordedDate"], ["code"], null, "verificationStatus.coding.code"),
        ["Procedure"] = new(TimelineKinds.Other, "procedure", ["performedDateTime", "performedPeriod.start"], ["code"]),
        ["ServiceRequest"] = new(TimelineKinds.Other, "ordered", ["authoredOn", "occurrenceDateTime"], ["code"]),
        ["Appointment"] = new(TimelineKinds.Stay, "appointment", ["start"], ["serviceType", "appointmentType", "description"]),
        ["CarePlan"] = new(TimelineKinds.Other, "plan", ["created", "period.start"], ["title", "category"]),
        ["DocumentReference"] = new(TimelineKinds.Contact, "document", ["date", "context.period.start"], ["type", "description"]),
        ["Communication"] = new(TimelineKinds.Contact, "contact", ["sent", "received"], ["topic", "category"], "payload.contentString"),
        ["QuestionnaireResponse"] = new(TimelineKinds.Contact, "answered", ["authored"], ["_questionnaire.extension.valueString"]),
    };
}
