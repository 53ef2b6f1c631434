using System.Diagnostics.CodeAnalysis;

namespace Tandem.Hl7v2;

/// <summary>Why bytes are no message, and where.</summary>
/// <param name="Reason">A whole sentence; holds no content of the message.</param>
/// <param name="Location">The place in HL7's terms.</param>
/// <param name="Line">Line in the text, 1-based; any of CR, LF and CRLF ends a line.</param>
/// <param name="Offset">Byte from which it cannot be read, 0-based, in the text (in UTF-8 when the message came in another character set).</param>
/// <param name="Header">The MSH segment alone when it could be read, so that the sender can be answered; otherwise null.</param>
public sealed record Hl7Fault(string Reason, Hl7Location Location, int Line, int Offset, Hl7Message? Header)
{
    /// <summary>Place and reason in one line.</summary>
    public override string ToString() => $"{Location} (line {Line}, byte {Offset}): {Reason}";
}

/// <summary>What reading bytes came to: the message, or the fault that says why not.</summary>
public readonly struct Hl7Reading
{
    internal Hl7Reading(Hl7Message message) => Message = message;

    internal Hl7Reading(Hl7Fault fault) => Fault = fault;

    /// <summary>The message; null when it cannot be read.</summary>
    public Hl7Message? Message { get; }

    /// <summary>Why not; null when it was read.</summary>
    public Hl7Fault? Fault { get; }

    /// <summary>True with the message, or false with the fault.</summary>
    public bool Succeeded([NotNullWhen(true)] out Hl7Message? message, [NotNullWhen(false)] out Hl7Fault? fault)
    {
        (message, fault) = (Message, Fault);
        return message is not null;
    }
}

/// <summary>How bytes are read.</summary>
/// <param name="DefaultCharacterSet">
/// Table 0211 name used when MSH-18 is empty; null: UTF-8 when the bytes are valid UTF-8, else ISO 8859-1.
/// </param>
/// <param name="MaxBytes">Largest message.</param>
/// <param name="MaxSegments">Most segments.</param>
public sealed record Hl7ReadOptions(string? DefaultCharacterSet = null, int MaxBytes = 64 * 1024 * 1024, int MaxSegments = 200_000)
{
    /// <summary>No default character set, 64 MiB, 200,000 segments.</summary>
    public static readonly Hl7ReadOptions Default = new();
}
