using System.Buffers;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>Holds a JSON value against the kind and format of a primitive (R4 2.24.0.1).</summary>
internal static class PrimitiveCheck
{
    private const int LongestString = 1024 * 1024;

    /// <summary>What is wrong, as a sentence; null when nothing is.</summary>
    internal static string? Fault(in TapeRow row, ReadOnlySpan<byte> document, PrimitiveKind kind)
    {
        var text = document.Slice(row.Start, row.Length);
        return kind switch
        {
            PrimitiveKind.Boolean => row.Kind is JsonKind.True or JsonKind.False ? null : "This has to be true or false.",
            PrimitiveKind.Decimal => row.Kind == JsonKind.Number ? null : "This has to be a number.",
            PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt =>
                row.Kind == JsonKind.Number && PrimitiveText.IsInteger(text, kind) ? null : NumberFault(kind),
            _ when row.Kind == JsonKind.Null => "Null may only stand in an array beside a value's id or extension.",
            _ when row.Kind != JsonKind.String => "This has to be a string.",
            _ => StringFault(text[1..^1], row.Escaped, kind),
        };
    }

    /// <summary>Whether a string or markdown has blanks and line breaks only, which R4 would rather not have (2.24.0.1).</summary>
    internal static bool IsBlank(FhirNode value, PrimitiveKind kind) =>
        kind is PrimitiveKind.String or PrimitiveKind.Markdown && value.Raw[1] is (byte)' ' or (byte)'\\' && value.Text.AsSpan().Trim(" \t\r\n").IsEmpty;

    private static string? StringFault(ReadOnlySpan<byte> text, bool escaped, PrimitiveKind kind)
    {
        if (!escaped)
            return TextFault(text, kind);

        var rented = text.Length > 1024 ? ArrayPool<byte>.Shared.Rent(text.Length) : null;
        Span<byte> buffer = rented ?? stackalloc byte[1024];
        var fault = TextFault(buffer[..JsonEscapes.Unescape(text, buffer)], kind);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return fault;
    }

    private static string? TextFault(ReadOnlySpan<byte> text, PrimitiveKind kind) =>
        kind is PrimitiveKind.String or PrimitiveKind.Markdown or PrimitiveKind.Code && text.Length > LongestString && Characters(text) > LongestString
            ? "A string has at most 1,048,576 characters."
            : PrimitiveText.IsValid(text, kind) ? null : Expected(kind);

    /// <summary>How many characters of Unicode there are: bytes that do not go on with one.</summary>
    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var one in text)
            count += (one & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    private static string NumberFault(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.PositiveInt => "This has to be a whole number from 1 to 2,147,483,647.",
        PrimitiveKind.UnsignedInt => "This has to be a whole number from 0 to 2,147,483,647.",
        _ => "This has to be a whole number of 32 bits.",
    };

    private static string Expected(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Base64Binary => "This has to be base64.",
        PrimitiveKind.Code => "A code has no space at its ends, no two together and no control character.",
        PrimitiveKind.Date => "A date is YYYY, YYYY-MM or YYYY-MM-DD and has to exist.",
        PrimitiveKind.DateTime => "A dateTime is a date, or YYYY-MM-DDThh:mm:ss with a time zone, and has to exist.",
        PrimitiveKind.Id => "An id has 1 to 64 letters, digits, dots and hyphens.",
        PrimitiveKind.Instant => "An instant is YYYY-MM-DDThh:mm:ss with a time zone and has to exist.",
        PrimitiveKind.Oid => "An oid is urn:oid: and numbers with dots.",
        PrimitiveKind.Time => "A time is hh:mm:ss.",
        PrimitiveKind.Uuid => "A uuid is urn:uuid: and 36 characters in lower case.",
        PrimitiveKind.Xhtml => "A narrative is one div element.",
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => "An address must not be empty or contain white space.",
        _ => "A string must not be empty or contain control characters.",
    };
}
