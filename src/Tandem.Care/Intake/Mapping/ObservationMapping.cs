using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// One result: an OBX with the notes behind it. Lines of text (TX, FT) that follow each other under the same code and sub-id are one result, as senders
/// mean them.
/// </summary>
/// <param name="Lines">The OBX segments, at least one; more only for text.</param>
/// <param name="Notes">NTE segments behind them.</param>
internal sealed record ResultLines(IReadOnlyList<Obx> Lines, IReadOnlyList<Nte> Notes)
{
    internal Obx First => Lines[0];

    /// <summary>True when the value is a document: it goes into the report, R4 observations hold none.</summary>
    internal bool IsDocument => First.ValueType is "ED" or "RP";
}

/// <summary>OBX to Observation (v2-to-FHIR guide: OBX[Observation], NTE[Observation.note]).</summary>
internal static class ObservationMapping
{
    private const string Interpretations = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

    internal static MappedResource Map(ResultLines result, OrderContext order, NaturalKey key, string placeholder, MappingNotes notes)
    {
        var (obx, source) = (result.First, order.Source);
        var text = new ResourceText("Observation");
        text.Array("identifier").Object().Text("system", key.System).Text("value", key.Value).End().End();
        if (order.Request is { } request)
            text.Array("basedOn").Object().Text("reference", request).End().End();
        text.Text("status", Status(obx, order, notes));
        WriteCategory(text, order);
        Concepts.Write(text, "code", obx.Identifier, source);
        order.WriteSubject(text);
        text.Text("effectiveDateTime", order.Clock.DateTime(obx.ObservedAt) ?? order.EffectiveAt);
        text.Text("issued", order.Clock.Instant(order.Obr.ReportedAt));
        WritePerformers(text, obx, source);
        var many = WriteValue(text, result, order, notes);
        WriteAbsence(text, obx);
        WriteInterpretation(text, obx, source);
        WriteNotes(text, result.Notes);
        if (Concepts.Any(obx.BodySite))
            Concepts.Write(text, "bodySite", obx.BodySite, source);
        if (obx.Methods.FirstOrDefault() is { } method && Concepts.Any(method))
            Concepts.Write(text, "method", method, source);
        text.Object("specimen").Text("reference", order.Specimen).End();
        ReferenceRanges.Write(text, obx.ReferenceRange.WholeText, ObservationValues.Unit(obx).Unit);
        if (many)
            WriteComponents(text, obx, order, notes);
        return new("Observation", placeholder, [key], text.ToUtf8(), IsWhole: true);
    }

    internal static void WriteNotes(ResourceText text, IReadOnlyList<Nte> notes)
    {
        var lines = notes.SelectMany(n => n.Comments.Repetitions.AsEnumerable()).Select(v => v.WholeText).Where(t => !string.IsNullOrWhiteSpace(t)).ToList();
        text.Array("note").Object().Text("text", string.Join('\n', lines)).End().End();
    }

    private static string Status(Obx obx, OrderContext order, MappingNotes notes)
    {
        if (V2Tables.ObservationStatus(obx.Status) is { } stated)
            return stated;
        notes.Warn(obx.Status is null ? "required" : "code-invalid", "The status of this result is not stated as table 0085 has it.", obx.Segment.Location.Short + "-11");
        return V2Tables.ObservationStatus(order.Obr.Status) ?? "unknown";
    }

    private static void WriteCategory(ResourceText text, OrderContext order)
    {
        var category = order.Obr.DiagnosticSection switch
        {
            "RAD" or "RX" or "CT" or "CUS" or "NMR" or "NMS" or "RUS" or "VUS" or "OUS" or "XRC" => ("imaging", "Imaging"),
            "EC" or "EN" or "CTH" or "PHR" or "RT" or "PT" or "OT" => ("procedure", "Procedure"),
            "NRS" or "PHY" => ("exam", "Exam"),
            _ => ("laboratory", "Laboratory"),
        };
        text.Array("category");
        Concepts.Write(text, null, "http://terminology.hl7.org/CodeSystem/observation-category", category.Item1, category.Item2);
        text.End();
    }

    private static void WritePerformers(ResourceText text, Obx obx, SourceSettings source)
    {
        text.Array("performer");
        foreach (var person in obx.Observers)
            Identifiers.Practitioner(text, null, person, source);
        var place = obx.PerformingOrganization;
        if (place.Name is not null || place.Id is not null)
            Identifiers.Organization(text, null, place.Id, Identifiers.System(place.AssigningAuthority, source) ?? CodeSystems.Own(source, "organization"), place.Name);
        else if (Concepts.Any(obx.Producer))
            Identifiers.Organization(text, null, obx.Producer.Code, CodeSystems.Uri(obx.Producer.System, source) ?? CodeSystems.Own(source, "organization"), obx.Producer.Display);
        text.End();
    }

    /// <summary>Writes the value; true when several values were sent, which R4 can hold as components only.</summary>
    private static bool WriteValue(ResourceText text, ResultLines result, OrderContext order, MappingNotes notes)
    {
        var obx = result.First;
        if (result.Lines.Count == 1 && ObservationValues.TryWriteWorded(text, obx))
            return false;
        if (obx.ValueType is "TX" or "FT" or "ST")
        {
            var lines = result.Lines.Select(l => string.Join('\n', l.Value.Repetitions.AsEnumerable().Select(v => v.WholeText)));
            text.Text("valueString", string.Join('\n', lines));
            return false;
        }

        if (obx.Value.Repetitions.Count > 1)
            return true;
        ObservationValues.Write(text, obx, obx.Value.Repetition(1), order.Source, order.Clock, notes);
        return false;
    }

    private static void WriteComponents(ResourceText text, Obx obx, OrderContext order, MappingNotes notes)
    {
        text.Array("component");
        foreach (var value in obx.Value.Repetitions.AsEnumerable().Where(v => v.Exists))
        {
            text.Object();
            Concepts.Write(text, "code", obx.Identifier, order.Source);
            ObservationValues.Write(text, obx, value, order.Source, order.Clock, notes);
            text.End();
        }

        text.End();
    }

    /// <summary>Why there is no value, where the status says it (guide: 0085 X and N).</summary>
    private static void WriteAbsence(ResourceText text, Obx obx)
    {
        if (obx.Value.HasValue)
            return;
        if (obx.Status == "X")
            Concepts.Write(text, "dataAbsentReason", CodeSystems.DataAbsentReason, "not-performed", "Not Performed");
        else if (obx.Status == "N")
            Concepts.Write(text, "dataAbsentReason", CodeSystems.DataAbsentReason, "not-asked", "Not Asked");
    }

    private static void WriteInterpretation(ResourceText text, Obx obx, SourceSettings source)
    {
        text.Array("interpretation");
        foreach (var flag in obx.AbnormalFlags.Where(Concepts.Any))
        {
            var code = flag.Code?.Trim().ToUpperInvariant() ?? "";
            if (V2Tables.Interpretation(code) is { } display)
                Concepts.Write(text, null, Interpretations, code, display);
            else
                Concepts.Write(text, null, flag, source, "0078");
        }

        text.End();
    }
}
