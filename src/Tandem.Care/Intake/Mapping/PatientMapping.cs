using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>PID, PD1 and NK1 to a Patient (v2-to-FHIR guide: PID[Patient], NK1[Patient]).</summary>
internal static class PatientMapping
{
    internal static MappedPatient? Map(Hl7Message message, SourceSettings source, SourceClock clock, MappingNotes notes)
    {
        var pid = Pid.In(message);
        if (!pid.Segment.Exists)
        {
            notes.Fault("required", "The message says of no patient: it has no PID segment.", "PID");
            return null;
        }

        var text = new ResourceText("Patient");
        var keys = WriteIdentifiers(text, pid, source, clock);
        if (keys.Count == 0)
            notes.Fault("required", "The patient has no number that identifies one person.", "PID-3");

        WriteNames(text, pid, clock);
        WriteTelecoms(text, pid);
        var gender = V2Tables.Gender(pid.Sex.Code);
        if (gender is "")
            notes.Warn("code-invalid", "This administrative sex is not in table 0001.", pid.Segment[8]);
        text.Text("gender", gender).Text("birthDate", BirthDate(pid, notes));
        WriteDeath(text, pid, clock, notes);
        text.Array("address");
        foreach (var address in pid.Addresses)
            Names.Address(text, address, clock);
        text.End();
        WriteMaritalStatus(text, pid.MaritalStatus, source);
        text.Flag("multipleBirthBoolean", pid.MultipleBirth switch { "Y" => true, "N" => false, _ => null });
        WriteContacts(text, message, source, clock);
        WriteLanguage(text, pid.Language, source);
        text.Object("managingOrganization").Text("reference", source.Organization).Text("display", source.Organization is null ? null : source.Display).End();
        UsCore.WriteExtensions(text, pid);
        return new(keys, text.ToUtf8(), Cleared(pid));
    }

    private static List<NaturalKey> WriteIdentifiers(ResourceText text, Pid pid, SourceSettings source, SourceClock clock)
    {
        var own = source.DefaultAuthority ?? CodeSystems.Own(source, "patient");
        var keys = new List<NaturalKey>();
        var seen = new HashSet<NaturalKey>();
        text.Array("identifier");
        // PID-2 and PID-4 were withdrawn in favour of PID-3; they are read where PID-3 is empty (v2.1, v2.2 senders).
        var numbers = pid.Identifiers.Any() ? pid.Identifiers : pid.ExternalId.Concat(pid.AlternateIds);
        foreach (var number in numbers)
        {
            if (Identifiers.Key(number, own, source) is not { } key || !seen.Add(key))
                continue;
            Identifiers.Write(text, key, number.TypeCode, clock.Date(number.Value[7]), clock.Date(number.Value[8]), number.AssigningAuthority.NamespaceId);
            if (V2Tables.Identifies(number.TypeCode))
                keys.Add(key);
        }

        if (pid.SocialSecurityNumber?.Trim() is { Length: > 0 } ssn && seen.Add(new(Identifiers.SocialSecurity, ssn)))
            Identifiers.Write(text, new(Identifiers.SocialSecurity, ssn), "SS");
        var licence = pid.Segment[20];
        if (licence.Text?.Trim() is { Length: > 0 } number20)
            Identifiers.Write(text, new(CodeSystems.Own(source, "licence", licence[2].Text), number20), "DL", end: clock.Date(licence[3]));
        text.End();
        return keys;
    }

    private static void WriteNames(ResourceText text, Pid pid, SourceClock clock)
    {
        text.Array("name");
        foreach (var name in pid.Names.Concat(pid.Aliases))
            Names.Name(text, null, name, clock);
        text.End();
    }

    private static void WriteTelecoms(ResourceText text, Pid pid)
    {
        text.Array("telecom");
        foreach (var number in pid.Telecoms.Any() ? pid.Telecoms : pid.HomePhones)
            Names.Telecom(text, number, pid.Telecoms.Any() ? null : "home");
        if (!pid.Telecoms.Any())
        {
            foreach (var number in pid.WorkPhones)
                Names.Telecom(text, number, "work");
        }

        text.End();
    }

    /// <summary>A birth date that cannot be read is left out with a warning: many senders write zeros for "not known".</summary>
    private static string? BirthDate(Pid pid, MappingNotes notes)
    {
        if (!pid.BirthAt.HasValue)
            return null;
        if (Dtm.Read(pid.BirthAt) is { } birth)
            return birth.Precision switch
            {
                DtmPrecision.Year => birth.Local.ToString("yyyy", System.Globalization.CultureInfo.InvariantCulture),
                DtmPrecision.Month => birth.Local.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
                _ => birth.Local.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            };
        notes.Warn("value", "This birth date cannot be read.", pid.BirthAt);
        return null;
    }

    private static void WriteDeath(ResourceText text, Pid pid, SourceClock clock, MappingNotes notes)
    {
        if (pid.DiedAt.HasValue && Dtm.Read(pid.DiedAt) is null)
            notes.Warn("value", "This time of death cannot be read.", pid.DiedAt);
        else if (pid.Died != "N" && clock.DateTime(pid.DiedAt) is { } died)
        {
            text.Text("deceasedDateTime", died);
            return;
        }

        text.Flag("deceasedBoolean", pid.Died switch { "Y" => true, "N" => false, _ => null });
    }

    private static void WriteMaritalStatus(ResourceText text, Cwe status, SourceSettings source)
    {
        if (V2Tables.MaritalStatus(status.Code) is { } known)
            Concepts.Write(text, "maritalStatus", known.System, known.Code, known.Display);
        else if (Concepts.Any(status))
            Concepts.Write(text, "maritalStatus", status, source, "0002");
    }

    private static void WriteLanguage(ResourceText text, Cwe language, SourceSettings source)
    {
        if (!Concepts.Any(language))
            return;
        text.Array("communication").Object();
        if (language.Code?.Trim() is { Length: 2 or 3 } code && code.All(char.IsAsciiLetter) && language.System is null or "ISO639" or "HL70296")
        {
#pragma warning disable CA1308 // BCP 47 writes language subtags in small letters
            text.Object("language").Array("coding").Object().Text("system", "urn:ietf:bcp:47").Text("code", language.Code!.Trim().ToLowerInvariant())
#pragma warning restore CA1308
                .Text("display", language.Display).End().End().Text("text", language.OriginalText ?? language.Display).End();
        }
        else
        {
            Concepts.Write(text, "language", language, source);
        }

        text.Flag("preferred", true).End().End();
    }

    private static void WriteContacts(ResourceText text, Hl7Message message, SourceSettings source, SourceClock clock)
    {
        text.Array("contact");
        foreach (var segment in message.All("NK1"))
        {
            var contact = new Nk1(segment);
            var organization = contact.Organizations.Select(o => o.Name).FirstOrDefault(n => !string.IsNullOrWhiteSpace(n));
            // Patient.contact needs a name, number, address or organisation (R4 constraint pat-1).
            if (!contact.Names.Any(n => n.Family.Surname is not null || n.Given is not null) && !contact.Phones.Any() && !contact.BusinessPhones.Any()
                && !contact.Addresses.Any() && organization is null)
                continue;
            text.Object();
            WriteRelationship(text, contact, source);
            if (contact.Names.FirstOrDefault() is { Value.Exists: true } name)
                Names.Name(text, "name", name, clock);
            text.Array("telecom");
            foreach (var number in contact.Phones)
                Names.Telecom(text, number, null);
            foreach (var number in contact.BusinessPhones)
                Names.Telecom(text, number, "work");
            text.End();
            WriteFirstAddress(text, contact, clock);
            text.Text("gender", V2Tables.Gender(contact.Sex.Code) is { Length: > 0 } gender ? gender : null);
            text.Object("organization").Text("display", organization).End();
            text.Object("period").Text("start", clock.Date(contact.StartDate)).Text("end", clock.Date(contact.EndDate)).End();
            text.End();
        }

        text.End();
    }

    private static void WriteFirstAddress(ResourceText text, Nk1 contact, SourceClock clock)
    {
        // Names.Address writes an item; contact.address is single, so the first one is written as the property itself.
        if (contact.Addresses.FirstOrDefault() is { Value.Exists: true } address)
            Names.Address(text, address, clock, "address");
    }

    private static void WriteRelationship(ResourceText text, Nk1 contact, SourceSettings source)
    {
        text.Array("relationship");
        if (V2Tables.Relationship(contact.Relationship.Code) is { } role)
        {
            text.Object().Array("coding");
            Concepts.Coding(text, contact.Relationship.Code, contact.Relationship.Display, CodeSystems.Table("0063"));
            Concepts.Coding(text, role.Code, role.Display, "http://terminology.hl7.org/CodeSystem/v3-RoleCode");
            text.End().Text("text", contact.Relationship.Display ?? role.Display).End();
        }
        else if (Concepts.Any(contact.Relationship))
        {
            Concepts.Write(text, null, contact.Relationship, source, "0063");
        }

        if (Concepts.Any(contact.ContactRole))
            Concepts.Write(text, null, contact.ContactRole, source, "0131");
        text.End();
    }

    private static List<string> Cleared(Pid pid)
    {
        (int Field, string Element)[] clearable =
            [(5, "name"), (7, "birthDate"), (8, "gender"), (11, "address"), (15, "communication"), (16, "maritalStatus"), (29, "deceasedDateTime")];
        var cleared = clearable.Where(c => pid.Segment[c.Field].IsNull).Select(c => c.Element).ToList();
        if ((pid.Segment[13].IsNull && !pid.Segment[14].HasValue) || pid.Segment[40].IsNull)
            cleared.Add("telecom");
        if (pid.Died == "N" && !cleared.Contains("deceasedDateTime"))
            cleared.Add("deceasedDateTime");
        return cleared;
    }
}
