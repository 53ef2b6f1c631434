namespace Tandem.Tests.Care.Intake;

/// <summary>Synthetic messages, short to write.</summary>
internal static class Messages
{
    internal static string Adt(string trigger, string controlId, string at, string patient = "P1", string visit = "V1", string pid = "||Testperson^Ada||19600203|F", string pv1 = "") =>
        $"MSH|^~\\&|ADT|NORTH|HUB|REGION|{at}||ADT^{trigger}|{controlId}|P|2.5.1\rEVN|{trigger}|{at}\rPID|1||{patient}^^^NORTH^MR{pid}\r"
        + $"PV1|1|I|2W^201^1||||||||||||||||{visit}{pv1}\r";

    internal static string Oru(string controlId, string at, string obx, string patient = "P1", string order = "O1", string status = "F") =>
        $"MSH|^~\\&|LAB|NORTH|HUB|REGION|{at}||ORU^R01|{controlId}|P|2.5.1\rPID|1||{patient}^^^NORTH^MR||Testperson^Ada||19600203|F\r"
        + $"ORC|RE|{order}|F{order}\rOBR|1|{order}|F{order}|24323-8^Metabolic panel^LN|||{at}|||||||||||||||{at}||CH|{status}\r{obx}\r";

    internal static string Potassium(string value, string status = "F", string flag = "HH") =>
        $"OBX|1|NM|2823-3^Potassium^LN||{value}|mmol/L|3.5-5.1|{flag}|||{status}";
}
