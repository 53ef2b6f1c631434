using System.Text;

namespace Tandem.Hl7v2;

/// <summary>Segment names: a capital letter and two capitals or digits (HL7 v2.8.2 ch. 2.5.2). Known names cost no new string.</summary>
internal static class SegmentNames
{
    private static readonly string[] Known =
    [
        "MSH", "PID", "OBX", "NTE", "OBR", "ORC", "PV1", "PV2", "EVN", "NK1", "PD1", "DG1", "SPM", "AL1", "IN1", "IN2", "GT1", "ROL", "TQ1",
        "MSA", "ERR", "MRG", "SFT", "RXA", "RXR", "PRB", "TXA", "FT1", "SCH", "AIS", "AIP", "AIL", "AIG", "RGS", "PRT", "ZDS",
    ];

    private static readonly Dictionary<int, string> ByBytes = Known.ToDictionary(name => Key(Encoding.ASCII.GetBytes(name)));

    internal static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length == 3 && name[0] is >= (byte)'A' and <= (byte)'Z' && CapitalOrDigit((char)name[1]) && CapitalOrDigit((char)name[2]);

    internal static bool IsName(ReadOnlySpan<char> name) =>
        name.Length == 3 && name[0] is >= 'A' and <= 'Z' && CapitalOrDigit(name[1]) && CapitalOrDigit(name[2]);

    internal static string Of(ReadOnlySpan<byte> name) => ByBytes.TryGetValue(Key(name), out var known) ? known : Encoding.ASCII.GetString(name);

    internal static int Key(ReadOnlySpan<byte> name) => (name[0] << 16) | (name[1] << 8) | name[2];

    private static bool CapitalOrDigit(char c) => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9');
}
