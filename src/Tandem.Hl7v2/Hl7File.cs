namespace Tandem.Hl7v2;

/// <summary>Files with any number of messages, one after the other or in a batch (HL7 v2.8.2 ch. 2.10.3), framed or not.</summary>
public static class Hl7File
{
    private static ReadOnlySpan<byte> InFront => [Mllp.MllpFraming.StartBlock, 0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The messages in a file in ASCII or a set that extends it: each from a line that begins with <c>MSH</c> to the next such line or batch segment
    /// (FHS, BHS, BTS, FTS). What stands before the first is left out.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> file)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        var start = -1;
        for (var at = 0; at < file.Length;)
        {
            var rest = file.Span[at..];
            var skip = Math.Max(rest.IndexOfAnyExcept(InFront), 0);
            var begins = rest[skip..].StartsWith("MSH"u8);
            if (start >= 0 && (begins || IsBatch(rest[skip..])))
            {
                messages.Add(file[start..at]);
                start = -1;
            }

            if (begins)
                start = at + skip;
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            at = end < 0 ? file.Length : at + end + 1;
        }

        if (start >= 0)
            messages.Add(file[start..]);
        return messages;
    }

    private static bool IsBatch(ReadOnlySpan<byte> line) =>
        line.StartsWith("FHS"u8) || line.StartsWith("BHS"u8) || line.StartsWith("BTS"u8) || line.StartsWith("FTS"u8);
}
