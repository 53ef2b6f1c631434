using Tandem.Kernel.Pages;

namespace Tandem.Trial.Parts;

/// <summary>The texts of the page of all parts. Its people and values are invented.</summary>
internal static class PartsWords
{
    internal static readonly Phrase Title = new("Parts", "Piezas");
    internal static readonly Phrase Lead = new("Every part of the pages in every state, for those who design and test them.", "Todas las piezas de las páginas en todos sus estados, para quienes las diseñan y prueban.");
    internal static readonly Phrase BackToWorklist = new("Worklist", "Pendientes");
    internal static readonly Phrase Print = new("Print list", "Imprimir lista");
    internal static readonly Phrase AddNote = new("Add note", "Añadir nota");

    internal static readonly Phrase Change = new("Change the list", "Cambiar la lista");
    internal static readonly Phrase Changed = new("The list has changed.", "La lista ha cambiado.");
    internal static readonly Phrase WhyNew = new("Message unanswered since this morning", "Mensaje sin respuesta desde la mañana");

    internal static readonly Phrase ViewsOfThePatient = new("Views of the patient", "Vistas del paciente");
    internal static readonly Phrase Overview = new("Overview", "Resumen");
    internal static readonly Phrase Results = new("Results", "Resultados");
    internal static readonly Phrase TimelineTab = new("Timeline", "Cronología");

    internal static readonly Phrase Caption = new("Items that wait, the most pressing first", "Elementos en espera, primero los más urgentes");
    internal static readonly Phrase Tick = new("Select", "Seleccionar");
    internal static readonly Phrase KeyTick = new("Tick the row", "Marcar la fila");
    internal static readonly Phrase TickRow = new("Select {0}", "Seleccionar {0}");
    internal static readonly Phrase Person = new("Person", "Persona");
    internal static readonly Phrase Why = new("Why now", "Por qué ahora");
    internal static readonly Phrase Due = new("Due", "Vence");
    internal static readonly Phrase Owner = new("Owner", "Responsable");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Acts = new("Acts", "Acciones");
    internal static readonly Phrase Take = new("Take", "Tomar");
    internal static readonly Phrase Nobody = new("Nobody yet", "Nadie aún");
    internal static readonly Phrase WhyPotassium = new("Potassium 6.8 mmol/L, not yet answered", "Potasio 6.8 mmol/L, sin respuesta aún");
    internal static readonly Phrase WhyCall = new("Home from hospital since yesterday, no contact yet", "En casa desde ayer tras el alta, sin contacto aún");
    internal static readonly Phrase WhyVisit = new("Visit within 7 days is not booked", "La visita en 7 días no está reservada");
    internal static readonly Phrase WhyDone = new("Medication list reconciled", "Lista de medicación conciliada");
    internal static readonly Phrase Shown = new("Rows 1–4 of 212", "Filas 1–4 de 212");

    internal static readonly Phrase StateNow = new("Now", "Ahora");
    internal static readonly Phrase StateToday = new("Today", "Hoy");
    internal static readonly Phrase StateNew = new("New", "Nuevo");
    internal static readonly Phrase StateDone = new("Done", "Hecho");
    internal static readonly Phrase StateSnoozed = new("Snoozed", "Pospuesto");

    internal static readonly Phrase Whose = new("Whose", "De quién");
    internal static readonly Phrase Mine = new("Mine", "Míos");
    internal static readonly Phrase TheTeams = new("My team's", "De mi equipo");
    internal static readonly Phrase Search = new("Search", "Buscar");
    internal static readonly Phrase OverdueOnly = new("Overdue only", "Solo vencidos");

    internal static readonly Phrase NoticeInfo = new("Rehearsal mode", "Modo de ensayo");
    internal static readonly Phrase NoticeInfoText = new("Nothing on this page reaches a real person.", "Nada en esta página llega a una persona real.");
    internal static readonly Phrase NoticeDone = new("The note is saved", "La nota está guardada");
    internal static readonly Phrase NoticeDoneText = new("The care team sees it from now on.", "El equipo de atención la ve desde ahora.");
    internal static readonly Phrase NoticeCaution = new("This feed is quiet", "Esta fuente está en silencio");
    internal static readonly Phrase NoticeCautionText = new("No message for 42 min; usually there is one every 3 min.", "Ningún mensaje desde hace 42 min; suele haber uno cada 3 min.");
    internal static readonly Phrase NoticeUrgent = new("The change was not saved", "El cambio no se guardó");
    internal static readonly Phrase NoticeUrgentText = new("A colleague changed the same item first. Your text is still in the form; read theirs, then save again.", "Un colega cambió antes el mismo elemento. Su texto sigue en el formulario; lea el otro y guarde de nuevo.");
    internal static readonly Phrase NoticeNeutralText = new("Times before 2024 were sent without a zone.", "Las horas anteriores a 2024 llegaron sin zona.");
    internal static readonly Phrase ToastText = new("You took this item.", "Usted tomó este elemento.");

    internal static readonly Phrase Notices = new("Notices", "Avisos");
    internal static readonly Phrase Badges = new("States", "Estados");
    internal static readonly Phrase Buttons = new("Acts", "Acciones");
    internal static readonly Phrase Save = new("Save", "Guardar");
    internal static readonly Phrase Cancel = new("Cancel", "Cancelar");
    internal static readonly Phrase More = new("Show more", "Mostrar más");
    internal static readonly Phrase Remove = new("Withdraw", "Retirar");
    internal static readonly Phrase NotNow = new("Not now", "Ahora no");

    internal static readonly Phrase Form = new("Form", "Formulario");
    internal static readonly Phrase FormWrong = new("Form with errors", "Formulario con errores");
    internal static readonly Phrase Reached = new("Whom did you reach?", "¿A quién localizó?");
    internal static readonly Phrase ReachedPatient = new("The patient", "Al paciente");
    internal static readonly Phrase ReachedFamily = new("A family member", "A un familiar");
    internal static readonly Phrase ReachedFamilyHint = new("Only when the patient has agreed to it.", "Solo si el paciente lo ha consentido.");
    internal static readonly Phrase ReachedNobody = new("Nobody", "A nadie");
    internal static readonly Phrase Phone = new("Telephone", "Teléfono");
    internal static readonly Phrase PhoneHint = new("With area code, such as 555 0100.", "Con prefijo, como 555 0100.");
    internal static readonly Phrase CallDay = new("Day of the call", "Día de la llamada");
    internal static readonly Phrase CallDayWrong = new("Enter a day that is not in the future.", "Escriba un día que no sea futuro.");
    internal static readonly Phrase Weight = new("Weight", "Peso");
    internal static readonly Phrase Reason = new("Reason", "Motivo");
    internal static readonly Phrase ReasonWrong = new("Choose a reason.", "Elija un motivo.");
    internal static readonly Phrase ReasonCall = new("Follow-up call", "Llamada de seguimiento");
    internal static readonly Phrase ReasonResult = new("Result", "Resultado");
    internal static readonly Phrase Notes = new("Notes", "Notas");
    internal static readonly Phrase NotesHint = new("What was said, and what happens next.", "Qué se dijo y qué sigue.");
    internal static readonly Phrase Agree = new("The patient agreed to text messages", "El paciente aceptó mensajes de texto");
    internal static readonly Phrase WholeWrong = new("This item was closed while you wrote.", "Este elemento se cerró mientras escribía.");

    internal static readonly Phrase Moments = new("Times", "Horas");
    internal static readonly Phrase Past = new("Past", "Pasado");
    internal static readonly Phrase Coming = new("Coming", "Próximo");
    internal static readonly Phrase LongAgo = new("Long ago", "Hace mucho");
    internal static readonly Phrase OtherZone = new("In another zone", "En otra zona");
    internal static readonly Phrase Overdue = new("Overdue", "Vencido");
    internal static readonly Phrase Soon = new("Soon", "Pronto");
    internal static readonly Phrase Later = new("Later", "Más tarde");

    internal static readonly Phrase Values = new("Values", "Valores");
    internal static readonly Phrase Potassium = new("Potassium", "Potasio");
    internal static readonly Phrase Sodium = new("Sodium", "Sodio");
    internal static readonly Phrase Hemoglobin = new("Hemoglobin", "Hemoglobina");
    internal static readonly Phrase Trend = new("Trend", "Tendencia");
    internal static readonly Phrase LastValue = new("Last value", "Último valor");
    internal static readonly Phrase Test = new("Test", "Prueba");

    internal static readonly Phrase Facts = new("Facts", "Datos");
    internal static readonly Phrase Born = new("Born", "Nacimiento");
    internal static readonly Phrase Clinic = new("Clinic", "Clínica");
    internal static readonly Phrase Language = new("Language", "Idioma");

    internal static readonly Phrase What = new("What happened", "Qué ocurrió");
    internal static readonly Phrase EventResult = new("Potassium 6.8 mmol/L reported", "Potasio 6.8 mmol/L informado");
    internal static readonly Phrase EventOpened = new("Opened for the Bay team", "Abierto para el equipo Bahía");
    internal static readonly Phrase EventAttempt = new("Called, no answer", "Llamada sin respuesta");
    internal static readonly Phrase EventHome = new("Went home from North Hospital", "Alta del Hospital Norte");
    internal static readonly Phrase SourceLab = new("laboratory feed", "fuente del laboratorio");

    internal static readonly Phrase Empties = new("Nothing and errors", "Vacío y errores");
    internal static readonly Phrase NothingWaits = new("Nothing waits for you", "Nada le espera");
    internal static readonly Phrase NothingWaitsText = new("New items appear here by themselves. Your team has 12 more.", "Los elementos nuevos aparecen aquí solos. Su equipo tiene 12 más.");
    internal static readonly Phrase ShowTeams = new("Show my team's", "Mostrar los de mi equipo");
    internal static readonly Phrase ErrorTitle = new("The results could not be read", "No se pudieron leer los resultados");
    internal static readonly Phrase ErrorHappened = new("The record did not answer within 5 seconds.", "El expediente no respondió en 5 segundos.");
    internal static readonly Phrase ErrorKept = new("Everything else on this page is up to date.", "Todo lo demás en esta página está al día.");
    internal static readonly Phrase ErrorDo = new("Reload the page. If it stays so, call the service desk.", "Recargue la página. Si sigue así, llame a soporte.");
}
