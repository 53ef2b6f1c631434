using System.Buffers;
using System.Globalization;
using Tandem.Record.Rest;

namespace Tandem.Record.Bulk;

/// <summary>Writes resources of one type as NDJSON, a line each, into as many files as it takes.</summary>
internal sealed class NdjsonFiles(string folder, string list, string type, string prefix, int perFile) : IDisposable
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
    private readonly List<BulkFile> files = [];
    private FileStream? stream;
    private long count;

    /// <summary>What of each resource is written; null for the whole.</summary>
    internal ResultShape? Shape { get; init; }

    /// <summary>What was written so far.</summary>
    internal IReadOnlyList<BulkFile> Files => count > 0 ? [.. files, new BulkFile(list, type, Name, count)] : files;

    private string Name => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{files.Count + 1}.ndjson");

    internal void Write(ReadOnlySpan<byte> json)
    {
        if (count == perFile)
            Close();
        stream ??= Open();
        if (Shape is not null)
            json = Subset.Of(json.ToArray(), Shape, isStored: true).Span;
        if (json.IndexOfAny(LineEnds) >= 0)
            WriteAsOneLine(json);
        else
            stream.Write(json);
        stream.WriteByte((byte)'\n');
        count++;
    }

    public void Dispose() => stream?.Dispose();

    /// <summary>In sound JSON a line end stands between tokens only, where a space says the same.</summary>
    private void WriteAsOneLine(ReadOnlySpan<byte> json)
    {
        var line = json.ToArray();
        foreach (ref var one in line.AsSpan())
        {
            if (one is (byte)'\r' or (byte)'\n')
                one = (byte)' ';
        }

        stream!.Write(line);
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(folder);
        return new FileStream(Path.Combine(folder, Name), FileMode.Create, FileAccess.Write, FileShare.Read, 128 * 1024);
    }

    private void Close()
    {
        stream!.Dispose();
        stream = null;
        files.Add(new BulkFile(list, type, Name, count));
        count = 0;
    }
}
