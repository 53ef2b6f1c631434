namespace Tandem.Trial.Demo;

/// <summary>What a message of the region tells.</summary>
internal enum Happening
{
    Registered,
    Admitted,
    Updated,
    Discharged,
    AdmissionCancelled,
    DischargeCancelled,
    VisitBegan,
    VisitEnded,
    Result,
    CriticalResult,
    CorrectedResult,
    CancelledResult,
    Died,

    /// <summary>Something that cannot be applied as it is.</summary>
    Broken,
}

/// <summary>One message as a system of the region sends it.</summary>
/// <param name="At">When it is sent.</param>
/// <param name="Feed">By whom: the id of the feed source.</param>
/// <param name="ControlId">MSH-10.</param>
/// <param name="What">What it tells.</param>
/// <param name="Patient">About whom, from 0.</param>
/// <param name="Bytes">The message, segments ended by CR.</param>
internal sealed record RegionMessage(DateTimeOffset At, string Feed, string ControlId, Happening What, int Patient, byte[] Bytes)
{
    internal static int ByArrival(RegionMessage a, RegionMessage b) =>
        (a.At, a.Feed).CompareTo((b.At, b.Feed)) is not 0 and var order ? order : string.CompareOrdinal(a.ControlId, b.ControlId);
}
