using Tandem.Hl7v2.Writing;

namespace Tandem.Trial.Demo;

/// <summary>The segments that all messages of the region share, each in its sender's taste.</summary>
internal static class MessageWriting
{
    internal const string RegionalAuthority = "RHIE";
    internal const string RegionalOid = "2.999.70";

    /// <summary>A message with its MSH.</summary>
    internal static Hl7Builder Begin(RegionFeed feed, string type, string trigger, string structure, string controlId, DateTimeOffset at)
    {
        var message = new Hl7Builder(encoding: feed.Encoding);
        message.Header.Set(3, feed.Application).Set(4, feed.Facility).Set(5, "TANDEM").Set(6, "REGION").Set(7, feed.Time(at))
            .SetComponents(9, feed.Version == "2.3" ? [type, trigger] : [type, trigger, structure])
            .Set(10, controlId).Set(11, "P").Set(12, feed.Version);
        if (feed.CharacterSet is { } set)
            message.Header.Set(18, set);
        return message;
    }

    /// <summary>PID with the numbers that the sender knows of.</summary>
    internal static void Person(Hl7Builder message, RegionFeed feed, SyntheticPatient patient, int hospital, DateTimeOffset? died = null)
    {
        var pid = message.Add("PID").Set(1, "1");
        Number(pid, 3, 1, patient.RecordNumber(hospital), SyntheticPlaces.Hospitals[hospital].Facility, SyntheticPlaces.Hospitals[hospital].Oid, "MR", feed);
        if (SyntheticPlaces.Laboratories.Contains(feed))
        {
            Name(pid, patient);
            pid.Set(7, Day(patient.Birth)).Set(8, patient.IsFemale ? "F" : "M");
            return;
        }

        Number(pid, 3, 2, patient.RegionalNumber, RegionalAuthority, RegionalOid, "PI", feed);
        Name(pid, patient);
        pid.Set(7, Day(patient.Birth)).Set(8, patient.IsFemale ? "F" : "M")
            .SetComponents(11, [patient.Street, null, patient.Town.City, patient.Town.State, patient.Town.Zip, "USA", "H"]);
        if (feed.Version == "2.3")
            pid.Set(13, patient.Phone);
        else
            pid.SetComponents(13, [null, "PRN", patient.Number % 3 == 0 ? "CP" : "PH", null, null, patient.Phone[1..4], patient.Phone[5..].Replace("-", "", StringComparison.Ordinal)]);
        pid.SetComponents(15, patient.Language == "es" ? ["spa", "Spanish", "ISO6392"] : ["eng", "English", "ISO6392"]);
        if (died is { } at)
            pid.Set(29, feed.Time(at)).Set(30, "Y");
    }

    /// <summary>PV1 of a visit.</summary>
    internal static void Visit(Hl7Builder message, SyntheticPatient patient, Visit visit)
    {
        var feed = visit.Feed;
        var pv1 = message.Add("PV1").Set(1, "1").Set(2, visit.Class)
            .SetComponents(3, [visit.Ward, visit.Room, visit.Bed, feed.Facility])
            .Set(4, visit.IsStay ? "E" : "R")
            .SetComponents(7, [visit.Attending.Id, visit.Attending.Family, visit.Attending.Given, null, null, "Dr.", null, null, "NPI"])
            .Set(10, visit.Service);
        if (visit.IsStay)
            pv1.Set(14, "7");
        Number(pv1, 19, 1, visit.Number, feed.Facility, feed.Oid, "VN", feed);
        pv1.Set(36, visit.Disposition).Set(44, feed.Time(visit.Began));
        if (visit.Ended is { } ended)
            pv1.Set(45, feed.Time(ended));
        if (feed.Version != "2.3")
            message.Add("PV2").SetComponents(3, [visit.Reason.Code, visit.Reason.Text, "I10C"]);
        message.Add("DG1").Set(1, "1").SetComponents(3, [visit.Reason.Code, visit.Reason.Text, "I10C"]).Set(6, visit.Ended is null ? "A" : "F");
        if (feed.Facility == "PSMC")
            message.Add("ZPV").Set(1, patient.Clinic.Code).Set(2, patient.Frailty > 2 ? "HIGH" : "STANDARD");
    }

    /// <summary>A CX as the sender writes it.</summary>
    internal static void Number(Hl7SegmentBuilder segment, int field, int repetition, string number, string authority, string oid, string type, RegionFeed feed)
    {
        segment.SetComponents(field, [number, null, null, authority, type], repetition);
        if (feed.WritesOids)
            segment.Set(field, oid, repetition, 4, 2).Set(field, "ISO", repetition, 4, 3);
    }

    internal static string Day(DateOnly date) => date.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    private static void Name(Hl7SegmentBuilder pid, SyntheticPatient patient)
    {
        var given = patient.Given.Split(' ', 2);
        pid.SetComponents(5, [patient.Family, given[0], given.ElementAtOrDefault(1), null, null, null, "L"]);
    }
}
