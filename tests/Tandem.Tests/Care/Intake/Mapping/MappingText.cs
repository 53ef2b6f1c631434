using System.Text;
using Tandem.Care.Intake.Mapping;
using Tandem.Fhir.Json;
using Tandem.Hl7v2;
using Tandem.Kernel.Outcomes;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

/// <summary>Short words for mapping tests.</summary>
internal static class MappingText
{
    internal static readonly SourceSettings North = new(
        "north", "North Hospital", "America/Chicago", "Organization/north", null,
        new Dictionary<string, string> { ["NORTH"] = "http://north.example/mrn", ["STATE"] = "http://state.example/id" });

    internal const string Pid = "PID|1||100^^^NORTH^MR||Testperson^Ada||19500102|F";

    internal static MappedMessage Mapped(string segments, string type = "ADT^A01", SourceSettings? source = null) =>
        Try(segments, type, source).Succeeded(out var mapped, out var refusal)
            ? mapped : throw new InvalidOperationException(refusal.Text + string.Join("; ", refusal.Details));

    internal static Refusal Refused(string segments, string type = "ADT^A01", SourceSettings? source = null)
    {
        Assert.False(Try(segments, type, source).Succeeded(out _, out var refusal));
        return refusal!;
    }

    internal static FhirNode Node(byte[] json)
    {
        var document = FhirJson.Parse(json, JsonLimits.Resource, out var fault);
        Assert.True(fault is null, fault?.Reason + Encoding.UTF8.GetString(json));
        return document!.Root;
    }

    internal static FhirNode Patient(string segments, string type = "ADT^A08") => Node(Mapped(segments + Visit, type).Patient.Json);

    internal static FhirNode Encounter(string segments, string type = "ADT^A01") => Node(Mapped(segments, type).Encounter!.Json);

    internal static IReadOnlyList<FhirNode> All(this MappedMessage message, string type) =>
        [.. message.Resources.Where(r => r.Type == type).Select(r => Node(r.Json))];

    /// <summary>The one observation of an ORU with one OBX.</summary>
    internal static FhirNode Observation(string obx, string obr = "OBR|1||F1|24326-1^Panel^LN|||20261120080000|||||||||||||||20261120090000|||F") =>
        Mapped($"{Pid}\r{obr}\r{obx}", "ORU^R01").All("Observation").Single();

    private const string Visit = "\rPV1|1|I|||||||||||||||||V1^^^NORTH";

    private static Outcome<MappedMessage> Try(string segments, string type, SourceSettings? source)
    {
        var evn = type.StartsWith("ADT", StringComparison.Ordinal) ? $"EVN||20261120083000\r" : "";
        var reading = Hl7Message.Parse($"MSH|^~\\&|APP|NORTH|HUB||20261120083500||{type}|M1|P|2.5.1\r{(segments.Contains("EVN|", StringComparison.Ordinal) ? "" : evn)}{segments}\r");
        Assert.True(reading.Fault is null, reading.Fault?.ToString());
        return MessageMapping.Map(reading.Message!, source ?? North);
    }
}
