using Tandem.Hl7v2.Writing;

namespace Tandem.Trial.Demo;

/// <summary>What goes wrong in every real feed: about one message a week that cannot be applied as it is.</summary>
internal static class BrokenMessages
{
    private static readonly TimeSpan Apart = TimeSpan.FromDays(6);

    internal static IEnumerable<RegionMessage> Between(Dice region, IReadOnlyList<SyntheticPatient> patients, DateTimeOffset from, DateTimeOffset until)
    {
        var dice = region.For("broken");
        var number = 0;
        for (var at = from + dice.Wait(Apart); at < until; at += dice.Wait(Apart))
            yield return Write(dice, dice.Pick(patients), at, ++number);
    }

    /// <summary>One broken message; which kind follows from the number.</summary>
    internal static RegionMessage Write(Dice dice, SyntheticPatient patient, DateTimeOffset at, int number)
    {
        var feed = number % 2 == 0 ? SyntheticPlaces.Hospitals[patient.Home] : SyntheticPlaces.Laboratories[number / 2 % 2];
        var id = $"{feed.Facility}BROKEN{at.ToUnixTimeSeconds() % 1_000_000:D6}{number % 1000:D3}";
        var message = feed.Application.EndsWith("LIS", StringComparison.Ordinal) || feed.Application == "TWLAB" ? Result(feed, patient, at, id) : Admission(feed, patient, at, id);
        switch (number % 4)
        {
            case 0: message.Find("PID")!.SetRaw(3, ""); break;
            case 1: message.Find("OBR")!.Set(7, "yesterday"); break;
            case 2: message.Find("PV1")!.SetRaw(19, ""); break;
            default: message.Header.Set(9, "").SetComponents(9, ["ORU", "R99"]); break;
        }

        return new RegionMessage(at, feed.Id, id, Happening.Broken, patient.Number, message.ToBytes());
    }

    private static Hl7Builder Admission(RegionFeed feed, SyntheticPatient patient, DateTimeOffset at, string id)
    {
        var visit = new Visit
        {
            Number = id, Feed = feed, Class = "I", Ward = "4W", Attending = Reasons.Doctors[0], Reason = Reasons.Routine[0], Began = at,
        };
        return Copy(AdtMessages.Write(visit, patient, patient.Home, "A01", at, at, id));
    }

    private static Hl7Builder Result(RegionFeed feed, SyntheticPatient patient, DateTimeOffset at, string id) => Copy(new LabReport
    {
        Laboratory = feed, Patient = patient, Hospital = patient.Home, Number = id, Panel = LabPanels.BloodCount, Collected = at, Reported = at, Orderer = Reasons.Doctors[1],
    }.Write(new Dice(1), id));

    private static Hl7Builder Copy(byte[] bytes) => Hl7v2.Hl7Message.Parse(bytes).Message!.Edit();
}
