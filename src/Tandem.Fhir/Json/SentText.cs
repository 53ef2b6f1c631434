using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Tandem.Fhir.Json;

/// <summary>What a JSON text that somebody sends has to be before it is kept: UTF-8 (RFC 8259 8.1), with the names of FHIR as they are written.</summary>
internal static class SentText
{
    /// <summary>Where the text is no UTF-8; null when it is.</summary>
    internal static JsonFault? Fault(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
            return null;
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        var before = utf8[..at];
        return new("The text is not UTF-8.", before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'));
    }

    /// <summary>The text with each name of a property, and each resourceType, written without the escapes that it does not need; null when none has any.</summary>
    internal static ReadOnlyMemory<byte>? Plain(FhirJson json)
    {
        ArrayBufferWriter<byte>? into = null;
        var text = json.Utf8.Span;
        var at = 0;
        for (var index = 0; index < json.Rows.Length; index++)
        {
            ref readonly var row = ref json.Rows[index];
            if (row.NameEscaped)
                Add(ref into, text, ref at, row.NameStart, row.NameLength);
            if (row is { Kind: JsonKind.String, Escaped: true, NameLength: >= 12 } && new FhirNode(json, index).Name == "resourceType")
                Add(ref into, text, ref at, row.Start + 1, row.Length - 2);
        }

        into?.Write(text[at..]);
        return into?.WrittenMemory;
    }

    private static void Add(ref ArrayBufferWriter<byte>? into, ReadOnlySpan<byte> text, ref int at, int start, int length)
    {
        into ??= new(text.Length);
        into.Write(text[at..start]);
        var plain = new byte[length];
        plain = plain[..JsonEscapes.Unescape(text.Slice(start, length), plain)];
        into.Write(JsonEncodedText.Encode(plain, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        at = start + length;
    }
}
