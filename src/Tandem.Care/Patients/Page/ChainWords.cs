using Tandem.Care.Loops;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What a loop's chain says of each link.</summary>
internal static class ChainWords
{
    internal static readonly Phrase Loops = new("Follow-up, from the message to the end", "Seguimiento, del mensaje al cierre");
    internal static readonly Phrase NoLoops = new("Nothing was ever opened for this patient.", "Nunca se abrió nada para este paciente.");
    internal static readonly Phrase Chain = new("What happened", "Qué ocurrió");
    internal static readonly Phrase MessageCame = new("The source sent a message", "La fuente envió un mensaje");
    internal static readonly Phrase FactGone = new("The fact is no longer in the record", "El hecho ya no consta en el expediente");
    internal static readonly Phrase PathwayOpened = new("Pathway {0}, version {1}, opened it", "La vía {0}, versión {1}, lo abrió");
    internal static readonly Phrase ClosingEvidence = new("What closed it", "Qué lo cerró");
    internal static readonly Phrase ShowAll = new("Show all ended ({0} more)", "Mostrar todos los terminados ({0} más)");
    internal static readonly Phrase To = new("to {0}", "a {0}");
    internal static readonly Phrase Until = new("until {0}", "hasta {0}");
    internal static readonly Phrase By = new("by {0}", "por {0}");
    internal static readonly Phrase ByRule = new("by the hub's own rules", "por las reglas del sistema");

    internal static (Phrase Words, Tone Tone) StateOf(LoopState state) => state switch
    {
        LoopState.Open => (new Phrase("Open", "Abierto"), Tone.Caution),
        LoopState.Claimed => (new Phrase("Taken", "Tomado"), Tone.Info),
        LoopState.Snoozed => (new Phrase("Put off", "Aplazado"), Tone.Neutral),
        LoopState.Closed => (new Phrase("Closed", "Cerrado"), Tone.Done),
        _ => (new Phrase("Withdrawn", "Retirado"), Tone.Neutral),
    };

    internal static Phrase StepOf(StepKind kind) => kind switch
    {
        StepKind.Open => new Phrase("Opened", "Abierto"),
        StepKind.Claim => new Phrase("Taken", "Tomado"),
        StepKind.HandOver => new Phrase("Handed over", "Traspasado"),
        StepKind.Snooze => new Phrase("Put off", "Aplazado"),
        StepKind.Wake => new Phrase("Back on the list", "De vuelta en la lista"),
        StepKind.Attempt => new Phrase("Attempt", "Intento"),
        StepKind.Escalate => new Phrase("Escalated", "Escalado"),
        StepKind.Close => new Phrase("Closed", "Cerrado"),
        StepKind.Withdraw => new Phrase("Withdrawn", "Retirado"),
        StepKind.Renew => new Phrase("Renewed: the fact was corrected", "Renovado: el hecho se corrigió"),
        StepKind.Reopen => new Phrase("Reopened", "Reabierto"),
        _ => new Phrase("Taken back", "Deshecho"),
    };

    internal static Phrase OutcomeOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Reached => new Phrase("reached", "se habló con la persona"),
        AttemptOutcome.NoAnswer => new Phrase("no answer", "sin respuesta"),
        AttemptOutcome.LeftMessage => new Phrase("left a message", "se dejó un mensaje"),
        AttemptOutcome.Busy => new Phrase("busy", "ocupado"),
        AttemptOutcome.WrongNumber => new Phrase("wrong number", "número equivocado"),
        AttemptOutcome.Refused => new Phrase("refused", "se negó"),
        _ => new Phrase("other outcome", "otro resultado"),
    };
}
