using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>PV1, PV2 and DG1 to an Encounter (v2-to-FHIR guide: PV1[Encounter], PV2[Encounter], DG1[Encounter]).</summary>
internal static class EncounterMapping
{
    private const string Participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

    /// <summary>The visit, or null when the message names none, which is a fault when <paramref name="required"/>.</summary>
    internal static MappedEncounter? Map(
        Hl7Message message, string trigger, bool required, SourceSettings source, SourceClock clock, MappingNotes notes)
    {
        var pv1 = Pv1.In(message);
        var keys = Keys(message, pv1, source);
        if (keys.Count == 0)
        {
            if (required)
                notes.Fault("required", "The visit has no number.", pv1.Segment.Exists ? "PV1-19" : "PV1");
            return null;
        }

        var text = new ResourceText("Encounter");
        text.Array("identifier");
        foreach (var key in keys)
            Identifiers.Write(text, key, "VN");
        foreach (var number in pv1.AlternateVisitNumbers)
        {
            if (Identifiers.Key(number, CodeSystems.Own(source, "visit"), source) is { } alternate && !keys.Contains(alternate))
                Identifiers.Write(text, alternate, number.TypeCode);
        }

        text.End();
        var (status, stated) = Status(trigger, pv1);
        text.Text("status", status);
        WriteClass(text, pv1, notes);
        text.Array("type");
        WriteConcept(text, pv1.AdmissionType, source, "0007");
        WriteConcept(text, pv1.PatientType, source, "0018");
        text.End();
        if (Concepts.Any(pv1.HospitalService))
            Concepts.Write(text, "serviceType", pv1.HospitalService, source, "0069");
        text.Object("subject").Text("reference", MappedPatient.Placeholder).End();
        WriteParticipants(text, pv1, source);
        WritePeriod(text, message, trigger, pv1, clock);
        WriteReasons(text, message, source);
        WriteHospitalization(text, pv1, trigger, source);
        WriteLocations(text, pv1, status, source);
        text.Object("serviceProvider").Text("reference", source.Organization).Text("display", source.Organization is null ? null : source.Display).End();
        return new(keys, text.ToUtf8(), Cleared(trigger, pv1), stated);
    }

    /// <summary>PV1-19; else PV1-50 or PID-18 when their type says that they are visit numbers.</summary>
    private static List<NaturalKey> Keys(Hl7Message message, Pv1 pv1, SourceSettings source)
    {
        var own = CodeSystems.Own(source, "visit");
        var number = Identifiers.Key(pv1.VisitNumber, own, source)
            ?? pv1.AlternateVisitNumbers.Where(n => n.TypeCode == "VN").Select(n => Identifiers.Key(n, own, source)).FirstOrDefault(k => k is not null)
            ?? (Pid.In(message).AccountNumber is { TypeCode: "VN" } account ? Identifiers.Key(account, own, source) : null);
        return number is { } key ? [key] : [];
    }

    /// <summary>The event states the status; an update does not, so a visit that is new by it gets one from PV1 (guide: Event and PatientClass maps).</summary>
    private static (string Status, bool Stated) Status(string trigger, Pv1 pv1) => trigger switch
    {
        "A01" or "A02" or "A04" or "A06" or "A07" or "A12" or "A13" => ("in-progress", true),
        "A03" => ("finished", true),
        "A05" => ("planned", true),
        "A11" or "A38" => ("cancelled", true),
        _ when pv1.DischargedAt.HasValue => ("finished", false),
        _ when pv1.PatientClass.Code is "P" => ("planned", false),
        _ => ("in-progress", false),
    };

    private static void WriteClass(ResourceText text, Pv1 pv1, MappingNotes notes)
    {
        var (system, code, display) = V2Tables.PatientClass(pv1.PatientClass.Code);
        if (code == "U" && pv1.PatientClass.Code is not (null or "U"))
            notes.Warn("code-invalid", "This patient class is not known; the visit is shown with an unknown one.", pv1.Segment[2]);
        text.Object("class").Text("system", system).Text("code", code).Text("display", display).End();
    }

    private static void WriteConcept(ResourceText text, Cwe value, SourceSettings source, string table)
    {
        if (Concepts.Any(value))
            Concepts.Write(text, null, value, source, table);
    }

    private static void WriteParticipants(ResourceText text, Pv1 pv1, SourceSettings source)
    {
        text.Array("participant");
        WriteParticipant(text, pv1.Attending, "ATND", "attender", source);
        WriteParticipant(text, pv1.Referring, "REF", "referrer", source);
        WriteParticipant(text, pv1.Consulting, "CON", "consultant", source);
        WriteParticipant(text, pv1.Admitting, "ADM", "admitter", source);
        WriteParticipant(text, pv1.OtherProviders, "PART", "Participation", source);
        text.End();
    }

    private static void WriteParticipant(ResourceText text, IEnumerable<Xcn> people, string code, string display, SourceSettings source)
    {
        foreach (var person in people.Where(p => !string.IsNullOrWhiteSpace(p.Id) || Names.Display(p) is not null))
        {
            text.Object().Array("type");
            Concepts.Write(text, null, Participation, code, display);
            text.End();
            Identifiers.Practitioner(text, "individual", person, source);
            text.End();
        }
    }

    /// <summary>PV1-44 and PV1-45; where they are empty the event's own time stands in for what the event says has happened.</summary>
    private static void WritePeriod(ResourceText text, Hl7Message message, string trigger, Pv1 pv1, SourceClock clock)
    {
        var evn = Evn.In(message);
        var happened = evn.OccurredAt.HasValue ? evn.OccurredAt : evn.RecordedAt;
        var start = pv1.AdmittedAt.HasValue || trigger is not ("A01" or "A04") ? pv1.AdmittedAt : happened;
        var end = pv1.DischargedAt.HasValue || trigger != "A03" ? pv1.DischargedAt : happened;
        text.Object("period").Text("start", clock.DateTime(start));
        if (trigger is not ("A13" or "A01" or "A04" or "A05"))
            text.Text("end", clock.DateTime(end));
        text.End();
    }

    private static void WriteReasons(ResourceText text, Hl7Message message, SourceSettings source)
    {
        text.Array("reasonCode");
        var reason = Pv2.In(message).AdmitReason;
        if (Concepts.Any(reason))
            Concepts.Write(text, null, reason, source);
        foreach (var segment in message.All("DG1"))
        {
            var diagnosis = new Dg1(segment);
            if (diagnosis.ActionCode == "D")
                continue;
            if (Concepts.Any(diagnosis.Code))
                Concepts.Write(text, null, diagnosis.Code, source, null);
            else
                text.Object().Text("text", diagnosis.Description).End();
        }

        text.End();
    }

    private static void WriteHospitalization(ResourceText text, Pv1 pv1, string trigger, SourceSettings source)
    {
        text.Object("hospitalization");
        if (Identifiers.Key(pv1.PreadmitNumber, CodeSystems.Own(source, "preadmission"), source) is { } preadmission)
            text.Object("preAdmissionIdentifier").Text("system", preadmission.System).Text("value", preadmission.Value).End();
        if (Concepts.Any(pv1.AdmitSource))
            Concepts.Write(text, "admitSource", pv1.AdmitSource, source, "0023");
        if (Concepts.Any(pv1.ReadmissionIndicator))
            Concepts.Write(text, "reAdmission", pv1.ReadmissionIndicator, source, "0092");
        if (Concepts.Any(pv1.DischargedTo))
            text.Object("destination").Text("display", pv1.DischargedTo.Display ?? pv1.DischargedTo.Code).End();
        if (trigger != "A13" && Concepts.Any(pv1.DischargeDisposition))
            WriteDisposition(text, pv1.DischargeDisposition, source);
        text.End();
    }

    private static void WriteDisposition(ResourceText text, Cwe disposition, SourceSettings source)
    {
        text.Object("dischargeDisposition").Array("coding");
        Concepts.Coding(text, disposition.Code, disposition.Display, CodeSystems.Uri(disposition.System, source) ?? CodeSystems.Table("0112"));
        var known = V2Tables.DischargeDisposition(disposition.Code);
        if (known is { } code)
            Concepts.Coding(text, code.Code, code.Display, "http://terminology.hl7.org/CodeSystem/discharge-disposition");
        text.End().Text("text", disposition.OriginalText ?? disposition.Display ?? known?.Display).End();
    }

    private static void WriteLocations(ResourceText text, Pv1 pv1, string status, SourceSettings source)
    {
        text.Array("location");
        WriteLocation(text, pv1.Location, status switch { "planned" => "planned", "finished" => "completed", "cancelled" => null, _ => "active" }, source);
        WriteLocation(text, pv1.PriorLocation, "completed", source);
        text.End();
    }

    private static void WriteLocation(ResourceText text, Pl place, string? status, SourceSettings source)
    {
        if (!place.Value.HasValue && !place.Facility.Value.HasValue && !place.Value[9].HasValue)
            return;
        text.Object();
        if (Identifiers.Location(text, "location", place, source))
            text.Text("status", status);
        text.End();
    }

    private static List<string> Cleared(string trigger, Pv1 pv1)
    {
        if (trigger == "A13")
            return ["period.end", "hospitalization.dischargeDisposition", "hospitalization.destination"];
        var cleared = new List<string>();
        if (pv1.Segment[45].IsNull)
            cleared.Add("period.end");
        if (pv1.Segment[36].IsNull)
            cleared.Add("hospitalization.dischargeDisposition");
        return cleared;
    }
}
