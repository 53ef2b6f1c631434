using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>One order group of an ORU (ORC, OBR and what follows) with what its resources share.</summary>
/// <param name="Orc">The order; may not be there.</param>
/// <param name="Obr">The report.</param>
/// <param name="Source">The sender.</param>
/// <param name="Clock">Its clock.</param>
/// <param name="HasEncounter">Whether the message names a visit.</param>
internal sealed record OrderContext(Orc Orc, Obr Obr, SourceSettings Source, SourceClock Clock, bool HasEncounter)
{
    /// <summary>Placeholder of the order, when it has a placer number.</summary>
    internal string? Request { get; init; }

    /// <summary>Placeholder of the specimen, when there is one.</summary>
    internal string? Specimen { get; init; }

    /// <summary>When it was observed by the order, for results that do not say it themselves.</summary>
    internal string? EffectiveAt { get; init; }

    /// <summary>What the placer (who ordered) calls it.</summary>
    internal NaturalKey? Placer => Identifiers.Key(Valued(Obr.PlacerNumber, Orc.PlacerNumber), "placer", Source);

    /// <summary>What the filler (the laboratory) calls it.</summary>
    internal NaturalKey? Filler => Identifiers.Key(Valued(Obr.FillerNumber, Orc.FillerNumber), "filler", Source);

    internal void WriteSubject(ResourceText text)
    {
        text.Object("subject").Text("reference", MappedPatient.Placeholder).End();
        if (HasEncounter)
            text.Object("encounter").Text("reference", MappedEncounter.Placeholder).End();
    }

    internal void WriteNumbers(ResourceText text)
    {
        if (Placer is { } placer)
            Identifiers.Write(text, placer, "PLAC");
        if (Filler is { } filler)
            Identifiers.Write(text, filler, "FILL");
    }

    private static Ei Valued(Ei first, Ei second) => string.IsNullOrWhiteSpace(first.Id) ? second : first;
}
