namespace Tandem.Trust.Audit;

/// <summary>What an installation decides about its audit (section <c>Audit</c>).</summary>
public sealed record AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Audit";

    /// <summary>The file of the signing key, made at the first start and readable by the hub alone. Keep it, and a copy, outside of the database's disk.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The second place, where signed roots are written: best a disk or share that the database's administrator cannot change.</summary>
    public string RootFolder { get; init; } = "";

    /// <summary>
    /// Where a hub keeps the events that are not in the tables yet, on a disk of its own machine. Hubs may share it: each has files of its own, and what a
    /// killed one left there is taken over by the next that starts.
    /// </summary>
    public string JournalFolder { get; init; } = "";

    /// <summary>How often a root is signed and kept for good.</summary>
    public TimeSpan SignEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// True waits for the disk with every event. False, the default, hands events to the system before the answer leaves (a crash of the hub loses none)
    /// and brings them to the disk ten times a second, so that a power cut can lose the reads of the last moments.
    /// </summary>
    public bool FlushEach { get; init; }

    /// <summary>False keeps no audit: only for measuring what it costs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (SignEvery <= TimeSpan.Zero)
            yield return $"{Section}:SignEvery must be longer than nothing; it is {SignEvery}.";
    }
}
