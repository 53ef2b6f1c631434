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
        if (node["size"u8] is { Exists: true } size)
            changes.Add((size, kept.Length.ToString(CultureInfo.InvariantCulture)));
        if (node["hash"u8] is { Exists: true } hash)
            changes.Add((hash, $"\"{FileGuard.HashOf(kept.Span)}\""));
        return null;
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
