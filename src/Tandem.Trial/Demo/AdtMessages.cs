using Tandem.Hl7v2.Writing;

namespace Tandem.Trial.Demo;

/// <summary>Admissions, updates, discharges and their cancellations as bytes.</summary>
internal static class AdtMessages
{
    /// <summary>One ADT message about a visit.</summary>
    /// <param name="visit">The visit as it stands after the event.</param>
    /// <param name="patient">Whose.</param>
    /// <param name="hospital">Which hospital's numbers.</param>
    /// <param name="trigger">A01, A03 …</param>
    /// <param name="occurred">When it happened.</param>
    /// <param name="sent">When the message is sent.</param>
    /// <param name="controlId">MSH-10.</param>
    /// <param name="died">When the patient died; null while alive.</param>
    internal static byte[] Write(
        Visit visit, SyntheticPatient patient, int hospital, string trigger, DateTimeOffset occurred, DateTimeOffset sent, string controlId, DateTimeOffset? died = null)
    {
        var message = Begin(visit.Feed, patient, hospital, trigger, occurred, sent, controlId, died);
        MessageWriting.Visit(message, patient, visit);
        return message.ToBytes();
    }

    /// <summary>A28: a person becomes known to a system.</summary>
    internal static byte[] Register(RegionFeed feed, SyntheticPatient patient, int hospital, DateTimeOffset at, string controlId) =>
        Begin(feed, patient, hospital, "A28", at, at, controlId, died: null).ToBytes();

    private static Hl7Builder Begin(
        RegionFeed feed, SyntheticPatient patient, int hospital, string trigger, DateTimeOffset occurred, DateTimeOffset sent, string controlId, DateTimeOffset? died)
    {
        var message = MessageWriting.Begin(feed, "ADT", trigger, StructureOf(trigger), controlId, sent);
        var evn = message.Add("EVN").Set(1, trigger).Set(2, feed.Time(occurred));
        if (feed.Version != "2.3")
            evn.Set(6, feed.Time(occurred));
        MessageWriting.Person(message, feed, patient, hospital, died);
        if (feed.Version == "2.3" && patient.Number % 2 == 0)
            message.Add("NK1").Set(1, "1").SetComponents(2, [patient.Family, "Robin"]).SetComponents(3, ["SPO", "Spouse", "HL70063"]).Set(5, patient.Phone);
        return message;
    }

    /// <summary>MSH-9.3 (table 0354).</summary>
    private static string StructureOf(string trigger) => trigger switch
    {
        "A01" or "A04" or "A08" or "A13" => "ADT_A01",
        "A03" => "ADT_A03",
        "A11" => "ADT_A09",
        "A28" => "ADT_A05",
        _ => "ADT_" + trigger,
    };
}
