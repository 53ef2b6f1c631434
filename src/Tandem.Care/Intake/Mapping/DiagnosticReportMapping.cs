using System.Text;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;
using Tandem.Record.Files;

namespace Tandem.Care.Intake.Mapping;

/// <summary>OBR to a DiagnosticReport over its results (v2-to-FHIR guide: OBR[DiagnosticReport]); documents in OBX (ED, RP) are its presented form.</summary>
internal static class DiagnosticReportMapping
{
    internal static MappedResource Map(
        OrderContext order, string number, IReadOnlyList<string> observations, IReadOnlyList<ResultLines> results, IReadOnlyList<Nte> reportNotes,
        string placeholder, MappingNotes notes)
    {
        var (obr, source) = (order.Obr, order.Source);
        var key = new NaturalKey(CodeSystems.Own(source, "report"), $"{number}|{obr.Service.Code ?? obr.Service.Display}");
        var text = new ResourceText("DiagnosticReport");
        WriteNoteExtension(text, reportNotes);
        text.Array("identifier").Object().Text("system", key.System).Text("value", key.Value).End();
        order.WriteNumbers(text);
        text.End();
        if (order.Request is { } request)
            text.Array("basedOn").Object().Text("reference", request).End().End();
        text.Text("status", Status(obr, results, notes));
        if (obr.DiagnosticSection is { } section)
        {
            text.Array("category");
            Concepts.Write(text, null, CodeSystems.Table("0074"), section);
            text.End();
        }

        Concepts.Write(text, "code", obr.Service, source);
        order.WriteSubject(text);
        WriteEffective(text, order);
        text.Text("issued", order.Clock.Instant(obr.ReportedAt));
        text.Array("resultsInterpreter");
        WriteInterpreter(text, obr, source);
        text.End();
        WriteReferences(text, "specimen", order.Specimen is null ? [] : [order.Specimen]);
        WriteReferences(text, "result", observations);
        text.Array("presentedForm");
        foreach (var document in results.Where(r => r.IsDocument).SelectMany(r => r.Lines))
            WriteDocument(text, document, source.Files, notes);
        text.End();
        return new("DiagnosticReport", placeholder, [key], text.ToUtf8(), IsWhole: true);
    }

    /// <summary>OBR-25; where it is empty, what the results say together.</summary>
    private static string Status(Obr obr, IReadOnlyList<ResultLines> results, MappingNotes notes)
    {
        if (V2Tables.ReportStatus(obr.Status) is { } stated)
            return stated;
        if (obr.Status is not null)
            notes.Warn("code-invalid", "The status of this report is not in table 0123.", obr.Segment[25]);
        var statuses = results.Select(r => V2Tables.ObservationStatus(r.First.Status)).ToHashSet();
        if (statuses.Count == 0 || statuses.Contains(null))
            return "unknown";
        return statuses.Contains("corrected") ? "corrected"
            : statuses.IsSubsetOf(["final", "amended"]) ? "final"
            : statuses.IsSubsetOf(["cancelled", "entered-in-error"]) ? "cancelled"
            : statuses.IsSubsetOf(["registered"]) ? "registered"
            : statuses.Contains("final") ? "partial" : "preliminary";
    }

    private static void WriteEffective(ResourceText text, OrderContext order)
    {
        var end = order.Clock.DateTime(order.Obr.ObservedUntil);
        if (end is not null && order.Obr.ObservedAt.HasValue)
            text.Object("effectivePeriod").Text("start", order.EffectiveAt).Text("end", end).End();
        else
            text.Text("effectiveDateTime", order.EffectiveAt);
    }

    /// <summary>OBR-32 is a name with place and time (NDL): its first component holds number, family and given name as sub-components.</summary>
    private static void WriteInterpreter(ResourceText text, Obr obr, SourceSettings source)
    {
        var person = obr.Interpreters.Component(1);
        var display = string.Join(' ', new[] { person[6].Text, person[3].Text, person[2].Text, person[5].Text, person[7].Text }.Where(p => !string.IsNullOrWhiteSpace(p)));
        if (string.IsNullOrWhiteSpace(person[1].Text) && display.Length == 0)
            return;
        text.Object().Text("type", "Practitioner");
        if (person[1].Text?.Trim() is { Length: > 0 } number)
            text.Object("identifier").Text("system", CodeSystems.Own(source, "practitioner")).Text("value", number).End();
        text.Text("display", display).End();
    }

    private static void WriteReferences(ResourceText text, string name, IReadOnlyList<string> references)
    {
        text.Array(name);
        foreach (var reference in references)
            text.Object().Text("reference", reference).End();
        text.End();
    }

    /// <summary>R4 reports have no note; R5's is carried by its extension (R5 "Extensions for converting between versions").</summary>
    private static void WriteNoteExtension(ResourceText text, IReadOnlyList<Nte> notes)
    {
        var lines = notes.SelectMany(n => n.Comments.Repetitions.AsEnumerable()).Select(v => v.WholeText).Where(t => !string.IsNullOrWhiteSpace(t)).ToList();
        if (lines.Count == 0)
            return;
        text.Array("extension").Object().Text("url", "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note");
        text.Object("valueAnnotation").Text("text", string.Join('\n', lines)).End().End().End();
    }

    private static void WriteDocument(ResourceText text, Obx obx, FileGuard files, MappingNotes notes)
    {
        if (obx.ValueType == "RP")
        {
            var pointer = new Rp(obx.Value);
            text.Object().Text("contentType", ContentType(pointer.Type, pointer.Subtype)).Text("url", pointer.Pointer)
                .Text("title", obx.Identifier.Display).End();
            return;
        }

        var document = new Ed(obx.Value);
        var type = ContentType(document.Type, document.Subtype);
        if (Base64(document) is not { } data)
            notes.Warn("value", "The document in this result cannot be decoded; it stays in the raw message.", obx.Segment[5]);
        else if (files.Take(Convert.FromBase64String(data), type).Succeeded(out var kept, out var refusal))
            text.Object().Text("contentType", type).Text("data", Convert.ToBase64String(kept.Span)).Text("title", obx.Identifier.Display).End();
        else
            notes.Warn("value", $"The document in this result is not taken over; it stays in the raw message. {(refusal.Details.Count > 0 ? refusal.Details[0].Text : refusal.Text)}", obx.Segment[5]);
    }

    private static string? Base64(Ed document)
    {
        if (string.IsNullOrWhiteSpace(document.Data))
            return null;
        switch (document.Encoding)
        {
            case "Base64":
                var packed = string.Concat(document.Data.Where(c => !char.IsWhiteSpace(c)));
                return Convert.TryFromBase64String(packed, new byte[packed.Length], out _) ? packed : null;
            case "Hex":
                var hex = new byte[document.Data.Length / 2];
                return document.Data.Length % 2 == 0 && Convert.FromHexString(document.Data, hex, out _, out _) == System.Buffers.OperationStatus.Done
                    ? Convert.ToBase64String(hex) : null;
            default:
                return Convert.ToBase64String(Encoding.UTF8.GetBytes(document.Data));
        }
    }

    /// <summary>Tables 0834 and 0291 to a MIME type.</summary>
    private static string? ContentType(string? type, string? subtype) => (type?.ToUpperInvariant(), subtype?.ToUpperInvariant()) switch
    {
        (_, "PDF") => "application/pdf",
        (_, "RTF") => "application/rtf",
        (_, "JPEG" or "JPG") => "image/jpeg",
        (_, "PNG" or "GIF" or "TIFF" or "BMP") => "image/" + Small(subtype),
        (_, "HTML") => "text/html",
        (_, "X-HL7-CDA-LEVEL-ONE" or "XML") => "text/xml",
        ("TEXT" or "TX", _) => "text/plain",
        ("APPLICATION" or "AP" or "IMAGE" or "AUDIO" or "VIDEO", not null) => $"{(type is "AP" ? "application" : Small(type))}/{Small(subtype)}",
        _ => null,
    };

#pragma warning disable CA1308 // MIME types are written in small letters
    private static string? Small(string? text) => text?.ToLowerInvariant();
#pragma warning restore CA1308
}
