using System.Globalization;

namespace Tandem.Hl7v2;

/// <summary>
/// A place in a message. Numbers are 1-based; 0 means "not that deep". Written <c>PID[1]-3(2).4.1</c>: segment, its occurrence in
/// the message, field, repetition, component, sub-component.
/// </summary>
/// <param name="Segment">Segment name, such as <c>PID</c>.</param>
/// <param name="Occurrence">Which segment of that name in the message.</param>
/// <param name="Field">Field number; 0 for the whole segment.</param>
/// <param name="Repetition">Repetition; 0 for the whole field.</param>
/// <param name="Component">Component; 0 for the whole repetition.</param>
/// <param name="SubComponent">Sub-component; 0 for the whole component.</param>
public readonly record struct Hl7Location(
    string Segment, int Occurrence = 1, int Field = 0, int Repetition = 0, int Component = 0, int SubComponent = 0)
{
    /// <summary>As <see cref="ToString"/> without what goes without saying (first occurrence, first repetition): <c>PID-3.4</c>.</summary>
    public string Short => Write(full: false);

    /// <summary>Reads both forms, <c>PID[1]-3(2).4.1</c> and <c>PID-3.4</c>; a repetition left out is 0.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hl7Location location)
    {
        location = default;
        if (text.Length < 3 || !SegmentNames.IsName(text[..3]))
            return false;
        var name = text[..3].ToString();
        var rest = text[3..];
        var (occurrence, field, repetition, component, sub) = (1, 0, 0, 0, 0);
        if (Take(ref rest, "[", "]") is { } inBrackets)
            occurrence = inBrackets;
        if (Take(ref rest, "-", "") is { } fieldNumber)
            field = fieldNumber;
        if (field > 0 && Take(ref rest, "(", ")") is { } inRound)
            repetition = inRound;
        if (field > 0 && Take(ref rest, ".", "") is { } componentNumber)
            component = componentNumber;
        if (component > 0 && Take(ref rest, ".", "") is { } subNumber)
            sub = subNumber;
        if (rest.Length > 0)
            return false;
        location = new(name, occurrence, field, repetition, component, sub);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">It is no location.</exception>
    public static Hl7Location Parse(string text) =>
        TryParse(text, out var location) ? location : throw new FormatException($"'{text}' is no HL7 location such as PID-3.4.");

    /// <inheritdoc/>
    public override string ToString() => Write(full: true);

    private string Write(bool full)
    {
        var text = full || Occurrence > 1 ? string.Create(CultureInfo.InvariantCulture, $"{Segment}[{Occurrence}]") : Segment;
        if (Field > 0)
            text += string.Create(CultureInfo.InvariantCulture, $"-{Field}");
        if (Repetition > 0 && (full || Repetition > 1))
            text += string.Create(CultureInfo.InvariantCulture, $"({Repetition})");
        if (Component > 0)
            text += string.Create(CultureInfo.InvariantCulture, $".{Component}");
        if (SubComponent > 0)
            text += string.Create(CultureInfo.InvariantCulture, $".{SubComponent}");
        return text;
    }

    private static int? Take(ref ReadOnlySpan<char> rest, string open, string close)
    {
        if (!rest.StartsWith(open, StringComparison.Ordinal))
            return null;
        var digits = rest[open.Length..];
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length < 0)
            length = digits.Length;
        if (!int.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0
            || !digits[length..].StartsWith(close, StringComparison.Ordinal))
            return null;
        rest = digits[(length + close.Length)..];
        return number;
    }
}
