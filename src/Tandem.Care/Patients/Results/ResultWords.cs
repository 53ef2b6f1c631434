using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What the pages say of results.</summary>
internal static class ResultWords
{
    internal static readonly Phrase Results = new("Results", "Resultados");
    internal static readonly Phrase NoResults = new("No result is known.", "No consta ningún resultado.");
    internal static readonly Phrase Analyte = new("Analyte", "Analito");
    internal static readonly Phrase Latest = new("Latest", "Último");
    internal static readonly Phrase Range = new("Range", "Rango");
    internal static readonly Phrase Trend = new("Trend", "Tendencia");
    internal static readonly Phrase When = new("When", "Cuándo");
    internal static readonly Phrase Value = new("Value", "Valor");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Source = new("Source", "Origen");
    internal static readonly Phrase Was = new("was {0}", "era {0}");
    internal static readonly Phrase Cancelled = new("Cancelled by the laboratory", "Cancelado por el laboratorio");
    internal static readonly Phrase InError = new("Entered in error", "Registrado por error");
    internal static readonly Phrase Corrected = new("Corrected", "Corregido");
    internal static readonly Phrase Preliminary = new("Preliminary", "Preliminar");
    internal static readonly Phrase Waiting = new("Waiting for the result", "En espera del resultado");
    internal static readonly Phrase StateUnknown = new("State not stated", "Estado no indicado");
    internal static readonly Phrase Final = new("Final", "Definitivo");
    internal static readonly Phrase NoValue = new("no value", "sin valor");
    internal static readonly Phrase LastStanding = new("last value that stands:", "último valor vigente:");
    internal static readonly Phrase SeriesOf = new("{0}, all values", "{0}, todos los valores");
    internal static readonly Phrase InUnit = new("In {0}", "En {0}");
    internal static readonly Phrase WithoutUnit = new("Without unit", "Sin unidad");
    internal static readonly Phrase BackToPatient = new("Back to the patient", "Volver al paciente");
    internal static readonly Phrase NothingOfThis = new("There is no such result for this patient", "No hay tal resultado de este paciente");
    internal static readonly Phrase NothingOfThisWhy = new(
        "It may have been withdrawn by its source since the link was made.", "Su fuente puede haberlo retirado desde que se creó el enlace.");
    internal static readonly Phrase UnitsApart = new(
        "This was measured in more than one unit. Values in different units are never drawn in one line.",
        "Se midió en más de una unidad. Los valores en unidades distintas nunca se dibujan en una misma línea.");
    internal static readonly Phrase TooFewToDraw = new("Too few numbers to draw.", "Muy pocos números para dibujar.");
    internal static readonly Phrase ChartSays = new(
        "{0} values from {1} to {2}; lowest {3}, highest {4}, latest {5}. All values stand in the table below.",
        "{0} valores de {1} a {2}; mínimo {3}, máximo {4}, último {5}. Todos los valores están en la tabla de abajo.");
    internal static readonly CountPhrase MoreResults = new("{0} more result", "{0} more results", "{0} resultado más", "{0} resultados más");
    internal static readonly Phrase OnlyNewest = new("Only the newest {0} values are shown.", "Solo se muestran los {0} valores más recientes.");

    /// <summary>A flag in words and the shape of its meaning; null for a usual value.</summary>
    internal static (Phrase Words, Tone Tone, Glyph Glyph)? FlagOf(string? flag) => flag switch
    {
        "HH" or "HU" or ">" => (new Phrase("Critical high", "Crítico alto"), Tone.Urgent, Glyph.Urgent),
        "LL" or "LU" or "<" => (new Phrase("Critical low", "Crítico bajo"), Tone.Urgent, Glyph.Urgent),
        "AA" => (new Phrase("Critical", "Crítico"), Tone.Urgent, Glyph.Urgent),
        "H" => (new Phrase("High", "Alto"), Tone.Caution, Glyph.Up),
        "L" => (new Phrase("Low", "Bajo"), Tone.Caution, Glyph.Down),
        "A" => (new Phrase("Abnormal", "Anormal"), Tone.Caution, Glyph.Caution),
        "POS" or "DET" => (new Phrase("Positive", "Positivo"), Tone.Caution, Glyph.Caution),
        "R" => (new Phrase("Resistant", "Resistente"), Tone.Caution, Glyph.Caution),
        "I" => (new Phrase("Intermediate", "Intermedio"), Tone.Neutral, Glyph.Neutral),
        _ => null,
    };

    /// <summary>What became of a value.</summary>
    internal static (Phrase Words, Tone Tone) StateOf(string status) => status switch
    {
        "final" or "" => (Final, Tone.Neutral),
        "corrected" or "amended" => (Corrected, Tone.Caution),
        "cancelled" => (Cancelled, Tone.Neutral),
        "entered-in-error" => (InError, Tone.Caution),
        "preliminary" => (Preliminary, Tone.Info),
        "registered" => (Waiting, Tone.Info),
        _ => (StateUnknown, Tone.Neutral),
    };
}
