using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>Writes a Bundle around resources that are put in with the bytes they are stored with (R4 2.36 Bundle, 3.1.0.11).</summary>
internal sealed class BundleWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> buffer;
    private readonly Utf8JsonWriter json;
    private readonly string address;
    private readonly AccessTrail trail;
    private readonly OwnAddresses own;
    private readonly int most;
    private bool inEntries;

    /// <summary>Begins a bundle.</summary>
    /// <param name="type">searchset, history, document, transaction-response or batch-response.</param>
    /// <param name="request">The request that it answers: its address stands in fullUrl and Location, its trail is told of what goes in.</param>
    /// <param name="sizes">About how many bytes its entries will have.</param>
    /// <param name="isCounted">True when whoever puts in the entries sees to its size.</param>
    internal BundleWriter(string type, FhirRequest request, IEnumerable<int> sizes, bool isCounted = false)
    {
        (address, trail, own, most) = (request.Address, request.Scope.Trail, request.Own, isCounted ? int.MaxValue : request.Service.Limits.AnswerBytes);
        buffer = new((int)Math.Min(request.Service.Limits.AnswerBytes, 1024 + sizes.Sum(size => (long)size)));
        json = new(buffer, OperationOutcomeJson.Options);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("type"u8, type);
    }

    internal void Total(long? total)
    {
        if (total is { } number)
            json.WriteNumber("total"u8, number);
    }

    internal void Links(params IReadOnlyList<(string Relation, string Url)> links)
    {
        json.WriteStartArray("link"u8);
        foreach (var (relation, url) in links)
        {
            json.WriteStartObject();
            json.WriteString("relation"u8, relation);
            json.WriteString("url"u8, url);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What a document is known by, and when it was made (R4 3.3.1).</summary>
    internal void Document(string identifier, DateTimeOffset at)
    {
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, "urn:ietf:rfc:3986"u8);
        json.WriteString("value"u8, identifier);
        json.WriteEndObject();
        json.WriteString("timestamp"u8, FhirWriter.InstantText(at));
    }

    /// <summary>A resource of a document.</summary>
    internal void Part(ResourceVersion version)
    {
        StartEntry();
        trail.Note(version, TouchKind.Read, own);
        Resource(version);
        json.WriteEndObject();
    }

    /// <summary>A resource that was found: mode match or include (R4 3.1.1.3.3).</summary>
    /// <param name="version">The resource.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="contained">The place of a resource it contains, when that is to be answered alone (R4 3.1.1.5.5).</param>
    internal void Found(ResourceVersion version, string mode, int? contained = null)
    {
        StartEntry();
        trail.Note(version, TouchKind.Read, own);
        if (contained is { } place)
            Contained(version, version.Root["contained"u8].Items.AsEnumerable().ElementAt(place));
        else
            Resource(version);
        Mode(mode);
        json.WriteEndObject();
    }

    /// <summary>What the server has to say of the search itself.</summary>
    internal void Outcome(ReadOnlySpan<byte> operationOutcome)
    {
        StartEntry();
        json.WritePropertyName("resource"u8);
        json.WriteRawValue(operationOutcome, skipInputValidation: true);
        Mode("outcome");
        json.WriteEndObject();
    }

    /// <summary>One version in a history (R4 3.1.0.12).</summary>
    internal void Version(PastVersion past)
    {
        var version = past.Version;
        StartEntry();
        trail.Note(version, TouchKind.Read, own);
        if (version.Deleted)
            json.WriteString("fullUrl"u8, $"{address}/{version.Reference}");
        else
            Resource(version);
        var (method, url) = version.Request;
        json.WriteStartObject("request"u8);
        json.WriteString("method"u8, method);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
        Response(version.Deleted ? "204" : version.Version == 1 || past.BringsBack ? "201" : "200", version, null, default);
        json.WriteEndObject();
    }

    /// <summary>The answer to one entry of a batch or transaction.</summary>
    internal void Answer(FhirReply reply, bool withResource)
    {
        StartEntry();
        if (reply.Version is { } shown)
            trail.Note(shown, TouchKind.Read, own);
        var isOutcome = reply.Version is null || !reply.Body.Span.SequenceEqual(reply.Version.Bytes.Span);
        if (withResource && !isOutcome && reply.Version is { Deleted: false } given)
            Resource(given);
        else if (withResource && reply is { Status: 200, Body.Length: > 0 })
            Raw("resource"u8, reply.Body.Span);
        var outcome = isOutcome && !(withResource && reply.Status == 200) ? reply.Body.Span : default;
        Response(reply.Status.ToString(CultureInfo.InvariantCulture), reply.Version, reply.Location, outcome);
        json.WriteEndObject();
    }

    internal ReadOnlyMemory<byte> End()
    {
        if (inEntries)
            json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public void Dispose() => json.Dispose();

    private void StartEntry()
    {
        if (!inEntries)
            json.WriteStartArray("entry"u8);
        inEntries = true;
        json.WriteStartObject();
    }

    private void Resource(ResourceVersion version)
    {
        json.WriteString("fullUrl"u8, $"{address}/{version.Reference}");
        Raw("resource"u8, version.Bytes.Span);
    }

    private void Contained(ResourceVersion version, FhirNode resource)
    {
        json.WriteString("fullUrl"u8, $"{address}/{version.Reference}#{resource["id"u8].Text}");
        Raw("resource"u8, resource.Raw);
    }

    /// <exception cref="AnswerTooLargeException">With it the bundle would have too many bytes.</exception>
    private void Raw(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (json.BytesCommitted + json.BytesPending + value.Length > most)
            throw new AnswerTooLargeException();
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private void Mode(string mode)
    {
        json.WriteStartObject("search"u8);
        json.WriteString("mode"u8, mode);
        json.WriteEndObject();
    }

    private void Response(string status, ResourceVersion? version, string? location, ReadOnlySpan<byte> outcome)
    {
        json.WriteStartObject("response"u8);
        json.WriteString("status"u8, status);
        if (location is not null)
            json.WriteString("location"u8, location);
        if (version is not null)
        {
            json.WriteString("etag"u8, FhirReply.ETagOf(version));
            json.WriteString("lastModified"u8, version.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        }

        if (!outcome.IsEmpty)
            Raw("outcome"u8, outcome);
        json.WriteEndObject();
    }
}
