namespace Tandem.Hl7v2;

/// <summary>
/// The delimiters of one message as its MSH-1 and MSH-2 state them (HL7 v2.8.2 ch. 2.5.4). A delimiter that the sender left out is
/// zero and never matches.
/// </summary>
/// <param name="Field">Between fields, usually <c>|</c>.</param>
/// <param name="Component">Between components, usually <c>^</c>.</param>
/// <param name="Repetition">Between repetitions, usually <c>~</c>.</param>
/// <param name="Escape">Around escape sequences, usually <c>\</c>.</param>
/// <param name="SubComponent">Between sub-components, usually <c>&amp;</c>.</param>
/// <param name="Truncation">Marks a cut-off value since v2.7, usually <c>#</c>; zero before.</param>
public readonly record struct Hl7Separators(byte Field, byte Component, byte Repetition, byte Escape, byte SubComponent, byte Truncation)
{
    /// <summary>The delimiters that nearly everybody uses: <c>|^~\&amp;</c>.</summary>
    public static readonly Hl7Separators Standard = new((byte)'|', (byte)'^', (byte)'~', (byte)'\\', (byte)'&', 0);

    /// <summary>MSH-2 as it is written.</summary>
    public string EncodingCharacters =>
        string.Concat(new[] { Component, Repetition, Escape, SubComponent, Truncation }.Where(b => b != 0).Select(b => (char)b));

    /// <summary>Reads MSH-1 and MSH-2.</summary>
    /// <param name="field">The byte after <c>MSH</c>.</param>
    /// <param name="encoding">The bytes between the first and the second field separator.</param>
    /// <param name="reason">What is wrong, when the result is null.</param>
    internal static Hl7Separators? Read(byte field, ReadOnlySpan<byte> encoding, out string reason)
    {
        reason = "";
        if (encoding.Length is < 1 or > 5)
            reason = $"MSH-2 has {encoding.Length} characters; it names one to five delimiters.";
        else if (!Usable(field) || encoding.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0 || encoding.ContainsAnyLetterOrDigit())
            reason = "A delimiter must be a printable character that is neither letter nor digit.";
        else if (encoding.Contains(field) || Repeats(encoding))
            reason = "The delimiters in MSH-1 and MSH-2 must all be different; a doubled backslash is the usual mistake.";
        if (reason.Length > 0)
            return null;
        return new(field, encoding[0], At(encoding, 1), At(encoding, 2), At(encoding, 3), At(encoding, 4));
    }

    private static byte At(ReadOnlySpan<byte> bytes, int index) => index < bytes.Length ? bytes[index] : (byte)0;

    private static bool Usable(byte b) => b is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)b);

    private static bool Repeats(ReadOnlySpan<byte> bytes)
    {
        for (var i = 1; i < bytes.Length; i++)
        {
            if (bytes[..i].Contains(bytes[i]))
                return true;
        }

        return false;
    }
}

internal static class DelimiterBytes
{
    internal static bool ContainsAnyLetterOrDigit(this ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)b))
                return true;
        }

        return false;
    }
}
