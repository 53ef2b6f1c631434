using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What the timeline says of each event.</summary>
internal static class TimelineWords
{
    internal static readonly Phrase Timeline = new("Timeline", "Cronología");
    internal static readonly Phrase AllSources = new("From all sources, the latest first.", "De todas las fuentes, lo más reciente primero.");
    internal static readonly Phrase All = new("Everything", "Todo");
    internal static readonly Phrase NothingYet = new("Nothing has been told of this patient yet.", "Aún no se ha informado nada de este paciente.");
    internal static readonly Phrase NothingOfKind = new("Nothing of this sort is known.", "No consta nada de este tipo.");
    internal static readonly Phrase Message = new("source message", "mensaje de origen");
    internal static readonly Phrase NoMessage = new("entered through the hub", "registrado en el sistema");
    internal static readonly Phrase DayOnly = new("day known, time not", "se conoce el día, no la hora");
    internal static readonly Phrase RecordedAt = new("recorded {0}", "registrado {0}");
    internal static readonly Phrase ChangedAt = new("last changed {0}", "último cambio {0}");
    internal static readonly Phrase Older = new("Older entries", "Entradas anteriores");
    internal static readonly Phrase Newest = new("Back to the newest", "Volver a lo más reciente");
    internal static readonly CountPhrase Results = new("{0} result", "{0} results", "{0} resultado", "{0} resultados");
    internal static readonly CountPhrase InRange = new("{0} within range", "{0} within range", "{0} dentro del rango", "{0} dentro del rango");
    internal static readonly Phrase Upcoming = new("{0} (to come)", "{0} (futuro)");
    internal static readonly Phrase ShowAllValues = new("Show all values", "Mostrar todos los valores");

    internal static Phrase KindOf(string kind) => kind switch
    {
        TimelineKinds.Stay => new Phrase("Visits and stays", "Consultas e ingresos"),
        TimelineKinds.Result => new Phrase("Results", "Resultados"),
        TimelineKinds.Medication => new Phrase("Medications", "Medicamentos"),
        TimelineKinds.Contact => new Phrase("Contacts and documents", "Contactos y documentos"),
        TimelineKinds.Loop => new Phrase("Follow-up", "Seguimiento"),
        _ => new Phrase("Other", "Otros"),
    };

    internal static Phrase EventOf(string happened) => happened switch
    {
        "admitted" => new Phrase("Admitted", "Ingreso"),
        "discharged" => new Phrase("Discharged", "Alta"),
        "emergency" => new Phrase("Came to the emergency department", "Llegó a urgencias"),
        "emergency-left" => new Phrase("Left the emergency department", "Salió de urgencias"),
        "visit" => new Phrase("Visit", "Consulta"),
        "visit-planned" => new Phrase("Visit planned", "Consulta prevista"),
        "stay-planned" => new Phrase("Stay planned", "Ingreso previsto"),
        "stay-cancelled" => new Phrase("Visit or stay cancelled", "Consulta o ingreso cancelado"),
        "died" => new Phrase("Died", "Falleció"),
        "registered" => new Phrase("First known to the hub", "Conocido por primera vez en el sistema"),
        "details-changed" => new Phrase("Personal details changed", "Cambiaron los datos personales"),
        "result" => new Phrase("Result", "Resultado"),
        "report" => new Phrase("Report", "Informe"),
        "loop-opened" => new Phrase("Opened", "Abierto"),
        "loop-closed" => new Phrase("Closed", "Cerrado"),
        "loop-withdrawn" => new Phrase("Withdrawn", "Retirado"),
        "prescribed" => new Phrase("Prescribed", "Recetado"),
        "medication-stated" => new Phrase("Says to take", "Dice tomar"),
        "dispensed" => new Phrase("Dispensed", "Dispensado"),
        "administered" => new Phrase("Given", "Administrado"),
        "immunization" => new Phrase("Immunised", "Vacunado"),
        "condition" => new Phrase("Condition", "Diagnóstico"),
        "allergy" => new Phrase("Allergy", "Alergia"),
        "procedure" => new Phrase("Procedure", "Procedimiento"),
        "ordered" => new Phrase("Ordered", "Solicitado"),
        "appointment" => new Phrase("Appointment", "Cita"),
        "plan" => new Phrase("Care plan", "Plan de cuidados"),
        "document" => new Phrase("Document", "Documento"),
        "contact" => new Phrase("Contact", "Contacto"),
        "contact-reached" => new Phrase("Reached", "Se habló"),
        "contact-no-answer" => new Phrase("Contact tried: no answer", "Intento de contacto: sin respuesta"),
        "contact-left-message" => new Phrase("Contact tried: left a message", "Intento de contacto: se dejó mensaje"),
        "contact-busy" => new Phrase("Contact tried: busy", "Intento de contacto: ocupado"),
        "contact-wrong-number" => new Phrase("Contact tried: wrong number", "Intento de contacto: número equivocado"),
        "contact-refused" => new Phrase("Did not want to talk", "No quiso hablar"),
        "contact-told" => new Phrase("Told a critical result", "Se comunicó un resultado crítico"),
        _ => new Phrase("Answered", "Respondido"),
    };

    /// <summary>A status that a reader must know of; null for the usual ones.</summary>
    internal static Phrase? Noteworthy(TimelineEntry entry) => entry.Event.StartsWith("stay-", StringComparison.Ordinal) ? null : entry.Status switch
    {
        "corrected" or "amended" => new Phrase("Corrected", "Corregido"),
        "cancelled" => new Phrase("Cancelled", "Cancelado"),
        "entered-in-error" => new Phrase("Entered in error", "Registrado por error"),
        "preliminary" or "partial" => new Phrase("Preliminary", "Preliminar"),
        "registered" => new Phrase("Waiting for the result", "En espera del resultado"),
        "noshow" => new Phrase("Did not come", "No acudió"),
        "refuted" => new Phrase("Refuted", "Descartado"),
        "provisional" or "differential" or "unconfirmed" => new Phrase("Not confirmed", "Sin confirmar"),
        "stopped" => new Phrase("Stopped", "Suspendido"),
        "not-done" => new Phrase("Not done", "No realizado"),
        _ => null,
    };
}
