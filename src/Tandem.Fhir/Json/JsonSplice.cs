using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Tandem.Fhir.Json;

/// <summary>Sets a resource's identity in its text without reading it into objects: every other member keeps its bytes.</summary>
public static class JsonSplice
{
    private const string Instant = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>
    /// The resource with <c>resourceType</c> first, then <c>id</c>, then <c>meta</c> with versionId, lastUpdated and source set and its other
    /// members kept, then everything else in the order and with the bytes sent (R4 2.26.3.2).
    /// </summary>
    /// <param name="resource">A resource: an object with a resourceType.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="versionId">Version.</param>
    /// <param name="lastUpdated">Written in UTC to the millisecond.</param>
    /// <param name="source"><c>meta.source</c>; null keeps the one sent.</param>
    public static byte[] WithIdentity(FhirNode resource, string id, string versionId, DateTimeOffset lastUpdated, string? source)
    {
        var sourceLength = source is null ? 0 : (source.Length * 6) + 16;
        var buffer = ArrayPool<byte>.Shared.Rent(resource.Raw.Length + id.Length + 128 + sourceLength + versionId.Length);
        var at = Put(buffer, 0, "{"u8);
        at = Member(buffer, at, resource["resourceType"u8]);
        at = Put(buffer, at, ",\"id\":\""u8);
        at += Encoding.UTF8.GetBytes(id, buffer.AsSpan(at));
        at = Put(buffer, at, "\",\"meta\":{\"versionId\":\""u8);
        at += Encoding.UTF8.GetBytes(versionId, buffer.AsSpan(at));
        at = Put(buffer, at, "\",\"lastUpdated\":\""u8);
        lastUpdated.UtcDateTime.TryFormat(buffer.AsSpan(at), out var written, Instant, System.Globalization.CultureInfo.InvariantCulture);
        at = Put(buffer, at + written, "\""u8);
        if (source is not null)
            at = Source(buffer, at, source);
        at = Rest(buffer, at, resource["meta"u8], source is null ? MetaOwn : MetaOwnWithSource);
        at = Put(buffer, at, "}"u8);
        at = Rest(buffer, at, resource, ResourceOwn);
        at = Put(buffer, at, "}"u8);
        var bytes = buffer.AsSpan(0, at).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return bytes;
    }

    private static readonly byte[][] ResourceOwn = [.. new[] { "resourceType", "id", "meta" }.Select(Encoding.UTF8.GetBytes)];
    private static readonly byte[][] MetaOwn = [.. new[] { "versionId", "lastUpdated" }.Select(Encoding.UTF8.GetBytes)];
    private static readonly byte[][] MetaOwnWithSource = [.. MetaOwn, .. new[] { "source" }.Select(Encoding.UTF8.GetBytes)];

    private static int Rest(byte[] buffer, int at, FhirNode node, byte[][] own)
    {
        foreach (var member in node.Properties)
        {
            if (Array.Exists(own, name => member.NameUtf8.SequenceEqual(name)))
                continue;
            at = Put(buffer, at, ","u8);
            at = Member(buffer, at, member);
        }

        return at;
    }

    private static int Source(byte[] buffer, int at, string source)
    {
        at = Put(buffer, at, ",\"source\":\""u8);
        at = Put(buffer, at, JsonEncodedText.Encode(source).EncodedUtf8Bytes);
        return Put(buffer, at, "\""u8);
    }

    private static int Member(byte[] buffer, int at, FhirNode member)
    {
        at = Put(buffer, at, "\""u8);
        at = Put(buffer, at, member.NameUtf8);
        at = Put(buffer, at, "\":"u8);
        return Put(buffer, at, member.Raw);
    }

    private static int Put(byte[] buffer, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(at));
        return at + bytes.Length;
    }
}
