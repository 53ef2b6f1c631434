namespace Tandem.Hl7v2.Acknowledging;

/// <summary>What became of a message (table 0008 without its two families).</summary>
public enum AckOutcome
{
    /// <summary>Taken: AA, CA.</summary>
    Accepted,

    /// <summary>Its content is wrong; sending it again unchanged is of no use: AE, CE.</summary>
    Error,

    /// <summary>Not for this receiver, or it cannot be taken now: AR, CR.</summary>
    Rejected,
}

/// <summary>One complaint (ERR segment, HL7 v2.8.2 ch. 2.14.5).</summary>
/// <param name="Code">Table 0357: see <see cref="AckErrorCode"/>.</param>
/// <param name="Text">For a person; no personal data.</param>
/// <param name="Location">Where, when known.</param>
/// <param name="IsWarning">Severity W instead of E (table 0516).</param>
public sealed record AckError(int Code, string Text, Hl7Location? Location = null, bool IsWarning = false);

/// <summary>Codes of table 0357.</summary>
public static class AckErrorCode
{
    /// <summary>Segments are not in order or missing.</summary>
    public const int SegmentSequence = 100;

    /// <summary>A required field is missing.</summary>
    public const int RequiredFieldMissing = 101;

    /// <summary>A field holds what its data type does not allow.</summary>
    public const int DataType = 102;

    /// <summary>A code is not in its table.</summary>
    public const int TableValueNotFound = 103;

    /// <summary>The message type is not taken here.</summary>
    public const int UnsupportedMessageType = 200;

    /// <summary>The event is not taken here.</summary>
    public const int UnsupportedEventCode = 201;

    /// <summary>The processing id is not taken here.</summary>
    public const int UnsupportedProcessingId = 202;

    /// <summary>The version is not taken here.</summary>
    public const int UnsupportedVersion = 203;

    /// <summary>The patient or visit is not known.</summary>
    public const int UnknownKey = 204;

    /// <summary>Something exists already.</summary>
    public const int DuplicateKey = 205;

    /// <summary>Something is being changed by somebody else.</summary>
    public const int RecordLocked = 206;

    /// <summary>Anything inside the application.</summary>
    public const int ApplicationError = 207;

    /// <summary>The text of table 0357 for a code.</summary>
    public static string Display(int code) => code switch
    {
        0 => "Message accepted",
        SegmentSequence => "Segment sequence error",
        RequiredFieldMissing => "Required field missing",
        DataType => "Data type error",
        TableValueNotFound => "Table value not found",
        UnsupportedMessageType => "Unsupported message type",
        UnsupportedEventCode => "Unsupported event code",
        UnsupportedProcessingId => "Unsupported processing id",
        UnsupportedVersion => "Unsupported version id",
        UnknownKey => "Unknown key identifier",
        DuplicateKey => "Duplicate key identifier",
        RecordLocked => "Application record locked",
        _ => "Application internal error",
    };
}
