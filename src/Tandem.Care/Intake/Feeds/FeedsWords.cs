using Tandem.Kernel.Pages;

namespace Tandem.Care.Intake;

/// <summary>What the pages about feeds say.</summary>
internal static class FeedsWords
{
    internal static readonly Phrase Feeds = new("Feeds", "Fuentes de datos");
    internal static readonly Phrase FeedsLead = new("The systems that send messages, and how they are doing.", "Los sistemas que envían mensajes y cómo están funcionando.");
    internal static readonly Phrase Source = new("Source", "Fuente");
    internal static readonly Phrase LastMessage = new("Last message", "Último mensaje");
    internal static readonly Phrase Rate = new("Per minute", "Por minuto");
    internal static readonly Phrase Received = new("Received, 24 h", "Recibidos, 24 h");
    internal static readonly Phrase Applied = new("Applied, 24 h", "Aplicados, 24 h");
    internal static readonly Phrase Lag = new("Lag", "Retraso");
    internal static readonly Phrase Waiting = new("In quarantine", "En cuarentena");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Never = new("never", "nunca");
    internal static readonly Phrase InOrder = new("In order", "En orden");
    internal static readonly Phrase Silent = new("Silent", "En silencio");
    internal static readonly Phrase LookAt = new("Needs a look", "Requiere revisión");
    internal static readonly Phrase Unconfirmed = new("New, not reviewed", "Nueva, sin revisar");
    internal static readonly Phrase SilentWhy = new("Nothing for {0}; usually a message every {1}", "Nada desde hace {0}; lo habitual es un mensaje cada {1}");
    internal static readonly CountPhrase QuarantinedWhy = new(
        "{0} message waits in quarantine", "{0} messages wait in quarantine", "{0} mensaje espera en cuarentena", "{0} mensajes esperan en cuarentena");
    internal static readonly CountPhrase QuarantinedWhyRecent = new(
        "{0} message waits in quarantine (last 24 h: {1} of {2})", "{0} messages wait in quarantine (last 24 h: {1} of {2})",
        "{0} mensaje espera en cuarentena (últimas 24 h: {1} de {2})", "{0} mensajes esperan en cuarentena (últimas 24 h: {1} de {2})");
    internal static readonly Phrase LagWhy = new("Applied {0} after receiving, on average over 24 h", "Se aplican {0} después de recibirse, en promedio de 24 h");
    internal static readonly Phrase UnconfirmedWhy = new("It registered itself; look at its settings", "Se registró sola; revise su configuración");
    internal static readonly Phrase UnknownSenders = new("Unknown senders", "Remitentes desconocidos");
    internal static readonly Phrase Unnamed = new("Without a name", "Sin nombre");
    internal static readonly Phrase NoFeeds = new("No system has sent anything yet", "Ningún sistema ha enviado nada todavía");
    internal static readonly Phrase NoFeedsText = new(
        "Messages are taken over MLLP. Register a source in the configuration (Intake:Sources), or send a first message.",
        "Los mensajes se reciben por MLLP. Registre una fuente en la configuración (Intake:Sources) o envíe un primer mensaje.");
    internal static readonly Phrase NotYours = new("Messages are not within your reach", "Los mensajes no están a su alcance");
    internal static readonly Phrase NotYoursText = new(
        "Messages tell of any patient of the region, so they are shown only to those who look after feeds. Ask an integration engineer.",
        "Los mensajes hablan de cualquier paciente de la región, por eso solo los ve quien atiende las fuentes. Consulte a un ingeniero de integración.");
    internal static readonly CountPhrase ToApply = new(
        "{0} message is kept and waits to be applied", "{0} messages are kept and wait to be applied",
        "{0} mensaje está guardado y espera ser aplicado", "{0} mensajes están guardados y esperan ser aplicados");

    internal static readonly Phrase Noted = new("Taken in with notes", "Aceptado con avisos");
    internal static readonly Phrase NotedLead = new(
        "These entries break a rule or profile of FHIR and were taken in all the same, because their source or app is set so. They leave this list once they are sent right or deleted.",
        "Estas entradas incumplen una regla o un perfil de FHIR y se aceptaron porque así está configurada su fuente o aplicación. Salen de la lista cuando se envían bien o se eliminan.");
    internal static readonly Phrase NotedShown = new("{0} shown; those that break a rule come first, the newest at the top", "Se muestran {0}; primero las que incumplen una regla, las más recientes arriba");
    internal static readonly Phrase NotedWhat = new("Entry", "Entrada");
    internal static readonly Phrase NotedFrom = new("Written by", "Escrito por");
    internal static readonly Phrase NotedWhen = new("When", "Cuándo");
    internal static readonly Phrase NotedCount = new("Errors: {0}; warnings: {1}", "Errores: {0}; advertencias: {1}");
    internal static readonly Phrase NotTakenIn = new("Not taken in", "Sin incorporar");
    internal static readonly Phrase NotTakenInLead = new(
        "The hub kept these, but could not decide what follows from them. Put the cause right (the hub's log says more), then try again.",
        "El sistema los conserva, pero no pudo decidir qué se deriva de ellos. Corrija la causa (el registro técnico dice más) e inténtelo de nuevo.");
    internal static readonly Phrase WhatWaits = new("What", "Qué");
    internal static readonly Phrase Since = new("Since", "Desde cuándo");
    internal static readonly Phrase ParkedChange = new("{0}, change {1}: {2}", "{0}, cambio {1}: {2}");
    internal static readonly Phrase UndecidedFact = new("{0}: pathway {1}, step {2}", "{0}: vía {1}, paso {2}");
    internal static readonly Phrase NoAnswer = new("A condition of this step has no answer.", "Una condición de este paso no tiene respuesta.");
    internal static readonly Phrase AllTakenIn = new("Everything was taken in.", "Todo se incorporó.");
    internal static readonly CountPhrase StillUnsettled = new(
        "{0} still cannot be taken in.", "{0} still cannot be taken in.", "{0} aún no se puede incorporar.", "{0} aún no se pueden incorporar.");
    internal static readonly Phrase JudgeLead = new(
        "Where you see what a result says, you can find that nothing follows from it, and say why. If it is critical, tell who answers for the patient now: no task waits for it.",
        "Donde usted ve lo que dice un resultado, puede indicar que no se deriva nada de él y por qué. Si es crítico, avise ahora a quien responde por el paciente: no hay tarea que lo espere.");
    internal static readonly Phrase OpenRecord = new("Open the record", "Abrir el expediente");
    internal static readonly Phrase NothingFollows = new("Nothing follows from it …", "No se deriva nada de esto …");
    internal static readonly Phrase WhyNothingFollows = new("Why does nothing follow from it?", "¿Por qué no se deriva nada?");
    internal static readonly Phrase DismissalHint = new(
        "Kept with your name. It holds until the result is corrected.", "Se guarda con su nombre. Vale hasta que se corrija el resultado.");
    internal static readonly Phrase DismissFact = new("Dismiss", "Descartar");
    internal static readonly Phrase RestoreFact = new("Put back", "Reponer");
    internal static readonly Phrase FactDismissed = new("It is dismissed and waits no longer.", "Quedó descartado y ya no espera.");
    internal static readonly Phrase FactWaits = new("It waits again.", "Espera de nuevo.");
    internal static readonly Phrase FactGone = new(
        "This does not wait any more as you saw it: it was decided or corrected, or is not within your reach. Look at the list again.",
        "Esto ya no espera tal como usted lo vio: se decidió o se corrigió, o no está a su alcance. Vuelva a mirar la lista.");
    internal static readonly Phrase DismissalNeedsReason = new("Say why nothing follows from it, in 500 characters at most.", "Diga por qué no se deriva nada, en 500 caracteres como máximo.");
    internal static readonly Phrase FactsDismissed = new("Dismissed by a clinician", "Descartado por personal clínico");
    internal static readonly Phrase FactsDismissedLead = new(
        "Nothing follows from these as they are. Whatever is corrected waits again.", "De estos no se deriva nada tal como están. Lo que se corrija vuelve a esperar.");
    internal static readonly Phrase DismissedBy = new("Dismissed by {0}", "Descartado por {0}");
    internal static readonly Phrase RetryNotYours = new(
        "You may not try these again. Ask an integration engineer.", "Usted no puede reintentar esto. Consulte a un ingeniero de integración.");

    internal static readonly Phrase Quarantine = new("Quarantine", "Cuarentena");
    internal static readonly Phrase QuarantineLead = new(
        "Messages that could not be applied. Each is kept as it came until a person decides.",
        "Mensajes que no se pudieron aplicar. Cada uno se conserva como llegó hasta que una persona decida.");
    internal static readonly Phrase NothingWaits = new("Nothing waits here", "Nada espera aquí");
    internal static readonly Phrase NothingWaitsText = new(
        "Every message that came was applied, corrected or dismissed.", "Todo mensaje recibido se aplicó, se corrigió o se descartó.");
    internal static readonly Phrase NoneFits = new("No message fits", "Ningún mensaje coincide");
    internal static readonly Phrase NoneFitsText = new("Take a filter away to see others.", "Quite un filtro para ver otros.");
    internal static readonly Phrase StillWaiting = new("Waiting", "En espera");
    internal static readonly Phrase Message = new("Message", "Mensaje");
    internal static readonly Phrase ReceivedAt = new("Received", "Recibido");
    internal static readonly Phrase Why = new("Why", "Motivo");
    internal static readonly Phrase Place = new("Place", "Lugar");
    internal static readonly Phrase AnyReason = new("Any reason", "Cualquier motivo");
    internal static readonly Phrase AnySource = new("Any source", "Cualquier fuente");
    internal static readonly Phrase ToQuarantine = new("Back to quarantine", "Volver a la cuarentena");
    internal static readonly Phrase ToFeeds = new("Back to feeds", "Volver a las fuentes");

    internal static readonly Phrase Replay = new("Try again", "Intentar de nuevo");
    internal static readonly Phrase Replayed = new("The message was applied.", "El mensaje se aplicó.");
    internal static readonly Phrase StillWaits = new("The message still cannot be applied.", "El mensaje aún no se puede aplicar.");
    internal static readonly Phrase Edit = new("Correct", "Corregir");
    internal static readonly Phrase EditHint = new(
        "Change what is wrong. The original is kept; the corrected copy is applied in its place. What still has a fault is held for 15 minutes only.",
        "Cambie lo que esté mal. El original se conserva; en su lugar se aplica la copia corregida. Lo que aún tenga un fallo se guarda solo 15 minutos.");
    internal static readonly Phrase DraftGone = new(
        "What you had typed is no longer held: this is the message as it came. Make the correction again.",
        "Lo que había escrito ya no se conserva: este es el mensaje como llegó. Haga de nuevo la corrección.");
    internal static readonly Phrase TooLongToEdit = new(
        "This message is too long to be corrected here. Fetch it, correct the file, and send it again from the source.",
        "Este mensaje es demasiado largo para corregirlo aquí. Descárguelo, corrija el archivo y envíelo de nuevo desde la fuente.");
    internal static readonly Phrase Folded = new(
        "The message has {0} characters. Long lines and fields are shortened here (…).", "El mensaje tiene {0} caracteres. Aquí se acortan las líneas y los campos largos (…).");
    internal static readonly Phrase FetchWhole = new("The whole message as a file", "El mensaje completo como archivo");
    internal static readonly Phrase ApplyEdited = new("Apply the corrected copy", "Aplicar la copia corregida");
    internal static readonly Phrase Edited = new("The corrected copy was taken.", "Se tomó la copia corregida.");
    internal static readonly Phrase Text = new("Message text", "Texto del mensaje");
    internal static readonly Phrase DismissTitle = new("Do not apply", "No aplicar");
    internal static readonly Phrase DismissNote = new("Why is it not to be applied?", "¿Por qué no debe aplicarse?");
    internal static readonly Phrase Dismiss = new("Dismiss the message", "Descartar el mensaje");
    internal static readonly Phrase Dismissed = new("The message was dismissed.", "El mensaje se descartó.");
    internal static readonly Phrase PutBack = new("Put back into quarantine", "Devolver a la cuarentena");
    internal static readonly Phrase IsBack = new("The message waits in quarantine again.", "El mensaje espera de nuevo en la cuarentena.");

    internal static readonly Phrase AsItCame = new("As it came", "Como llegó");
    internal static readonly Phrase AsItReads = new("As it reads", "Como se lee");
    internal static readonly Phrase RestCannotBeRead = new("What follows cannot be read.", "Lo que sigue no se puede leer.");
    internal static readonly Phrase SegmentMissing = new("{0} is missing", "Falta {0}");
    internal static readonly Phrase Empty = new("empty", "vacío");
    internal static readonly Phrase TakenInPart = new("Not everything could be taken over", "No todo se pudo incorporar");
    internal static readonly Phrase TakenInPartText = new("The marked place was left out; it stays in the message.", "El lugar marcado se omitió; sigue en el mensaje.");
    internal static readonly Phrase CannotBeRead = new("These bytes cannot be read as a message.", "Estos bytes no se pueden leer como un mensaje.");
    internal static readonly Phrase Here = new("here", "aquí");
    internal static readonly Phrase ControlId = new("Control id", "Id de control");
    internal static readonly Phrase From = new("From", "Desde");
    internal static readonly Phrase Attempts = new("Attempts", "Intentos");
    internal static readonly Phrase Note = new("Note", "Nota");
    internal static readonly Phrase Original = new("Corrected copy of", "Copia corregida de");
    internal static readonly Phrase Copy = new("Replaced by", "Reemplazado por");
    internal static readonly Phrase MadeFromIt = new("Made from it", "Creado a partir de él");
    internal static readonly Phrase NothingMade = new("It said nothing new: no resource was changed.", "No decía nada nuevo: ningún recurso cambió.");

    /// <summary>What a source is called.</summary>
    internal static string SourceName(FeedSource? source, string id) => source switch
    {
        _ when id == FeedSources.Unknown => UnknownSenders,
        { RegisteredByItself: true, Id: "unnamed" } => Unnamed,
        { Display.Length: > 0 } => source.Display,
        _ => id,
    };

    /// <summary>What a message is called: its type and control id, as far as they can be read.</summary>
    internal static string MessageName(string type, string controlId) => type.Trim('^').Length > 0 ? $"{type} {controlId}".TrimEnd() : $"{Message} {controlId}".TrimEnd();

    internal static string Status(string? status) => status switch
    {
        MessageStatus.Applied => new Phrase("Applied", "Aplicado"),
        MessageStatus.Quarantined => new Phrase("In quarantine", "En cuarentena"),
        MessageStatus.Dismissed => new Phrase("Dismissed", "Descartado"),
        MessageStatus.Replaced => new Phrase("Replaced", "Reemplazado"),
        _ => new Phrase("Waits to be applied", "Espera ser aplicado"),
    };

    internal static string ReasonText(string? reason) => reason switch
    {
        Reason.Unreadable => new Phrase("Cannot be read", "No se puede leer"),
        Reason.TooLarge => new Phrase("Too large", "Demasiado grande"),
        Reason.Unfinished => new Phrase("Broke off", "Se interrumpió"),
        Reason.UnknownSender => new Phrase("Unknown sender", "Remitente desconocido"),
        Reason.Unsupported => new Phrase("Type not taken here", "Tipo no aceptado aquí"),
        Reason.CannotMap => new Phrase("Something needed is missing or wrong", "Falta algo necesario o está mal"),
        Reason.BreaksRules => new Phrase("Breaks a rule", "Incumple una regla"),
        Reason.AmbiguousPatient => new Phrase("Numbers of several patients", "Números de varios pacientes"),
        Reason.VisitOfAnother => new Phrase("Visit of another patient", "Visita de otro paciente"),
        Reason.ResultOfAnother => new Phrase("Order of another patient", "Orden de otro paciente"),
        Reason.Failed => new Phrase("The hub failed", "El sistema falló"),
        _ => "",
    };
}
