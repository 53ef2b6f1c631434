namespace Tandem.Record.Bulk;

/// <summary>Lines of a file that are kept in one commit. Full by their number or by their size, as one line may be as large as thousands of others.</summary>
internal sealed class LineBatch
{
    internal const int Most = 500;
    internal const int MostBytes = 16 * 1024 * 1024;
    private readonly List<(long Line, byte[]? Json)> lines = [];
    private long bytes;

    /// <summary>Each with its number in the file; null for one that is too long.</summary>
    internal IReadOnlyList<(long Line, byte[]? Json)> Lines => lines;

    internal bool IsFull => lines.Count >= Most || bytes >= MostBytes;

    internal void Add(long line, byte[]? json)
    {
        lines.Add((line, json));
        bytes += json?.Length ?? 0;
    }

    internal void Clear()
    {
        lines.Clear();
        bytes = 0;
    }
}
