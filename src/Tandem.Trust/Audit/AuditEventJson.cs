using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Trust.Audit;

/// <summary>
/// An event as a FHIR AuditEvent by the profiles of IHE Basic Audit Log Patterns (BALP 1.1, <c>IHE.BasicAudit.*</c>): what was done, by whom with which program
/// to what of whom, with which query, for which purpose, and how it came out.
/// </summary>
internal static class AuditEventJson
{
    private const string Balp = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Own = "https://tandem.example/CodeSystem/interaction";
    private const string EntityTypes = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private const string ObjectRoles = "http://terminology.hl7.org/CodeSystem/object-role";

    /// <summary>The id of an event's resource: its number, and which of several patients it stands for.</summary>
    internal static string IdOf(AuditRow row) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"audit-{row.Seq}{(row.Part > 0 ? $"-{row.Part}" : "")}");

    internal static byte[] Of(AuditRow row)
    {
        var (happened, detail) = (row.Event, row.Detail);
        var type = TypeOf(happened);
        return FhirWriter.Resource("AuditEvent", json => json
            .Text("id", IdOf(row))
            .Object("meta", meta => meta
                .Text("versionId", "1")
                .Instant("lastUpdated", happened.At)
                .Texts("profile", ProfileOf(happened, detail) is { } profile ? Balp + profile : null))
            .Coding("type", type.System, type.Code, type.Display)
            .Array("subtype", array => array.Item(subtype => Subtype(subtype, happened)))
            .Text("action", detail.Action)
            .Instant("recorded", happened.At)
            .Text("outcome", happened.Outcome.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Text("outcomeDesc", $"{detail.Decision}{(detail.How.Length > 0 ? $", {detail.How}" : "")}{(detail.Status > 0 ? $", HTTP {detail.Status}" : "")}")
            .Array("purposeOfEvent", array => array.Item(purpose => Purpose(purpose, detail)))
            .Array("agent", agents => Agents(agents, happened, detail))
            .Object("source", source => source
                .Text("site", "Tandem")
                .Object("observer", observer => observer.Text("reference", "Device/hub").Text("display", "Tandem"))
                .Array("type", types => types.Item(type => type.Text("system", "http://terminology.hl7.org/CodeSystem/security-source-type").Text("code", "4").Text("display", "Application Server"))))
            .Array("entity", entities => Entities(entities, happened, detail)));
    }

    /// <summary>The profile that an event follows in full; none for what BALP has no pattern for, and for what was refused.</summary>
    private static string? ProfileOf(AuditDraft happened, AuditDetail detail)
    {
        if (happened.Outcome != 0)
            return null;
        var kind = happened.Interaction switch
        {
            "read" or "vread" => "Read",
            "search-type" or "search-system" => "Query",
            "create" => "Create",
            "update" or "patch" => "Update",
            "delete" => "Delete",
            _ => null,
        };
        return kind is null || (kind is not "Query" && detail.References.Count == 0) ? null : happened.Patient is null ? kind : "Patient" + kind;
    }

    private static (string System, string Code, string Display) TypeOf(AuditDraft happened) => happened.Interaction switch
    {
        _ when IsAct(happened) && (happened.Marks & (AuditMarks.SignIn | AuditMarks.App)) == 0 => (Dicom, "110113", "Security Alert"),
        _ when IsAct(happened) || happened.Interaction == AuditInteraction.OAuth => (Dicom, "110114", "User Authentication"),
        "export" or "download" => (Dicom, "110106", "Export"),
        "import" => (Dicom, "110107", "Import"),
        AuditInteraction.Page or AuditInteraction.Act => (Dicom, "110110", "Patient Record"),
        _ => ("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation"),
    };

    private static bool IsAct(AuditDraft happened) =>
        (happened.Marks & (AuditMarks.SignIn | AuditMarks.App | AuditMarks.Permission)) != 0 || happened.Interaction.StartsWith("emergency-", StringComparison.Ordinal);

    private static void Subtype(FhirWriter subtype, AuditDraft happened)
    {
        var interaction = happened.Interaction;
        var (system, code) = interaction switch
        {
            "role-given" or "role-taken" => (Dicom, "110136"), // Security Roles Changed
            "emergency-opened" => (Dicom, "110127"), // Emergency Override Started
            AuditInteraction.Login => (Dicom, "110122"),
            AuditInteraction.Logout => (Dicom, "110123"),
            AuditInteraction.Page or AuditInteraction.Act or AuditInteraction.OAuth or "export" or "import" or "download" or "notification" => (Own, interaction),
            _ when IsAct(happened) => (Own, interaction),
            _ => ("http://hl7.org/fhir/restful-interaction", interaction),
        };
        subtype.Text("system", system).Text("code", code).Text("display", interaction);
    }

    private static void Purpose(FhirWriter purpose, AuditDetail detail)
    {
        if (detail.Purpose.Length > 0)
            purpose.Array("coding", codings => codings.Item(coding => coding.Text("system", "http://terminology.hl7.org/CodeSystem/v3-ActReason").Text("code", detail.Purpose)));
    }

    /// <summary>The calling program, the hub, and the person. Data of a read flows to the caller, everything else from it (BALP, roles of agents).</summary>
    private static void Agents(FhirWriter agents, AuditDraft happened, AuditDetail detail)
    {
        var isRead = happened.Interaction is "read" or "vread";
        agents.Item(client => Role(client, isRead ? "110152" : "110153")
                .Object("who", who => who.Object("identifier", identifier => identifier.Text("value", detail.Client.Length > 0 ? detail.Client : "unknown")))
                .Boolean("requestor", false)
                .Object("network", network => network.Text("address", detail.Remote.Length > 0 ? detail.Remote : "unknown").Text("type", "2")))
            .Item(server => Role(server, isRead ? "110153" : "110152")
                .Object("who", who => who.Text("reference", "Device/hub"))
                .Boolean("requestor", false)
                .Object("network", network => network.Text("address", "Tandem").Text("type", "1")));
        if (happened.Actor.Length == 0)
            return;
        agents.Item(user => user
            .Concept("type", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", detail.Action is "C" or "U" or "D" ? "AUT" : "IRCP")
            .Array("role", roles => roles.Item(role => role.Text("text", detail.Role)))
            .Object("who", who => who.Text("reference", happened.Actor).Text("display", detail.Name))
            .Text("name", detail.Name)
            .Boolean("requestor", true)
            .Array("purposeOfUse", array => array.Item(purpose => Purpose(purpose, detail))));
        if (detail.Organization is { } organization)
        {
            agents.Item(custodian => custodian
                .Concept("type", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "CST")
                .Object("who", who => who.Text("reference", organization))
                .Boolean("requestor", false));
        }
    }

    /// <summary>False for an address that was refused and is none of a resource: of an operation or a search.</summary>
    private static bool IsReference(string text) => text.Length > 0 && char.IsUpper(text[0]) && text.Split('/') is [_, [not ('$' or '_'), ..]] or [_, _, "_history", _];

    private static FhirWriter Role(FhirWriter agent, string code) => agent.Concept("type", Dicom, code, code == "110152" ? "Destination Role ID" : "Source Role ID");

    private static void Entities(FhirWriter entities, AuditDraft happened, AuditDetail detail)
    {
        entities.Item(transaction => transaction
            .Object("what", what => what.Object("identifier", identifier => identifier.Text("value", detail.Request.Length > 0 ? detail.Request : "none")))
            .Coding("type", "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId"));
        if (happened.Patient is { } patient)
        {
            entities.Item(person => person
                .Object("what", what => what.Text("reference", $"Patient/{patient}"))
                .Coding("type", EntityTypes, "1", "Person")
                .Coding("role", ObjectRoles, "1", "Patient"));
        }

        if (happened.Interaction is "search-type" or "search-system" or "operation" or "export" || detail.Query.Length > 0)
        {
            entities.Item(query => query
                .Coding("type", EntityTypes, "2", "System Object")
                .Coding("role", ObjectRoles, "24", "Query")
                .Text("description", detail.Address)
                .Text("query", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{detail.Address}?{detail.Query}"))));
        }

        foreach (var reference in detail.References.Where(reference => IsReference(reference)))
        {
            entities.Item(data => data
                .Object("what", what => what.Text("reference", reference))
                .Coding("type", EntityTypes, "2", "System Object")
                .Coding("role", ObjectRoles, "4", "Domain Resource"));
        }
    }
}
