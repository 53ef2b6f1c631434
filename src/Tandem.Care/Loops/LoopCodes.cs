namespace Tandem.Care.Loops;

/// <summary>The codes by which loops are written as FHIR. They are part of stored data: never change one.</summary>
public static class LoopCodes
{
    /// <summary>Where the hub's own definitions live.</summary>
    public const string Authority = "https://tandem.example/fhir/";

    /// <summary>System of the identifier that holds a loop's key.</summary>
    public const string KeySystem = Authority + "loop-key";

    /// <summary>Start of the canonical of a pathway; the pathway's id and |version follow.</summary>
    public const string PathwayBase = Authority + "PlanDefinition/";

    /// <summary>System of <c>Task.code</c>: the pathway's action.</summary>
    public const string ActionSystem = Authority + "CodeSystem/loop-action";

    /// <summary>System of <c>Task.businessStatus</c>.</summary>
    public const string StateSystem = Authority + "CodeSystem/loop-state";

    /// <summary>System of <c>Provenance.activity</c>: what was done in a step.</summary>
    public const string StepSystem = Authority + "CodeSystem/loop-step";

    /// <summary>System of <c>Task.output.type</c>.</summary>
    public const string OutputSystem = Authority + "CodeSystem/loop-output";

    /// <summary>System of the outcome of a contact (<c>Communication.statusReason</c>).</summary>
    public const string ContactOutcomeSystem = Authority + "CodeSystem/contact-outcome";

    /// <summary>System of <c>Communication.category</c> for what loops bring about.</summary>
    public const string EvidenceSystem = Authority + "CodeSystem/loop-evidence";

    internal const string TaskExtension = Authority + "StructureDefinition/loop";
    internal const string StepExtension = Authority + "StructureDefinition/loop-step";
    internal const string ReadBackExtension = Authority + "StructureDefinition/read-back";

    internal static string Of(LoopTier tier) => tier switch
    {
        LoopTier.Red => "red",
        LoopTier.Orange => "orange",
        _ => "routine",
    };

    internal static string PriorityOf(LoopTier tier) => tier switch
    {
        LoopTier.Red => "stat",
        LoopTier.Orange => "urgent",
        _ => "routine",
    };

    internal static LoopTier Tier(string? code) => code switch
    {
        "red" => LoopTier.Red,
        "orange" => LoopTier.Orange,
        _ => LoopTier.Routine,
    };

    internal static string Of(LoopState state) => state switch
    {
        LoopState.Open => "open",
        LoopState.Claimed => "claimed",
        LoopState.Snoozed => "snoozed",
        LoopState.Closed => "closed",
        _ => "withdrawn",
    };

    /// <summary><c>Task.status</c> (R4 value set task-status).</summary>
    internal static string StatusOf(Loop loop) => loop.State switch
    {
        LoopState.Open => "requested",
        LoopState.Claimed => loop.Outputs.Count > 0 ? "in-progress" : "accepted",
        LoopState.Snoozed => "on-hold",
        LoopState.Closed => "completed",
        _ => "cancelled",
    };

    /// <summary>The state behind a <c>Task.status</c>, whoever wrote it.</summary>
    internal static LoopState State(string? status, bool owned) => status switch
    {
        "completed" => LoopState.Closed,
        "cancelled" or "rejected" or "failed" or "entered-in-error" => LoopState.Withdrawn,
        "on-hold" => LoopState.Snoozed,
        _ => owned ? LoopState.Claimed : LoopState.Open,
    };

    internal static string Of(EvidenceKind kind) => kind switch
    {
        EvidenceKind.ContactOutcome => "contact-outcome",
        EvidenceKind.CriticalResultTold => "critical-result-told",
        EvidenceKind.Visit => "visit",
        EvidenceKind.MedicationReconciliation => "medication-reconciliation",
        _ => "acknowledgement",
    };

    internal static EvidenceKind Evidence(string? code) => code switch
    {
        "contact-outcome" => EvidenceKind.ContactOutcome,
        "critical-result-told" => EvidenceKind.CriticalResultTold,
        "visit" => EvidenceKind.Visit,
        "medication-reconciliation" => EvidenceKind.MedicationReconciliation,
        _ => EvidenceKind.Acknowledgement,
    };
}
