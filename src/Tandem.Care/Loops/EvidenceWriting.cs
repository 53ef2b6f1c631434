using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;

namespace Tandem.Care.Loops;

/// <summary>What a person stated, as the FHIR resource it is.</summary>
internal static class EvidenceWriting
{
    private const string Snomed = "http://snomed.info/sct";
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string ParticipationMode = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";

    /// <summary>Type, id and bytes. The id follows from the loop and its version, so that undoing the step finds it again.</summary>
    internal static (string Type, string Id, byte[] Bytes) Write(Loop loop, EvidenceForm form, Actor actor, DateTimeOffset now)
    {
        var type = form.Kind switch
        {
            EvidenceKind.Visit => "Encounter",
            EvidenceKind.MedicationReconciliation => "Procedure",
            _ => "Communication",
        };
        var bytes = FhirWriter.Resource(type, json =>
        {
            switch (type)
            {
                case "Encounter": Visit(json, loop, form); break;
                case "Procedure": Reconciliation(json, loop, form, actor, now); break;
                default: Communication(json, loop, form, actor, now); break;
            }
        });
        return (type, IdOf(loop.Id, loop.Version), bytes);
    }

    internal static string IdOf(string loop, int version) =>
        Ids.From("loop-evidence", loop, version.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The same resource, struck: its status says that it was entered in error.</summary>
    internal static byte[] EnteredInError(string type, FhirNode resource) => FhirWriter.Resource(type, json =>
    {
        json.Text("status", "entered-in-error");
        foreach (var property in resource.Properties)
        {
            if (!property.NameUtf8.SequenceEqual("status"u8) && !property.NameUtf8.SequenceEqual("resourceType"u8))
                json.Raw(property.Name, property);
        }
    });

    private static void Communication(FhirWriter json, Loop loop, EvidenceForm form, Actor actor, DateTimeOffset now)
    {
        if (form.Kind == EvidenceKind.CriticalResultTold)
            json.Array("extension", all => all.Item(one => one.Text("url", LoopCodes.ReadBackExtension).Boolean("valueBoolean", form.ReadBack)));
        json.References("basedOn", loop.Reference)
            .Text("status", form.Outcome is AttemptOutcome.NoAnswer or AttemptOutcome.Busy or AttemptOutcome.WrongNumber ? "not-done" : "completed");
        if (form.Outcome is { } outcome)
            json.Concept("statusReason", LoopCodes.ContactOutcomeSystem, StepReading.CodeOf(outcome));
        json.Concepts("category", LoopCodes.EvidenceSystem, LoopCodes.Of(form.Kind));
        if (ModeOf(form.Medium) is { } mode)
            json.Concepts("medium", ParticipationMode, mode);
        json.Reference("subject", "Patient", loop.Patient).References("about", loop.Focus);
        if (loop.Focus.StartsWith("Encounter/", StringComparison.Ordinal))
            json.ReferenceTo("encounter", loop.Focus);
        json.Instant("sent", form.Occurred?.ToUniversalTime());
        if (form.Outcome is null or AttemptOutcome.Reached)
            json.Instant("received", form.Occurred?.ToUniversalTime());
        if (form.Whom.Length > 0)
            json.Array("recipient", [form.Whom], (recipient, whom) => recipient.Text("display", whom));
        json.ReferenceTo("sender", actor.Reference, actor.Display);
        Note(json, form.Note, actor, now);
    }

    private static void Visit(FhirWriter json, Loop loop, EvidenceForm form) => json
        .Text("status", "finished")
        .Coding("class", ActCode, form.Medium is "video" ? "VR" : "AMB")
        .Concepts("type", LoopCodes.EvidenceSystem, LoopCodes.Of(EvidenceKind.Visit), text: form.Note)
        .Reference("subject", "Patient", loop.Patient)
        .Array("participant", [form.Whom], (participant, whom) => participant.ReferenceTo("individual", null, whom))
        .Period("period", form.Occurred?.ToUniversalTime(), form.Occurred?.ToUniversalTime());

    private static void Reconciliation(FhirWriter json, Loop loop, EvidenceForm form, Actor actor, DateTimeOffset now)
    {
        json.Text("status", "completed")
            .Concept("code", Snomed, "430193006", "Medication reconciliation (procedure)")
            .Reference("subject", "Patient", loop.Patient);
        if (loop.Focus.StartsWith("Encounter/", StringComparison.Ordinal))
            json.ReferenceTo("encounter", loop.Focus);
        json.Instant("performedDateTime", form.Occurred?.ToUniversalTime())
            .Array("performer", [actor], (performer, who) => performer.ReferenceTo("actor", who.Reference, who.Display));
        Note(json, form.Note, actor, now);
    }

    private static void Note(FhirWriter json, string note, Actor actor, DateTimeOffset at)
    {
        if (note.Length > 0)
        {
            json.Array("note", [note], (one, text) => one
                .ReferenceTo("authorReference", actor.Reference, actor.Display).Instant("time", at.ToUniversalTime()).Text("text", text));
        }
    }

    private static string? ModeOf(string medium) => medium switch
    {
        "phone" => "PHONE",
        "video" => "VIDEOCONF",
        "in-person" => "FACE",
        "message" => "WRITTEN",
        _ => null,
    };
}
