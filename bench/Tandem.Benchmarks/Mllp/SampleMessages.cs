using System.Globalization;
using System.Text;

namespace Tandem.Benchmarks.Mllp;

/// <summary>Synthetic HL7 v2 messages of usual size, each with a control id of its own, about a thousand patients.</summary>
internal static class SampleMessages
{
    private static readonly (string Loinc, string Local, string Text, string Value, string Unit, string Range)[] Panel =
    [
        ("2951-2", "NA", "Sodium", "140", "mmol/L", "136-145"), ("2823-3", "K", "Potassium", "4.1", "mmol/L", "3.5-5.1"),
        ("2075-0", "CL", "Chloride", "102", "mmol/L", "98-107"), ("2028-9", "CO2", "Carbon dioxide", "25", "mmol/L", "22-29"),
        ("3094-0", "BUN", "Urea nitrogen", "14", "mg/dL", "7-20"), ("2160-0", "CREA", "Creatinine", "0.9", "mg/dL", "0.6-1.3"),
        ("2345-7", "GLU", "Glucose", "95", "mg/dL", "70-110"), ("17861-6", "CA", "Calcium", "9.4", "mg/dL", "8.6-10.3"),
        ("2885-2", "TP", "Protein", "7.1", "g/dL", "6.0-8.3"), ("1751-7", "ALB", "Albumin", "4.2", "g/dL", "3.5-5.0"),
        ("1975-2", "TBIL", "Bilirubin, total", "0.6", "mg/dL", "0.2-1.2"), ("6768-6", "ALP", "Alkaline phosphatase", "80", "U/L", "40-129"),
        ("1920-8", "AST", "Aspartate aminotransferase", "22", "U/L", "10-40"), ("1742-6", "ALT", "Alanine aminotransferase", "25", "U/L", "7-56"),
    ];

    /// <summary>An admission (A01) or an update (A08) of a stay in hospital.</summary>
    internal static byte[] Adt(int number, DateTimeOffset at)
    {
        var trigger = number % 2 == 0 ? "A01" : "A08";
        var patient = number / 2 % 1000;
        return Encoding.UTF8.GetBytes(
            $"MSH|^~\\&|ADT|NORTH|HUB|REGION|{Time(at)}||ADT^{trigger}^ADT_A01|A{number}|P|2.5.1|||AL|NE||UNICODE UTF-8\r"
            + $"EVN|{trigger}|{Time(at)}|||DESK^Testperson^Dana|{Time(at)}\r"
            + $"PID|1||M{patient}^^^NORTH^MR||Testperson^Case{patient}^Q||19{40 + (patient % 60)}0{1 + (patient % 9)}1{patient % 9}|{(patient % 2 == 0 ? "F" : "M")}|||"
            + $"{patient} Sample Street^^Springfield^IL^62701^USA||(217)555-0{100 + (patient % 100)}|||M\r"
            + "NK1|1|Testperson^Robin|SPO^Spouse^HL70063|||||\r"
            + $"PV1|1|I|2W^201^1^NORTH||||1234567893^Testdoctor^Ada^^^Dr.^^^NPI|||MED||||1|||1234567893^Testdoctor^Ada^^^Dr.^^^NPI|INP|V{patient}|||||||||||||||||||||||||{Time(at)}\r"
            + "DG1|1||I50.9^Heart failure, unspecified^I10||||A\r");
    }

    /// <summary>A report of fourteen results.</summary>
    internal static byte[] Oru(int number, DateTimeOffset at) => Oru($"O{number}", $"M{number % 1000}", $"Case{number % 1000}", at, critical: false);

    /// <summary>A report of fourteen results, potassium far above the limit if critical.</summary>
    internal static byte[] Oru(string order, string patient, string given, DateTimeOffset at, bool critical)
    {
        var text = new StringBuilder(
            $"MSH|^~\\&|LAB|NORTH|HUB|REGION|{Time(at)}||ORU^R01^ORU_R01|{order}|P|2.5.1|||AL|NE||UNICODE UTF-8\r"
            + $"PID|1||{patient}^^^NORTH^MR||Testperson^{given}||19600203|F\rORC|RE|P{order}|{order}\r"
            + $"OBR|1|P{order}|{order}|24323-8^Comprehensive metabolic panel^LN^CMP^Comprehensive metabolic panel^L|||{Time(at)}|||||||||1234567893^Testdoctor^Ada^^^Dr.^^^NPI"
            + $"||||||{Time(at)}||CH|F\r");
        for (var i = 0; i < Panel.Length; i++)
        {
            var (loinc, local, name, value, unit, range) = Panel[i];
            var isFar = critical && local == "K";
            text.Append(CultureInfo.InvariantCulture, $"OBX|{i + 1}|NM|{loinc}^{name}^LN^{local}^{name}^L||{(isFar ? "6.9" : value)}|{unit}|{range}|{(isFar ? "HH" : "N")}|||F|||{Time(at)}\r");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "+0000";
}
