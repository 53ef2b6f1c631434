using System.Security.Cryptography;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel;

namespace Tandem.Care.Intake;

/// <summary>One transmission as it came.</summary>
/// <param name="Raw">The bytes without frame.</param>
/// <param name="ReceivedAt">When its last byte came.</param>
/// <param name="Remote">Where from: address and port, or the name of the way it took.</param>
/// <param name="Extent">How much of it is there.</param>
internal sealed record Arrival(ReadOnlyMemory<byte> Raw, DateTimeOffset ReceivedAt, string Remote, Extent Extent = Extent.Whole)
{
    /// <summary>The message that this one is a corrected copy of, or null.</summary>
    internal string? EditOf { get; init; }

    /// <summary>
    /// The id of the message: the same whenever the same source sends the same content under the same control id, so that a repetition is known
    /// as one without looking anything up.
    /// </summary>
    internal string IdFor(string source, Hl7Message? header) =>
        Ids.From("message", source, header is null ? "" : Msh.In(header).ControlId ?? "", Convert.ToHexString(SHA256.HashData(Raw.Span)));
}

/// <summary>How much of a transmission is there. Kept as a number.</summary>
internal enum Extent
{
    /// <summary>All of it.</summary>
    Whole = 0,

    /// <summary>The beginning of one beyond the size limit.</summary>
    TooLarge = 1,

    /// <summary>What came before the next frame began.</summary>
    Unfinished = 2,
}
