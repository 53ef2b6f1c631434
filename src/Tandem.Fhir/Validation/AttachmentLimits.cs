using System.Buffers.Text;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// What an item asks of an attachment: its content type (extension mimeType) and its size in bytes (maxSize; R4 Attachment.size), which is that of the data where they are here.
/// </summary>
internal sealed class AttachmentLimits(ValidationRun run)
{
    internal void Check(FhirNode asked, FhirNode attachment)
    {
        var types = asked.AllTexts(ItemExtensions.Core + "mimeType");
        if (types.Count > 0 && attachment["contentType"u8].Text is { } type && !types.Exists(allowed => IsOf(allowed, type)))
            Say($"The questionnaire takes attachments of the type {string.Join(" or ", types)}.", attachment);
        if (asked.Said(ItemExtensions.Core + "maxSize").Number is { } most && (LengthOf(attachment["data"u8]) ?? attachment["size"u8].Number) > most)
            Say($"The questionnaire takes attachments of at most {most} bytes.", attachment);
    }

    /// <summary>A content type with whatever parameters, or any of a kind: <c>image/*</c> (RFC 2045 5.1; upper and lower case are the same).</summary>
    private static bool IsOf(string allowed, string type)
    {
        var own = type.Split(';')[0].Trim();
        return allowed.EndsWith("/*", StringComparison.Ordinal)
            ? own.StartsWith(allowed[..^1], StringComparison.OrdinalIgnoreCase)
            : own.Equals(allowed.Split(';')[0].Trim(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>How many bytes a base64Binary stands for; it may be broken into lines. Null for what is none.</summary>
    internal static int? LengthOf(FhirNode data) =>
        data is { Kind: JsonKind.String } && (data.Raw.Contains((byte)'\\') ? Base64.IsValid(data.Text, out var length) : Base64.IsValid(data.Raw[1..^1], out length)) ? length : null;

    private void Say(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Of(at, "Attachment"));
}
