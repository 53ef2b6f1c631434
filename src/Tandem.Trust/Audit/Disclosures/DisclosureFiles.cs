using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Tandem.Fhir.Json;

namespace Tandem.Trust.Audit;

/// <summary>The accounting of disclosures as files: a table, and FHIR AuditEvents.</summary>
internal static class DisclosureFiles
{
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

    /// <summary>Comma-separated values (RFC 4180) in UTF-8: times in UTC, texts in the language of the request. What a spreadsheet would take for a formula is escaped.</summary>
    internal static byte[] Csv(Accounting accounting)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape }, leaveOpen: true))
        {
            foreach (var name in (string[])["first", "last", "times", "recipient", "address", "what", "purpose", "how"])
                csv.WriteField(name);
            csv.NextRecord();
            foreach (var line in accounting.Lines)
            {
                csv.WriteField(FhirWriter.InstantText(line.First));
                csv.WriteField(FhirWriter.InstantText(line.Last));
                csv.WriteField(line.Times);
                foreach (var cell in (string[])[line.Recipient, line.Address, line.What, line.Purpose, DisclosureWords.KindOf(line.Kind)])
                    csv.WriteField(cell);
                csv.NextRecord();
            }

            foreach (var study in accounting.Studies)
            {
                csv.WriteField(FhirWriter.InstantText(study.First));
                csv.WriteField(FhirWriter.InstantText(study.Last));
                foreach (var cell in (string[])["", $"{study.Researcher.Name}; {study.Sponsor.Name}", $"{Reach(study.Researcher)}; {Reach(study.Sponsor)}", study.What, $"{study.Name}: {study.About} {StudyWords.MayBe}", StudyWords.Summed])
                    csv.WriteField(cell);
                csv.NextRecord();
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>
    /// A collection Bundle of AuditEvents: those of the access log, and one for each disclosure that was noted, by the pattern of IHE BALP for privacy disclosures. Research that is summed up is a ResearchStudy each.
    /// </summary>
    internal static byte[] Fhir(Accounting accounting) => FhirWriter.Resource("Bundle", bundle => bundle
        .Text("type", "collection")
        .Instant("timestamp", accounting.To)
        .Array("entry", entries =>
        {
            foreach (var line in accounting.Lines)
            {
                foreach (var json in line.Noted is { } noted ? [Event(noted)] : line.Rows.Select(AuditEventJson.Of))
                    entries.Item(entry => entry.Raw("resource", json));
            }

            foreach (var study in accounting.Studies)
                entries.Item(entry => entry.Raw("resource", StudyOf(study)));
        }));

    private static string Reach(StudyContact contact) => $"{contact.Address}, {contact.Phone}";

    private static byte[] StudyOf(SummedStudy study) => FhirWriter.Resource("ResearchStudy", json => json
        .Text("id", "study-" + study.Id)
        .Text("title", study.Name)
        .Text("status", "completed")
        .Array("contact", [study.Sponsor, study.Researcher], (contact, who) => contact
            .Text("name", $"{who.Name}, {who.Address}")
            .Array("telecom", telecom => telecom.Item(phone => phone.Text("system", "phone").Text("value", who.Phone))))
        .Text("description", $"{study.About} ({study.What})")
        .Object("period", period => period.Instant("start", study.First).Instant("end", study.Last))
        .Object("sponsor", sponsor => sponsor.Text("display", study.Sponsor.Name))
        .Object("principalInvestigator", researcher => researcher.Text("display", study.Researcher.Name))
        .Array("note", notes => notes.Item(note => note.Text("text", StudyWords.MayBe))));

    private static byte[] Event(NotedDisclosure noted) => FhirWriter.Resource("AuditEvent", json => json
        .Text("id", "disclosure-" + noted.Id)
        .Coding("type", Dicom, "110106", "Export")
        .Array("subtype", array => array.Item(subtype => subtype.Text("system", "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle").Text("code", "disclose").Text("display", "Disclose Record Lifecycle Event")))
        .Text("action", "R")
        .Object("period", period => period.Instant("start", noted.At))
        .Instant("recorded", noted.NotedAt)
        .Text("outcome", "0")
        .Array("purposeOfEvent", array => array.Item(purpose => purpose.Text("text", DisclosureWords.PurposeOf(noted.Purpose))))
        .Array("agent", agents => agents
            .Item(source => source
                .Concept("type", Dicom, "110153", "Source Role ID")
                .Object("who", who => who.Text("reference", noted.By))
                .Boolean("requestor", false))
            .Item(recipient => recipient
                .Concept("type", Participation, "IRCP")
                .Object("who", who => who.Text("display", noted.Recipient))
                .Text("name", noted.Recipient)
                .Boolean("requestor", true)))
        .Object("source", source => source.Object("observer", observer => observer.Text("reference", "Device/hub").Text("display", "Tandem")))
        .Array("entity", entities => entities
            .Item(person => person
                .Object("what", what => what.Text("reference", $"Patient/{noted.Patient}"))
                .Coding("type", "http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person")
                .Coding("role", "http://terminology.hl7.org/CodeSystem/object-role", "1", "Patient"))
            .Item(what => what
                .Coding("type", "http://terminology.hl7.org/CodeSystem/audit-entity-type", "2", "System Object")
                .Text("description", noted.Address.Length > 0 ? $"{noted.What} ({noted.Address})" : noted.What))));
}
