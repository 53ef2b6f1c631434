using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// The order groups of an ORU^R01 to ServiceRequest, Specimen, Observation and DiagnosticReport (v2-to-FHIR guide: ORU_R01). A result's natural key is the
/// order number, the codes of order and result and the sub-id, so that a correction finds what it corrects even when it is sent alone; where no
/// sub-id is sent the count of that code within the order stands in.
/// </summary>
internal static class ReportMapping
{
    internal static List<MappedResource> Map(Hl7Message message, bool hasEncounter, SourceSettings source, SourceClock clock, MappingNotes notes)
    {
        var resources = new List<MappedResource>();
        var groups = Groups(message, notes);
        if (groups.Count == 0)
            notes.Fault("structure", "The message reports on nothing: it has no OBR segment.", "OBR");
        var count = new Counters();
        foreach (var (orc, obr, end) in groups)
        {
            if (!Concepts.Any(obr.Service))
                notes.Fault("required", "The report does not say what was examined.", obr.Segment.Location.Short + "-4");
            MapGroup(message, new OrderContext(orc, obr, source, clock, hasEncounter), end, resources, count, notes);
        }

        return resources;
    }

    private static void MapGroup(Hl7Message message, OrderContext bare, int end, List<MappedResource> resources, Counters count, MappingNotes notes)
    {
        var number = OrderNumber(message, bare, notes);
        var specimen = SpecimenMapping.Map(message, bare, end, number, $"urn:tandem:specimen:{count.Specimens + 1}");
        var request = OrderMapping.Map(bare, $"urn:tandem:order:{count.Orders + 1}");
        var order = bare with
        {
            Specimen = specimen?.Placeholder,
            Request = request?.Placeholder,
            EffectiveAt = bare.Clock.DateTime(bare.Obr.ObservedAt) ?? SpecimenMapping.CollectedAt(message, bare, end),
        };
        count.Specimens += specimen is null ? 0 : 1;
        count.Orders += request is null ? 0 : 1;
        resources.AddRange(new[] { request, specimen }.OfType<MappedResource>());

        var results = Results(message, order.Obr.Segment.Index + 1, end, notes);
        var observations = new List<string>();
        var occurrences = new Dictionary<string, int>();
        foreach (var result in results.Where(r => !r.IsDocument))
        {
            var placeholder = $"urn:tandem:observation:{++count.Observations}";
            resources.Add(ObservationMapping.Map(result, order, Key(result.First, order, number, occurrences), placeholder, notes));
            observations.Add(placeholder);
        }

        var reportNotes = NotesAfter(message, order.Obr.Segment.Index + 1, end);
        resources.Add(DiagnosticReportMapping.Map(order, number, observations, results, reportNotes, $"urn:tandem:report:{++count.Reports}", notes));
    }

    private static List<(Orc Orc, Obr Obr, int End)> Groups(Hl7Message message, MappingNotes notes)
    {
        var groups = new List<(Orc, Obr, int)>();
        var orc = default(Hl7Segment);
        var obr = default(Hl7Segment);
        var owner = default(Hl7Segment);
        foreach (var segment in message.Segments)
        {
            if (segment.Name is "ORC" or "OBR" && obr.Exists)
            {
                groups.Add((new(owner), new(obr), segment.Index));
                (obr, owner) = (default, default);
            }

            if (segment.Name == "ORC")
                orc = segment;
            else if (segment.Name == "OBR")
                (obr, owner, orc) = (segment, orc, default);
            else if (segment.Name == "OBX" && !obr.Exists)
                notes.Fault("structure", "This result stands outside of any report (no OBR before it).", segment.Location.Short);
        }

        if (obr.Exists)
            groups.Add((new(owner), new(obr), message.SegmentCount));
        return groups;
    }

    private static List<ResultLines> Results(Hl7Message message, int from, int end, MappingNotes notes)
    {
        var results = new List<ResultLines>();
        foreach (var segment in message.All("OBX", from, end))
        {
            var obx = new Obx(segment);
            if (!Concepts.Any(obx.Identifier))
                notes.Fault("required", "The result does not say what was observed.", segment.Location.Short + "-3");
            var following = NotesAfter(message, segment.Index + 1, end);
            if (results.Count > 0 && Continues(results[^1], obx))
                results[^1] = new([.. results[^1].Lines, obx], [.. results[^1].Notes, .. following]);
            else
                results.Add(new([obx], following));
        }

        return results;
    }

    private static bool Continues(ResultLines before, Obx obx) =>
        obx.ValueType is "TX" or "FT" && before.First.ValueType == obx.ValueType && before.First.Status == obx.Status
        && before.First.Identifier.Code is { } code && code == obx.Identifier.Code && before.First.SubId.WholeText == obx.SubId.WholeText;

    private static List<Nte> NotesAfter(Hl7Message message, int from, int end)
    {
        var notes = new List<Nte>();
        for (var i = from; i < end && message[i].Name == "NTE"; i++)
            notes.Add(new(message[i]));
        return notes;
    }

    /// <summary>The filler's number, else the placer's, else patient and time, with its assigner so that numbers of two assigners differ.</summary>
    private static string OrderNumber(Hl7Message message, OrderContext order, MappingNotes notes)
    {
        if ((order.Filler ?? order.Placer) is { } key)
        {
            var own = CodeSystems.Own(order.Source, order.Filler is null ? "placer" : "filler");
            return key.System == own ? key.Value : $"{key.System}|{key.Value}";
        }

        notes.Warn("required", "The report has no order number; it is found again by patient, examination and time.", order.Obr.Segment.Location.Short + "-3");
        return $"{message.Text("PID-3")}@{order.Obr.ObservedAt.Text}";
    }

    private static NaturalKey Key(Obx obx, OrderContext order, string number, Dictionary<string, int> occurrences)
    {
        var code = obx.Identifier.Code ?? obx.Identifier.Display ?? obx.Identifier.AlternateCode;
        var stem = $"{number}|{order.Obr.Service.Code ?? order.Obr.Service.Display}|{code}";
        var sub = obx.SubId.WholeText;
        if (string.IsNullOrWhiteSpace(sub))
            sub = "#" + (occurrences[stem] = occurrences.GetValueOrDefault(stem) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(CodeSystems.Own(order.Source, "result"), $"{stem}|{sub}");
    }

    private sealed class Counters
    {
        internal int Orders;
        internal int Specimens;
        internal int Observations;
        internal int Reports;
    }
}
