using System.Text;
using Tandem.Hl7v2;
using Xunit;

namespace Tandem.Tests.Hl7v2;

public sealed class Hl7CorpusTests
{
    [Fact]
    public void Every_third_party_message_is_read_or_refused_with_a_place()
    {
        var (read, refused) = (0, new List<string>());
        foreach (var (name, bytes) in SharedHl7Data.All())
        {
            if (Hl7Message.Parse(bytes).Succeeded(out var message, out var fault))
            {
                read++;
                Assert.NotEqual(0, message.SegmentCount);
                continue;
            }

            Assert.NotEmpty(fault.Location.Segment);
            Assert.NotEmpty(fault.Reason);
            refused.Add($"{name}: {fault}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} read, {refused.Count} refused\n{string.Join('\n', refused)}");
        Assert.True(read >= 1300, $"{read} read; refused:\n{string.Join('\n', refused)}");
    }

    [Fact]
    public void What_was_read_is_written_back_byte_for_byte_but_for_line_ends()
    {
        foreach (var (name, bytes) in SharedHl7Data.All())
        {
            if (!Hl7Message.Parse(bytes).Succeeded(out var message, out _))
                continue;
            var written = message.ToBytes();
            Assert.True(Lines(bytes).SequenceEqual(Lines(written)), name);
            Assert.Equal(written, Hl7Message.Parse(written).Message!.ToBytes());
            Assert.Equal(message.Encoding.GetString(written), message.Edit().ToString());
        }
    }

    [Fact]
    public void Twenty_thousand_mutations_are_read_or_refused_and_every_part_can_be_asked_for()
    {
        var random = new Random(20261122);
        var seeds = Seeds;
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            if (!Hl7Message.Parse(bytes).Succeeded(out var message, out var fault))
            {
                Assert.NotEmpty(fault.Location.Segment);
                continue;
            }

            read++;
            Walk(message);
            Assert.NotNull(Hl7Message.Parse(message.ToBytes()).Message);
        }

        Assert.InRange(read, 2_000, 19_999);
    }

    private static readonly byte[][] Seeds =
    [
        Encoding.UTF8.GetBytes("MSH|^~\\&|LAB|NORTH|HUB||20261120083000-0500||ORU^R01^ORU_R01|M1|P|2.5.1||||||UNICODE UTF-8\rPID|1||7^^^N^MR~8||Test\\T\\person^Ädä\rOBX|1|NM|2823-3^K^LN||6.4|mmol/L|3.5-5.1|HH|||F\r"),
        Encoding.Latin1.GetBytes("MSH|^~\\&#|LAB|||||||\rPID|||\"\"||M\\XFC\\ller^\\.br\\^\\E\\\nNTE|1||\\.sp3\\ text ~ more\r\n"),
        Encoding.Unicode.GetBytes("MSH|^~\\&|A|||||||1|P|2.7||||||UNICODE UTF-16\rPID|1||5^^^X&1.2&ISO^MR\r"),
        [0x0B, .. "MSH|^~\\&|A|||||ADT^A01|1|P|2.3||||||~ISO IR87\rPID|1||"u8, 0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42, .. "|\r"u8, 0x1C, 0x0D],
    ];

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        for (var n = random.Next(1, 6); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, "|^~\\&\r\n\"\vMSH.X"u8[random.Next(14)]); break;
                case 3: bytes.RemoveRange(at, random.Next(bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(20), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }

    private static void Walk(Hl7Message message)
    {
        foreach (var segment in message.Segments)
        {
            for (var field = 0; field <= segment.FieldCount + 1; field++)
            {
                foreach (var repetition in segment[field].Repetitions)
                {
                    _ = repetition.WholeText;
                    for (var component = 1; component < 5; component++)
                        _ = (repetition[component].SubComponent(2).Text, repetition[component].Location.ToString(), repetition[component].Position);
                }
            }
        }
    }

    private static IEnumerable<string> Lines(byte[] bytes) =>
        Encoding.Latin1.GetString(bytes).Split(['\r', '\n']).Select(l => l.TrimStart('\u00EF', '\u00BB', '\u00BF', '\v')).Where(l => l.Trim(' ', '\t', '\u001C').Length > 0);
}
