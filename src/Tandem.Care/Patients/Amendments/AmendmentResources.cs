using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>Amendments as Communications, written and read side by side; the answer leaves a Provenance on the entry, so that whoever reads the entry finds it.</summary>
internal static class AmendmentResources
{
    private const string Provenance = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";

    internal static byte[] Request(Amendment asked, Actor by) => Communication(AmendmentCodes.Request, "Request to amend", asked, by, asked.AskedAt, asked.What, json => json
        .Array("recipient", asked.Named, (recipient, name) => recipient.Text("display", name))
        .Array("reasonCode", [asked.Why], (reason, why) => reason.Text("text", why)));

    internal static byte[] Answer(Amendment asked, AmendmentAnswer answer, IReadOnlyList<string> tell, Actor by) => Communication(AmendmentCodes.Answer, answer.IsAccepted ? "Amendment accepted" : "Amendment denied", asked, by, answer.At, answer.Text, json =>
    {
        json.References("inResponseTo", "Communication/" + asked.Id).Concept("statusReason", AmendmentCodes.Outcomes, answer.IsAccepted ? AmendmentCodes.Accepted : AmendmentCodes.Denied);
        if (answer.Basis.Length > 0)
            json.Concepts("reasonCode", AmendmentCodes.Outcomes, answer.Basis);
        json.Array("recipient", tell, (recipient, name) => recipient.Text("display", name));
    });

    /// <summary>Whom the patient names after the amendment was accepted.</summary>
    internal static byte[] Recipients(Amendment asked, IReadOnlyList<string> tell, Actor by, DateTimeOffset at) => Communication(
        AmendmentCodes.Recipients, "Persons to be told of an amendment", asked, by, at, string.Join("\n", tell), json => json
            .References("inResponseTo", "Communication/" + asked.Id)
            .Array("recipient", tell, (recipient, name) => recipient.Text("display", name)));

    /// <summary>That one of them was told, with the amendment.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="list">What names the recipient (logical id).</param>
    /// <param name="name">The recipient.</param>
    /// <param name="notice">How it was told.</param>
    /// <param name="isLast">True when nobody of the list has to be told any more.</param>
    /// <param name="by">Who tells.</param>
    internal static byte[] Notice(Amendment asked, string list, string name, AmendmentNotice notice, bool isLast, Actor by) => Communication(
        AmendmentCodes.Notice, "Notice of an amendment", asked, by, notice.At, asked.Answer!.Text, json =>
        {
            json.References("inResponseTo", "Communication/" + list).Concepts("medium", AmendmentCodes.Outcomes, notice.Way).Array("recipient", [name], (recipient, to) => recipient.Text("display", to));
            if (isLast)
                json.Concept("statusReason", AmendmentCodes.Outcomes, AmendmentCodes.AllTold);
            if (notice.Note.Length > 0)
                json.Array("note", [notice.Note], (note, text) => note.Text("text", text));
        });

    internal static byte[] Disagreement(Amendment asked, string text, Actor by, DateTimeOffset at) => Communication(AmendmentCodes.Disagreement, "Statement of disagreement", asked, by, at, text, json => json
        .References("inResponseTo", "Communication/" + asked.Id));

    /// <summary>What links an entry to the answer about it (164.526(c)(1)). The patient is a target too, so that it lies in the patient's compartment.</summary>
    internal static byte[] LinkOf(Amendment asked, string answer, AccessScope scope, DateTimeOffset at) => FhirWriter.Resource("Provenance", json => json
        .References("target", new[] { asked.Entry, answer, "Patient/" + asked.Patient }.Distinct())
        .Instant("occurredDateTime", at)
        .Instant("recorded", at)
        .Concept("activity", Provenance, "UPDATE", "revise", "Answer to a request to amend")
        .Array("agent", [scope], (agent, who) => agent.ReferenceTo("who", who.Actor.Reference, who.Actor.Display).ReferenceTo("onBehalfOf", who.Organization))
        .Array("entity", ["Communication/" + asked.Id], (entity, what) => entity.Text("role", "source").ReferenceTo("what", what)));

    /// <summary>What was asked; null for any other resource.</summary>
    internal static Amendment? Read(ResourceVersion version)
    {
        var root = version.Root;
        if (CodeOf(version) != AmendmentCodes.Request || root["status"u8].Text != "completed" || version.Patient is not { } patient)
            return null;
        var entry = root["about"u8].First;
        return new(
            version.Id, patient, entry["reference"u8].Text ?? "Patient/" + patient, entry["display"u8].Text ?? "", TextOf(root), root["reasonCode"u8].First["text"u8].Text ?? "", root["sender"u8]["display"u8].Text ?? "", SentOf(version))
        {
            Named = NamesIn(version),
        };
    }

    /// <summary>The names of those whom a Communication is to reach.</summary>
    internal static IReadOnlyList<string> NamesIn(ResourceVersion version) =>
        [.. version.Root["recipient"u8].Items.AsEnumerable().Select(recipient => recipient["display"u8].Text).OfType<string>()];

    /// <summary>That somebody was told; null for any other resource, and for one that patients or apps of theirs wrote.</summary>
    internal static AmendmentNotice? ReadNotice(ResourceVersion version) => CodeOf(version) != AmendmentCodes.Notice || IsByPatient(version) ? null : new(
        version.Root["medium"u8].First["coding"u8].First["code"u8].Text ?? "", version.Root["note"u8].First["text"u8].Text ?? "", version.Root["sender"u8]["display"u8].Text ?? "", SentOf(version));

    /// <summary>An answer; null for any other resource, and for one that patients or apps of theirs wrote.</summary>
    internal static AmendmentAnswer? ReadAnswer(ResourceVersion version) =>
        CodeOf(version) != AmendmentCodes.Answer || IsByPatient(version) ? null : new(
            version.Root["statusReason"u8]["coding"u8].First["code"u8].Text == AmendmentCodes.Accepted, version.Root["reasonCode"u8].First["coding"u8].First["code"u8].Text ?? "", TextOf(version.Root),
            version.Root["sender"u8]["display"u8].Text ?? "", SentOf(version));

    /// <summary>Which of the kinds a Communication is; null for none.</summary>
    internal static string? CodeOf(ResourceVersion version) => version is { Type: "Communication", Deleted: false }
        ? version.Root["category"u8].Items.AsEnumerable().SelectMany(category => category["coding"u8].Items.AsEnumerable()).FirstOrDefault(coding => coding["system"u8].Text == AmendmentCodes.System)["code"u8].Text
        : null;

    /// <summary>The request that an answer or a statement belongs to (logical id), or null.</summary>
    internal static string? RequestOf(ResourceVersion version) =>
        version.Root["inResponseTo"u8].First["reference"u8].Text?.Split('/') is ["Communication", var id] ? id : null;

    private static bool IsByPatient(ResourceVersion version) =>
        version.Actor.StartsWith("Patient/", StringComparison.Ordinal) || version.Actor.StartsWith("RelatedPerson/", StringComparison.Ordinal);

    internal static string TextOf(FhirNode communication) => communication["payload"u8].First["contentString"u8].Text ?? "";

    private static DateTimeOffset SentOf(ResourceVersion version) => TimelineReading.When(version.Root["sent"u8])?.At ?? version.At;

    private static byte[] Communication(string code, string display, Amendment asked, Actor by, DateTimeOffset at, string text, Action<FhirWriter> more) => FhirWriter.Resource("Communication", json =>
    {
        json.Text("status", "completed")
            .Concepts("category", AmendmentCodes.System, code, display)
            .Reference("subject", "Patient", asked.Patient)
            .Array("about", [asked], (about, one) => about.Text("reference", one.Entry).Text("display", one.EntryName))
            .Instant("sent", at)
            .ReferenceTo("sender", by.Reference, by.Display)
            .Array("payload", [text], (payload, words) => payload.Text("contentString", words));
        more(json);
    });
}
