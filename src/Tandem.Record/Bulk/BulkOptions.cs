namespace Tandem.Record.Bulk;

/// <summary>Where bulk data lies and where it may come from; section <c>Bulk</c> of the configuration.</summary>
public sealed record BulkOptions
{
    /// <summary>The folder for exported files (<c>exports</c>) and for files to import (<c>import</c>).</summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "tandem-bulk");

    /// <summary>Hosts that files to import may be fetched from; none by default.</summary>
    public IReadOnlyList<string> ImportHosts { get; init; } = [];

    /// <summary>How long the files of a finished job are kept.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Resources in one exported file at most.</summary>
    public int PerFile { get; init; } = 100_000;

    internal string ExportOf(string job) => Path.Combine(Folder, "exports", job);

    internal string Import => Path.Combine(Folder, "import");
}
