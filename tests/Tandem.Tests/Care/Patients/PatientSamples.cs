using System.Globalization;
using System.Text;
using Tandem.Record.Log;

namespace Tandem.Tests.Care.Patients;

/// <summary>Resources for tests, in short words.</summary>
internal static class PatientSamples
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    internal static string APatient(string family = "Testperson", string given = "Ana", string mrn = "A-1", string born = "1951-03-04", string more = "") =>
        $$$"""
        {"resourceType":"Patient","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"{{{mrn}}}","assigner":{"display":"Bay Hospital"}}],
        "name":[{"use":"official","family":"{{{family}}}","given":["{{{given}}}"]}],"birthDate":"{{{born}}}","gender":"female"{{{more}}} }
        """;

    internal static string AResult(
        double value, DateTimeOffset at, string status = "final", string unit = "mmol/L", string code = "2823-3", string name = "Potassium", string flag = "", string patient = "p1") =>
        $$$"""
        {"resourceType":"Observation","status":"{{{status}}}","category":[{"coding":[{"code":"laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}","display":"{{{name}}}"}]},"subject":{"reference":"Patient/{{{patient}}}"},
        "effectiveDateTime":"{{{Text(at)}}}","valueQuantity":{"value":{{{value.ToString("0.0", CultureInfo.InvariantCulture)}}},"unit":"{{{unit}}}","system":"http://unitsofmeasure.org","code":"{{{unit}}}"},
        {{{(flag.Length == 0 ? "" : $$"""
        "interpretation":[{"coding":[{"code":"{{flag}}"}]}],
        """)}}}
        "referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"},"text":"3.5-5.1"}]}
        """;

    internal static string AStay(string status, DateTimeOffset from, DateTimeOffset? to = null, string kind = "IMP", string patient = "p1") =>
        $$$"""
        {"resourceType":"Encounter","status":"{{{status}}}","class":{"code":"{{{kind}}}"},"subject":{"reference":"Patient/{{{patient}}}"},
        "period":{"start":"{{{Text(from)}}}"{{{(to is { } end ? $",\"end\":\"{Text(end)}\"" : "")}}}},"serviceProvider":{"display":"Bay Hospital"}}
        """;

    internal static string ACondition(string onset, string patient = "p1") =>
        $$$"""{"resourceType":"Condition","code":{"text":"Heart failure"},"subject":{"reference":"Patient/{{{patient}}}"},"onsetDateTime":"{{{onset}}}"}""";

    /// <summary>A version as the log would hold it.</summary>
    internal static ResourceVersion Version(string type, string id, string json, int version = 1) => new()
    {
        Seq = version,
        Rid = 1,
        Type = type,
        Id = id,
        Version = version,
        At = Noon,
        Actor = "Device/hub",
        Patient = type == "Patient" ? id : "p1",
        Lane = 0,
        Bytes = Encoding.UTF8.GetBytes(json),
    };

    internal static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
