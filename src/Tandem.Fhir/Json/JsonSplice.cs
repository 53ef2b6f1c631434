using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Tandem.Fhir.Json;

/// <summary>Gives a resource the identity the record assigns, around the bytes as sent.</summary>
public static class JsonSplice
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>
    /// The resource with <c>id</c>, <c>meta.versionId</c>, <c>meta.lastUpdated</c> and, unless null, <c>meta.source</c>. Order:
    /// resourceType, id, meta (these three or four, then its other members), all else as it was: values, order and white space
    /// byte for byte. Whatever was sent for the replaced members is gone. One pass, one allocation.
    /// </summary>
    /// <param name="resource">An object with a resourceType; the root of a document or a resource inside of one.</param>
    /// <param name="id">The logical id.</param>
    /// <param name="versionId">The version.</param>
    /// <param name="lastUpdated">When the version was made; written in UTC with milliseconds.</param>
    /// <param name="source">Where it came from; null keeps what was sent.</param>
    /// <exception cref="ArgumentException">This is no resource.</exception>
    public static byte[] WithIdentity(FhirNode resource, string id, string versionId, DateTimeOffset lastUpdated, string? source)
    {
        if (resource["resourceType"u8] is not { Kind: JsonKind.String } type)
            throw new ArgumentException("This is no resource.", nameof(resource));

        var most = resource.Raw.Length + 160 + (6 * (Encoding.UTF8.GetMaxByteCount(id.Length)
            + Encoding.UTF8.GetMaxByteCount(versionId.Length) + Encoding.UTF8.GetMaxByteCount(source?.Length ?? 0)));
        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var text = new SpliceText(rented);
            text.Add("{\"resourceType\":"u8);
            text.Add(type.Raw);
            text.Add(",\"id\":"u8);
            text.AddString(id, Encoder);
            AddMeta(ref text, resource["meta"u8], versionId, lastUpdated, source);
            AddOthers(ref text, resource, IsIdentity);
            text.Add("}"u8);
            return text.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void AddMeta(ref SpliceText text, FhirNode meta, string versionId, DateTimeOffset lastUpdated, string? source)
    {
        text.Add(",\"meta\":{\"versionId\":"u8);
        text.AddString(versionId, Encoder);
        text.Add(",\"lastUpdated\":\""u8);
        text.AddTime(lastUpdated);
        text.Add("\""u8);
        if (source is not null)
        {
            text.Add(",\"source\":"u8);
            text.AddString(source, Encoder);
        }

        if (meta.IsObject)
            AddOthers(ref text, meta, source is null ? IsVersion : IsVersionOrSource);
        text.Add("}"u8);
    }

    /// <summary>Copies each member that stays from behind the comma (or brace) before it, so that its white space stays too.</summary>
    private static void AddOthers(ref SpliceText text, FhirNode owner, NameTest replaced)
    {
        var whole = owner.Document.Utf8.Span;
        var from = owner.Offset + 1;
        foreach (var member in owner.Properties)
        {
            var end = member.Offset + member.Raw.Length;
            if (!replaced(member.NameUtf8))
            {
                text.Add(","u8);
                text.Add(whole[from..end]);
            }

            var comma = whole[end..].IndexOfAny((byte)',', (byte)'}');
            if (whole[end + comma] == (byte)'}')
                text.Add(whole.Slice(end, comma));
            from = end + comma + 1;
        }
    }

    private delegate bool NameTest(ReadOnlySpan<byte> name);

    private static bool IsIdentity(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("resourceType"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("meta"u8) || name.SequenceEqual("_id"u8);

    private static bool IsVersion(ReadOnlySpan<byte> name)
    {
        name = name.StartsWith("_"u8) ? name[1..] : name;
        return name.SequenceEqual("versionId"u8) || name.SequenceEqual("lastUpdated"u8);
    }

    private static bool IsVersionOrSource(ReadOnlySpan<byte> name) =>
        IsVersion(name) || name.SequenceEqual("source"u8) || name.SequenceEqual("_source"u8);

    /// <summary>Bytes written one after the other into a rented array.</summary>
    private ref struct SpliceText(byte[] into)
    {
        private int length;

        internal void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(into.AsSpan(length));
            length += bytes.Length;
        }

        internal void AddString(string value, JavaScriptEncoder encoder)
        {
            into[length++] = (byte)'"';
            Span<byte> utf8 = value.Length <= 128 ? stackalloc byte[384] : new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
            var count = Encoding.UTF8.GetBytes(value, utf8);
            encoder.EncodeUtf8(utf8[..count], into.AsSpan(length), out _, out var written);
            length += written;
            into[length++] = (byte)'"';
        }

        internal void AddTime(DateTimeOffset time)
        {
            time.UtcDateTime.TryFormat(into.AsSpan(length), out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            length += written;
        }

        internal readonly byte[] ToArray() => into.AsSpan(0, length).ToArray();
    }
}
