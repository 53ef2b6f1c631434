namespace Tandem.Record.Files;

/// <summary>What a file that somebody sends may be (section <c>Files</c>): as a Binary, an attachment, a document in a message or an upload.</summary>
public sealed record FileSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Files";

    /// <summary>Largest file, in bytes; 24 MiB, which is 32 MiB in base64.</summary>
    public int MostBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>Bytes that an archive or a document may unfold to, everything in it together; 128 MiB.</summary>
    public long MostUnfolded { get; init; } = 128L * 1024 * 1024;

    /// <summary>How many times its own size something may unfold to, beyond the first 16 MiB.</summary>
    public int MostTimes { get; init; } = 200;

    /// <summary>Pixels of a picture, all frames together; 200 million.</summary>
    public long MostPixels { get; init; } = 200_000_000;

    /// <summary>MIME types taken besides the shipped ones. What they hold is looked at only for programs and bombs.</summary>
    public IReadOnlyList<string> MoreTypes { get; init; } = [];

    /// <summary>The virus scanner clamd: <c>host:port</c> or the path of its socket; empty for none. While it does not answer, files are not taken.</summary>
    public string Clamd { get; init; } = "";

    /// <summary>Seconds that clamd may take to be connected to, and for each step of a scan.</summary>
    public int ScanSeconds { get; init; } = 30;

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (MostBytes < 1)
            yield return $"{Section}:MostBytes must be 1 or more; it is {MostBytes}.";
        if (MostUnfolded < 1)
            yield return $"{Section}:MostUnfolded must be 1 or more; it is {MostUnfolded}.";
        if (MostTimes < 1)
            yield return $"{Section}:MostTimes must be 1 or more; it is {MostTimes}.";
        if (MostPixels < 1)
            yield return $"{Section}:MostPixels must be 1 or more; it is {MostPixels}.";
        if (ScanSeconds < 1)
            yield return $"{Section}:ScanSeconds must be 1 or more; it is {ScanSeconds}.";
    }
}
