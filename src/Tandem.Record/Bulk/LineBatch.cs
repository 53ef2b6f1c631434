namespace Tandem.Record.Bulk;

/// <summary>A line of a file to import.</summary>
/// <param name="Number">Which, from 1 on.</param>
/// <param name="Json">What it says; null where it is too long.</param>
/// <param name="Digest">Of the file up to here (<see cref="FileDigest"/>).</param>
internal sealed record ImportLine(long Number, byte[]? Json, byte[] Digest);

/// <summary>Lines of a file that are kept in one commit. Full by their number or by their size, as one line may be as large as thousands of others.</summary>
internal sealed class LineBatch
{
    internal const int Most = 500;
    internal const int MostBytes = 16 * 1024 * 1024;
    private readonly List<ImportLine> lines = [];
    private long bytes;

    internal IReadOnlyList<ImportLine> Lines => lines;

    internal bool IsFull => lines.Count >= Most || bytes >= MostBytes;

    internal void Add(ImportLine line)
    {
        lines.Add(line);
        bytes += line.Json?.Length ?? 0;
    }

    internal void Clear()
    {
        lines.Clear();
        bytes = 0;
    }
}
