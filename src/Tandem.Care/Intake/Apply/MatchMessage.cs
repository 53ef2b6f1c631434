using Tandem.Care.Identity;
using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Kernel;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>One resource of a message with its place in the record.</summary>
/// <param name="Type">FHIR type.</param>
/// <param name="Id">Logical id, known or new.</param>
/// <param name="Placeholder">What the message's other resources call it.</param>
/// <param name="Json">As mapped, with placeholders.</param>
/// <param name="Cleared">Paths to delete.</param>
/// <param name="IsWhole">True when it is replaced as a whole.</param>
/// <param name="ImpliesStatus">True when its status is only implied.</param>
internal sealed record MatchedResource(
    string Type, string Id, string Placeholder, byte[] Json, IReadOnlyList<string> Cleared, bool IsWhole, bool ImpliesStatus)
{
    internal string Reference => $"{Type}/{Id}";
}

/// <summary>What a message's resources are in the record: found by exact numbers, or given ids that the same numbers always give.</summary>
internal static class MatchMessage
{
    /// <returns>The resources, the patient first; or why they cannot be told apart from somebody else's.</returns>
    internal static (IReadOnlyList<MatchedResource>? Resources, Complaint? Complaint) Match(WriteSession session, MappedMessage message, string messageId, string device, MessageAhead? ahead)
    {
        session.Expect(ahead?.Resources ?? Likely(message, messageId, device));
        var known = new KnownNumbers(session.Reading, AllNumbers(message), number => ahead?.Owners(session, number));
        var found = FindPatient.Find(session, known, Numbers(message.Patient.Keys));
        if (found.IsAmbiguous)
            return (null, Complaint(Reason.AmbiguousPatient, $"The patient's numbers belong to {found.Ids.Count} patients of the record. Decide who it is.", "PID-3"));
        var patient = found.Only ?? NewId(session, "Patient", message.Patient.Keys[0], messageId);
        var resources = new List<MatchedResource>(message.Resources.Count + 2)
        {
            new("Patient", patient, MappedPatient.Placeholder, message.Patient.Json, message.Patient.Cleared, IsWhole: false, ImpliesStatus: false),
        };
        if (message.Encounter is { } encounter)
        {
            var visits = known.Find("Encounter", Numbers(encounter.Keys));
            var id = visits.Only ?? NewId(session, "Encounter", encounter.Keys[0], messageId);
            if (visits.IsAmbiguous || !IsOf(session, "Encounter", id, patient))
                return (null, Complaint(Reason.VisitOfAnother, "The visit number belongs to another patient's visit. Decide whose it is.", "PV1-19"));
            resources.Add(new("Encounter", id, MappedEncounter.Placeholder, encounter.Json, encounter.Cleared, IsWhole: false, !encounter.StatusIsStated));
        }

        foreach (var resource in message.Resources)
        {
            var id = IdOf(session, known, resource, messageId);
            if (id is null || !IsOf(session, resource.Type, id, patient))
                return (null, Complaint(Reason.ResultOfAnother, "The order or result number belongs to another patient's. Decide whose it is.", "OBR-3"));
            resources.Add(new(resource.Type, id, resource.Placeholder, resource.Json, [], resource.IsWhole, ImpliesStatus: false));
        }

        return (resources, null);
    }

    /// <summary>What the message's resources are when nobody else made them, its provenance, and the device of its source.</summary>
    internal static List<(string Type, string Id)> Likely(MappedMessage message, string messageId, string device)
    {
        var likely = message.Resources.Select(resource => (resource.Type, DerivedId(resource.Type, resource.Keys[0]))).ToList();
        likely.Add(("Patient", DerivedId("Patient", message.Patient.Keys[0])));
        if (message.Encounter is { } encounter)
            likely.Add(("Encounter", DerivedId("Encounter", encounter.Keys[0])));
        likely.Add(("Provenance", MessageProvenance.IdOf(messageId)));
        likely.Add(("Device", device));
        return likely;
    }

    /// <summary>Results have the id that their number gives; what others may have made (orders, specimens) is looked for. Null when several fit.</summary>
    private static string? IdOf(WriteSession session, KnownNumbers known, MappedResource resource, string messageId)
    {
        if (resource.IsWhole)
            return DerivedId(resource.Type, resource.Keys[0]);
        var found = known.Find(resource.Type, Numbers(resource.Keys));
        return found.IsAmbiguous ? null : found.Only ?? NewId(session, resource.Type, resource.Keys[0], messageId);
    }

    /// <summary>True when the resource is new or belongs to this patient (or to one merged into it).</summary>
    private static bool IsOf(WriteSession session, string type, string id, string patient) =>
        session.Find(type, id) is not { Deleted: false, Patient: { } owner } || owner == patient || FindPatient.Survivor(session, owner) == patient;

    /// <summary>The id that the number gives; when a resource without that number has it (the number was taken from it), one of the message's own.</summary>
    private static string NewId(WriteSession session, string type, NaturalKey key, string messageId)
    {
        var id = DerivedId(type, key);
        return session.Find(type, id) is { Deleted: false } ? Ids.From(type, key.System, key.Value, messageId) : id;
    }

    private static string DerivedId(string type, NaturalKey key) => Ids.From(type, key.System, key.Value);

    private static IEnumerable<(string, string)> Numbers(IReadOnlyList<NaturalKey> keys) => keys.Select(key => (key.System, key.Value));

    /// <summary>The numbers by which something may be known that somebody else made.</summary>
    internal static IEnumerable<(string Type, string System, string Value)> AllNumbers(MappedMessage message) =>
        message.Patient.Keys.Select(key => ("Patient", key.System, key.Value))
            .Concat((message.Encounter?.Keys ?? []).Select(key => ("Encounter", key.System, key.Value)))
            .Concat(message.Resources.Where(resource => !resource.IsWhole).SelectMany(resource => resource.Keys.Select(key => (resource.Type, key.System, key.Value))));

    private static Complaint Complaint(string reason, string text, string place) => new(reason, text, place, AckOutcome.Error, AckErrorCode.DuplicateKey);
}
