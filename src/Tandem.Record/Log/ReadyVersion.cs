using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;

namespace Tandem.Record.Log;

/// <summary>
/// A version of a resource, ready to be written before the writer's turn comes: its bytes, taken apart, and the values that it and the version before it are found by.
/// What only the turn knows, the time, has its place in the bytes.
/// </summary>
internal sealed class ReadyVersion
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private readonly byte[] bytes;
    private readonly int timeAt;
    private readonly ResourceVersion? before;
    private readonly FoundBy? valuesBefore;

    /// <param name="type">FHIR resource type.</param>
    /// <param name="id">A new id, of nobody's, or that of <paramref name="current"/>.</param>
    /// <param name="resource">What is sent.</param>
    /// <param name="options">What values are read with now.</param>
    /// <param name="current">The version that it will follow if nobody writes before its turn; null for a first version.</param>
    internal ReadyVersion(string type, string id, FhirNode resource, SearchIndexOptions options, ResourceVersion? current = null)
    {
        (Type, Id) = (type, id);
        bytes = JsonSplice.WithIdentity(resource, id, WriteSession.NumberAfter(current), default, source: null);
        Document = FhirJson.ParseStored(bytes);
        timeAt = Document.Root["meta"u8]["lastUpdated"u8].Offset + 1;
        Values = FoundBy.Read(Document.Root, type, options);
        before = current?.With(current.Bytes); // what is taken apart here is not kept there
        valuesBefore = before is { Deleted: false } ? FoundBy.Read(before.Root, type, options) : null;
    }

    internal string Type { get; }

    internal string Id { get; }

    internal FhirJson Document { get; }

    internal FoundBy? Values { get; }

    /// <summary>Whether it follows what is there at its turn.</summary>
    internal bool Follows(ResourceVersion? current) => current?.Seq == before?.Seq;

    /// <summary>The version that it follows, with the values that it is found by.</summary>
    internal ResourceVersion? Before()
    {
        before?.Values = valuesBefore;
        return before;
    }

    /// <summary>The bytes as of a time. A turn that is taken again writes its own time over the one before, which nobody has seen.</summary>
    internal ReadOnlyMemory<byte> At(DateTimeOffset time)
    {
        time.UtcDateTime.TryFormat(bytes.AsSpan(timeAt), out _, TimeFormat, CultureInfo.InvariantCulture);
        return bytes;
    }
}

/// <summary>The values that a resource is found by, read outside the writer. They do not depend on its version, nor on when it was written.</summary>
/// <param name="Values">The values.</param>
/// <param name="Options">What they were read with: others may hold by the writer's turn.</param>
/// <param name="Contains">True when it contains resources, whose values are read in the writer's turn.</param>
internal sealed record FoundBy(SearchValueList Values, SearchIndexOptions Options, bool Contains)
{
    /// <summary>Null where a parameter of the site's own might ask for what only the turn gives.</summary>
    internal static FoundBy? Read(FhirNode resource, string type, SearchIndexOptions options)
    {
        if (options.Site.All.Any(own => own.Bases.Contains(type)))
            return null;
        var values = new SearchValueList();
        SearchIndexValues.Read(resource, type, options, values);
        return new(values, options, resource["contained"u8].Exists);
    }
}
