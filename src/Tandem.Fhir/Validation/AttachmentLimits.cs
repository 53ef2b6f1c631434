using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// What an item asks of an attachment: its content type (extension mimeType) and its size in bytes (maxSize; R4 Attachment.size). The size is that of the data where they
/// are here, and what is said beside them has to be so.
/// </summary>
internal sealed class AttachmentLimits(ValidationRun run)
{
    internal void Check(FhirNode asked, FhirNode attachment)
    {
        var types = asked.AllTexts(ItemExtensions.Core + "mimeType");
        if (types.Count > 0 && attachment["contentType"u8].Text is { } type && !types.Exists(allowed => IsOf(allowed, type)))
            Say($"The questionnaire takes attachments of the type {string.Join(" or ", types)}.", attachment);
        var length = Length(attachment["data"u8]);
        var said = attachment["size"u8].Number;
        if (length is not null && said is not null && said != length)
            Say("The size that is said of the attachment is not that of its data.", attachment);
        if (asked.Said(ItemExtensions.Core + "maxSize").Number is { } most && (length ?? said) > most)
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

    /// <summary>How many bytes a base64Binary stands for; it may be broken into lines. Null when there is none.</summary>
    private static decimal? Length(FhirNode data)
    {
        if (data.Text is not { Length: > 0 } text)
            return null;
        var digits = text.Count(letter => letter != '=' && !char.IsWhiteSpace(letter));
        return digits * 3L / 4;
    }

    private void Say(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Of(at, "Attachment"));
}
