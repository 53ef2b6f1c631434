namespace Tandem.Care.Loops;

/// <summary>Why a step was made where its rule says so and nobody is asked: every step says who, when and why.</summary>
internal static class StepReasons
{
    internal static readonly LocalizedText Wake = new("The time until which it was put off has come.", "Llegó la hora hasta la que se había aplazado.");

    internal static readonly LocalizedText Escalate = new(
        "It was still open when the next step of its ladder was due.", "Seguía abierto cuando tocaba el siguiente escalón de su escala.");

    private static readonly LocalizedText NobodyHadIt = new("Nobody had taken it yet.", "Nadie lo había tomado todavía.");
    private static readonly LocalizedText ItEscalated = new("It had escalated and waited for somebody.", "Había escalado y esperaba a alguien.");
    private static readonly LocalizedText BeforeItsTime = new("It is taken up before the time until which it was put off.", "Se retoma antes de la hora hasta la que se había aplazado.");

    /// <summary>Why a person takes it, by how it stood.</summary>
    internal static LocalizedText Claim(Loop loop) => loop switch
    {
        { WaitsFor: not null } => ItEscalated,
        { State: LoopState.Snoozed } => BeforeItsTime,
        _ => NobodyHadIt,
    };

    /// <summary>Why a step is taken back: what its maker no longer wants to have done.</summary>
    internal static LocalizedText Undo(StepKind kind)
    {
        var did = LoopWords.Did(kind);
        return new($"Taken back by who made the step: {did.English}.", $"Lo retira quien dio el paso: {did.Spanish}.");
    }
}
