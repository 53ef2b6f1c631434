using System.Text;
using Tandem.Care.Intake;
using Tandem.Trial.Demo;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Care.Intake;

/// <summary>What senders do to messages: each variant is applied or waits with a reason that helps, and none is a defect of the hub.</summary>
public sealed class IntakeVariantTests
{
    private static readonly DateTimeOffset From = new(2026, 8, 10, 5, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, Func<byte[], byte[]> Of)[] Variants =
    [
        ("line feeds", of => Text(of, text => text.Replace('\r', '\n'))),
        ("carriage returns and line feeds", of => Text(of, text => text.Replace("\r", "\r\n"))),
        ("line feeds before carriage returns", of => Text(of, text => text.Replace("\r", "\n\r"))),
        ("blank lines", of => Text(of, text => text.Replace("\r", "\r\r\r"))),
        ("no last line end", of => Text(of, text => text.TrimEnd('\r'))),
        ("blanks before segments", of => Text(of, text => text.Replace("\r", "\r  "))),
        ("other separators", of => Text(of, text => Others(text, "|^~\\&", "#*!%@"))),
        ("letters as separators", of => Text(of, text => Others(text, "|^~\\&", "|xyzw"))),
        ("one separator twice", of => Text(of, text => text.Replace("|^~\\&|", "|^^\\&|"))),
        ("two encoding characters", of => Text(of, text => text.Replace("|^~\\&|", "|^~|"))),
        ("no encoding characters", of => Text(of, text => text.Replace("|^~\\&|", "||"))),
        ("truncation character", of => Text(of, text => text.Replace("|^~\\&|", "|^~\\&#|"))),
        ("without MSH", of => Without(of, "MSH")),
        ("without PID", of => Without(of, "PID")),
        ("without PV1", of => Without(of, "PV1")),
        ("without EVN", of => Without(of, "EVN")),
        ("without OBR", of => Without(of, "OBR")),
        ("without OBX", of => Without(of, "OBX")),
        ("segments in another order", of => Text(of, text => string.Join('\r', text.TrimEnd('\r').Split('\r').Take(1).Concat(text.TrimEnd('\r').Split('\r').Skip(1).Reverse())) + "\r")),
        ("each segment twice", of => Text(of, text => string.Join('\r', text.TrimEnd('\r').Split('\r').SelectMany((line, i) => i == 0 ? new[] { line } : [line, line])) + "\r")),
        ("small letters", of => Text(of, text => text.Replace("\rPID", "\rpid").Replace("\rPV1", "\rpv1"))),
        ("unknown character set", of => WithField(of, 18, "KLINGON")),
        ("one byte letters that claim UTF-8", of => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(WithField(of, 18, "UNICODE UTF-8")).Replace("\rPID|1|", "\rPID|1|\u00e9\u00f1"))),
        ("UTF-8 that claims ASCII", of => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(WithField(of, 18, "ASCII")).Replace("\rPID|1|", "\rPID|1|\u00e9\u00f1"))),
        ("UTF-16", of => Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(of))),
        ("byte order mark", of => [0xEF, 0xBB, 0xBF, .. of]),
        ("cut in the middle", of => of[..(of.Length / 2)]),
        ("cut in its header", of => of[..20]),
        ("zero bytes", of => Text(of, text => text.Replace("\rPID|1|", "\rPID|1|\0\0"))),
        ("unfinished escapes", of => Text(of, text => text.Replace("^^", "\\E^\\X4^\\"))),
        ("no control id", of => WithField(of, 10, "")),
        ("no type", of => WithField(of, 9, "")),
        ("type without event", of => WithField(of, 9, "ADT")),
        ("unknown event", of => WithField(of, 9, "ADT^Z99")),
        ("unknown version", of => WithField(of, 12, "9.9")),
        ("times that are none", of => Text(of, text => text.Replace("|2026", "|20261399"))),
        ("a very long field", of => Text(of, text => text.Replace("\rPID|1|", "\rPID|1|" + new string('x', 100_000)))),
        ("very many components", of => Text(of, text => text.Replace("\rPID|1|", "\rPID|1|" + new string('^', 20_000)))),
        ("nulls in every field", of => Text(of, text => text.Replace("||", "|\"\"|"))),
        ("in a batch", of => Text(of, text => "FHS|^~\\&|A\rBHS|^~\\&|A\r" + text + "BTS|1\rFTS|1\r")),
        ("text behind it", of => [.. of, .. "and so on"u8]),
    ];

    [Fact]
    public async Task No_variant_of_a_message_is_a_defect_and_each_that_waits_says_why()
    {
        var bases = new SyntheticRegion(11, 60, new DateOnly(2026, 8, 30), new RegionPace(Illness: 10)).Messages(From, From.AddDays(20))
            .Where(message => message.What != Happening.Broken).DistinctBy(message => message.What).Take(5).ToList();
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept });
        var (number, answers) = (0, new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal));
        foreach (var (name, of) in Variants)
        {
            foreach (var message in bases)
            {
                var variant = of(WithField(message.Bytes, 10, $"V{++number}"));
                if (!answers.TryGetValue(name, out var codes))
                    answers[name] = codes = [];
                codes.Add(await host.ReceiveBytesAsync(variant) ?? "(none)");
            }
        }

        await host.SettleAsync();

        foreach (var (name, codes) in answers)
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {string.Join(' ', codes)}");
        var waiting = host.Query(
            "SELECT s.reason, s.place, s.detail, COUNT(*) FROM intake_states s WHERE s.status = 'quarantined' GROUP BY s.reason, s.place, s.detail ORDER BY 4 DESC",
            row => $"{row.Integer(3)} × {row.TextOrNull(0)} at {row.TextOrNull(1)}: {row.TextOrNull(2)}");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', waiting));
        Assert.True(number > 200, $"only {number} variants");
        Assert.Empty(host.Query("SELECT detail FROM intake_states WHERE reason = 'failed'", row => row.TextOrNull(0)));
        Assert.Empty(host.Query("SELECT reason FROM intake_states WHERE status = 'quarantined' AND (reason IS NULL OR detail IS NULL OR detail = '')", row => row.TextOrNull(0)));
        Assert.Equal(host.Count("intake_receipts"), host.Count("intake_states"));
        Assert.All(answers.Values.SelectMany(codes => codes), code => Assert.Contains(code, new[] { "AA", "AE", "AR" }));
    }

    private static byte[] Text(byte[] bytes, Func<string, string> change) => Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(bytes)));

    private static byte[] Without(byte[] bytes, string segment) =>
        Text(bytes, text => string.Join('\r', text.TrimEnd('\r').Split('\r').Where(line => !line.StartsWith(segment, StringComparison.Ordinal))) + "\r");

    private static string Others(string text, string from, string to) =>
        string.Concat(text.Select(character => from.IndexOf(character, StringComparison.Ordinal) is >= 0 and var at ? to[at] : character));

    /// <summary>Sets a field of MSH, counted as HL7 does.</summary>
    private static byte[] WithField(byte[] bytes, int field, string value) => Text(bytes, text =>
    {
        var lines = text.Split('\r');
        var fields = lines[0].Split('|').ToList();
        while (fields.Count < field)
            fields.Add("");
        fields[field - 1] = value;
        lines[0] = string.Join('|', fields);
        return string.Join('\r', lines);
    });
}
