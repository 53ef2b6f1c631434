using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Record.Questionnaires;

namespace Tandem.Record.Plans;

/// <summary>
/// The request that an activity definition describes (R4 12.17.6.2), element by element of its kind: what the kind has no element for is left out, what it needs
/// and the definition does not say has to come from a dynamic value.
/// </summary>
internal sealed class DraftRequest
{
    /// <summary>Elements of an activity definition with those of a request that say the same; the first that the kind has, with the same type, takes it.</summary>
    private static readonly (string From, string[] To)[] Described =
    [
        ("priority", ["priority"]),
        ("doNotPerform", ["doNotPerform"]),
        ("productCodeableConcept", ["medicationCodeableConcept", "itemCodeableConcept", "codeCodeableConcept"]),
        ("productReference", ["medicationReference", "itemReference", "codeReference"]),
        ("code", ["code", "codeCodeableConcept", "itemCodeableConcept", "serviceType"]),
        ("dosage", ["dosageInstruction"]),
        ("bodySite", ["bodySite"]),
        ("location", ["locationReference", "location"]),
        ("timingTiming", ["occurrenceTiming"]),
        ("timingPeriod", ["occurrencePeriod", "requestedPeriod", "executionPeriod", "period"]),
        ("timingDateTime", ["occurrenceDateTime"]),
        ("quantity", ["quantityQuantity", "quantity"]),
    ];

    private static readonly string[] Patients = ["subject", "for", "patient", "candidate", "actor", "deliverTo"];

    private static readonly FhirType Activity = R4.Types.Find("ActivityDefinition")!;

    private readonly HashSet<FhirElement> said = [];
    private readonly FhirType type;
    private readonly JsonObject json;

    private DraftRequest(FhirType type, string id)
    {
        this.type = type;
        json = new JsonObject { ["resourceType"] = type.Name, ["id"] = id };
    }

    /// <summary>Makes it, without dynamic values.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="activity">The definition.</param>
    /// <param name="subject">For whom: a reference.</param>
    /// <param name="id">The id within the answer.</param>
    /// <param name="now">When it is made.</param>
    internal static DefinedResource Of(FhirType type, FhirNode activity, string subject, string id, DateTimeOffset now)
    {
        var draft = new DraftRequest(type, id);
        draft.Say("instantiatesCanonical", "canonical", Operations.NamedDefinition.CanonicalOf(activity));
        draft.Code("status", "draft", "proposed");
        draft.Code("intent", activity["intent"u8].Text ?? "proposal", "proposal");
        draft.Say("description", "string", activity["description"u8].Text);
        foreach (var (from, to) in Described)
        {
            if (activity[from] is { Exists: true } value && Activity.Elements.TryFind(Encoding.UTF8.GetBytes(from), out var property))
                draft.SayFirst(to, property.Type, value);
        }

        draft.Performers([.. activity["participant"u8].Items.AsEnumerable().Select(participant => participant["role"u8]).Where(role => role.Exists)]);
        draft.Subject(subject);
        foreach (var element in type.Elements.Where(element => element is { Min: > 0, Types: [{ Type.Name: "dateTime" }] })) // of these kinds all say when it is made
            draft.Say(element.Name, "dateTime", now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        return new DefinedResource(type, draft.json, null);
    }

    /// <summary>The first of the codes that the element takes; nothing where it takes none of them.</summary>
    private void Code(string name, params ReadOnlySpan<string> codes)
    {
        foreach (var code in codes)
        {
            if (type.Elements.Find(name) is { Codes: { } table } && table.Contains(Encoding.UTF8.GetBytes(code)))
            {
                Say(name, "code", code);
                return;
            }
        }
    }

    private void SayFirst(string[] names, FhirType of, FhirNode value)
    {
        foreach (var name in names)
        {
            if (!type.Elements.TryFind(Encoding.UTF8.GetBytes(name), out var target) || target.Type != of || !said.Add(target.Element))
                continue;
            var first = value.Kind == JsonKind.Array ? value.First : value;
            json[name] = !target.Element.IsList ? JsonTree.Of(first) : value.Kind == JsonKind.Array ? JsonTree.Of(value) : new JsonArray(JsonTree.Of(value));
            return;
        }
    }

    /// <summary>In which role it is to be done (R4 12.17.6.2); of several roles none where the kind takes one.</summary>
    private void Performers(List<FhirNode> roles)
    {
        if (type.Elements.Find("performerType") is { Types: [{ Type.Name: "CodeableConcept" }] } element && (element.IsList ? roles.Count > 0 : roles.Count == 1))
            json["performerType"] = element.IsList ? new JsonArray([.. roles.Select(JsonTree.Of)]) : JsonTree.Of(roles[0]);
    }

    /// <summary>Whom the request is for, as its kind says it; a supply is delivered to its patient, an appointment awaits their word.</summary>
    private void Subject(string subject)
    {
        var reference = new JsonObject { ["reference"] = subject };
        if (type.Name == "Appointment")
            json["participant"] = new JsonArray(new JsonObject { ["actor"] = reference, ["status"] = "needs-action" });
        else if (Patients.FirstOrDefault(name => type.Elements.Find(name) is not null) is { } name)
            Say(name, "Reference", reference);
    }

    private void Say(string name, string of, JsonNode? value)
    {
        if (value is null || type.Elements.Find(name) is not { Types: [{ Type: var target }] } element || target.Name != of || !said.Add(element))
            return;
        json[name] = element.IsList ? new JsonArray(value) : value;
    }
}
