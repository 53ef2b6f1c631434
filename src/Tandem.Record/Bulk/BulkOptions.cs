namespace Tandem.Record.Bulk;

/// <summary>Where bulk data lies and where it may come from; section <c>Bulk</c> of the configuration.</summary>
public sealed record BulkOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Bulk";

    /// <summary>The folder for exported files (<c>exports</c>) and for files to import (<c>import</c>).</summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "tandem-bulk");

    /// <summary>Hosts that files to import may be fetched from; none by default.</summary>
    public IReadOnlyList<string> ImportHosts { get; init; } = [];

    /// <summary>Resources in one exported file at most.</summary>
    public int PerFile { get; init; } = 100_000;

    /// <summary>How long a host may send nothing before its file is given up: other jobs wait meanwhile.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a host has to send at least, in bytes of the text a second, on the whole of each time that it may be silent for; 0 lets it take as long as it likes.</summary>
    public int LeastBytesPerSecond { get; init; } = 16 * 1024;

    /// <summary>An import ends behind so many lines that could not be taken in, each of which is told of: a small compressed file may be of more than there is room for.</summary>
    internal int MostRefused { get; init; } = 100_000;

    /// <summary>Bytes of what is told of them, behind which it ends as well: one line may have a hundred faults.</summary>
    internal long MostTold { get; init; } = 1 << 28;

    internal string Exports => Path.Combine(Folder, "exports");

    internal string ExportOf(string job) => Path.Combine(Exports, job);

    internal string Import => Path.Combine(Folder, "import");

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (PerFile < 1)
            yield return $"{Section}:PerFile must be 1 or more; it is {PerFile}.";
        if (LongestSilence <= TimeSpan.Zero || LongestSilence > TimeSpan.FromHours(1))
            yield return $"{Section}:LongestSilence must be longer than nothing and an hour at most; it is {LongestSilence}.";
        if (LeastBytesPerSecond is < 0 or > 1024 * 1024)
            yield return $"{Section}:LeastBytesPerSecond must be 0 or more and 1048576 at most; it is {LeastBytesPerSecond}.";
    }
}
