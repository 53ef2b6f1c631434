using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops;

/// <summary>What the acts on loops say.</summary>
internal static class LoopWords
{
    internal static readonly Phrase NotFound = new(
        "This item no longer exists. Go back to the worklist.", "Este elemento ya no existe. Vuelva a la lista de trabajo.");

    internal static readonly Phrase TakenBy = new("{0} has already taken this.", "{0} ya lo ha tomado.");

    internal static readonly Phrase Ended = new(
        "This has ended already. Reopen it first if it still needs something.", "Esto ya terminó. Reábralo primero si aún necesita algo.");

    internal static readonly Phrase ChangedBy = new(
        "{0} has changed this since you opened the page: {1}. Nothing of yours was kept. Look at it again.",
        "{0} ha cambiado esto desde que usted abrió la página: {1}. No se guardó nada suyo. Vuelva a mirarlo.");

    internal static readonly Phrase Changed = new(
        "This was changed since you opened the page. Nothing of yours was kept. Look at it again.",
        "Esto cambió desde que usted abrió la página. No se guardó nada suyo. Vuelva a mirarlo.");

    internal static readonly Phrase OnlyTheRecord = new(
        "Only the record can close this. If it is not needed any more, withdraw it and say why.",
        "Solo el expediente puede cerrar esto. Si ya no hace falta, retírelo y diga por qué.");

    internal static readonly Phrase SayWhy = new("Say why.", "Diga por qué.");

    internal static readonly Phrase TooLong = new(
        "The note is too long. Shorten it to 4,000 characters.", "La nota es demasiado larga. Acórtela a 4.000 caracteres.");

    internal static readonly Phrase NoTime = new("Give a date and a time.", "Indique fecha y hora.");

    internal static readonly Phrase InTheFuture = new(
        "The time lies in the future. Give the time when it happened.", "La hora está en el futuro. Indique la hora en que ocurrió.");

    internal static readonly Phrase InThePast = new("Choose a time that is still to come.", "Elija una hora futura.");

    internal static readonly Phrase SnoozeTooLong = new(
        "This is urgent: it cannot be put off past its next step. Choose an earlier time.",
        "Esto es urgente: no se puede aplazar más allá del siguiente paso. Elija una hora anterior.");

    internal static readonly Phrase SnoozeMonth = new(
        "It can be put off for a month at most. Choose an earlier time.", "Se puede aplazar como máximo un mes. Elija una fecha anterior.");

    internal static readonly Phrase ToWhom = new("Choose the person or team who takes it over.", "Elija la persona o el equipo que se hará cargo.");

    internal static readonly Phrase UnknownReceiver = new(
        "This person or team is not known here. Choose one from the list.", "Esta persona o equipo no se conoce aquí. Elija de la lista.");

    internal static readonly Phrase OnlyReachedCloses = new(
        "Contact closes this only when somebody was reached. Record anything else as an attempt.",
        "El contacto cierra esto solo si se habló con alguien. Registre lo demás como intento.");

    internal static readonly Phrase WhomTold = new("Say who was told the result.", "Diga a quién se comunicó el resultado.");

    internal static readonly Phrase ReadBack = new(
        "The result must be read back before this can be closed.", "El resultado debe repetirse y confirmarse antes de cerrar.");

    internal static readonly Phrase WhatWasDone = new("Say what was done.", "Diga qué se hizo.");

    internal static readonly Phrase WhoSaw = new("Say who saw the patient, or name the visit.", "Diga quién atendió al paciente o indique la consulta.");

    internal static readonly Phrase NotSeen = new(
        "Only a visit in person or by video closes this. Record a call or a message as an attempt or a note.",
        "Solo una consulta en persona o por videollamada cierra esto. Registre una llamada o un mensaje como intento o nota.");

    internal static readonly Phrase UnknownVisit = new(
        "The visit is not known. Choose one of the patient's visits.", "La consulta no se conoce. Elija una de las consultas del paciente.");

    internal static readonly Phrase WhatCameOfIt = new("Say what came of it.", "Diga qué resultó.");

    internal static readonly Phrase NothingToUndo = new(
        "There is nothing of yours to take back here.", "Aquí no hay nada suyo que deshacer.");

    internal static readonly Phrase TooLateToUndo = new(
        "It is too late to take this back. Use the other acts instead, with a reason.",
        "Es demasiado tarde para deshacer. Use las otras acciones, con un motivo.");

    /// <summary>What a step was, as the end of a sentence.</summary>
    internal static Phrase Did(StepKind kind) => kind switch
    {
        StepKind.Claim => new Phrase("took it", "lo tomó"),
        StepKind.HandOver => new Phrase("handed it over", "lo traspasó"),
        StepKind.Snooze => new Phrase("put it off", "lo aplazó"),
        StepKind.Attempt => new Phrase("recorded an attempt", "registró un intento"),
        StepKind.Close => new Phrase("closed it", "lo cerró"),
        StepKind.Withdraw => new Phrase("withdrew it", "lo retiró"),
        StepKind.Renew => new Phrase("the facts were corrected", "los datos se corrigieron"),
        StepKind.Reopen => new Phrase("reopened it", "lo reabrió"),
        StepKind.Undo => new Phrase("took a step back", "deshizo un paso"),
        _ => new Phrase("moved it on", "lo hizo avanzar"),
    };

    /// <summary>What the person just did, as a whole sentence.</summary>
    internal static Phrase Done(StepKind kind) => kind switch
    {
        StepKind.Claim => new Phrase("You took this item.", "Usted tomó este elemento."),
        StepKind.HandOver => new Phrase("Handed over.", "Traspasado."),
        StepKind.Snooze => new Phrase("Put off.", "Aplazado."),
        StepKind.Attempt => new Phrase("The attempt is recorded.", "El intento quedó registrado."),
        StepKind.Close => new Phrase("Closed.", "Cerrado."),
        StepKind.Withdraw => new Phrase("Withdrawn.", "Retirado."),
        StepKind.Reopen => new Phrase("Open again.", "Abierto de nuevo."),
        _ => new Phrase("Taken back.", "Deshecho."),
    };
}
