using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops.Pages;

/// <summary>What the worklist says.</summary>
internal static class WorklistWords
{
    internal static readonly Phrase Title = new("Worklist", "Pendientes");
    internal static readonly Phrase Lists = new("Lists", "Listas");
    internal static readonly Phrase Mine = new("Mine", "Míos");
    internal static readonly Phrase Everyone = new("Everyone", "Todos");
    internal static readonly Phrase Urgency = new("By urgency", "Por urgencia");
    internal static readonly Phrase AllTiers = new("All", "Todo");
    internal static readonly Phrase Search = new("Patient", "Paciente");
    internal static readonly Phrase SearchHint = new("Name or record number", "Nombre o número de historia");
    internal static readonly Phrase More = new("More filters", "Más filtros");
    internal static readonly Phrase What = new("What", "Qué");
    internal static readonly Phrase Whose = new("Owner", "Responsable");
    internal static readonly Phrase TeamLabel = new("Team", "Equipo");
    internal static readonly Phrase StateLabel = new("State", "Estado");
    internal static readonly Phrase DueLabel = new("Due", "Vence");
    internal static readonly Phrase Any = new("Any", "Cualquiera");
    internal static readonly Phrase DueOverdue = new("Overdue", "Vencido");
    internal static readonly Phrase DueToday = new("By the end of today", "Antes de acabar el día");
    internal static readonly Phrase DueWeek = new("Within 7 days", "En 7 días");
    internal static readonly Phrase DueBy = new("Due by {0}", "Vence hasta el {0}");
    internal static readonly Phrase Chip = new("{0}: {1}", "{0}: {1}");

    internal static readonly Phrase Caption = new("Open items, the most urgent first", "Pendientes, lo más urgente primero");
    internal static readonly Phrase WhatAndWhy = new("What to do, and why now", "Qué hacer y por qué ahora");
    internal static readonly Phrase Patient = new("Patient", "Paciente");
    internal static readonly Phrase ClosesWhen = new("Closes when", "Se cierra cuando");
    internal static readonly Phrase Acts = new("Acts", "Acciones");
    internal static readonly Phrase NobodyYet = new("Nobody yet", "Nadie aún");
    internal static readonly Phrase Taken = new("Taken", "Tomado");
    internal static readonly Phrase Yours = new("Yours", "Suyo");
    internal static readonly Phrase PutOff = new("Put off until {0}", "Aplazado hasta {0}");
    internal static readonly Phrase Closed = new("Closed", "Cerrado");
    internal static readonly Phrase Withdrawn = new("Withdrawn", "Retirado");
    internal static readonly CountPhrase Escalated = new("Escalated once", "Escalated {0} times", "Escalado una vez", "Escalado {0} veces");
    internal static readonly Phrase TierRed = new("Critical", "Crítico");
    internal static readonly Phrase TierOrange = new("Urgent", "Urgente");
    internal static readonly Phrase TierRoutine = new("Routine", "Rutina");
    internal static readonly Phrase WhyHere = new("Why here · {0} points", "Por qué aquí · {0} puntos");
    internal static readonly Phrase Sum = new("Points", "Puntos");
    internal static readonly Phrase SumOverdue = new("Overdue by {0}, one point an hour", "Venció hace {0}, un punto por hora");
    internal static readonly Phrase SumLeft = new("{0} left, one point an hour", "Quedan {0}, un punto por hora");
    internal static readonly Phrase YearsOld = new("{0} y", "{0} a");
    internal static readonly Phrase MonthsOld = new("{0} mo", "{0} m");
    internal static readonly Phrase Died = new("deceased", "falleció");

    internal static readonly Phrase Take = new("Take", "Tomar");
    internal static readonly Phrase Attempt = new("Attempt", "Intento");
    internal static readonly Phrase Close = new("Close", "Cerrar");
    internal static readonly Phrase HandOver = new("Hand over", "Traspasar");
    internal static readonly Phrase Snooze = new("Put off", "Aplazar");

    internal static readonly Phrase Shown = new("{0}–{1} of {2}", "{0}–{1} de {2}");
    internal static readonly Phrase ShownOfMany = new("{0}–{1}", "{0}–{1}");
    internal static readonly Phrase PrintedProtected = new(
        "This list may hold records of substance use treatment. 42 CFR part 2 prohibits unauthorized use or disclosure of these records.",
        "Esta lista puede incluir expedientes de tratamiento por consumo de sustancias. La norma 42 CFR parte 2 prohíbe usar o divulgar estos expedientes sin autorización.");
    internal static readonly Phrase PrintedAt = new("Printed {0}. The list may have changed since.", "Impreso {0}. La lista puede haber cambiado desde entonces.");
    internal static readonly Phrase ManyPeople = new(
        "More than {0} people are called so. Only items of the first {0} are listed: write more of the name, or the record number.",
        "Más de {0} personas se llaman así. Solo aparecen elementos de las primeras {0}: escriba más del nombre o el número de historia.");
    internal static readonly Phrase FirstPage = new("First page", "Primera página");

    internal static readonly Phrase NoOneTitle = new("No patients are within your reach", "No hay pacientes a su alcance");
    internal static readonly Phrase NoOneText = new(
        "Your role runs the hub and does not see patients. Sign in as a coordinator to work on this list.",
        "Su función administra el sistema y no ve pacientes. Entre como coordinador para trabajar en esta lista.");
    internal static readonly Phrase NothingFound = new("Nothing matches these filters", "Nada coincide con estos filtros");
    internal static readonly Phrase NothingFoundText = new(
        "Take a filter away, or look at everyone's list.", "Quite un filtro o mire la lista de todos.");
    internal static readonly Phrase ClearAll = new("Clear filters", "Quitar filtros");
    internal static readonly Phrase MineEmpty = new("You have nothing open", "No tiene nada pendiente");
    internal static readonly CountPhrase MineEmptyText = new(
        "{0} item of your team waits for somebody to take it.", "{0} items of your team wait for somebody to take them.",
        "{0} elemento de su equipo espera a que alguien lo tome.", "{0} elementos de su equipo esperan a que alguien los tome.");
    internal static readonly Phrase ShowTeam = new("Show what waits", "Mostrar lo que espera");
    internal static readonly Phrase TeamEmpty = new("Every promise of this team is kept", "Este equipo ha cumplido todos sus compromisos");
    internal static readonly Phrase TeamEmptyText = new(
        "New items appear here by themselves.", "Los elementos nuevos aparecen aquí solos.");
    internal static readonly Phrase NoTeam = new("You are in no team yet", "Aún no está en ningún equipo");
    internal static readonly Phrase NoTeamText = new(
        "Choose a team under More filters, or ask your administrator to add you to one.",
        "Elija un equipo en Más filtros o pida a su administrador que lo añada a uno.");
    internal static readonly Phrase AllEmpty = new("Nothing is open", "No hay nada pendiente");
    internal static readonly Phrase AllEmptyText = new(
        "When a message brings a fact that needs an answer, it appears here within seconds, with who owns it and by when.",
        "Cuando un mensaje traiga un dato que requiere respuesta, aparecerá aquí en segundos, con responsable y plazo.");
    internal static readonly Phrase PageEmpty = new("This page of the list is empty now", "Esta página de la lista está vacía ahora");

    internal static readonly Phrase GoneBy = new("{0} {1}, {2}", "{0} {1}, {2}");
    internal static readonly Phrase KeyTake = new("Take what nobody has taken", "Tomar lo que nadie ha tomado");
    internal static readonly Phrase KeyAttempt = new("Record an attempt", "Registrar un intento");
    internal static readonly Phrase KeyClose = new("Close with evidence", "Cerrar con evidencia");
    internal static readonly Phrase KeyHandOver = new("Hand over", "Traspasar");
    internal static readonly Phrase KeySnooze = new("Put off, unless it is a colleague's", "Aplazar, salvo que sea de un colega");

    /// <summary>The name of a tier.</summary>
    internal static Phrase Of(LoopTier tier) => tier switch { LoopTier.Red => TierRed, LoopTier.Orange => TierOrange, _ => TierRoutine };

    /// <summary>The name of a kind of loop; a kind that came with content of the site is shown as written there.</summary>
    internal static string OfKind(string kind) => kind switch
    {
        "tell-clinician" or "tell" => new Phrase("Tell a critical result", "Comunicar un resultado crítico"),
        "review-emergency" => new Phrase("Review of an emergency opening", "Revisión de apertura de emergencia"),
        "follow-up-after-discharge" => new Phrase("Follow-up after discharge", "Seguimiento tras el alta"),
        "critical-result" => new Phrase("Critical result", "Resultado crítico"),
        "visit-within-7-days" => new Phrase("Visit within 7 days", "Consulta en 7 días"),
        "visit-within-14-days" => new Phrase("Visit within 14 days", "Consulta en 14 días"),
        "medications-within-7-days" => new Phrase("Medication reconciliation within 7 days", "Conciliación de la medicación en 7 días"),
        "medications-within-14-days" => new Phrase("Medication reconciliation within 14 days", "Conciliación de la medicación en 14 días"),
        "contact" => new Phrase("Contact after discharge", "Contacto tras el alta"),
        "visit" => new Phrase("Visit after discharge", "Consulta tras el alta"),
        "medication-reconciliation" or "reconciliation" => new Phrase("Medication reconciliation", "Conciliación de la medicación"),
        { Length: > 0 } => char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' '),
        _ => "–",
    };

    /// <summary>A patient's age today: years, or months under two years; null when the birth date is not known.</summary>
    internal static string? Age(string birthDate, DateTimeOffset now)
    {
        if (birthDate.Length < 4 || !int.TryParse(birthDate.AsSpan(0, 4), out var year))
            return null;
        var month = birthDate.Length >= 7 && int.TryParse(birthDate.AsSpan(5, 2), out var m) ? m : 1;
        var day = birthDate.Length >= 10 && int.TryParse(birthDate.AsSpan(8, 2), out var d) ? d : 1;
        var months = ((now.Year - year) * 12) + now.Month - month - (now.Day < day ? 1 : 0);
        return months < 0 ? null : months < 24 ? MonthsOld.With(months) : YearsOld.With(months / 12);
    }
}
