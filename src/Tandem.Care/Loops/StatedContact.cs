using Tandem.Fhir.Json;

namespace Tandem.Care.Loops;

/// <summary>What somebody stated about a loop by a Communication.</summary>
/// <param name="Kind">A contact with its outcome, or a critical result that was told.</param>
/// <param name="Outcome">What came of a contact; null when something was told.</param>
/// <param name="Whom">Who was reached or told, as entered; empty when nobody.</param>
public sealed record StatedContact(EvidenceKind Kind, AttemptOutcome? Outcome, string Whom)
{
    /// <summary>Reads a Communication; null when it was not written for a loop.</summary>
    public static StatedContact? Read(FhirNode communication)
    {
        var category = communication["category"u8].First["coding"u8].First;
        if (category["system"u8].Text != LoopCodes.EvidenceSystem)
            return null;
        return new StatedContact(
            LoopCodes.Evidence(category["code"u8].Text),
            StepReading.Outcome(communication["statusReason"u8]["coding"u8].First["code"u8].Text),
            communication["recipient"u8].First["display"u8].Text ?? "");
    }
}
