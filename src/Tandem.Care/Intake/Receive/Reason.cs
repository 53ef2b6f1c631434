namespace Tandem.Care.Intake;

/// <summary>Why a message waits in quarantine: one word each, kept in the inbox and named on pages in the reader's language.</summary>
public static class Reason
{
    /// <summary>The bytes are no HL7 v2 message.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Larger than allowed; only its beginning was kept.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The frame broke off and another one followed.</summary>
    public const string Unfinished = "unfinished";

    /// <summary>No source fits the sender.</summary>
    public const string UnknownSender = "unknown-sender";

    /// <summary>The type or event is not taken here.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Something that is needed is missing or wrong in the message.</summary>
    public const string CannotMap = "cannot-map";

    /// <summary>What it becomes breaks a rule of FHIR or of a profile, and its source's rules are enforced.</summary>
    public const string BreaksRules = "breaks-rules";

    /// <summary>Its numbers belong to more than one patient of the record.</summary>
    public const string AmbiguousPatient = "ambiguous-patient";

    /// <summary>Its visit number belongs to another patient of the record.</summary>
    public const string VisitOfAnother = "visit-of-another-patient";

    /// <summary>Its order or result number belongs to another patient of the record.</summary>
    public const string ResultOfAnother = "result-of-another-patient";

    /// <summary>The record could not take it for a reason that is a defect of the hub.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Unreadable, TooLarge, Unfinished, UnknownSender, Unsupported, CannotMap, BreaksRules, AmbiguousPatient, VisitOfAnother, ResultOfAnother, Failed];
}
