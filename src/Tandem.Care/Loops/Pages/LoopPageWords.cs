using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops.Pages;

/// <summary>What the page of one loop and its forms say.</summary>
internal static class LoopPageWords
{
    internal static readonly Phrase WindowTitle = new("Open item", "Pendiente");
    internal static readonly Phrase BackToList = new("Worklist", "Pendientes");
    internal static readonly Phrase Amendments = new("Answer on the page of amendments", "Responder en la página de enmiendas");
    internal static readonly Phrase NotFoundTitle = new("This item is not here", "Este elemento no está aquí");
    internal static readonly Phrase NotFoundText = new(
        "It was never in this hub, or it lies outside what you may see.", "Nunca estuvo en este sistema, o está fuera de lo que usted puede ver.");
    internal static readonly Phrase NotFoundDo = new("Go back to the worklist. If you followed a link, ask who sent it.", "Vuelva a la lista. Si siguió un enlace, pregunte a quien lo envió.");
    internal static readonly Phrase Why = new("Why now", "Por qué ahora");
    internal static readonly Phrase For = new("For", "Para");
    internal static readonly Phrase InterpreterNeeded = new("needs an interpreter", "necesita intérprete");
    internal static readonly Phrase Due = new("Due", "Vence");
    internal static readonly Phrase Owner = new("Owner", "Responsable");
    internal static readonly Phrase Team = new("Team", "Equipo");
    internal static readonly Phrase BackUp = new("Back-up", "Respaldo");
    internal static readonly Phrase ClosesWhen = new("Closes when", "Se cierra cuando");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase NextStep = new("Next on the ladder", "Siguiente escalón");
    internal static readonly Phrase NextStepText = new("{0}, to {1}", "{0}, a {1}");
    internal static readonly Phrase Place = new("Its place on the list", "Su lugar en la lista");
    internal static readonly Phrase Acts = new("What do you want to do?", "¿Qué quiere hacer?");
    internal static readonly Phrase Chain = new("From the first byte to now", "Del primer byte hasta ahora");
    internal static readonly Phrase SnoozedState = new("Put off", "Aplazado");

    internal static readonly Phrase Occurred = new("When did it happen?", "¿Cuándo ocurrió?");
    internal static readonly Phrase OccurredHint = new("On the site's clock ({0})", "Según la hora del centro ({0})");
    internal static readonly Phrase OutcomeLabel = new("What came of it?", "¿Qué resultó?");
    internal static readonly Phrase Medium = new("How?", "¿Cómo?");
    internal static readonly Phrase Phone = new("Phone", "Teléfono");
    internal static readonly Phrase Video = new("Video call", "Videollamada");
    internal static readonly Phrase InPerson = new("In person", "En persona");
    internal static readonly Phrase Message = new("Message", "Mensaje");
    internal static readonly Phrase WhoReached = new("Who did you speak with?", "¿Con quién habló?");
    internal static readonly Phrase WhoReachedHint = new("The patient, or a caregiver by name", "El paciente, o un cuidador por su nombre");
    internal static readonly Phrase WhoTold = new("Who was told the result?", "¿A quién se comunicó el resultado?");
    internal static readonly Phrase Role = new("Their role", "Su función");
    internal static readonly Phrase RoleHint = new("For example: charge nurse, attending physician", "Por ejemplo: enfermera a cargo, médico tratante");
    internal static readonly Phrase RoleMissing = new("Say the role of the person who was told.", "Diga la función de la persona informada.");
    internal static readonly Phrase ReadBack = new("Did they read the result and both identifiers back?", "¿Repitió el resultado y los dos identificadores?");
    internal static readonly Phrase Yes = new("Yes", "Sí");
    internal static readonly Phrase No = new("No, or not all of it", "No, o no todo");
    internal static readonly Phrase WhoSaw = new("Who saw the patient, and where?", "¿Quién atendió al paciente y dónde?");
    internal static readonly Phrase Note = new("Note", "Nota");
    internal static readonly Phrase WhatWasDone = new("What was done?", "¿Qué se hizo?");
    internal static readonly Phrase Changes = new("What was changed, stopped or started?", "¿Qué se cambió, suspendió o inició?");
    internal static readonly Phrase To = new("Who takes it over?", "¿Quién se hace cargo?");
    internal static readonly Phrase TeamChoice = new("{0} (team)", "{0} (equipo)");
    internal static readonly Phrase OrganizationChoice = new("{0} (organization)", "{0} (organización)");
    internal static readonly Phrase ToNote = new("What do they need to know?", "¿Qué necesitan saber?");
    internal static readonly Phrase Until = new("Until when?", "¿Hasta cuándo?");
    internal static readonly Phrase UntilRedHint = new(
        "This is critical: it cannot wait past its next step at {0}.", "Esto es crítico: no puede esperar más allá de su siguiente escalón, {0}.");
    internal static readonly Phrase UntilHint = new("Its ladder keeps running meanwhile: next step {0}.", "Su escala sigue corriendo: siguiente escalón {0}.");
    internal static readonly Phrase AnotherTime = new("Another time", "Otra hora");
    internal static readonly Phrase OtherTime = new("Which other time?", "¿Qué otra hora?");
    internal static readonly Phrase ReasonSnooze = new("Why can it wait?", "¿Por qué puede esperar?");
    internal static readonly Phrase ReasonWithdraw = new("Why is it not needed?", "¿Por qué no hace falta?");
    internal static readonly Phrase ReasonReopen = new("Why is it open again?", "¿Por qué se reabre?");
    internal static readonly Phrase WithdrawHint = new(
        "The patient gets nothing more from this item. The reason stays in the record under your name.",
        "El paciente no recibirá nada más de este elemento. El motivo queda en el expediente a su nombre.");
    internal static readonly Phrase ReachedCloses = new("Reaching somebody closes this item.", "Hablar con alguien cierra este elemento.");
    internal static readonly Phrase ConflictTitle = new("Somebody was faster", "Alguien se adelantó");
    internal static readonly Phrase ConflictLast = new("{0} {1}, {2}.", "{0} {1}, {2}.");
    internal static readonly Phrase ConflictKept = new(
        "Nothing was saved. What you entered is still below: look at the item as it stands now, then send it again or leave it.",
        "No se guardó nada. Lo que escribió sigue abajo: mire el elemento como está ahora y envíelo de nuevo o déjelo.");
    internal static readonly Phrase Cancel = new("Cancel", "Cancelar");

    internal static readonly Phrase RawMessage = new("Message received", "Mensaje recibido");
    internal static readonly Phrase ArrivedFrom = new("As it arrived", "Tal como llegó");
    internal static readonly Phrase FactVersion = new("{0}, version {1}", "{0}, versión {1}");
    internal static readonly Phrase FactMissing = new("{0} is not in this record", "{0} no está en este expediente");
    internal static readonly Phrase Decided = new("Decided by “{0}”, version {1}", "Decidido por «{0}», versión {1}");
    internal static readonly Phrase RecordedAt = new("recorded {0}", "registrado {0}");
    internal static readonly Phrase UntilWhen = new("until {0}", "hasta {0}");
    internal static readonly Phrase ToWhom = new("to {0}", "a {0}");
    internal static readonly Phrase Evidence = new("Evidence", "Evidencia");

    /// <summary>The name of an act.</summary>
    internal static Phrase NameOf(LoopAct act) => act switch
    {
        LoopAct.Attempt => new("Record an attempt", "Registrar un intento"),
        LoopAct.Close => new("Close with evidence", "Cerrar con evidencia"),
        LoopAct.HandOver => new("Hand over", "Traspasar"),
        LoopAct.Snooze => new("Put off", "Aplazar"),
        LoopAct.Withdraw => new("Withdraw", "Retirar"),
        _ => new("Reopen", "Reabrir"),
    };

    /// <summary>What the button of a form says.</summary>
    internal static Phrase Send(LoopAct act) => act switch
    {
        LoopAct.Attempt => new("Save attempt", "Guardar intento"),
        LoopAct.Close => new("Close item", "Cerrar elemento"),
        LoopAct.HandOver => new("Hand over", "Traspasar"),
        LoopAct.Snooze => new("Put off", "Aplazar"),
        LoopAct.Withdraw => new("Withdraw item", "Retirar elemento"),
        _ => new("Reopen item", "Reabrir elemento"),
    };

    /// <summary>What came of an attempt.</summary>
    internal static Phrase Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Reached => new("Reached", "Se habló"),
        AttemptOutcome.NoAnswer => new("No answer", "Sin respuesta"),
        AttemptOutcome.LeftMessage => new("Left a message", "Se dejó mensaje"),
        AttemptOutcome.Busy => new("Busy", "Ocupado"),
        AttemptOutcome.WrongNumber => new("Wrong number", "Número equivocado"),
        AttemptOutcome.Refused => new("Did not want to talk", "No quiso hablar"),
        _ => new("Something else", "Otra cosa"),
    };

    /// <summary>A step of the chain, as a heading.</summary>
    internal static Phrase Of(StepKind kind) => kind switch
    {
        StepKind.Open => new("Opened", "Abierto"),
        StepKind.Claim => new("Taken", "Tomado"),
        StepKind.HandOver => new("Handed over", "Traspasado"),
        StepKind.Snooze => new("Put off", "Aplazado"),
        StepKind.Wake => new("Back on the list", "De vuelta en la lista"),
        StepKind.Attempt => new("Attempt", "Intento"),
        StepKind.Escalate => new("Escalated", "Escalado"),
        StepKind.Close => new("Closed", "Cerrado"),
        StepKind.Withdraw => new("Withdrawn", "Retirado"),
        StepKind.Renew => new("Facts corrected", "Datos corregidos"),
        StepKind.Reopen => new("Reopened", "Reabierto"),
        _ => new("Taken back", "Deshecho"),
    };
}
