using Tandem.Kernel.Pages;

namespace Tandem.Care.Intake;

/// <summary>What the segments are called that feeds send (HL7 v2.8.2 appendix A.4).</summary>
internal static class SegmentWords
{
    /// <summary>The segment's name in the reader's language; empty for one that is not named here.</summary>
    internal static string Of(string segment) => segment switch
    {
        "MSH" => new Phrase("Message header", "Encabezado del mensaje"),
        "SFT" => new Phrase("Software", "Programa que lo envió"),
        "EVN" => new Phrase("Event", "Evento"),
        "PID" => new Phrase("Patient identification", "Identificación del paciente"),
        "PD1" => new Phrase("More about the patient", "Más datos del paciente"),
        "MRG" => new Phrase("Merged patient", "Paciente fusionado"),
        "NK1" => new Phrase("Next of kin", "Familiares"),
        "PV1" => new Phrase("Visit", "Visita"),
        "PV2" => new Phrase("More about the visit", "Más datos de la visita"),
        "AL1" => new Phrase("Allergy", "Alergia"),
        "DG1" => new Phrase("Diagnosis", "Diagnóstico"),
        "PR1" => new Phrase("Procedure", "Procedimiento"),
        "GT1" => new Phrase("Guarantor", "Responsable del pago"),
        "IN1" => new Phrase("Insurance", "Seguro"),
        "ORC" => new Phrase("Order", "Orden"),
        "OBR" => new Phrase("Examination", "Estudio"),
        "OBX" => new Phrase("Result", "Resultado"),
        "NTE" => new Phrase("Note", "Nota"),
        "SPM" => new Phrase("Specimen", "Muestra"),
        _ => "",
    };
}
