using System.Buffers;
using System.Buffers.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Structure;

/// <summary>The formats of primitives (R4 2.24.0.1), checked on their plain text (no quotes, no escapes) without regular expressions.</summary>
public static class PrimitiveText
{
    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    private static readonly SearchValues<byte> Base64Bytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    private static readonly SearchValues<byte> Control = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    private static readonly SearchValues<byte> SpaceOrControl = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]);

    /// <summary>True when the text is one of this kind.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text, PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Base64Binary => IsBase64(text),
        PrimitiveKind.Boolean => text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8),
        PrimitiveKind.Code => IsCode(text),
        PrimitiveKind.Date => FhirDateTime.TryParse(text, out var date) && date.Precision <= DatePrecision.Day,
        PrimitiveKind.DateTime => FhirDateTime.TryParse(text, out var time) && IsDateTime(time),
        PrimitiveKind.Decimal => Utf8Parser.TryParse(text, out double _, out var used, 'e') && used == text.Length,
        PrimitiveKind.Id => text.Length is > 0 and <= 64 && !text.ContainsAnyExcept(IdBytes),
        PrimitiveKind.Instant => FhirDateTime.TryParse(text, out var instant) && instant.Precision >= DatePrecision.Second && instant.HasZone,
        PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => IsInteger(text, kind),
        PrimitiveKind.Oid => IsOid(text),
        PrimitiveKind.Time => FhirDateTime.IsTime(text),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => text.Length > 0 && !text.ContainsAny(SpaceOrControl),
        PrimitiveKind.Uuid => IsUuid(text),
        PrimitiveKind.Xhtml => IsXhtml(text),
        _ => !text.IsEmpty && !text.ContainsAny(Control),
    };

    /// <summary>True for a whole number within the range of the kind, without leading zeros.</summary>
    public static bool IsInteger(ReadOnlySpan<byte> text, PrimitiveKind kind)
    {
        if (!Utf8Parser.TryParse(text, out int value, out var used) || used != text.Length || text[0] == (byte)'+')
            return false;
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.Length > 1 && digits[0] == (byte)'0')
            return false;
        return kind switch { PrimitiveKind.PositiveInt => value > 0, PrimitiveKind.UnsignedInt => value >= 0 && text[0] != (byte)'-', _ => true };
    }

    private static bool IsDateTime(FhirDateTime time) =>
        time.Precision <= DatePrecision.Day || (time.Precision >= DatePrecision.Second && time.HasZone);

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] == (byte)' ' || text[^1] == (byte)' ')
            return false;
        var space = text.IndexOfAny(SpaceOrControl);
        return space < 0 || (!text.ContainsAny(Control) && !text.ContainsAny("\t\r\n"u8) && text.IndexOf("  "u8) < 0);
    }

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Base64Bytes))
            return false;
        var digits = text.Length - text.Count((byte)' ') - text.Count((byte)'\n') - text.Count((byte)'\r') - text.Count((byte)'\t');
        var padding = text.IndexOf((byte)'=');
        return digits > 0 && digits % 4 == 0 && (padding < 0 || (!text[padding..].ContainsAnyExcept("= \t\r\n"u8) && text.Count((byte)'=') <= 2));
    }

    private static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8) || text.Length < 11 || text[8] is < (byte)'0' or > (byte)'2' || text[9] != (byte)'.')
            return false;
        foreach (var part in text[10..].Split((byte)'.'))
        {
            var arc = text[10..][part];
            if (arc.IsEmpty || arc.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (arc.Length > 1 && arc[0] == (byte)'0'))
                return false;
        }

        return true;
    }

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 45 || !text.StartsWith("urn:uuid:"u8))
            return false;
        for (var at = 9; at < 45; at++)
        {
            var hyphen = at is 17 or 22 or 27 or 32;
            if (hyphen ? text[at] != (byte)'-' : text[at] is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f')))
                return false;
        }

        return true;
    }

    private static bool IsXhtml(ReadOnlySpan<byte> text)
    {
        var trimmed = text.Trim(" \t\r\n"u8);
        return trimmed.StartsWith("<div"u8) && (trimmed.EndsWith("</div>"u8) || trimmed.EndsWith("/>"u8));
    }
}
