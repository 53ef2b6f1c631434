using System.Buffers;
using System.Globalization;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Files;

/// <summary>Finds the files within a resource (Binary and every Attachment, also contained ones) and lets the guard look at each.</summary>
internal static class AttachmentCheck
{
    /// <summary>The resource as it may be kept: itself, or with cleaned pictures, their size and hash told anew.</summary>
    /// <param name="resource">Sound by the definitions, so that <c>data</c> stands only where it may.</param>
    /// <param name="guard">Who looks.</param>
    internal static Outcome<FhirNode> Take(FhirNode resource, FileGuard guard)
    {
        if (!MayHoldFiles(resource))
            return resource;
        var changes = new List<(FhirNode At, string Text)>();
        if (Walk(resource, resource["resourceType"u8].Text ?? "", guard, changes) is { } refusal)
            return refusal;
        return changes.Count == 0 ? resource : Changed(resource, changes);
    }

    /// <summary>The file that a Binary holds when it is not the one that was sent; null when it is, and for other resources.</summary>
    /// <param name="sent">As it was sent.</param>
    /// <param name="kept">What <see cref="Take"/> made of it.</param>
    internal static ReadOnlyMemory<byte>? Cleaned(FhirNode sent, FhirNode kept) =>
        !kept["resourceType"u8].Is("Binary"u8) || !kept["data"u8].Exists || kept["data"u8].Raw.SequenceEqual(sent["data"u8].Raw) ? null : Convert.FromBase64String(kept["data"u8].Text!);

    /// <summary>The resource, with size and hash of its attachments told anew where they lead to a file that is kept otherwise than it was sent.</summary>
    /// <param name="resource">Sound by the definitions.</param>
    /// <param name="fileAt">By the <c>url</c> of an attachment the file as it is kept; null for none that was changed.</param>
    internal static FhirNode Told(FhirNode resource, Func<string, ReadOnlyMemory<byte>?> fileAt)
    {
        var changes = new List<(FhirNode At, string Text)>();
        Tell(resource, fileAt, changes);
        return changes.Count == 0 ? resource : Changed(resource, changes);
    }

    private static void Tell(FhirNode node, Func<string, ReadOnlyMemory<byte>?> fileAt, List<(FhirNode At, string Text)> changes)
    {
        if (node.IsObject && (node["size"u8].Exists || node["hash"u8].Exists) && node["url"u8].Text is { } url && fileAt(url) is { } file)
            TellAnew(node, file.Span, changes);
        foreach (var below in node.IsObject ? node.Properties : node.Kind == JsonKind.Array ? node.Items : default)
        {
            if (below.Kind is JsonKind.Object or JsonKind.Array)
                Tell(below, fileAt, changes);
        }
    }

    /// <summary>False when there is surely no file in a resource.</summary>
    internal static bool MayHoldFiles(FhirNode resource) => resource.Raw.IndexOf("\"data\""u8) >= 0;

    private static Refusal? Walk(FhirNode node, string place, FileGuard guard, List<(FhirNode At, string Text)> changes)
    {
        if (node.IsObject && IsFile(node) && Look(node, place, guard, changes) is { } refusal)
            return refusal;
        var number = 0;
        foreach (var below in node.IsObject ? node.Properties : node.Kind == JsonKind.Array ? node.Items : default)
        {
            var name = node.IsObject ? $"{place}.{below.Name}" : string.Create(CultureInfo.InvariantCulture, $"{place}[{number++}]");
            if (below.Kind is JsonKind.Object or JsonKind.Array && Walk(below, name, guard, changes) is { } wrong)
                return wrong;
        }

        return null;
    }

    /// <summary>Binary and Attachment; not SampledData, which has an origin, nor Signature, which says who signed.</summary>
    private static bool IsFile(FhirNode node) =>
        node["data"u8].Kind == JsonKind.String && !node["origin"u8].Exists && !(node["who"u8].Exists && node["when"u8].Exists);

    private static Refusal? Look(FhirNode node, string place, FileGuard guard, List<(FhirNode At, string Text)> changes)
    {
        byte[] file;
        try
        {
            file = Convert.FromBase64String(node["data"u8].Text!);
        }
        catch (FormatException)
        {
            return Refusal.Unprocessable("", new RefusalDetail("value", "This is not base64.", place + ".data"));
        }

        if (!guard.Take(file, node["contentType"u8].Text).Succeeded(out var kept, out var refusal))
            return refusal with { Details = [.. refusal.Details.Select(detail => detail with { Expression = place + ".data" })] };
        if (kept.Span.SequenceEqual(file))
            return null;
        changes.Add((node["data"u8], $"\"{Convert.ToBase64String(kept.Span)}\""));
        TellAnew(node, kept.Span, changes);
        return null;
    }

    private static void TellAnew(FhirNode attachment, ReadOnlySpan<byte> file, List<(FhirNode At, string Text)> changes)
    {
        if (attachment["size"u8] is { Exists: true } size)
            changes.Add((size, file.Length.ToString(CultureInfo.InvariantCulture)));
        if (attachment["hash"u8] is { Exists: true } hash)
            changes.Add((hash, $"\"{FileGuard.HashOf(file)}\""));
    }

    private static FhirNode Changed(FhirNode resource, List<(FhirNode At, string Text)> changes)
    {
        var whole = resource.Document.Bytes.Span;
        var (text, from, end) = (new ArrayBufferWriter<byte>(resource.Raw.Length), resource.Offset, resource.Offset + resource.Raw.Length);
        foreach (var (at, value) in changes.OrderBy(change => change.At.Offset))
        {
            text.Write(whole[from..at.Offset]);
            text.Write(Encoding.ASCII.GetBytes(value));
            from = at.Offset + at.Raw.Length;
        }

        text.Write(whole[from..end]);
        return FhirJson.ParseStored(text.WrittenMemory.ToArray()).Root;
    }
}
