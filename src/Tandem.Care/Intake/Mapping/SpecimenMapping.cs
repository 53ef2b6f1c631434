using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>SPM, or OBR-15 of earlier versions, to a Specimen (v2-to-FHIR guide: SPM[Specimen], OBR[Specimen]).</summary>
internal static class SpecimenMapping
{
    internal static MappedResource? Map(Hl7Message message, OrderContext order, int end, string orderNumber, string placeholder)
    {
        var spm = new Spm(message.First("SPM", order.Obr.Segment.Index, end));
        var type = spm.Segment.Exists ? spm.Type : new Cwe(order.Obr.SpecimenSource.Component(1));
        if (!spm.Segment.Exists && !Concepts.Any(type))
            return null;
        var key = Key(spm, order, orderNumber);
        var text = new ResourceText("Specimen");
        text.Array("identifier").Object().Text("system", key.System).Text("value", key.Value).End().End();
        if (Concepts.Any(type))
            Concepts.Write(text, "type", type, order.Source, spm.Segment.Exists ? "0487" : "0070");
        text.Object("subject").Text("reference", MappedPatient.Placeholder).End();
        text.Text("receivedTime", order.Clock.DateTime(spm.ReceivedAt.HasValue ? spm.ReceivedAt : order.Obr.SpecimenReceivedAt));
        text.Object("collection");
        WriteCollected(text, spm, order);
        if (Concepts.Any(spm.CollectionMethod))
            Concepts.Write(text, "method", spm.CollectionMethod, order.Source, "0488");
        if (Concepts.Any(spm.SourceSite))
            Concepts.Write(text, "bodySite", spm.SourceSite, order.Source);
        text.End();
        return new("Specimen", placeholder, [key], text.ToUtf8(), IsWhole: false);
    }

    /// <summary>When the specimen was collected (SPM-17.1), for results that say no time of their own.</summary>
    internal static string? CollectedAt(Hl7Message message, OrderContext order, int end) =>
        order.Clock.DateTime(message.First("SPM", order.Obr.Segment.Index, end)[17].Component(1));

    private static void WriteCollected(ResourceText text, Spm spm, OrderContext order)
    {
        var (start, end) = (spm.CollectedAt.Component(1), spm.CollectedAt.Component(2));
        if (start.HasValue && end.HasValue)
            text.Object("collectedPeriod").Text("start", order.Clock.DateTime(start)).Text("end", order.Clock.DateTime(end)).End();
        else
            text.Text("collectedDateTime", order.Clock.DateTime(start) ?? order.Clock.DateTime(order.Obr.ObservedAt));
    }

    private static NaturalKey Key(Spm spm, OrderContext order, string orderNumber)
    {
        var (placer, filler) = (new Ei(spm.Identifier.Component(1)), new Ei(spm.Identifier.Component(2)));
        return Identifiers.Key(filler, "specimen", order.Source) ?? Identifiers.Key(placer, "specimen", order.Source)
            ?? new(CodeSystems.Own(order.Source, "specimen"), $"{orderNumber}|{order.Obr.Service.Code}|{spm.SetId ?? "1"}");
    }
}
